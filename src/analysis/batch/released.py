"""The release: which briefs belong to it, and the committed checksums of its results."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from analysis.batch.plan import ALL_COUNTRIES, Target, plan_file
from analysis.facts.errors import AnalysisError
from analysis.settings.batches import batch_path

CHECKSUMS: Final = "data/CHECKSUMS"
"""Checksums of data/processed, of the release's briefs and of the sample, as ``sha256sum`` writes
them."""

BATCHES: Final = (ALL_COUNTRIES, "groups")
"""Batches whose briefs are the release's."""


def released_targets() -> list[Target]:
    """Return the targets of the release's briefs."""
    return [target for name in BATCHES for target in plan_file(batch_path(name))]


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
