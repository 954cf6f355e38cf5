"""How two files differ, told so that a person can find the place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

Row = tuple[str, ...]

MOST_ROWS: Final = 20
"""Rows of a table that are told."""

NAMING: Final = 5
"""Cells at the beginning of a row that tell which it is."""

_SHOWN: Final = 60


def difference(ours: bytes, theirs: bytes, name: str) -> str:
    """Return how two contents of one file differ, or an empty text where they do not.

    Parameters
    ----------
    ours, theirs
        What there is, and what was built anew.
    name
        Of the file; its ending decides how it is compared.

    Returns
    -------
    str
        For a table every row that differs, a line each, with column and both values, `MOST_ROWS`
        at most; for a notebook the cell; else the first line or byte. ``-`` is what there is, ``+``
        what was built.
    """
    if ours == theirs:
        return ""
    ways = {".csv": _of_tables, ".ipynb": _of_notebooks, ".json": _of_json}
    compare = ways.get(Path(name).suffix)
    try:
        found = compare(ours.decode("utf-8"), theirs.decode("utf-8")) if compare else ""
        return found or _of_lines(ours.decode("utf-8"), theirs.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        return _of_bytes(ours, theirs)


def close(ours: bytes, theirs: bytes, tolerance: float) -> bool:
    """Tell whether two tables are the same but for numbers that differ by at most `tolerance`."""
    before, after = ([*csv.reader(io.StringIO(text.decode("utf-8")))] for text in (ours, theirs))
    if [len(row) for row in before] != [len(row) for row in after]:
        return False
    pairs = (
        (one, other)
        for row, again in zip(before, after, strict=True)
        for one, other in zip(row, again, strict=True)
        if one != other
    )
    return all(_near(one, other, tolerance) for one, other in pairs)


def _near(one: str, other: str, tolerance: float) -> bool:
    try:
        # Stored with six decimals: the difference of two of them is not exact.
        return abs(float(one) - float(other)) <= tolerance + 1e-9
    except ValueError:
        return False


def _of_tables(ours: str, theirs: str) -> str:
    before, after = ([*map(tuple, csv.reader(io.StringIO(text)))] for text in (ours, theirs))
    if before[:1] != after[:1]:
        return f"columns {_pair(','.join(before[0]), ','.join(after[0]))}"
    found = list(_of_rows(before[0], before, after))
    more = len(found) - MOST_ROWS
    lines = [*found[:MOST_ROWS], *([f"and {more} rows more"] if more > 0 else [])]
    return "\n  ".join(["", *lines]) if len(lines) > 1 else "".join(lines)


def _of_rows(columns: Row, before: list[Row], after: list[Row]) -> Iterator[str]:
    for kind, i, i_end, j, j_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            continue
        for number, (one, other) in enumerate(zip_longest(before[i:i_end], after[j:j_end]), i):
            if one is None or other is None:
                what = "not here" if one is None else "not made again"
                yield f"row {number} ({', '.join((one or other)[:NAMING])}) is {what}"
                continue
            cells = [
                f"{column}: {_pair(old, new)}"
                for column, old, new in zip_longest(columns, one, other, fillvalue="")
                if old != new
            ]
            yield f"row {number} ({', '.join(one[:NAMING])}), {'; '.join(cells)}"


def _of_notebooks(ours: str, theirs: str) -> str:
    before, after = (json.loads(text)["cells"] for text in (ours, theirs))
    for number, (one, other) in enumerate(zip_longest(before, after), start=1):
        if one is None or other is None:
            return f"{len(before)} cells instead of {len(after)}"
        for part in ("source", "outputs", "metadata", "execution_count", "id"):
            if one.get(part) != other.get(part):
                old, new = (_text(cell.get(part)) for cell in (one, other))
                return f"cell {number}, {part}: {_first_difference(old, new)}"
    return ""


def _of_json(ours: str, theirs: str) -> str:
    return _of_values(json.loads(ours), json.loads(theirs), "")


def _of_values(ours: Any, theirs: Any, place: str) -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *(k for k in theirs if k not in ours)]:
            if ours.get(key) != theirs.get(key):
                return _of_values(ours.get(key), theirs.get(key), f"{place} / {key}".lstrip(" /"))
    return f"{place}: {_first_difference(_text(ours), _text(theirs))}"


def _of_lines(ours: str, theirs: str) -> str:
    pairs = zip_longest(ours.splitlines(), theirs.splitlines(), fillvalue="")
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return f"line {number}: {_first_difference(one, other)}"
    return "line ends"


def _of_bytes(ours: bytes, theirs: bytes) -> str:
    return f"byte {_equal_until(ours, theirs)} of {len(ours)} and {len(theirs)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _first_difference(one: str, other: str) -> str:
    """Return both texts around the first place where they differ."""
    start = max(_equal_until(one, other) - _SHOWN // 3, 0)
    return _pair(one[start : start + _SHOWN], other[start : start + _SHOWN])


def _equal_until(one: Sequence[Any], other: Sequence[Any]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _pair(old: str, new: str) -> str:
    return f"- {old!r} + {new!r}"
