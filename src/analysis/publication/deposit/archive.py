"""One zip archive, the same bytes from the same project."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from analysis.facts.files import project_root, write_bytes
from analysis.facts.release import DATE, VERSION
from analysis.publication.deposit.contents import checksum_lines, deposit_files
from analysis.publication.deposit.crate import CRATE, crate_metadata
from analysis.publication.deposit.readme import README, deposit_readme

SUMS: Final = "CHECKSUMS"
_MODE: Final = 0o100644 << 16


def write_bundle(folder: Path) -> Path:
    """Write the deposit of the project into a folder.

    Returns
    -------
    pathlib.Path
        The archive, ``nations-in-transit-<version>.zip``.

    Raises
    ------
    analysis.facts.errors.AnalysisError
        If the briefs have not been rendered.
    """
    target = folder / f"nations-in-transit-{VERSION}.zip"
    write_bytes(target, zipped(deposit_contents(project_root())))
    return target


def deposit_contents(root: Path) -> dict[str, bytes]:
    """Return every file of the deposit: the project's, and those that describe it."""
    contents = {name: (root / name).read_bytes() for name in deposit_files(root)}
    contents[README] = deposit_readme(root, sorted(contents)).encode()
    contents[CRATE] = crate_metadata(contents)
    contents[SUMS] = checksum_lines(contents).encode()
    return contents


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Return files as a zip archive: by name, dated like the release, with one mode."""
    year, month, day = (int(part) for part in DATE.split("-"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
            entry.external_attr = _MODE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return buffer.getvalue()
