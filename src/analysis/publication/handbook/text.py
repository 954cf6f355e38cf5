"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], body: Iterable[Sequence[object]], align: str = "") -> str:
    """Return a table; `align` has one of ``l``, ``r`` a column, all left if empty."""
    rule = ["---:" if side == "r" else "---" for side in align or "l" * len(heads)]
    lines = [heads, rule, *body]
    return "\n".join(f"| {' | '.join(cell(value) for value in line)} |" for line in lines)


def cell(value: object) -> str:
    """Return a value as the text of a table's cell: one line, no column marks."""
    return " ".join(str(value).replace("|", "\\|").split())


def thousands(number: int) -> str:
    """Return a count with thin spaces between thousands: 3 564."""
    return f"{number:,}".replace(",", "\u2009")


def percent(part: float, whole: float) -> str:
    """Return a share in whole percent."""
    return f"{100 * part / whole:.0f} %"
