"""Tables in HTML as grids without holes, heads apart from rows.

Spans are kept where they fit, cells that a row lacks are filled in, and columns of numbers stand on
the right: what pandas, its styles, statsmodels and Markdown write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

Node = dict[str, Any]

_NUMBER: Final = re.compile(r"[+\-\u2212]?[\d.,]*\d[\d.,]*(e[+\-]?\d+)?\s?%?", re.IGNORECASE)
_UNKNOWN: Final = ("", "NaN", "nan", "NaT", "<NA>", "None", "–", "-")
_WIDEST, _MOST_CELLS = 100, 100_000


@dataclass(frozen=True)
class _Cell:
    element: HtmlElement | None
    row: int
    column: int
    wide: int = 1
    tall: int = 1

    @property
    def text(self) -> str:
        return "" if self.element is None else self.element.text_content().strip()


def table(element: HtmlElement, read: Callable[[HtmlElement], list[Any]]) -> Node:
    """Return a table as a node: ``caption``, ``thead`` and ``tbody``, each where there is one.

    Parameters
    ----------
    element
        The table.
    read
        Returns the nodes that a cell holds.

    Raises
    ------
    ValueError
        If it is too wide or too long for a page.
    """
    rows = element.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    heads = _head_rows(rows)
    sections = {"thead": rows[:heads], "tbody": rows[heads:]}
    width = max((_width(_placed(some, 1)) for some in sections.values()), default=1)
    grids = {
        name: _filled(_placed(some, width), len(some), width) for name, some in sections.items()
    }
    right = {
        c for c in range(width) if _of_numbers([line[c] for line in grids["tbody"] if c in line])
    }
    children = [_node("caption", read(caption)) for caption in element.xpath("./caption")[:1]]
    for name, grid in grids.items():
        lines = [
            _node("tr", [_shown(line[c], name, right, read) for c in sorted(line)]) for line in grid
        ]
        children += [_node(name, lines)] if lines else []
    return _node("table", children, columns=str(width))


def _node(tag: str, children: Sequence[Any], **attributes: str) -> Node:
    return {"tag": tag, "attributes": attributes, "children": list(children)}


def _head_rows(rows: Sequence[HtmlElement]) -> int:
    """Return how many rows at the top are heads: those of the thead, or those of th alone."""
    heads = 0
    for row in rows:
        cells = row.xpath("./td | ./th")
        if row.getparent().tag != "thead" and not (cells and all(c.tag == "th" for c in cells)):
            break
        heads += 1
    return heads


def _span(element: HtmlElement, name: str) -> int:
    digits = re.match(r"\d{1,6}", element.get(name, ""))
    return max(int(digits[0]), 1) if digits else 1


def _placed(rows: Sequence[HtmlElement], whole: int) -> list[_Cell]:
    """Return the cells with their places; what spans more than a page holds spans `whole`."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for place, row in enumerate(rows):
        column = 0
        for element in row.xpath("./td | ./th"):
            while (place, column) in taken:
                column += 1
            asked = _span(element, "colspan")
            wide = 1
            for _ in range((asked if asked < _WIDEST else whole) - 1):
                wide += (place, column + wide) not in taken
            tall = min(_span(element, "rowspan"), len(rows) - place)
            cells.append(_Cell(element, place, column, wide, tall))
            taken |= {(place + r, column + c) for r in range(tall) for c in range(wide)}
            column += wide
            if column > _WIDEST or len(taken) > _MOST_CELLS:
                raise ValueError(
                    f"a table of more than {_WIDEST} columns or {_MOST_CELLS} cells is no brief's"
                )
    return cells


def _width(cells: Sequence[_Cell]) -> int:
    return max((cell.column + cell.wide for cell in cells), default=1)


def _filled(cells: Sequence[_Cell], height: int, width: int) -> list[dict[int, _Cell]]:
    """Return for each row column -> cell that begins there, with empty cells in the holes."""
    lines: list[dict[int, _Cell]] = [{} for _ in range(height)]
    free = {(r, c) for r in range(height) for c in range(width)}
    for cell in cells:
        lines[cell.row][cell.column] = cell
        free -= {
            (cell.row + r, cell.column + c) for r in range(cell.tall) for c in range(cell.wide)
        }
    for row, column in free:
        lines[row][column] = _Cell(None, row, column)
    return lines


def _of_numbers(cells: Sequence[_Cell]) -> bool:
    texts = [c.text for c in cells if c.wide == 1 and c.text not in _UNKNOWN]
    return bool(texts) and all(map(_NUMBER.fullmatch, texts))


def _shown(cell: _Cell, section: str, right: set[int], read: Callable[..., list[Any]]) -> Node:
    look = {}
    head = section == "thead" or (cell.element is not None and cell.element.tag == "th")
    if head:
        look["scope"] = "row" if section == "tbody" else "colgroup" if cell.wide > 1 else "col"
    asked = "" if cell.element is None else cell.element.get("style", "").replace(" ", "")
    sides = [side for side in ("left", "right", "center") if f"text-align:{side}" in asked]
    by_kind = "right" if cell.column in right and cell.wide == 1 else "left"
    look["class"] = f"nit-{sides[0] if sides else by_kind}"
    look |= {"colspan": str(cell.wide)} if cell.wide > 1 else {}
    look |= {"rowspan": str(cell.tall)} if cell.tall > 1 else {}
    return _node("th" if head else "td", [] if cell.element is None else read(cell.element), **look)
