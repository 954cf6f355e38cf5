"""Checks of an .xlsx file before it is opened: size, a zip bomb, far-off cells, formulas.

Only the zip directory and the raw XML are looked at, with limits on what is unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from analysis.facts.errors import SourceError

LARGEST_UNPACKED: Final = 60_000_000
"""Bytes; the official workbook unpacks to less than one million."""
MOST_RATIO: Final = 200
MOST_CELLS: Final = 2_000_000
_FORMULA: Final = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,3}\d{1,7})\"[^>]*>\s*<f[\s>/]")
_ANY_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_REFERENCE: Final = re.compile(
    rb"\br=\"([A-Z]{1,3})(\d{1,7})\"|\bref=\"[A-Z]+\d+:([A-Z]{1,3})(\d{1,7})\""
)


def is_zip(content: bytes) -> bool:
    """Tell whether `content` is a zip archive, as every .xlsx file is."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check_workbook(content: bytes, path: Path) -> None:
    """Raise if a workbook is unsafe to open or holds formulas.

    Raises
    ------
    SourceError
        Naming the file, the part and the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_sizes(members, len(content), path)
            if not any(m.filename.startswith("xl/workbook") for m in members):
                raise SourceError(f"{path}: a zip archive without a workbook, expected .xlsx")
            for member in members:
                if member.filename.startswith("xl/worksheets/"):
                    _check_sheet(_unpack(archive, member, path), member.filename, path)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SourceError(f"{path}: a damaged or protected workbook ({error})") from None


def _check_sizes(members: list[zipfile.ZipInfo], packed: int, path: Path) -> None:
    total = sum(member.file_size for member in members)
    if total > LARGEST_UNPACKED or total > MOST_RATIO * packed or len(members) > 1000:
        raise SourceError(
            f"{path}: unpacks from {packed / 1e6:.1f} MB to {total / 1e6:.0f} MB in "
            f"{len(members)} parts: a zip bomb, not the official workbook"
        )


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bytes:
    """Return a part's bytes; the directory may lie about its size."""
    with archive.open(member) as file:
        data = file.read(LARGEST_UNPACKED + 1)
    if len(data) > max(member.file_size, 0) or len(data) > LARGEST_UNPACKED:
        raise SourceError(f"{path}: {member.filename} unpacks to more than its directory says")
    return data


def _check_sheet(xml: bytes, name: str, path: Path) -> None:
    if match := _FORMULA.search(xml):
        cell = match.group(1).decode()
        raise SourceError(
            f"{path}: {name} cell {cell} holds a formula, expected plain numbers; "
            "save the sheet as values"
        )
    if _ANY_FORMULA.search(xml):
        raise SourceError(f"{path}: {name} holds a formula, expected plain numbers")
    rows = columns = 1
    for match in _REFERENCE.finditer(xml):
        letters, number = match.group(1) or match.group(3), match.group(2) or match.group(4)
        rows, columns = max(rows, int(number)), max(columns, _column(letters))
    if rows * columns > MOST_CELLS:
        raise SourceError(
            f"{path}: {name} spans {rows} rows x {columns} columns, expected a few hundred"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
