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
_NUMBER: Final = re.compile(r"[+\-\u2212]?\d+(\.\d+)?\Z")


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
    """Return a table's cells, those that are numbers as numbers.

    What italics say on the page - derived rather than printed - is said by a column of its own.
    """
    columns = [column["name"] or column["head"] for column in content["columns"]]
    texts = [[cell["text"] for cell in row] for row in content["rows"]]
    rows: list[list[Value]] = [[_value(text) for text in row] for row in texts]
    places = [max((_digits(row[i]) for row in texts), default=0) for i in range(len(columns))]
    derived = [
        ", ".join(name for name, cell in zip(columns, row, strict=True) if cell["derived"])
        for row in content["rows"]
    ]
    if any(derived):
        columns, places = [*columns, "Derived"], [*places, 0]
        rows = [[*row, of_row] for row, of_row in zip(rows, derived, strict=True)]
    return Sheet(columns, rows, places)


def _value(text: str) -> Value:
    if not _NUMBER.match(text):
        return text
    plain = text.replace("\u2212", "-").removeprefix("+")
    return float(plain) if "." in plain else int(plain)


def _digits(text: str) -> int:
    return len(text.partition(".")[2]) if _NUMBER.match(text) else 0
