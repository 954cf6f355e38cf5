"""Figures of countries side by side: lines of scores, and the categories as a grid."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.figures.region import draw_lines
from analysis.briefs.wording import counted, countries, fixed, listed, signed
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.settings.parameters import Window


def lines_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return the scores of a few countries as lines on the class bands, each labelled.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of two to eight countries.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series).sort_values(["country", "edition"])
    lines = {str(name): chart.points_of(line) for name, line in shown.groupby("country")}
    last = {name: line[-1][1] for name, line in lines.items()}
    lines = dict(sorted(lines.items(), key=lambda item: -last[item[0]]))

    scale = axis_of([value for line in lines.values() for _, value in line])

    def draw(narrow: bool) -> Drawing:
        named = {BY_NAME[name].iso3 if narrow else name: line for name, line in lines.items()}
        height = 210 if narrow else 236
        return draw_lines(named, set(), narrow, height, scale=scale, bands=True)

    svg, svg_narrow = chart.pictures(draw)
    columns = {"country": "country", "edition": "edition", "score": "democracy_score"}
    told = [
        f"{name} from {fixed(line[0][1])} in {line[0][0]} to {fixed(line[-1][1])} in {line[-1][0]}"
        for name, line in lines.items()
    ]
    return Figure(
        name="scores",
        title=title,
        subtitle=f"Democracy Score by edition, {chart.SCALE_WORDS}{_axis_words(scale)}",
        caption=(
            "An edition covers the year before it. The bands are the regime classes; a gap in a "
            "line is an edition whose score is not known."
        ),
        source=SOURCE,
        alt=f"Line chart of {counted(len(lines), 'country', 'countries')}: {'; '.join(told)}.",
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(shown, {**columns, "basis": "basis"}, digits=2),
    )


def axis_of(values: Sequence[float]) -> tuple[int, int]:
    """Return the least span of whole numbers, two at least, that holds all values."""
    low, high = floor(min(values)), ceil(max(values))
    if high - low < 2:
        low = max(1, high - 2)
    return low, max(high, low + 2)


def _axis_words(scale: tuple[int, int]) -> str:
    return "" if scale == (1, 7) else f"; the axis runs from {scale[0]} to {scale[1]} only"


def profile_figure(last: pd.DataFrame, first: pd.DataFrame, title: str) -> Figure:
    """Return a grid of countries by categories: last known rating, and its change.

    Parameters
    ----------
    last, first
        Last and first known ratings, one row a country and one column a category; not known as
        missing.
    title
        The finding, as a sentence without full stop.
    """
    svg, svg_narrow = chart.pictures(lambda narrow: _draw_profile(last, last - first, narrow))
    table = _long(last, "rating").merge(_long(last - first, "change"), how="left")
    return Figure(
        name="profile",
        title=title,
        subtitle=f"Last known rating of each category, {chart.SCALE_WORDS}; below, its change",
        caption=(
            "Colour: the class that a score of this size would have. Small: change from the first "
            "to the last known rating of the period. –: not known. "
            + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items())
            + "."
        ),
        source=SOURCE,
        alt=_profile_alt(last),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(table, {n: n for n in ("country", "category", "rating", "change")}, 2),
    )


def _long(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    named = wide.rename_axis(index="country", columns=None).reset_index()
    return named.melt("country", var_name="category", value_name=value).dropna()


def _profile_alt(last: pd.DataFrame) -> str:
    told = []
    for code, name in CATEGORIES.items():
        known = last[code].dropna().sort_values(ascending=False, kind="stable")
        if known.empty:
            continue
        told.append(
            f"{name} from {fixed(known.iloc[-1])} ({known.index[-1]}) to {fixed(known.iloc[0])} "
            f"({known.index[0]})"
        )
    many = countries(len(last))
    return f"Grid of {many} by seven categories. Ranges: {listed(told or ['none'])}."


def _draw_profile(last: pd.DataFrame, change: pd.DataFrame, narrow: bool) -> Drawing:
    width = palette.NARROW if narrow else palette.WIDE
    left, pitch, top = (30.0, 22.0, 14.0) if narrow else (112.0, 22.0, 14.0)
    drawing = Drawing(width, top + pitch * len(last) + 1)
    wide = (width - left) / len(CATEGORIES)
    for column, code in enumerate(CATEGORIES):
        x = left + (column + 0.5) * wide
        drawing.text(x, 9, code, size=8.4, colour=palette.SOFT, anchor="middle", role="axis")
    for place, name in enumerate(last.index):
        y = top + pitch * place
        words = BY_NAME[str(name)].iso3 if narrow else str(name)
        drawing.text(0, y + pitch / 2, words, size=8.8, centred=True, role="country")
        for column, code in enumerate(CATEGORIES):
            box = (left + column * wide + 0.5, y + 0.5, wide - 1, pitch - 1.5)
            rating, step = float(last[code].iloc[place]), float(change[code].iloc[place])
            _draw_rating(drawing, box, rating, step)
    return drawing


def _draw_rating(
    drawing: Drawing, box: tuple[float, float, float, float], rating: float, step: float
) -> None:
    x, y, wide, high = box
    if rating != rating:
        drawing.text(x + wide / 2, y + high / 2, "–", anchor="middle", centred=True, role="unknown")
        return
    initials = next(r.initials for r in REGIME_CLASSES if rating >= float(r.lowest))
    fill, edge = palette.CLASS_COLOURS[initials], palette.CLASS_OUTLINES[initials]
    ink = palette.CLASS_INKS[initials]
    drawing.box(*box, fill, stroke=edge, stroke_width=0.5, role=initials)
    moved = step == step and abs(step) > 1e-9
    drawing.text(
        x + wide / 2, y + high * (0.34 if moved else 0.5), fixed(rating), size=8.8, colour=ink,
        anchor="middle", centred=True, role="rating",
    )  # fmt: skip
    if moved:
        drawing.text(
            x + wide / 2, y + high * 0.77, signed(step), size=6.8, colour=ink, anchor="middle",
            centred=True, role="change",
        )  # fmt: skip
