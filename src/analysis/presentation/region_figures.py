"""Figures of the region: who stands where in which edition, classes over time, means over time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from analysis.countries import BY_NAME
from analysis.frames import row_at, rows
from analysis.parameters import Window
from analysis.presentation import style
from analysis.presentation.blocks import Figure
from analysis.presentation.trajectory_figure import SOURCE, runs
from analysis.presentation.wording import INITIALS, counted, fixed, listed
from analysis.rating_system import REGIME_CLASSES

_LIGHT_INK = {"CD", "CAR"}
"""Classes whose colour is dark enough to carry white type."""


def standing_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return a heat-map of countries by editions, coloured by regime class.

    Parameters
    ----------
    series
        `analysis.scores.SERIES_COLUMNS`.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    latest = shown.sort_values("edition").groupby("country")["score"].last()
    order = latest.sort_values(ascending=False, kind="stable").index.tolist()

    def draw(narrow: bool) -> Canvas:
        height = 0.62 + 0.2 * len(order)
        canvas = style.blank(style.NARROW if narrow else style.WIDE, height)
        axes = canvas.subplots()
        for row in rows(shown):
            _draw_standing(axes, row, order.index(row.country), numbers=not narrow)
        _finish_standing(axes, order, window, narrow)
        return canvas

    known = len(shown)
    return Figure(
        title=title,
        subtitle="Regime class and Democracy Score (one decimal) by edition, 7 = most democratic",
        caption=(
            "Countries in the order of their latest known score. Outlined: the score is printed, "
            "its seven ratings are not all known. Empty: not known. "
            + " · ".join(f"{r.initials} {r.name}" for r in REGIME_CLASSES)
            + "."
        ),
        source=SOURCE,
        alt=(
            f"Grid of {counted(len(order), 'country', 'countries')} by "
            f"{counted(len(window.editions), 'edition')} with {known} known scores. Latest known: "
            + "; ".join(_standing_words(shown, regime.name) for regime in REGIME_CLASSES)
            + "."
        ),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def _standing_words(shown: pd.DataFrame, name: str) -> str:
    latest = shown.sort_values("edition").groupby("country").tail(1)
    members = latest[latest["regime_class"] == name].sort_values("score", ascending=False)
    if members.empty:
        return f"{name}: none"
    return f"{name}: " + listed(
        [f"{row.country} {fixed(row.score)} ({row.edition})" for row in rows(members)]
    )


def _draw_standing(axes: Axes, row: Any, place: int, *, numbers: bool) -> None:
    initials = INITIALS[row.regime_class]
    only_score = row.basis == "score only"
    colour = style.CLASS_COLOURS[initials]
    inset = 0.09 if only_score else 0.0
    axes.add_patch(
        Rectangle(
            (row.edition - 0.48 + inset / 2, place - 0.46 + inset / 2),
            0.96 - inset,
            0.92 - inset,
            facecolor="white" if only_score else colour,
            edgecolor=style.CLASS_OUTLINES[initials] if only_score else "none",
            linewidth=1.3 if only_score else 0,
        )
    )
    light = initials in _LIGHT_INK and not only_score
    if numbers:
        axes.text(
            row.edition,
            place + 0.03,
            fixed(row.score, 1),
            ha="center",
            va="center",
            fontsize=7,
            color="white" if light else style.INK,
        )


def _finish_standing(axes: Axes, order: list[str], window: Window, narrow: bool) -> None:
    names = [BY_NAME[name].iso3 if narrow else name for name in order]
    axes.set_yticks(range(len(order)), names, fontsize=8.5, color=style.INK)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(window.first_edition - 0.6, window.last_edition + 0.6)
    style.year_axis(axes, window.first_edition, window.last_edition)
    axes.xaxis.tick_top()
    axes.tick_params(axis="both", length=0)
    axes.spines["bottom"].set_visible(False)


def class_count_figure(
    series: pd.DataFrame, n_countries: int, window: Window, title: str
) -> Figure:
    """Return stacked columns: how many countries are in which class in each edition.

    Parameters
    ----------
    series, window, title
        As in `standing_figure`.
    n_countries
        Size of the group; what is missing to it is not known.
    """
    shown = window.cut(series)
    counts = (
        shown.groupby(["edition", "regime_class"])
        .size()
        .unstack(fill_value=0)
        .reindex(
            index=list(window.editions), columns=[r.name for r in REGIME_CLASSES], fill_value=0
        )
    )

    def draw(narrow: bool) -> Canvas:
        canvas = style.blank(style.NARROW if narrow else style.WIDE, 2.9)
        axes = canvas.subplots()
        bottom = pd.Series(0, counts.index)
        for name in counts.columns[::-1]:
            _draw_class_columns(axes, counts[name], bottom, INITIALS[name])
            bottom = bottom + counts[name]
        axes.bar(
            counts.index,
            n_countries - bottom,
            0.86,
            bottom,
            facecolor="white",
            edgecolor=style.RULE,
            hatch="////",
            lw=0.5,
        )
        axes.set_ylim(0, n_countries)
        axes.set_yticks([0, n_countries])
        axes.set_xlim(window.first_edition - 0.6, window.last_edition + 0.6)
        style.year_axis(axes, window.first_edition, window.last_edition)
        return canvas

    first, last = window.first_edition, window.last_edition
    return Figure(
        title=title,
        subtitle=f"Number of countries in each regime class by edition, of {n_countries}",
        caption="Hatched: class not known. " + _class_key(),
        source=SOURCE,
        alt="Stacked columns. "
        + " ".join(
            f"Edition {edition}: {_counts_words(row_at(counts, edition), n_countries)}."
            for edition in (first, last)
        ),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def _class_key() -> str:
    names = [f"{r.initials} {r.name}" for r in reversed(REGIME_CLASSES)]
    return f"From the bottom: {', '.join(names)}."


def _draw_class_columns(axes: Axes, count: pd.Series, bottom: pd.Series, initials: str) -> None:
    axes.bar(count.index, count, 0.86, bottom, color=style.CLASS_COLOURS[initials], lw=0)
    for edition, n, below in zip(count.index, count, bottom, strict=True):
        if n:
            axes.text(
                edition,
                below + n / 2,
                str(n),
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if initials in _LIGHT_INK else style.INK,
            )


def _counts_words(row: pd.Series, n_countries: int) -> str:
    told = [f"{name} {n}" for name, n in row.items()]
    return ", ".join([*told, f"not known {n_countries - int(row.sum())}"])


def mean_figure(means: pd.DataFrame, title: str, caption: str) -> Figure:
    """Return lines of group means by edition, labelled at their ends.

    Parameters
    ----------
    means
        `group`, `edition`, `mean` (Democracy Score, ``7=best``) and `n`, the number of countries,
        the same in every edition of a group.
    title, caption
        The finding, and what the mean is taken over.
    """
    last_values = means.sort_values("edition").groupby("group").tail(1)

    def draw(narrow: bool) -> Canvas:
        canvas = style.blank(style.NARROW if narrow else style.WIDE, 3.0)
        axes = canvas.subplots()
        for group, line in means.groupby("group"):
            main = group == "all"
            for run in runs(line):
                axes.plot(
                    run["edition"],
                    run["mean"],
                    color=style.ACCENT if main else style.SOFT,
                    lw=2.4 if main else 1.4,
                    ls="-" if main else (0, (5, 1.5)),
                )
        heights = style.spread(last_values["mean"].tolist(), 0.42, 1.1, 6.9)
        for height, row in zip(heights, rows(last_values), strict=True):
            axes.annotate(
                f"{'Region' if row.group == 'all' else row.group} {fixed(row.mean)}",
                (row.edition, height),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                annotation_clip=False,
                color=style.ACCENT if row.group == "all" else style.INK,
                fontweight="bold" if row.group == "all" else "normal",
                fontsize=9,
            )
        axes.set_ylim(1, 7)
        axes.set_yticks(range(1, 8))
        axes.grid(axis="y")
        style.year_axis(axes, int(means["edition"].min()), int(means["edition"].max()))
        return canvas

    return Figure(
        title=title,
        subtitle="Mean Democracy Score by edition, 1 = least democratic, 7 = most democratic",
        caption=caption,
        source=SOURCE,
        alt="Line chart of means: "
        + "; ".join(_mean_words(line) for _, line in means.groupby("group"))
        + ".",
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def _mean_words(line: pd.DataFrame) -> str:
    ordered = line.sort_values("edition")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    name = "all countries" if first["group"] == "all" else first["group"]
    return (
        f"{name} ({first['n']}) from {fixed(first['mean'])} in {first['edition']} "
        f"to {fixed(last['mean'])} in {last['edition']}"
    )
