"""Does this checkout reproduce? Build everything again in a temporary place and compare."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.batch.compare import close, difference
from analysis.batch.job import Event
from analysis.batch.manifest import Entry, read_manifest, read_records
from analysis.batch.plan import recorded_target
from analysis.batch.released import read_checksums, released_targets
from analysis.batch.run import FAILED, Options, Outcome, started_run
from analysis.facts.files import processed_folder, project_root

INPUTS: Final = ("data/raw", "notebooks", "batches")

TOLERANCE: Final = 0.002
"""Two of 1 000 simulated panels on the other side of a bound."""

SIMULATED: Final = frozenset(
    f"data/processed/{name}.csv"
    for name in (
        "calibrated_null",
        "calibrated_trends",
        "episode_false_alarms",
        "generator_fit",
        "lead_lag",
    )
)
"""Tables that rest on a fit and on panels drawn from it, where rounding can tip a comparison: their
numbers may differ by `TOLERANCE` on another processor. Of all others not even a digit may."""

DESCRIPTION: Final = "data/processed/datapackage.json"
"""Holds the hash of every table."""


@dataclass(frozen=True)
class Verified:
    """What a rebuild says of a checkout.

    Attributes
    ----------
    compared
        Number of files compared.
    differences
        File -> how it differs.
    near
        Simulated tables that differ within their tolerance, which is no difference.
    failed
        What could not be built.
    """

    compared: int
    differences: dict[str, str]
    near: list[str]
    failed: list[Outcome]


def verify(options: Options, quick: bool, release: bool, tell: Callable[[Event], None]) -> Verified:
    """Build all in a temporary project; compare data/processed and what of reports/ is recorded.

    Parameters
    ----------
    options
        How to run.
    quick
        Take over the costly simulated results where they still belong to the data, as a usual
        build does, instead of simulating anew.
    release
        Build the release's briefs too, whether or not they are here, and compare what is built with
        the committed checksums as well as with the files here.
    tell
        Hears of every event.

    Raises
    ------
    AnalysisError
        If the release's checksums are asked for and cannot be read.
    """
    root = project_root()
    sums = read_checksums(root) if release else {}
    recorded = read_records().briefs
    own = [
        recorded_target(name, entry)
        for name, entry in recorded.items()
        if entry["files"] and not entry["notebook"].endswith(".ipynb")
    ]
    # A brief of the release that was made here with other settings is built as the release has it.
    targets = {t.name: t for t in (*own, *(released_targets() if release else ()))}
    with temporary_project(root, quick) as copy:
        with started_run(options, tell) as run:
            outcomes = run.results(force=True)
            failed = [o for o in outcomes if o.state == FAILED]
            if not failed:
                failed = [o for o in run.briefs([*targets.values()]) if o.state == FAILED]
                run.finish()
        differences = _differences(root, copy, recorded, sums)
        near = [
            name
            for name, how in differences.items()
            if how and _close(root / name, copy / name, name)
        ]
        if differences.get(DESCRIPTION) and _described_alike(root, copy, near):
            near.append(DESCRIPTION)
    told = {name: how for name, how in differences.items() if how and name not in near}
    return Verified(len(differences), told, near, failed)


def _differences(
    root: Path, copy: Path, recorded: Mapping[str, Entry], sums: Mapping[str, str]
) -> dict[str, str]:
    """Return every file compared and how it differs, an empty text where it does not."""
    built = read_manifest().get("briefs", {})
    names = sorted({*_data_files(root, copy), *_brief_files(recorded, built), *sums})
    return {name: _compared(root / name, copy / name, sums.get(name)) for name in names}


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


def _data_files(*roots: Path) -> Iterator[str]:
    for root in roots:
        for path in (root / "data" / "processed").glob("[!.]*.*"):
            yield f"data/processed/{path.name}"


def _brief_files(recorded: Mapping[str, Entry], built: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the files of the briefs that are recorded here, before and after they are built."""
    for brief, entry in recorded.items():
        if entry["notebook"].endswith(".ipynb"):
            continue  # a notebook of the user's own, with what lies beside it
        for name in {**entry["files"], **built.get(brief, {}).get("files", {})}:
            yield f"reports/{brief}/{name}"


def _compared(ours: Path, theirs: Path, released: str | None) -> str:
    """Return how a file here differs from the one built, or both from the release's."""
    here = ours.read_bytes() if ours.is_file() else None
    if not theirs.is_file():
        # Not built here: the sample, which its own test makes.
        if here is None or released is None:
            return "is not made again"
        return _unlike(here, released)
    built = theirs.read_bytes()
    if here is not None and (how := difference(here, built, ours.name)):
        return how
    if released is not None:
        return _unlike(built, released)
    return "is missing here" if here is None else ""


def _close(ours: Path, theirs: Path, name: str) -> bool:
    """Tell whether a simulated table differs in numbers only, and within the tolerance."""
    if name not in SIMULATED or not (ours.is_file() and theirs.is_file()):
        return False
    return close(ours.read_bytes(), theirs.read_bytes(), TOLERANCE)


def _described_alike(ours: Path, theirs: Path, tables: Sequence[str]) -> bool:
    """Tell whether two descriptions of the data differ in the hashes of those tables only."""
    first, second = (_description(root, tables) for root in (ours, theirs))
    return first == second


def _description(root: Path, without: Sequence[str]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / DESCRIPTION).read_text(encoding="utf-8"))
    for resource in content["resources"]:
        if f"data/processed/{resource['path']}" in without:
            resource.update(bytes=None, hash=None)
    return content


def _unlike(content: bytes, released: str) -> str:
    found = hashlib.sha256(content).hexdigest()
    if found == released:
        return ""
    return f"is not the release's: SHA-256 {found[:12]}… instead of {released[:12]}…"
