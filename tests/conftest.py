"""What all tests share: a copy of the project that a test may write to."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes hangs on how busy the machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory):
    """Give all workers one folder for the briefs that many tests look at."""
    import notebook_blocks

    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "briefs"
    folder.mkdir(exist_ok=True)
    notebook_blocks.MADE.append(folder)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder of its own with the committed data and the notebooks.

    What a user has added to data/raw stays behind: the tests are about the project's own figures.
    """
    added = shutil.ignore_patterns("reports", "workbook", "variants", ".ipynb_checkpoints")
    for part in ("data/raw", "data/processed", "notebooks", "batches"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=added)
    monkeypatch.setenv("NIT_ROOT", str(tmp_path))
    # Kernels that each take all cores for linear algebra hinder the tests beside them.
    for library in ("OMP", "OPENBLAS", "MKL"):
        monkeypatch.setenv(f"{library}_NUM_THREADS", "1")
    return tmp_path


def pytest_collection_modifyitems(items):
    """Start the modules with slow tests first, so that no worker waits for them in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
