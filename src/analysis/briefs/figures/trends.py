"""Figures of notebook 2, by seaborn: the trend of every country, and changes by edition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Block, Figure, Note, data_of
from analysis.briefs.figures import palette, style
from analysis.briefs.figures.chart import SOURCE
from analysis.briefs.wording import signed
from analysis.facts.frames import row_at, rows


def slopes_figure(lines: pd.DataFrame, trend: pd.Series) -> Block:
    """Return every country's trend, by least squares and shrunken, beside the average one.

    Parameters
    ----------
    lines
        The table ``growth_lines``, or an empty one.
    trend
        The average trend of the score: a row of the table ``trends``.
    """
    own = lines[lines["model"] == "score"].dropna(subset=["raw_slope_per_decade"])
    if own.empty:
        return Note(label="Withheld", text="No country lines without a fitted model.")
    own = own.sort_values("raw_slope_per_decade", kind="stable").reset_index(drop=True)
    fell = int((own["raw_slope_per_decade"] < 0).sum())
    known = trend["refusal"] == ""

    def draw(narrow: bool) -> Canvas:
        height = 0.17 * len(own) + 0.75
        canvas = style.blank(style.NARROW if narrow else style.WIDE, height)
        _draw_slopes(canvas.subplots(), own, trend if known else None)
        return canvas

    first, last = own.iloc[0], own.iloc[-1]
    return Figure(
        name="slopes",
        title=f"The scores of {fell} of {len(own)} countries fell along their line",
        subtitle="Trend of the Democracy Score in points per decade, by country",
        caption=(
            "Hollow: the country's own least-squares slope. Filled: the same shrunken towards the "
            "average line by the growth model; both are descriptions. "
            + (
                "Vertical line and band: average trend with its 95 % interval (country-level t), "
                f"{int(trend['n_countries'])} countries, {int(trend['n_observations'])} "
                "country-years."
                if known
                else ""
            )
        ),
        source=SOURCE,
        alt=(
            f"Dot plot of {len(own)} slopes, from {first['country']} "
            f"({signed(first['raw_slope_per_decade'])}) to {last['country']} "
            f"({signed(last['raw_slope_per_decade'])})."
        ),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
        data=data_of(
            own,
            {
                "country": "country",
                "raw_slope_per_decade": "least_squares",
                "slope_per_decade": "shrunken",
            },
        ),
    )


def _draw_slopes(axes: Axes, own: pd.DataFrame, trend: pd.Series | None) -> None:
    places = np.arange(len(own))
    if trend is not None:
        axes.axvspan(trend["lower"], trend["upper"], color=palette.ACCENT, alpha=0.14, lw=0)
        axes.axvline(trend["estimate"], color=palette.ACCENT, lw=1.2)
    axes.axvline(0, color=palette.GREY, lw=0.8, zorder=0)
    raw, shrunk = own["raw_slope_per_decade"], own["slope_per_decade"]
    axes.hlines(places, shrunk, raw, color=palette.GREY, lw=0.8)
    dots = {"ax": axes, "s": 18, "zorder": 3}
    sns.scatterplot(x=raw, y=places, color="white", edgecolor=palette.SOFT, **dots)
    sns.scatterplot(x=shrunk, y=places, color=palette.INK, edgecolor=palette.INK, **dots)
    axes.set(xlabel="", ylabel="")
    axes.set_yticks(places, own["country"].tolist(), fontsize=8, color=palette.INK)
    axes.set_ylim(len(own) - 0.3, -0.7)
    axes.grid(axis="x")
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)


def changes_figure(yearly: pd.DataFrame) -> Block:
    """Return how many ratings went down and up in each edition.

    Parameters
    ----------
    yearly
        The table ``changes_by_edition``.
    """
    if yearly.empty:
        return Note(label="Withheld", text="No two adjacent editions are known.")
    down, up = int(yearly["n_down"].sum()), int(yearly["n_up"].sum())
    worst = row_at(yearly, yearly["n_down"].idxmax())

    def draw(narrow: bool) -> Canvas:
        canvas = style.blank(style.NARROW if narrow else style.WIDE, 2.3)
        _draw_changes(canvas.subplots(), yearly)
        return canvas

    return Figure(
        name="changes",
        title=f"{down} ratings went down and {up} went up from one edition to the next",
        subtitle="Changes of the seven ratings in each edition: up above the line, down below it",
        caption=(
            "Counts, for those who suspect single years: a period with many changes may be one "
            f"year. Of {int(yearly['n_opportunities'].sum())} ratings that could change, the rest "
            "stayed."
        ),
        source=SOURCE,
        alt="Bars by edition. "
        + " ".join(
            f"{int(row.edition)}: {int(row.n_down)} down, {int(row.n_up)} up."
            for row in rows(yearly)
        )
        + f" Most went down in {int(worst['edition'])}.",
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
        data=data_of(yearly, {"edition": "edition", "n_up": "up", "n_down": "down"}),
    )


def _draw_changes(axes: Axes, yearly: pd.DataFrame) -> None:
    editions = yearly["edition"].to_numpy()
    for values, sign, colour in (
        (yearly["n_up"].to_numpy(), 1, palette.ACCENT),
        (yearly["n_down"].to_numpy(), -1, palette.SECOND),
    ):
        sns.barplot(
            x=editions,
            y=sign * values,
            width=0.72,
            color=colour,
            saturation=1,
            native_scale=True,
            errorbar=None,
            ax=axes,
        )
        for edition, value in zip(editions, values, strict=True):
            axes.annotate(
                str(value),
                (edition, sign * value),
                (0, 3 * sign),
                textcoords="offset points",
                ha="center",
                va="bottom" if sign > 0 else "top",
                fontsize=7.5,
                color=palette.SOFT,
            )
    axes.axhline(0, color=palette.SOFT, lw=0.8)
    axes.margins(y=0.16)
    axes.set(xlabel="", ylabel="")
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    style.year_axis(axes, int(editions.min()), int(editions.max()))
