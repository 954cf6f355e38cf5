"""Does this checkout reproduce? Build everything again in a temporary place and compare."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.batch.compare import close, difference
from analysis.batch.manifest import Entry, read_manifest, read_records
from analysis.batch.plan import Target, checked_formats, released_targets
from analysis.batch.run import FAILED, Options, Outcome, started_run
from analysis.batch.work import Event
from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root

CHECKSUMS: Final = "data/CHECKSUMS"
"""Checksums of data/processed, of the release's briefs and of the sample, as ``sha256sum`` writes
them."""

TOLERANCE: Final = 0.002
"""Two of 1 000 simulated panels on the other side of a bound."""

SIMULATED: Final = (
    "calibrated_null",
    "calibrated_trends",
    "episode_false_alarms",
    "generator_fit",
    "lead_lag",
)
"""Tables that rest on a fit and on panels drawn from it, where rounding can tip a comparison: their
numbers may differ by `TOLERANCE` on another processor. Of all others not even a digit may."""

DESCRIPTION: Final = "data/processed/datapackage.json"
"""Holds the hash of every table."""


@dataclass(frozen=True)
class Verified:
    """What a rebuild says of a checkout."""

    compared: int
    differences: dict[str, str]
    """File -> how it differs."""
    near: list[str]
    """Simulated tables that differ within their tolerance, which is no difference."""
    failed: list[Outcome]
    """What could not be built."""


def verify(options: Options, release: bool, tell: Callable[[Event], None]) -> Verified:
    """Build all in a temporary project; compare data/processed and what of reports/ is recorded.

    Parameters
    ----------
    options, tell
        How to run, and what hears of every event.
    release
        Build the release's briefs too, whether or not they are here, and compare what is built with
        the committed checksums as well as with the files here.

    Raises
    ------
    AnalysisError
        If the release's checksums are asked for and cannot be read.
    """
    root = project_root()
    sums = read_checksums(root) if release else {}
    # Without the notebooks of the user's own, which read what lies beside them.
    made = {name: entry for name, entry in read_records().briefs.items() if "made_from" in entry}
    recorded = {n: entry for n, entry in made.items() if not entry["notebook"].endswith(".ipynb")}
    own = [
        Target(name, e["title"], e["notebook"], e["parameters"], checked_formats(e["formats"]))
        for name, e in recorded.items()
    ]
    digests = {f"reports/{b}/{n}": d for b, e in recorded.items() for n, d in e["files"].items()}
    # A brief of the release that was made here with other settings is built as the release has it.
    targets = {t.name: t for t in (*own, *(released_targets() if release else ()))}
    with temporary_project(root) as copy:
        with started_run(options, tell) as run:
            outcomes = run.results(force=True)
            if not any(outcome.state == FAILED for outcome in outcomes):
                outcomes = run.make([*targets.values()])
                run.finish()
        built = read_manifest().get("briefs", {})
        differences = {
            name: _compared(root / name, copy / name, sums.get(name), digests.get(name))
            for name in sorted({*_files(root, copy, recorded, built), *sums})
        }
        near = [name for name, how in differences.items() if how and _near(root, copy, name)]
        alike = near and _description(root, near) == _description(copy, near)
        if alike and differences.get(DESCRIPTION):
            near.append(DESCRIPTION)
    told = {name: how for name, how in differences.items() if how and name not in near}
    failed = [outcome for outcome in outcomes if outcome.state == FAILED]
    return Verified(len(differences), told, near, failed)


def read_checksums(root: Path) -> dict[str, str]:
    """Return the release's checksums: file, relative to the project folder -> SHA-256.

    Raises
    ------
    AnalysisError
        If there are none, or a line is no checksum.
    """
    path = root / CHECKSUMS
    if not path.is_file():
        raise AnalysisError(f"{path}: no checksums of a release; `make checksums` writes them")
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise AnalysisError(
                f"{path}, line {number}: expected a SHA-256, two spaces and a file, found {line!r}"
            )
        found[name] = digest
    return found


@contextmanager
def temporary_project(root: Path) -> Iterator[Path]:
    """Yield a copy of a project's inputs that is the project folder while the block lasts.

    The tables of `analysis.validation`, which take 20 minutes, are among them.
    """
    before = os.environ.get("NIT_ROOT")
    with tempfile.TemporaryDirectory(prefix="nit-verify-") as folder:
        copy = Path(folder).resolve()
        for part in ("data/raw", "notebooks", "batches"):
            if (root / part).is_dir():
                shutil.copytree(root / part, copy / part)
        (copy / "data" / "processed").mkdir(parents=True)
        for path in (root / "data" / "processed").glob("validation_*"):
            shutil.copy(path, copy / "data" / "processed")
        os.environ["NIT_ROOT"] = str(copy)
        try:
            yield copy
        finally:
            del os.environ["NIT_ROOT"]
            if before is not None:
                os.environ["NIT_ROOT"] = before


def _files(
    root: Path, copy: Path, recorded: Mapping[str, Entry], built: Mapping[str, Entry]
) -> Iterator[str]:
    """Yield what is compared: tables, and files of the recorded briefs, before and after."""
    for folder in (root, copy):
        for path in (folder / "data" / "processed").glob("[!.]*.*"):
            yield f"data/processed/{path.name}"
    for brief, entry in recorded.items():
        for name in {**entry["files"], **built.get(brief, {}).get("files", {})}:
            yield f"reports/{brief}/{name}"


def _compared(ours: Path, theirs: Path, released: str | None, recorded: str | None) -> str:
    """Return how a file here differs from the one built, or both from the release's or recorded."""
    here = ours.read_bytes() if ours.is_file() else None
    # Not built here is the sample, which its own test makes.
    built = theirs.read_bytes() if theirs.is_file() else None
    if built is None and (here is None or released is None):
        return "is not made again"
    if built is not None and here is not None and (how := difference(here, built, ours.name)):
        return how
    if recorded and here and hashlib.sha256(here).hexdigest() != recorded:
        return "is recorded in reports/manifest.json as another one"
    if released is None:
        return "is missing here" if here is None else ""
    found = hashlib.sha256((here if built is None else built) or b"").hexdigest()
    if found == released:
        return ""
    return f"is not the release's: SHA-256 {found[:12]}… instead of {released[:12]}…"


def _near(root: Path, copy: Path, name: str) -> bool:
    """Tell whether a simulated table differs in numbers only, and within the tolerance."""
    ours, theirs = root / name, copy / name
    simulated = name.startswith("data/processed/") and ours.stem in SIMULATED
    if not simulated or not ours.is_file() or not theirs.is_file():
        return False
    return close(ours.read_bytes(), theirs.read_bytes(), TOLERANCE)


def _description(root: Path, without: list[str]) -> dict[str, Any]:
    """Return the description of the data without the hashes of some tables."""
    path, content = root / DESCRIPTION, dict[str, Any]()
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
    for resource in content.get("resources", ()):
        if f"data/processed/{resource['path']}" in without:
            resource.update(bytes=None, hash=None)
    return content
