"""What all tests share: a copy of the project that a test may write to."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder of its own with the committed data and the notebooks.

    What a user has added to data/raw stays behind: the tests are about the project's own figures.
    """
    added = shutil.ignore_patterns("reports", "workbook", "variants", ".ipynb_checkpoints")
    for part in ("data/raw", "data/processed", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=added)
    monkeypatch.setenv("NIT_ROOT", str(tmp_path))
    return tmp_path
