"""The README of the deposit, in the order that data editors of social science journals ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jinja2
import pandas as pd

from analysis.deposit.exhibits import exhibits
from analysis.release import DATE, RATINGS_CITATION, TITLE, VERSION, project_citation
from analysis.sources.cells import SOURCE_KINDS

README: Final = "README-deposit.md"
_SHOWN: Final = (
    "jupyterlab",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "seaborn",
    "statsmodels",
    "typst",
)


def deposit_readme(root: Path, names: Sequence[str]) -> str:
    """Return the README: rights, sources, software, run time, randomness, exhibits.

    Parameters
    ----------
    root
        The project folder.
    names
        The files of the deposit.
    """
    template = Path(__file__).with_name("README.md.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    return environment.from_string(template).render(
        title=TITLE,
        version=VERSION,
        date=DATE,
        ratings=RATINGS_CITATION,
        project=project_citation(),
        kinds=_sources(root),
        tables=_tables(root),
        software=_software(root),
        run=_run(root),
        seeds=_seeds(root),
        exhibits=[
            exhibit
            for name in names
            if name.startswith("reports/") and name.endswith(".ipynb") and ".failed" not in name
            for exhibit in exhibits(root / name)
        ],
    )


def _sources(root: Path) -> list[tuple[str, int]]:
    kinds = pd.read_csv(root / "data/raw/sources.csv")["kind"].value_counts()
    return [(kind, int(kinds.get(kind, 0))) for kind in SOURCE_KINDS]


def _tables(root: Path) -> list[dict[str, Any]]:
    package = json.loads((root / "data/processed/datapackage.json").read_text(encoding="utf-8"))
    tables: list[dict[str, Any]] = package["resources"]
    return tables


def _software(root: Path) -> list[tuple[str, str]]:
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)",
        (root / "requirements.lock").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return [(name, version) for name, version in pins if name.lower() in _SHOWN]


def _run(root: Path) -> list[tuple[str, str]]:
    """Return what a recorded run of this project took, or nothing if none was recorded."""
    path = root / "reports" / ".state" / "run.json"
    if not path.is_file():
        return []
    record = json.loads(path.read_text(encoding="utf-8"))
    return sorted((name, json.dumps(entry, sort_keys=True)) for name, entry in record.items())


def _seeds(root: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "parameters" in cell["metadata"].get("tags", ()):
                found += [
                    (path.name, line.strip()) for line in cell["source"] if line.startswith("seed")
                ]
    return found
