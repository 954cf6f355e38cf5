"""Figure: a country's Democracy Score on the class bands, the other countries in grey."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, glyphs, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import SHIFT, Anchor, Drawing, Point, Shape, along, distance
from analysis.briefs.wording import counted, fixed, listed, signed
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import REGIME_CLASSES
from analysis.settings.parameters import Window, as_ranges

ROUNDING: Final = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

LARGE_STEP: Final = 0.14
"""Annual changes of the score from this size on, one category point, are worth a label."""
MOST_LABELS: Final = 3

_BAND_NAMES: Final = {
    "CD": ("Consolidated", "Democracy"),
    "SCD": ("Semi-Consolidated", "Democracy"),
    "THR": ("Transitional or", "Hybrid Regime"),
    "SCAR": ("Semi-Consolidated", "Authoritarian"),
    "CAR": ("Consolidated", "Authoritarian"),
}


def trajectory_figure(series: pd.DataFrame, country: str, window: Window, title: str) -> Figure:
    """Return the figure of one country's score.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of all countries; `score` on ``7=best``.
    country
        The country to emphasise.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    own = shown[shown["country"] == country].sort_values("edition", kind="stable")
    others = {
        str(name): chart.points_of(line)
        for name, line in shown[shown["country"] != country].groupby("country")
    }
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(own, others, window, narrow))
    columns = {"edition": "edition", "score": "democracy_score", "basis": "basis"}
    return Figure(
        name="trajectory",
        title=title,
        subtitle=(
            f"Democracy Score by edition, {chart.SCALE_WORDS}; "
            f"in grey the other {counted(len(others), 'country', 'countries')}"
        ),
        caption=_caption(own, window),
        source=SOURCE,
        alt=_alt(own, country),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(own, {**columns, "regime_class": "regime_class"}, digits=2),
    )


def _draw(
    own: pd.DataFrame, others: dict[str, list[tuple[int, float]]], window: Window, narrow: bool
) -> Drawing:
    width, height, labels = (palette.NARROW, 230.0, 30.0) if narrow else (palette.WIDE, 262.0, 84.0)
    drawing = Drawing(width, height)
    first, last = window.first_edition, window.last_edition
    frame = Frame(
        15, 2, width - labels, height - 18, chart.edition_span(first, last), chart.SCALE_ROOM
    )
    _draw_bands(drawing, frame, narrow)
    chart.scale_axis(drawing, frame)
    chart.scale_ends(drawing, frame)
    for line in others.values():
        for run in chart.runs(line):
            places = [frame.at(*point) for point in run]
            drawing.line(places, palette.GREY, 0.7, opacity=0.7, role="other")
    _draw_own(drawing, frame, own)
    chart.year_axis(drawing, frame, first, last)
    return drawing


def _draw_bands(drawing: Drawing, frame: Frame, narrow: bool) -> None:
    for regime in REGIME_CLASSES:
        low, high = float(regime.lowest) // 1, float(regime.highest)
        top, bottom = frame.up(high), frame.up(low)
        fill = palette.CLASS_BANDS[regime.initials]
        drawing.box(frame.left, top, frame.right - frame.left, bottom - top, fill, role="band")
        names = (regime.initials,) if narrow else _BAND_NAMES[regime.initials]
        for place, name in enumerate(names):
            y = (top + bottom) / 2 + (place - (len(names) - 1) / 2) * 10
            drawing.text(frame.right + 6, y, name, size=8.5, centred=True, role="band")


def _draw_own(drawing: Drawing, frame: Frame, own: pd.DataFrame) -> None:
    stretches = chart.runs(chart.points_of(own))
    for run in stretches:
        upper = [frame.at(e, s + ROUNDING) for e, s in run]
        lower = [frame.at(e, s - ROUNDING) for e, s in reversed(run)]
        drawing.area([*upper, *lower], palette.ACCENT, opacity=0.18, role="rounding")
        if len(run) > 1:
            drawing.line([frame.at(*point) for point in run], palette.ACCENT, 2.2, role="own")
    for row in rows(own):
        x, y = frame.at(row.edition, row.score)
        fill = palette.ACCENT if row.basis == "printed" else palette.PAPER
        shape: Shape = "diamond" if row.basis == "score only" else "circle"
        drawing.dot(x, y, 2.5, fill, stroke=palette.ACCENT, shape=shape, role=str(row.basis))
    line = [frame.at(e, s) for run in stretches for e, s in run]
    for place, row in enumerate(rows(own.iloc[list(dict.fromkeys((0, len(own) - 1)))])):
        at = frame.at(row.edition, row.score)
        ends: Anchor = "start" if place == 0 and len(own) > 1 else "end"
        _label(drawing, frame, at, line, fixed(row.score), 10.5, ends)
    for edition, step in large_steps(own):
        before, after = (own.set_index("edition")["score"][e] for e in (edition - 1, edition))
        at = frame.at(edition - 0.5, (before + after) / 2)
        _label(drawing, frame, at, line, f"’{edition % 100:02d} {signed(step)}", 8, "middle")


def large_steps(own: pd.DataFrame) -> list[tuple[int, float]]:
    """Return edition and size of the largest changes between adjacent editions, largest first."""
    steps = own.set_index("edition")["score"].diff()
    steps = steps[own["edition"].diff().eq(1).to_numpy() & steps.abs().ge(LARGE_STEP)]
    order = steps.abs().sort_values(ascending=False, kind="stable").index[:MOST_LABELS]
    return [(int(edition), float(steps[edition])) for edition in order]


def _label(
    drawing: Drawing,
    frame: Frame,
    at: Point,
    line: list[Point],
    words: str,
    size: float,
    anchor: Anchor,
) -> None:
    """Set words near a point of the country's line where they touch neither it nor other words.

    A label of a step that finds no free place is left out; that of an end never.
    """
    wide = glyphs.width(words, size, "bold")
    shift = SHIFT[anchor] * wide
    high = glyphs.CAP_HEIGHT * size
    steps = [side * (high / 2 + away) for away in (6, 10, 15, 21) for side in (-1, 1)]
    taken = [mark.points for mark in drawing.marks if mark.kind == "text"]
    best, room = None, -1.0
    for dy in steps:
        left = min(max(at[0] - shift, frame.left + 2), frame.right - wide - 2)
        box = (left, at[1] + dy - high / 2, left + wide, at[1] + dy + high / 2)
        if box[1] < frame.up(7.0) or box[3] > frame.up(1.0) + 12:
            continue
        free = min(distance(box, point) for point in along(line))
        if any(_overlap(box, other) for other in taken):
            continue
        if min(free, 4.5) > room:
            best, room = box, min(free, 4.5)
    if best is None or (anchor == "middle" and room < 3):
        return
    weight: glyphs.Weight = "semibold" if anchor == "middle" else "bold"
    colour = palette.INK if anchor == "middle" else palette.ACCENT
    drawing.text(
        best[0], best[3], words, size=size, weight=weight, colour=colour, halo=palette.PAPER,
        role="label",
    )  # fmt: skip


def _overlap(box: tuple[float, float, float, float], other: tuple[Point, ...]) -> bool:
    (left, top), (right, bottom) = other
    return left - 3 < box[2] and box[0] < right + 3 and top - 2 < box[3] and box[1] < bottom + 2


def _caption(own: pd.DataFrame, window: Window) -> str:
    parts = ["An edition covers the year before it. The pale band is what rounding leaves open."]
    if large_steps(own):
        parts.append("Labelled: the largest changes between adjacent editions.")
    if (own["basis"] == "derived").any():
        parts.append("Hollow circles: at least one rating is derived from printed changes.")
    if (own["basis"] == "score only").any():
        parts.append("Diamonds: the score is printed, its seven ratings are not all known.")
    if missing := sorted(set(window.editions) - set(own["edition"])):
        parts.append(f"Not known: {as_ranges(missing)}.")
    return " ".join(parts)


def _alt(own: pd.DataFrame, country: str) -> str:
    first, last = own.iloc[0], own.iloc[-1]
    if len(own) == 1:
        return (
            f"Line chart with one known point: {country} has a Democracy Score of "
            f"{fixed(first['score'])} in the {first['edition']} edition."
        )
    steps = own["score"].diff().where(own["edition"].diff() == 1).dropna()
    down, up = int((steps < -1e-9).sum()), int((steps > 1e-9).sum())
    low, high = row_at(own, own["score"].idxmin()), row_at(own, own["score"].idxmax())
    classes = list(dict.fromkeys(own["regime_class"]))
    return (
        f"Line chart: {country}'s Democracy Score goes from {fixed(first['score'])} in the "
        f"{first['edition']} edition to {fixed(last['score'])} in the {last['edition']} edition, "
        f"with {counted(down, 'annual decline')} and {counted(up, 'rise')}; it is highest in "
        f"{high['edition']} ({fixed(high['score'])}) and lowest in {low['edition']} "
        f"({fixed(low['score'])}). Regime {'class' if len(classes) == 1 else 'classes in turn'}: "
        f"{listed(classes)}."
    )
