"""Figure: small multiples, one a category and one the score, the other categories in grey."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import Drawing, Point
from analysis.briefs.wording import fixed
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.settings.parameters import Window

Line = list[tuple[int, float]]
_SCORE: Final = "Democracy Score"


def category_figure(
    panel: pd.DataFrame, score: pd.DataFrame, country: str, window: Window, title: str
) -> Figure:
    """Return the small multiples of one country.

    Parameters
    ----------
    panel
        The reconciled panel; `rating` on ``7=best``.
    score
        `edition` and `score` of the country, for the last panel.
    country, window
        What to show.
    title
        The finding, as a sentence without full stop.
    """
    own = window.cut(panel[panel["country"] == country]).sort_values("edition", kind="stable")
    parts = {code: own[own["category"] == code] for code in CATEGORIES}
    lines = {code: chart.points_of(part, "rating") for code, part in parts.items()}
    derived = {
        code: chart.points_of(part[part["status"] == "derived"], "rating")
        for code, part in parts.items()
    }
    mean = chart.points_of(window.cut(score))
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(lines, derived, mean, window, narrow))
    return Figure(
        name="categories",
        title=title,
        subtitle=(
            f"Rating by edition, {chart.SCALE_WORDS}; in grey the country’s other categories"
        ),
        caption=(
            "Ratings move in steps of 0.25. Below each name: first and last known rating of the "
            "period. Hollow points are derived from printed changes; gaps are editions whose "
            "rating is not known. The last panel is the mean of the seven."
        ),
        source=SOURCE,
        alt=_alt(lines, country),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(own, {name: name for name in ("edition", "category", "rating", "status")}),
    )


def _draw(
    lines: dict[str, Line], derived: dict[str, Line], mean: Line, window: Window, narrow: bool
) -> Drawing:
    columns = 2 if narrow else 4
    width = palette.NARROW if narrow else palette.WIDE
    head, high, foot, left, gap = 29.0, 62.0 if narrow else 66.0, 16.0, 12.0, 14.0
    wide = (width - left - gap * (columns - 1) - 2) / columns
    drawing = Drawing(width, (head + high + foot) * (8 // columns))
    for place, code in enumerate((*CATEGORIES, _SCORE)):
        row, column = divmod(place, columns)
        x, y = left + column * (wide + gap), row * (head + high + foot) + head
        span = (window.first_edition - 0.6, window.last_edition + 0.6)
        frame = Frame(x, y, x + wide, y + high, span, (0.8, 7.2))
        _draw_axes(drawing, frame, window, numbers=column == 0)
        for other, line in lines.items():
            if other != code and code != _SCORE:
                _draw_steps(drawing, frame, line, palette.GREY, 0.7, "other")
        if code == _SCORE:
            _draw_mean(drawing, frame, mean)
            _draw_head(drawing, frame, code, _span(mean), palette.INK)
        else:
            _draw_steps(drawing, frame, lines[code], palette.ACCENT, 1.9, code)
            for edition, rating in derived[code]:
                at = frame.at(edition, rating)
                drawing.dot(
                    *at, 1.5, palette.PAPER, stroke=palette.ACCENT, stroke_width=1, role="derived"
                )
            _draw_head(drawing, frame, SHORT_NAMES[code], _span(lines[code]), palette.ACCENT)
    return drawing


def _draw_axes(drawing: Drawing, frame: Frame, window: Window, *, numbers: bool) -> None:
    for value in (1, 4, 7):
        y = frame.up(value)
        drawing.line([(frame.left, y), (frame.right, y)], palette.RULE, 0.6, role="grid")
        if numbers:
            drawing.text(
                frame.left - 4,
                y,
                str(value),
                size=8,
                colour=palette.SOFT,
                anchor="end",
                centred=True,
                role="axis",
            )
    for edition in dict.fromkeys((window.first_edition, window.last_edition)):
        first = edition == window.first_edition
        drawing.text(
            frame.left if first else frame.right,
            frame.bottom + 9,
            str(edition) if first else f"’{edition % 100:02d}",
            size=8,
            colour=palette.SOFT,
            anchor="start" if first else "end",
            role="axis",
        )


def _draw_head(drawing: Drawing, frame: Frame, name: str, span: str, colour: str) -> None:
    drawing.text(frame.left, frame.top - 17, name, size=9.3, weight="bold", role="head")
    drawing.text(frame.left, frame.top - 5.5, span, size=8.6, colour=colour, role="head")


def _draw_steps(
    drawing: Drawing, frame: Frame, line: Line, colour: str, width: float, role: str
) -> None:
    """Draw ratings as steps: each holds for its whole edition, the first and the last one too."""
    for run in chart.runs(line):
        places: list[Point] = []
        for edition, rating in run:
            places += [frame.at(edition - 0.5, rating), frame.at(edition + 0.5, rating)]
        drawing.line(places, colour, width, role=role)


def _draw_mean(drawing: Drawing, frame: Frame, mean: Line) -> None:
    for run in chart.runs(mean):
        places = [frame.at(*point) for point in run]
        if len(run) == 1:
            drawing.dot(*places[0], 1.2, palette.INK, role="mean")
        else:
            drawing.line(places, palette.INK, 1.6, role="mean")


def _span(line: Line) -> str:
    if not line:
        return "not known"
    first, last = line[0][1], line[-1][1]
    if len({fixed(value) for _, value in line}) == 1:
        return f"{fixed(last)} throughout" if len(line) > 1 else fixed(last)
    return f"{fixed(first)} to {fixed(last)}"


def _alt(lines: dict[str, Line], country: str) -> str:
    told = "; ".join(f"{CATEGORIES[code]} {_span(line)}" for code, line in lines.items())
    return (
        f"Seven small line charts of {country}’s ratings and one of their mean, first to last "
        f"known: {told}."
    )
