"""Figure: a country's Democracy Score on the class bands, the other countries in grey."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet, text_width
from analysis.briefs.wording import SAME, counted, editions, fixed, listed, signed, whole_ties
from analysis.facts.frames import rows
from analysis.facts.rating_system import REGIME_CLASSES, SCORE
from analysis.settings.parameters import Window, as_ranges

ROUNDING: Final = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

FLAT: Final = 0.75
"""A score that never leaves a span of this size is drawn on a part of the scale, or a category
point, a seventh of 0.25, could not be seen."""

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


def trajectory_figure(
    series: pd.DataFrame, possible: pd.DataFrame, country: str, window: Window, title: str
) -> Figure:
    """Return the figure of one country's score.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of all countries; `score` on ``7=best``.
    possible
        ``possible_ratings``.
    country
        The country to emphasise.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    own = shown[shown["country"] == country].sort_values("edition", kind="stable")
    others = shown[shown["country"] != country]
    n_others = others["country"].nunique()
    scale = scale_of(own)
    of_score = (possible["country"] == country) & (possible["category"] == SCORE)
    bounds = window.cut(possible[of_score])
    columns = {"edition": "edition", "score": "democracy_score", "basis": "basis"}
    return Figure(
        name="trajectory",
        title=title,
        subtitle=(
            f"Democracy Score by edition, {chart.SCALE_WORDS}{chart.axis_words(scale)}; "
            f"{_grey_words(n_others, scale)}"
        ),
        caption=_caption(own, bounds, window),
        source=SOURCE,
        alt=_alt(own, country),
        **pictures(lambda narrow: draw_trajectory(own, others, bounds, window, narrow)),
        data=data_of(own, {**columns, "regime_class": "regime_class"}, digits=2),
    )


def _grey_words(n_others: int, scale: tuple[int, int]) -> str:
    if scale == (1, 7):
        return f"in grey the other {counted(n_others, 'country', 'countries')}"
    return "in grey the other countries’ scores on it"


def scale_of(own: pd.DataFrame) -> tuple[int, int]:
    """Return the ends of the axis: the whole scale, or a part of it where the score is flat."""
    low, high = own["score"].min(), own["score"].max()
    return (1, 7) if high - low >= FLAT else chart.axis_of([low, high])


def draw_trajectory(
    own: pd.DataFrame, others: pd.DataFrame, bounds: pd.DataFrame, window: Window, narrow: bool
) -> Canvas:
    """Draw one country's `edition`, `score` and `basis` on the class bands, the others in grey."""
    canvas = sheet(narrow, 230 if narrow else 262)
    first, last = window.first_edition, window.last_edition
    span = chart.edition_span(first, last)
    scale = scale_of(own)
    room = (scale[1] - scale[0]) / 12
    limits = scale[0] - 1.1 * room, scale[1] + room
    axes = plot(canvas, (15, 2, -30 if narrow else -84, -18), span, limits)
    chart.class_bands(axes, scale)
    for regime in REGIME_CLASSES:
        names = (regime.initials,) if narrow else _BAND_NAMES[regime.initials]
        low, high = max(float(regime.lowest) // 1, scale[0]), min(float(regime.highest), scale[1])
        if low >= high:
            continue
        middle = (low + high) / 2
        for line, words in enumerate(names):
            place = looks(dx=6, dy=(len(names) - 1) * 5 - line * 10)
            chart.write(axes, 1, middle, words, within=axes.get_yaxis_transform(), **place)
    chart.scale_axis(axes, scale)
    chart.year_axis(axes, first, last)
    grey = others.pivot(index="edition", columns="country", values="score")
    # A line that leaves the axis ends there.
    grey = grey.where(grey.ge(scale[0]) & grey.le(scale[1])).dropna(axis="columns", how="all")
    axes.plot(grey.reindex(window.editions), color=palette.GREY, lw=0.7, alpha=0.7, gid="other")
    score = chart.gapped(own)
    band = score - ROUNDING, score + ROUNDING
    axes.fill_between(score.index, *band, color=palette.ACCENT, alpha=0.18, lw=0)
    axes.plot(score, color=palette.ACCENT, lw=2.2, gid="own")
    for basis, points in own.groupby("basis"):
        mark, size = ("D", 4.3) if str(basis).startswith("score") else ("o", 5)
        fill = palette.ACCENT if basis == "printed" else palette.PAPER
        look = looks(color=palette.ACCENT, mfc=fill, ms=size, gid=str(basis))
        axes.plot(points["edition"], points["score"], mark, **look)
    _label_line(axes, own, score)
    ends = bounds[["lowest", "highest"]].clip(*scale)
    chart.possible_ranges(axes, bounds.assign(**ends), str(own["country"].iloc[0]))
    for name, scores in grey.items():
        chart.tell_line(axes, scores, str(name))
    chart.tell(axes, zip(own["edition"], own["score"], chart.score_words(own), strict=True))
    return canvas


def large_steps(own: pd.DataFrame) -> list[tuple[int, float]]:
    """Return edition and size of the largest changes between adjacent editions, largest first."""
    steps = own.set_index("edition")["score"].diff()
    steps = steps[own["edition"].diff().eq(1).to_numpy() & steps.abs().ge(LARGE_STEP)]
    sizes = steps.abs().round(9).sort_values(ascending=False, kind="stable")
    order = sizes.index[: whole_ties(sizes.tolist(), MOST_LABELS)]
    return [(int(edition), float(steps[edition])) for edition in order]


def _label_line(axes: Axes, own: pd.DataFrame, score: pd.Series) -> None:
    """Label the ends and the largest steps where words touch neither the line nor each other.

    A label of a step that finds no free place is left out; that of an end never.
    """
    low, high = axes.transData.transform([(0, end) for end in scale_of(own)])[:, 1]
    left, right = axes.bbox.x0 + 2, axes.bbox.x1 - 2
    least = left, low - 9, left + text_width("least democratic", 8), low - 3
    taken = np.concatenate([chart.along(axes, score), chart.rim(least)])
    ends = own["edition"].iloc[list(dict.fromkeys((0, len(own) - 1)))].tolist()
    labels = [(float(end), score[end], fixed(score[end]), True) for end in ends]
    for late, step in large_steps(own):
        middle = (score[late] + score[late - 1]) / 2
        labels.append((late - 0.5, middle, f"’{late % 100:02d} {signed(step)}", False))
    for edition, value, words, is_end in labels:
        size, weight = (10.5, "semibold") if is_end else (8, "semibold")
        wide, half = text_width(words, size, weight), chart.CAP_HEIGHT * size / 2
        x, y = axes.transData.transform((edition, value))
        anchor = 0.5 if not is_end else 0 if edition == ends[0] and len(own) > 1 else 1
        start = min(max(x - anchor * wide, left), right - wide)
        middles = [y + side * (half + away) for away in (6, 10, 15, 21) for side in (1, -1)]
        boxes = [
            (start, m - half, start + wide, m + half)
            for m in middles
            if m + half <= high and m - half >= low - 12
        ]
        place, room = chart.freest(boxes, taken, 4.5)
        if room < 3 and not is_end:
            continue
        _, bottom, _, top = boxes[place]
        x, y = axes.transData.inverted().transform((start, (bottom + top) / 2))
        colour = palette.ACCENT if is_end else palette.INK
        chart.write(axes, x, y, words, size=size, weight=weight, color=colour, gid="halo")
        taken = np.concatenate([taken, chart.rim(boxes[place])])


def _caption(own: pd.DataFrame, bounds: pd.DataFrame, window: Window) -> str:
    parts = ["An edition covers the year before it. The pale band is what rounding leaves open."]
    if large_steps(own):
        parts.append("Labelled: the largest changes between adjacent editions.")
    if (own["basis"] == "derived").any():
        parts.append("Hollow circles: at least one rating is derived from printed facts.")
    if own["basis"].str.startswith("score").any():
        years = own.loc[own["basis"] == "score derived", "edition"].tolist()
        derived = f" or, in {editions(years)}, derived" if years else ""
        parts.append(
            f"Diamonds: the score is printed{derived}, its seven ratings are not all known."
        )
    if missing := sorted(set(window.editions) - set(own["edition"])):
        parts.append(f"Not known: {as_ranges(missing)}.")
    if ranges := [f"{r.edition}, {fixed(r.lowest)} to {fixed(r.highest)}" for r in rows(bounds)]:
        parts.append(f"Pale bars: what the printed facts leave possible ({'; '.join(ranges)}).")
    return " ".join(parts)


def _alt(own: pd.DataFrame, country: str) -> str:
    first, last = own.iloc[0], own.iloc[-1]
    if len(own) == 1:
        return (
            f"Line chart with one known point: {country} has a Democracy Score of "
            f"{fixed(first['score'])} in the {first['edition']} edition."
        )
    steps = own["score"].diff().where(own["edition"].diff() == 1).dropna()
    among = (
        "it is "
        if len(steps) == last["edition"] - first["edition"]
        else "among known scores it is "
    )
    down, up = int((steps < -SAME).sum()), int((steps > SAME).sum())
    classes = own["regime_class"][own["regime_class"].ne(own["regime_class"].shift())].tolist()
    highest, lowest = (
        f"{editions(own.loc[(own['score'] - end).abs() < SAME, 'edition'].tolist())} ({fixed(end)})"
        for end in (own["score"].max(), own["score"].min())
    )
    return (
        f"Line chart: {country}'s Democracy Score goes from {fixed(first['score'])} in the "
        f"{first['edition']} edition to {fixed(last['score'])} in the {last['edition']} edition, "
        f"with {counted(down, 'annual decline')} and {counted(up, 'rise')}; {among}highest in "
        f"{highest} and lowest in {lowest}. "
        f"Regime {'class' if len(classes) == 1 else 'classes in turn'}: {listed(classes)}."
    )
