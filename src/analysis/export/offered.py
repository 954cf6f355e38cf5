"""What a brief offers beside its text: each picture and table under a name of its own.

Everything later - files in assets/, links on the page, sheets of a workbook - is made from the one
list that `offered` returns, so that what is linked is what there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.briefs.blocks import Content
from analysis.briefs.wording import MISSING

Value = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """The values of a table or behind a picture.

    Attributes
    ----------
    columns
        Heads, full names rather than abbreviations.
    rows
        Texts, numbers, and None for what is not known.
    digits
        Decimals with which each column's numbers are shown.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    digits: Sequence[int]


@dataclass(frozen=True)
class Offer:
    """A picture or table of a brief.

    Attributes
    ----------
    name
        Letters, digits and ``_``; no two of a brief are the same, whatever the case.
    content
        The block.
    sheet
        Its values; None for a picture that carries none.
    """

    name: str
    content: Content
    sheet: Sheet | None

    @property
    def svg(self) -> str:
        """The picture as SVG text; empty for a table."""
        return str(self.content.get("svg", ""))


_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,40}\Z")
_DIGITS: Final = r"[+\-\u2212]?\d+(?:\.\d+)?"
_NUMBER: Final = re.compile(rf"{_DIGITS}\Z")
_INTERVAL: Final = re.compile(rf"(?P<from>{_DIGITS})(?: to |\u2013)(?P<to>{_DIGITS})\Z")
_PERCENT: Final = re.compile(rf"{_DIGITS}\s?%\Z")


def offered(contents: Sequence[Content]) -> list[Offer]:
    """Return the pictures and tables of a brief, in order.

    A block without a usable name is called by its kind.
    """
    offers: list[Offer] = []
    taken: dict[str, int] = {}
    for content in contents:
        if content["kind"] in ("figure", "table"):
            name = content["name"] if _NAME.match(content["name"]) else content["kind"]
            taken[name.lower()] = taken.get(name.lower(), 0) + 1
            if taken[name.lower()] > 1:
                name = f"{name}-{taken[name.lower()]}"
            sheet = _of_table(content) if content["kind"] == "table" else _of_figure(content)
            offers.append(Offer(name, content, sheet))
    return offers


def _of_figure(content: Content) -> Sheet | None:
    if not content["data"]:
        return None
    columns, rows = content["data"]["columns"], content["data"]["rows"]
    places = [max((_digits(str(row[i])) for row in rows), default=0) for i in range(len(columns))]
    return Sheet(columns, rows, places)


def _of_table(content: Content) -> Sheet:
    """Return a table's cells, one typed value a cell: an interval as its two ends, a share by %.

    What italics say on the page - derived rather than printed - is said by a column of its own, and
    so is what stands in a column of numbers and is none, such as a rating that is open.
    """
    columns, remarks = {}, [""] * len(content["rows"])
    for at, column in enumerate(content["columns"]):
        head, texts = column["name"] or column["head"], [r[at]["text"] for r in content["rows"]]
        for name, values in _typed(head, ["" if text == MISSING else text for text in texts]):
            columns[name if name not in columns else f"{name}, {at + 1}"] = values
            if any(map(_NUMBER.match, values)):
                odd = ["" if not v or _NUMBER.match(v) else f"{name}: {v}" for v in values]
                remarks = ["; ".join(filter(None, pair)) for pair in zip(remarks, odd, strict=True)]
                values[:] = [value if _NUMBER.match(value) else "" for value in values]
    derived = [
        ", ".join(
            column["name"] or column["head"]
            for column, cell in zip(content["columns"], row, strict=True)
            if cell["derived"]
        )
        for row in content["rows"]
    ]
    columns |= {n: v for n, v in (("Derived", derived), ("Remarks", remarks)) if any(v)}
    rows = [[_value(text) for text in row] for row in zip(*columns.values(), strict=True)]
    places = [max(map(_digits, values), default=0) for values in columns.values()]
    return Sheet(list(columns), rows, places)


def _typed(head: str, texts: list[str]) -> list[tuple[str, list[str]]]:
    """Return a column, or the two ends of its intervals, or its percentages without the sign."""
    shown = [text for text in texts if text]
    if shown and all(map(_INTERVAL.match, shown)):
        ends = [_INTERVAL.match(text) for text in texts]
        return [
            (f"{head}, {word}", [end[word] if end else "" for end in ends])
            for word in ("from", "to")
        ]
    if shown and all(map(_PERCENT.match, shown)):
        return [(f"{head}, %", [text.removesuffix("%").rstrip() for text in texts])]
    return [(head, texts)]


def _value(text: str) -> Value:
    if not _NUMBER.match(text):
        return text or None
    plain = text.replace("\u2212", "-").removeprefix("+")
    return float(plain) if "." in plain else int(plain)


def _digits(text: str) -> int:
    return len(text.partition(".")[2]) if _NUMBER.match(text) else 0
