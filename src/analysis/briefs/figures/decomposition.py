"""Figure: which categories' steps make up the score's change, edition by edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.briefs.blocks import Data, Figure
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.wording import counted, fixed, listed, signed
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.settings.parameters import Window

UP_FILL: Final = "#d3e3f0"
DOWN_FILL: Final = "#f3dcc6"
UNKNOWN_FILL: Final = "#eef0f1"
SCORE: Final = "Democracy Score"


@dataclass(frozen=True)
class Decomposition:
    """The annual changes of a country's score, split by category.

    Attributes
    ----------
    editions
        Editions whose change from the edition before is asked for.
    steps
        Category -> edition -> change of the rating; only where both ratings are known.
    score
        Edition -> change of the score: the sum of its steps / 7 where all seven are known, else
        the difference of the two printed scores.
    exact
        Editions of `score` whose seven steps are all known.
    """

    editions: tuple[int, ...]
    steps: dict[str, dict[int, float]]
    score: dict[int, float]
    exact: frozenset[int]

    def total(self, code: str) -> float:
        """Return the sum of a category's known steps, in points of its rating."""
        return sum(self.steps[code].values())


def decompose(changes: pd.DataFrame, own: pd.DataFrame, window: Window) -> Decomposition:
    """Split the annual changes of one country's score.

    Parameters
    ----------
    changes
        Rows of the table ``changes`` of the country.
    own
        `edition` and `score` of the country.
    window
        Editions to show.
    """
    editions = tuple(window.editions)[1:]
    steps: dict[str, dict[int, float]] = {code: {} for code in CATEGORIES}
    for row in rows(changes):
        if row.edition in editions:
            steps[row.category][int(row.edition)] = float(row.change)
    known = dict(chart.points_of(own))
    score, exact = {}, set()
    for edition in editions:
        found = [steps[code][edition] for code in CATEGORIES if edition in steps[code]]
        if len(found) == len(CATEGORIES):
            score[edition] = sum(found) / len(CATEGORIES)
            exact.add(edition)
        elif edition in known and edition - 1 in known:
            score[edition] = known[edition] - known[edition - 1]
    return Decomposition(editions, steps, score, frozenset(exact))


def decomposition_figure(parts: Decomposition, country: str) -> Figure:
    """Return the grid of categories by editions with the steps, and the score's change below."""
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(parts, narrow))
    return Figure(
        name="decomposition",
        title=decomposition_title(parts),
        subtitle=(
            "Change of each rating from the edition before, in points; below, that of the score: "
            "the sum of the seven, divided by seven"
        ),
        caption=(
            f"{_span_words(parts)} Blank: no change. Grey: one of the two ratings is not known. "
            "Right: the sum of a row’s known steps. With ≈: the difference of two scores whose "
            "ratings are not all known."
        ),
        source=SOURCE,
        alt=_alt(parts, country),
        svg=svg,
        svg_narrow=svg_narrow,
        data=_data(parts),
    )


def decomposition_title(parts: Decomposition) -> str:
    """Return the finding: which category makes up most of the change of the known steps."""
    totals = {code: parts.total(code) for code in CATEGORIES}
    whole = sum(totals.values())
    if not any(any(step for step in steps.values()) for steps in parts.steps.values()):
        return "No rating changed between two adjacent editions in which both are known"
    if abs(whole) < 1e-9:
        return "Falls and rises of the ratings cancel out over the period"
    way = 1 if whole > 0 else -1
    size = max(way * total for total in totals.values())
    most = [SHORT_NAMES[code] for code, total in totals.items() if abs(way * total - size) < 1e-9]
    direction = "rise" if whole > 0 else "fall"
    movers = [code for code, steps in parts.steps.items() if any(map(abs, steps.values()))]
    if len(movers) == 1:
        return f"Only one category changed: {SHORT_NAMES[movers[0]]}, by {signed(whole)} points"
    share = f"{signed(way * size)} of {signed(whole)} points in all seven"
    if len(most) == 1:
        return f"{most[0]} had the largest part in the {direction}: {share}"
    if len(most) == len(CATEGORIES):
        return f"All seven categories had the same part in the {direction}: {signed(way * size)}"
    many = listed(most) if len(most) <= 3 else counted(len(most), "category", "categories")
    return f"{many[:1].upper()}{many[1:]} had the largest parts in the {direction}: each {share}"


def _span_words(parts: Decomposition) -> str:
    if not parts.editions:
        return ""
    first, last = parts.editions[0] - 1, parts.editions[-1]
    return f"Steps between adjacent editions, {first} to {last}."


def _draw(parts: Decomposition, narrow: bool) -> Drawing:
    width = palette.NARROW if narrow else palette.WIDE
    left, right, pitch = (84.0, 34.0, 15.0) if narrow else (92.0, 40.0, 15.0)
    top = 14.0
    drawing = Drawing(width, top + pitch * 8 + 9)
    wide = (width - left - right) / max(len(parts.editions), 1)
    _draw_years(drawing, parts, left, wide)
    drawing.text(width, 9, "Sum", size=8.2, colour=palette.SOFT, anchor="end", role="axis")
    for place, code in enumerate(CATEGORIES):
        y = top + place * pitch
        drawing.text(0, y + pitch / 2, SHORT_NAMES[code], size=8.6, centred=True, role="head")
        for column, edition in enumerate(parts.editions):
            box = (left + column * wide + 0.5, y + 0.5, wide - 1, pitch - 1)
            _draw_step(drawing, box, parts.steps[code].get(edition), narrow)
        known = bool(parts.steps[code])
        _draw_sum(drawing, width, y + pitch / 2, parts.total(code) if known else None, False)
    y = top + 7 * pitch + 6
    drawing.line([(0, y - 3), (width, y - 3)], palette.INK, 0.8, role="rule")
    drawing.text(0, y + pitch / 2, SCORE, size=8.6, weight="bold", centred=True, role="head")
    for column, edition in enumerate(parts.editions):
        box = (left + column * wide + 0.5, y + 0.5, wide - 1, pitch - 1)
        about = edition in parts.score and edition not in parts.exact
        _draw_step(drawing, box, parts.score.get(edition), narrow, score=True, about=about)
    total = sum(parts.score.values()) if parts.score else None
    _draw_sum(drawing, width, y + pitch / 2, total, True)
    return drawing


def _draw_years(drawing: Drawing, parts: Decomposition, left: float, wide: float) -> None:
    for column, edition in enumerate(parts.editions):
        if wide > 14 or (edition % 5 == 0) or len(parts.editions) == 1:
            words = str(edition) if wide > 22 else f"’{edition % 100:02d}"
            x = left + (column + 0.5) * wide
            drawing.text(x, 9, words, size=8.2, colour=palette.SOFT, anchor="middle", role="axis")


def _draw_step(
    drawing: Drawing,
    box: tuple[float, float, float, float],
    step: float | None,
    narrow: bool,
    *,
    score: bool = False,
    about: bool = False,
) -> None:
    x, y, wide, high = box
    if step is None:
        drawing.box(*box, UNKNOWN_FILL, role="unknown")
        return
    if abs(step) < 0.005:
        drawing.line([(x + wide / 2 - 1, y + high / 2), (x + wide / 2 + 1, y + high / 2)],
                     palette.RULE, 1, role="none")  # fmt: skip
        return
    drawing.box(*box, UP_FILL if step > 0 else DOWN_FILL, role="up" if step > 0 else "down")
    words = signed(step).replace("0.", ".", 1)
    if narrow and wide < 14:
        # A triangle in place of a number that would not fit.
        half, tip = min(wide, high) * 0.26, -1 if step > 0 else 1
        middle = (x + wide / 2, y + high / 2)
        corners = [
            (middle[0] - half, middle[1] - tip * half * 0.8),
            (middle[0] + half, middle[1] - tip * half * 0.8),
            (middle[0], middle[1] + tip * half * 0.9),
        ]
        drawing.area(corners, palette.UP if step > 0 else palette.DOWN, role="sign")
        return
    size = 6.9 if wide < 21 else 8.0
    drawing.text(
        x + wide / 2, y + high / 2, ("≈" if about else "") + words,
        size=size - 0.9 if about and wide < 21 else size,
        weight="semibold" if score else "regular", anchor="middle", centred=True, role="step",
    )  # fmt: skip


def _draw_sum(drawing: Drawing, x: float, y: float, total: float | None, score: bool) -> None:
    words = "–" if total is None else signed(total)
    drawing.text(
        x, y, words, size=8.6, weight="bold" if score else "regular", anchor="end", centred=True,
        role="sum",
    )  # fmt: skip


def _alt(parts: Decomposition, country: str) -> str:
    told = [
        f"{CATEGORIES[code]} {signed(parts.total(code))}"
        for code in CATEGORIES
        if parts.steps[code]
    ]
    moves = sorted(parts.score.items(), key=lambda item: -abs(item[1]))[:3]
    largest = [f"{edition} ({signed(step)})" for edition, step in moves if abs(step) >= 0.005]
    return (
        f"Grid of {country}’s seven categories by edition with the change of each rating. "
        + (f"Sums over the known steps: {', '.join(told)}. " if told else "No step is known. ")
        + (f"The score changed most in {listed(largest)}." if largest else "No score changed.")
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
