"""Does this checkout reproduce? Build everything again in a temporary place and compare."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.batch.compare import difference
from analysis.batch.job import Event
from analysis.batch.manifest import read_manifest, reports_folder
from analysis.batch.plan import Target, recorded_target
from analysis.batch.run import FAILED, Options, Outcome, started_run
from analysis.files import processed_folder, project_root

INPUTS: Final = ("data/raw", "notebooks", "batches")


@dataclass(frozen=True)
class Verified:
    """What a rebuild says of a checkout.

    Attributes
    ----------
    compared
        Number of files compared.
    differences
        File -> how it differs.
    failed
        What could not be built.
    """

    compared: int
    differences: dict[str, str]
    failed: list[Outcome]


def verify(options: Options, quick: bool, tell: Callable[[Event], None]) -> Verified:
    """Build data/processed and all recorded briefs in a temporary project and compare.

    Parameters
    ----------
    options
        How to run.
    quick
        Take over the costly simulated results where they still belong to the data, as a usual
        build does, instead of simulating anew.
    tell
        Hears of every event.

    Returns
    -------
    Verified
        Of every file of data/processed and of every file in reports/ that the manifest records.
    """
    root, reports = project_root(), reports_folder()
    targets = recorded_targets()
    with temporary_project(root, quick) as copy:
        with started_run(options, tell) as run:
            outcomes = run.results(force=True)
            failed = [o for o in outcomes if o.state == FAILED]
            if not failed:
                failed = [o for o in run.briefs(targets) if o.state == FAILED]
                run.finish()
        compared = [*_data_files(root, copy), *_report_files(reports, copy / "reports")]
        differences = {name: how for name, how in compared if how}
    return Verified(len(compared), differences, failed)


def recorded_targets() -> list[Target]:
    """Return the targets of all briefs of the manifest that were made."""
    briefs = read_manifest().get("briefs", {})
    return [recorded_target(name, entry) for name, entry in briefs.items() if entry["files"]]


@contextmanager
def temporary_project(root: Path, with_results: bool) -> Iterator[Path]:
    """Yield a copy of a project's inputs that is the project folder while the block lasts."""
    before = os.environ.get("NIT_ROOT")
    with tempfile.TemporaryDirectory(prefix="nit-verify-") as folder:
        copy = Path(folder).resolve()
        for part in INPUTS:
            if (root / part).is_dir():
                shutil.copytree(root / part, copy / part)
        (copy / "data" / "processed").mkdir(parents=True)
        kept = sorted(processed_folder().glob("*" if with_results else "validation_*"))
        for path in kept:
            if path.is_file():
                shutil.copy(path, copy / "data" / "processed" / path.name)
        os.environ["NIT_ROOT"] = str(copy)
        try:
            yield copy
        finally:
            if before is None:
                del os.environ["NIT_ROOT"]
            else:
                os.environ["NIT_ROOT"] = before


def _data_files(root: Path, copy: Path) -> Iterator[tuple[str, str]]:
    ours, theirs = (folder / "data" / "processed" for folder in (root, copy))
    names = {path.name for folder in (ours, theirs) for path in folder.glob("[!.]*.*")}
    for name in sorted(names):
        yield f"data/processed/{name}", _compared(ours / name, theirs / name)


def _report_files(ours: Path, theirs: Path) -> Iterator[tuple[str, str]]:
    briefs = read_manifest_of(ours)
    again = read_manifest_of(theirs)
    for brief, entry in briefs.items():
        files = {**entry["files"], **again.get(brief, {}).get("files", {})}
        for name in sorted(files):
            place = f"{brief}/{name}"
            yield f"reports/{place}", _compared(ours / place, theirs / place)


def read_manifest_of(reports: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Return the briefs that the manifest of a reports folder records."""
    import json

    try:
        content = json.loads((reports / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    briefs: dict[str, dict[str, dict[str, str]]] = content.get("briefs", {})
    return briefs


def _compared(ours: Path, theirs: Path) -> str:
    if not theirs.is_file():
        return "is not made again"
    if not ours.is_file():
        return "is missing here"
    return difference(ours.read_bytes(), theirs.read_bytes(), ours.name)
