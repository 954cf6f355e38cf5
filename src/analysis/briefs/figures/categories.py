"""Figure: small multiples, one a category and one the score, the other categories in grey."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import NARROW, WIDE, pictures, plot, sheet
from analysis.briefs.wording import fixed
from analysis.facts.frames import rows
from analysis.facts.provenance import NOT_PRINTED
from analysis.facts.rating_system import CATEGORIES, SCORE, SHORT_NAMES
from analysis.settings.parameters import Window

_DEMOCRACY_SCORE: Final = "Democracy Score"


def category_figure(
    panel: pd.DataFrame,
    score: pd.DataFrame,
    possible: pd.DataFrame,
    country: str,
    window: Window,
    title: str,
) -> Figure:
    """Return the small multiples of one country.

    Parameters
    ----------
    panel
        The reconciled panel; `rating` on ``7=best``.
    score
        `edition` and `score` of the country, for the last panel.
    possible
        ``possible_ratings``.
    country, window
        What to show.
    title
        The finding, as a sentence without full stop.
    """
    own = window.cut(panel[panel["country"] == country]).sort_values("edition", kind="stable")
    mean, open_cells = window.cut(score), window.cut(possible[possible["country"] == country])
    return Figure(
        name="categories",
        title=title,
        subtitle=(
            f"Rating by edition, {chart.SCALE_WORDS}; in grey the country’s other categories"
        ),
        caption=(
            "Ratings move in steps of 0.25. Below each name: first and last known rating of the "
            "period. Hollow points are derived from printed facts"
            + (
                "; a gap is not known, and the pale bar in it is what the printed facts leave "
                "possible. "
                if len(open_cells)
                else ". "
            )
            + "The last panel is the mean of the seven."
        ),
        source=SOURCE,
        alt=_alt(own, country),
        **pictures(lambda narrow: draw_categories(own, mean, open_cells, window, narrow)),
        data=data_of(own, {name: name for name in ("edition", "category", "rating", "status")}),
    )


def draw_categories(
    own: pd.DataFrame, score: pd.DataFrame, possible: pd.DataFrame, window: Window, narrow: bool
) -> Canvas:
    """Draw a panel a category of one country, the others in grey, and one of its score."""
    columns, head, high, foot, left, gap = 2 if narrow else 4, 29, 62 if narrow else 66, 16, 12, 14
    canvas = sheet(narrow, (head + high + foot) * (8 // columns))
    wide = ((NARROW if narrow else WIDE) - left - gap * (columns - 1) - 2) / columns
    ratings = own.pivot(index="edition", columns="category", values="rating")
    ratings = ratings.reindex(index=window.editions, columns=list(CATEGORIES))
    # Each rating holds for its whole edition, the first and the last one too.
    steps = ratings.loc[ratings.index.repeat(2)]
    steps.index = steps.index + np.tile([-0.5, 0.5], len(ratings))
    for place, code in enumerate((*CATEGORIES, _DEMOCRACY_SCORE)):
        row, column = divmod(place, columns)
        x, y = left + column * (wide + gap), row * (head + high + foot) + head
        span = window.first_edition - 0.6, window.last_edition + 0.6
        axes = plot(canvas, (x, y, x + wide, y + high), span, (0.8, 7.2), bare=True)
        _draw_axes(axes, window, numbers=column == 0)
        name = CATEGORIES.get(code, code)
        chart.possible_ranges(
            axes,
            possible[possible["category"] == (SCORE if code == _DEMOCRACY_SCORE else code)],
            name,
        )
        if code == _DEMOCRACY_SCORE:
            mean = chart.gapped(score)
            alone = looks(marker="o", ms=2.4, mew=0) if mean.count() == 1 else {}
            axes.plot(mean, color=palette.INK, lw=1.6, gid="mean", **alone)
            _write_head(axes, code, _span(mean), palette.INK)
            words = chart.score_words(score)
            chart.tell(axes, zip(score["edition"], score["score"], words, strict=True))
            continue
        axes.plot(steps.drop(columns=code), color=palette.GREY, lw=0.7, gid="other")
        axes.plot(steps[code], color=palette.ACCENT, lw=1.9, gid=code)
        derived = own[(own["category"] == code) & own["status"].isin(NOT_PRINTED)]
        hollow = looks(marker="o", ms=3, mew=1, mfc=palette.PAPER, color=palette.ACCENT)
        axes.plot(derived["edition"], derived["rating"], ls="", gid="derived", **hollow)
        _write_head(axes, SHORT_NAMES[code], _span(ratings[code]), palette.ACCENT)
        _tell_ratings(axes, own[own["category"] == code])
    return canvas


def _tell_ratings(axes: Axes, ratings: pd.DataFrame) -> None:
    """Say at each edition, over the whole height, what the rating is and how it is known."""
    words = [
        f"{CATEGORIES[row.category]} {row.edition}: {fixed(row.rating)} ({row.status})"
        for row in rows(ratings)
    ]
    low, high = axes.get_ylim()
    places = [(edition, 0, text) for edition, text in zip(ratings["edition"], words, strict=True)]
    chart.tell(axes, places, (-0.5, low, 0.5, high))


def _draw_axes(axes: Axes, window: Window, *, numbers: bool) -> None:
    rule = looks(transform=axes.get_yaxis_transform(), color=palette.RULE, lw=0.6)
    axes.hlines((1, 4, 7), 0, 1, zorder=0, gid="grid", **rule)
    small = looks(size=8, color=palette.SOFT, gid="axis")
    for value in (1, 4, 7) if numbers else ():
        within = axes.get_yaxis_transform()
        chart.write(axes, 0, value, str(value), dx=-4, ha="right", within=within, **small)
    for edition in dict.fromkeys((window.first_edition, window.last_edition)):
        first = edition == window.first_edition
        words, ha = (str(edition), "left") if first else (f"’{edition % 100:02d}", "right")
        within = axes.transAxes
        chart.write(axes, 0 if first else 1, 0, words, dy=-6.5, ha=ha, within=within, **small)


def _write_head(axes: Axes, name: str, span: str, colour: str) -> None:
    within = axes.transAxes
    chart.write(axes, 0, 1, name, dy=20, size=9.3, weight="semibold", within=within, gid="head")
    chart.write(axes, 0, 1, span, dy=8.3, size=8.6, color=colour, within=within, gid="head")


def _span(line: pd.Series) -> str:
    known = line.dropna()
    if known.empty:
        return "not known"
    first, last = known.iloc[0], known.iloc[-1]
    if len({fixed(value) for value in known}) == 1:
        return f"{fixed(last)} throughout" if len(known) > 1 else fixed(last)
    return f"{fixed(first)} to {fixed(last)}"


def _alt(own: pd.DataFrame, country: str) -> str:
    lines = {code: own.loc[own["category"] == code, "rating"] for code in CATEGORIES}
    told = "; ".join(f"{CATEGORIES[code]} {_span(line)}" for code, line in lines.items())
    return (
        f"Seven small line charts of {country}’s ratings and one of their mean, first to last "
        f"known: {told}."
    )
