"""Figure: the categories of countries side by side, as a grid."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet
from analysis.briefs.wording import countries, fixed, listed, signed, some
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES


def profile_figure(
    last: pd.DataFrame, first: pd.DataFrame, title: str, ends: tuple[int, int]
) -> Figure:
    """Return a grid of countries by categories: rating of an edition, and its change.

    Parameters
    ----------
    last, first
        Ratings of two editions, one row a country and one column a category; not known as missing.
    title
        The finding, as a sentence without full stop.
    ends
        The two editions, the first one first.
    """
    table = _long(last, "rating").merge(_long(last - first, "change"), how="left")
    return Figure(
        name="profile",
        title=title,
        subtitle=(
            f"Rating of each category in the {ends[1]} edition, as far as known, "
            f"{chart.SCALE_WORDS}; below, its "
            "change"
        ),
        caption=(
            "Colour: the class that a score of this size would have. Small: change from the "
            f"{ends[0]} edition. –: not known. "
            + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items())
            + "."
        ),
        source=SOURCE,
        alt=_profile_alt(last, ends[1]),
        **pictures(lambda narrow: draw_profile(last, last - first, narrow)),
        data=data_of(table, {n: n for n in ("country", "category", "rating", "change")}, 2),
    )


def _long(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    named = wide.rename_axis(index="country", columns=None).reset_index()
    return named.melt("country", var_name="category", value_name=value).dropna()


def _profile_alt(last: pd.DataFrame, edition: int) -> str:
    told = []
    for code, name in CATEGORIES.items():
        known = last[code].dropna()
        ends = [
            f"{fixed(end)} ({some(known.index[known == end].tolist())})"
            for end in dict.fromkeys((known.min(), known.max()))
            if len(known)
        ]
        if ends:
            told.append(f"{name} {'from ' if len(ends) > 1 else ''}{' to '.join(ends)}")
    many = countries(len(last))
    where = f"Ranges in the {edition} edition, as far as known"
    return f"Grid of {many} by seven categories. {where}: {listed(told or ['none'])}."


def draw_profile(last: pd.DataFrame, change: pd.DataFrame, narrow: bool) -> Canvas:
    """Draw a row a country, a column a category, coloured as a score of that size would be."""
    pitch, left = 22, 30 if narrow else 112
    canvas = sheet(narrow, 15 + pitch * len(last))
    span = (0, len(CATEGORIES))
    edges = (left, 14, 266 if narrow else 460, 14 + pitch * len(last))
    axes = plot(canvas, edges, span, (len(last), 0), bare=True)
    for column, code in enumerate(CATEGORIES):
        look = looks(size=8.4, color=palette.SOFT, ha="center", gid="axis")
        chart.write(axes, column + 0.5, 0, code, dy=7.8, **look)
    cells = []
    for place, name in enumerate(last.index):
        words = BY_NAME[str(name)].iso3 if narrow else str(name)
        chart.write(axes, 0, place + 0.5, words, dx=-left, size=8.8, gid="country")
        for column, code in enumerate(CATEGORIES):
            rating, step = float(last[code].iloc[place]), float(change[code].iloc[place])
            at = (column + 0.5, place + 0.47)
            if rating != rating:
                chart.write(axes, *at, "–", ha="center", gid="unknown")
                continue
            initials = next(r.initials for r in REGIME_CLASSES if rating >= float(r.lowest))
            cells.append((column + 0.01, place + 0.02, 0.98, 0.93, initials))
            look = looks(color=palette.CLASS_INKS[initials], ha="center")
            words = f"{name}, {CATEGORIES[code]}: {fixed(rating)}"
            chart.tell(axes, [(column, place, words)], (0, 0.95, 1, 0))
            moved = step == step and abs(step) > 1e-9
            dy = 3.6 if moved else 0
            chart.write(axes, *at, fixed(rating), dy=dy, size=8.8, gid="rating", **look)
            if moved:
                chart.write(axes, *at, signed(step), dy=-5.9, size=6.8, gid="change", **look)
    columns = ["x", "y", "width", "height", "initials"]
    chart.class_boxes(axes, pd.DataFrame(cells, columns=columns))
    return canvas
