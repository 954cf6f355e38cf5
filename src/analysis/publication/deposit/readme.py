"""The README of the deposit, in the order that data editors of social science journals ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2
import pandas as pd
import papermill

from analysis import DATE, RATINGS_CITATION, TITLE, VERSION, project_citation
from analysis.batch.manifest import read_records
from analysis.batch.plan import RESULT_NOTEBOOKS
from analysis.briefs.blocks import MIME
from analysis.facts.rating_system import SOURCE_KINDS

README: Final = "README-deposit.md"
RAW: Final = {
    "printed_tables.csv": "Printed ratings tables, a row a number.",
    "printed_pages.csv": "Statements of score pages, a row a statement.",
    "rescaled_scores.csv": "Ratings as an index prints them on a scale of its own.",
    "printed_comparisons.csv": "What sources call better, worse or the same as before.",
    "sources.csv": "Addresses of the sources.",
    "corrections.yml": "Declared misprints, with their evidence.",
    "groups.yml": "Named groups of countries.",
    "settings.yml": "Families of tests and analysis choices, declared beforehand.",
}
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


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table of a brief."""

    brief: str
    kind: str
    title: str
    cell: str
    code: str


def exhibits(executed: Path) -> list[Exhibit]:
    """Return the figures and tables of one executed notebook, in order."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    found = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME)
            if content and content["kind"] in ("figure", "table"):
                code = "".join(cell["source"]).strip().splitlines()[-1]
                found.append(
                    Exhibit(executed.stem, content["kind"], content["title"], cell["id"], code)
                )
    return found


def deposit_readme(root: Path, names: Sequence[str]) -> str:
    """Return the README: rights, sources, software, run time, randomness, exhibits.

    Parameters
    ----------
    root
        The project folder.
    names
        The files of the deposit.
    """
    records = read_records()
    there = {name.split("/")[1] for name in names if name.startswith("reports/")}
    briefs = {name: entry for name, entry in records.briefs.items() if name in there}
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
        inputs=_inputs(root),
        tables=_tables(root),
        software=_software(root),
        run=_run(briefs, records.run),
        seeds=_seeds(root),
        exhibits=[
            exhibit
            for name in names
            if name.startswith("reports/") and name.endswith(".ipynb") and ".failed" not in name
            for exhibit in exhibits(root / name)
        ],
        notebooks={name: entry["notebook"] for name, entry in briefs.items()},
    )


def _sources(root: Path) -> list[tuple[str, int]]:
    kinds = pd.read_csv(root / "data/raw/sources.csv")["kind"].value_counts()
    return [(kind, int(kinds[kind])) for kind in SOURCE_KINDS if kind in kinds]


def _inputs(root: Path) -> list[tuple[str, str]]:
    """Return the files of data/raw with what they hold."""
    return [(name, text) for name, text in RAW.items() if (root / "data/raw" / name).is_file()]


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


def _run(briefs: Mapping[str, Any], run: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what each notebook took when it last ran: what, seconds, megabytes at the peak."""
    groups = {f"`{name}`": [name] for name in RESULT_NOTEBOOKS}
    for name, entry in briefs.items():
        groups.setdefault(f"`{entry['notebook']}`", []).append(name)
    rows = []
    for notebook, names in sorted(groups.items()):
        took = [run[name] for name in names if name in run]
        if not took:
            continue
        seconds, peak = (sorted(one[key] for one in took) for key in ("seconds", "peak_mb"))
        several = f", each of {len(took)}" if len(took) > 1 else ""
        span = f"{seconds[0]:.1f} to {seconds[-1]:.1f}" if several else f"{seconds[0]:.1f}"
        rows.append((f"{notebook}{several}", span, f"{peak[-1]:.0f}"))
    return rows


def _seeds(root: Path) -> list[tuple[str, str]]:
    """Return the notebooks with a seed, and the line that declares it."""
    seeds = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        if seed := papermill.inspect_notebook(path).get("seed"):
            line = f"seed: {seed['inferred_type_name']} = {seed['default']}  # {seed['help']}"
            seeds.append((path.name, line))
    return seeds
