"""How two files differ, told so that a person can find the place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
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
    try:
        before, after = ours.decode("utf-8"), theirs.decode("utf-8")
        compare = ways.get(Path(name).suffix, _of_lines)
        return compare(before, after) or _of_lines(before, after)
    except Exception:  # one of them is not what its ending says
        return f"byte {_equal_until(ours, theirs)} of {len(ours)} and {len(theirs)}"


def close(ours: bytes, theirs: bytes, tolerance: float) -> bool:
    """Tell whether two tables are the same but for numbers that differ by at most `tolerance`."""
    with suppress(ValueError, csv.Error):  # not as many rows or cells, other words, no table
        before, after = (_rows(text.decode("utf-8")) for text in (ours, theirs))
        return all(
            # Stored with six decimals: the difference of two of them is not exact.
            one == other or abs(float(one) - float(other)) <= tolerance + 1e-9
            for row, again in zip(before, after, strict=True)
            for one, other in zip(row, again, strict=True)
        )
    return False


def _rows(text: str) -> list[Row]:
    return [tuple(row) for row in csv.reader(io.StringIO(text))]


def _of_tables(ours: str, theirs: str) -> str:
    before, after = _rows(ours), _rows(theirs)
    if before[:1] != after[:1]:
        return f"columns {_pair(','.join(before[0]), ','.join(after[0]))}"
    found = list(_of_rows(before, after))
    lines = found[:MOST_ROWS]
    if (more := len(found) - MOST_ROWS) > 0:
        lines.append(f"and {more} rows more")
    return "\n  ".join(["", *lines] if len(lines) > 1 else lines)


def _of_rows(before: list[Row], after: list[Row]) -> Iterator[str]:
    for kind, i, i_end, j, j_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            continue
        for number, (one, other) in enumerate(zip_longest(before[i:i_end], after[j:j_end]), i):
            place = f"row {number} ({', '.join((one or other or ())[:NAMING])})"
            if one is None or other is None:
                yield f"{place} is {'not here' if one is None else 'not made again'}"
                continue
            triples = zip_longest(before[0], one, other, fillvalue="")
            cells = [f"{column}: {_pair(old, new)}" for column, old, new in triples if old != new]
            yield f"{place}, {'; '.join(cells)}"


def _of_notebooks(ours: str, theirs: str) -> str:
    before, after = (json.loads(text)["cells"] for text in (ours, theirs))
    for number, (one, other) in enumerate(zip_longest(before, after), start=1):
        if one is None or other is None:
            return f"{len(before)} cells instead of {len(after)}"
        for part in ("source", "outputs", "metadata", "execution_count", "id"):
            if one.get(part) != other.get(part):
                return f"cell {number}, {part}: {_first_difference(one.get(part), other.get(part))}"
    return ""


def _of_json(ours: str, theirs: str) -> str:
    one, other, place = json.loads(ours), json.loads(theirs), []
    while isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        if not keys:
            break
        place.append(keys[0])
        one, other = one.get(keys[0]), other.get(keys[0])
    return f"{' / '.join(place)}: {_first_difference(one, other)}"


def _of_lines(ours: str, theirs: str) -> str:
    pairs = zip_longest(ours.splitlines(), theirs.splitlines(), fillvalue="")
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return f"line {number}: {_first_difference(one, other)}"
    return "line ends"


def _first_difference(*values: Any) -> str:
    """Return both values around the first place where their texts differ."""
    one, other = (v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values)
    start = max(_equal_until(one, other) - _SHOWN // 3, 0)
    return _pair(one[start : start + _SHOWN], other[start : start + _SHOWN])


def _equal_until(one: Sequence[Any], other: Sequence[Any]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _pair(old: str, new: str) -> str:
    return f"- {old!r} + {new!r}"
