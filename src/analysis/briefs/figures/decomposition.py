"""Figure: which categories' steps make up the score's change, edition by edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Data, Figure
from analysis.briefs.country.decomposition import Decomposition, decomposition_title, span_words
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet
from analysis.briefs.wording import MISSING, counted, fixed, listed, signed, whole_ties
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES

UP_FILL: Final = "#d3e3f0"
DOWN_FILL: Final = "#f3dcc6"
UNKNOWN_FILL: Final = "#eef0f1"
SCORE: Final = "Democracy Score"


def decomposition_figure(parts: Decomposition, country: str) -> Figure:
    """Return the grid of categories by editions with the steps, and the score's change below."""
    return Figure(
        name="decomposition",
        title=decomposition_title(parts),
        subtitle=(
            "Change of each rating from the edition before, in points; below, that of the score: "
            "the sum of the seven, divided by seven"
        ),
        caption=(
            f"{_span_words(parts)} Blank: no change. Grey: one of the two ratings is not known. "
            f"Right: the change{net_words(parts)}."
        ),
        source=SOURCE,
        alt=_alt(parts, country),
        **pictures(lambda narrow: draw_decomposition(parts, narrow)),
        data=_data(parts),
    )


def net_words(parts: Decomposition) -> str:
    """Return between which editions the sums are taken."""
    return span_words(parts.ends) if parts.ends else ", which needs two editions known in full"


def _span_words(parts: Decomposition) -> str:
    if not parts.editions:
        return ""
    first, last = parts.editions[0] - 1, parts.editions[-1]
    return f"Steps between adjacent editions, {first} to {last}."


def draw_decomposition(parts: Decomposition, narrow: bool) -> Canvas:
    """Draw a row a category and one for the score, a column an edition, sums at the right."""
    left, right, pitch, top, n = 84 if narrow else 92, 34 if narrow else 40, 15, 14, 8
    canvas = sheet(narrow, top + pitch * n + 9)
    span = (-0.5, max(len(parts.editions), 1) - 0.5)
    edges = (left, top, -right, top + pitch * n + 6)
    # The last row stands apart: 6 points are 0.4 of a row.
    axes = plot(canvas, edges, span, (n - 0.1, -0.5), bare=True)
    wide = axes.bbox.width / max(len(parts.editions), 1)
    soft = looks(size=8.2, color=palette.SOFT, gid="axis")
    for column, edition in enumerate(parts.editions):
        if wide > 14 or edition % 5 == 0 or len(parts.editions) == 1:
            words = str(edition) if wide > 22 else f"’{edition % 100:02d}"
            chart.write(axes, column, -0.5, words, dy=7.5, ha="center", **soft)
    sides = axes.get_yaxis_transform()
    chart.write(axes, 1, -0.5, "Net", dx=right, dy=7.5, ha="right", within=sides, **soft)
    net = [*(parts.net.get(code) for code in CATEGORIES), parts.net_score]
    for place, ((name, _), change) in enumerate(zip(_named(parts), net, strict=True)):
        y, bold = (place + 0.4, "semibold") if name == SCORE else (place, "normal")
        look = looks(weight=bold, size=8.6, within=sides)
        chart.write(axes, 0, y, name, dx=-left, gid="head", **look)
        words = MISSING if change is None else signed(change)
        chart.write(axes, 1, y, words, dx=right, ha="right", gid="sum", **look)
    beyond = -left / axes.bbox.width, 1 + right / axes.bbox.width
    axes.plot(beyond, [6.7, 6.7], color=palette.INK, lw=0.8, transform=sides, gid="rule")
    cells = cells_of(parts)
    _draw_cells(axes, cells, wide)
    names = [*CATEGORIES.values(), SCORE]
    told = [
        f"{names[cell.y]}, {parts.editions[cell.x] - 1} to {parts.editions[cell.x]}: "
        + ("not known" if cell.step != cell.step else signed(cell.step))
        for cell in rows(cells)
    ]
    heights = cells["y"] + 0.4 * cells["score"]
    chart.tell(axes, zip(cells["x"], heights, told, strict=True), (-0.5, 0.5, 0.5, -0.5))
    return canvas


def _named(parts: Decomposition) -> list[tuple[str, dict[int, float]]]:
    return [*((SHORT_NAMES[code], parts.steps[code]) for code in CATEGORIES), (SCORE, parts.score)]


def cells_of(parts: Decomposition) -> pd.DataFrame:
    """Return one row a cell of the grid.

    Columns: `x` and `y`; `step`, missing if not known; whether it is of the `score`.
    """
    cells = [
        (x, y, steps.get(edition), name == SCORE)
        for y, (name, steps) in enumerate(_named(parts))
        for x, edition in enumerate(parts.editions)
    ]
    return pd.DataFrame(cells, columns=["x", "y", "step", "score"]).astype({"step": float})


def _draw_cells(axes: Axes, cells: pd.DataFrame, wide: float) -> None:
    """Draw a box and a number a change, a triangle where the number would not fit."""
    cells = cells.assign(y=cells["y"] + 0.4 * cells["score"])
    unknown, up, down = cells["step"].isna(), cells["step"] >= 0.005, cells["step"] <= -0.005
    for chosen, fill, gid, mark, colour in (
        (unknown, UNKNOWN_FILL, "unknown", "", ""),
        (up, UP_FILL, "up", "^", palette.UP),
        (down, DOWN_FILL, "down", "v", palette.DOWN),
    ):
        x, y = cells.loc[chosen, "x"], cells.loc[chosen, "y"]
        axes.bar(x, 14 / 15, 1 - 1 / wide, bottom=y - 7 / 15, color=fill, gid=gid)
        if mark and wide < 14:
            axes.plot(x, y, mark, ms=4, mew=0, color=colour, gid="sign")
    still = cells[~(unknown | up | down)]
    axes.plot(still["x"], still["y"], "_", ms=2, mew=1, color=palette.RULE, gid="none")
    for cell in rows(cells[up | down]) if wide >= 14 else ():
        words = signed(cell.step).replace("0.", ".", 1)
        size = 8.0 if wide >= 21 else 6.9
        weight = "semibold" if cell.score else "normal"
        chart.write(axes, cell.x, cell.y, words, size=size, weight=weight, ha="center", gid="step")


def _alt(parts: Decomposition, country: str) -> str:
    net = [f"{CATEGORIES[code]} {signed(change)}" for code, change in parts.net.items()]
    moves = sorted(
        (item for item in parts.score.items() if item[1]), key=lambda item: -abs(item[1])
    )
    known = "" if len(parts.score) == len(parts.editions) else ", of the steps known,"
    largest = moves[: whole_ties([abs(step) for _, step in moves])]
    return (
        f"Grid of {country}’s seven categories by edition with the change of each rating. "
        + (f"Change{net_words(parts)}: {', '.join(net)}. " if net else "No step is known. ")
        + _largest_words(known, moves, [f"{edition} ({signed(step)})" for edition, step in largest])
    )


def _largest_words(known: str, moves: list[tuple[int, float]], largest: list[str]) -> str:
    if not moves:
        return "No score changed."
    if largest:
        return f"The score changed most{known} in {listed(largest)}."
    size = abs(moves[0][1])
    tied = sum(abs(step) == size for _, step in moves)
    return (
        f"The score changed by {fixed(size)} at most{known or ','} in {counted(tied, 'edition')}."
    )


def _data(parts: Decomposition) -> Data:
    def row(edition: int) -> Sequence[str | int | float | None]:
        steps = [parts.steps[code].get(edition) for code in CATEGORIES]
        score = parts.score.get(edition)
        return [edition, *steps, None if score is None else float(fixed_number(score))]

    return Data(["edition", *CATEGORIES, "score"], [row(edition) for edition in parts.editions])


def fixed_number(value: float) -> str:
    """Return a change as it is shown, with the minus of a computer."""
    return fixed(value).replace("−", "-")
