"""How two files differ, told so that a person can find the place."""

from __future__ import annotations

import csv
import io
import json
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

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
        For a table row, column and both values; for a notebook the cell; else the first line or
        byte. ``-`` is what there is, ``+`` what was built.
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


def _of_tables(ours: str, theirs: str) -> str:
    before, after = (list(csv.reader(io.StringIO(text))) for text in (ours, theirs))
    if before[:1] != after[:1]:
        return f"columns {_pair(','.join(before[0]), ','.join(after[0]))}"
    for number, (one, other) in enumerate(zip_longest(before, after), start=1):
        if one is None or other is None:
            return f"{len(before) - 1} rows instead of {len(after) - 1}"
        for column, old, new in zip_longest(before[0], one, other, fillvalue=""):
            if old != new:
                return f"row {number - 1} ({', '.join(one[:3])}), {column}: {_pair(old, new)}"
    return ""


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
    place = next(
        (i for i, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other),
        min(len(ours), len(theirs)),
    )
    return f"byte {place} of {len(ours)} and {len(theirs)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _first_difference(one: str, other: str) -> str:
    """Return both texts around the first place where they differ."""
    place = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(place - _SHOWN // 3, 0)
    return _pair(one[start : start + _SHOWN], other[start : start + _SHOWN])


def _pair(old: str, new: str) -> str:
    return f"- {old!r} + {new!r}"
