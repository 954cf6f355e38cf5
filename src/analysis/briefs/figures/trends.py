"""Figures of notebook 2, by seaborn: the trend of every country, and changes by edition."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Block, Figure, Note, data_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import pictures, plot, sheet, text_width
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
        **pictures(lambda narrow: draw_slopes(own, trend if known else None, narrow)),
        data=data_of(
            own,
            {
                "country": "country",
                "raw_slope_per_decade": "least_squares",
                "slope_per_decade": "shrunken",
            },
        ),
    )


def draw_slopes(own: pd.DataFrame, trend: pd.Series | None, narrow: bool) -> Canvas:
    """Draw a row a country: its slope, hollow, the shrunken one, the average one as a line."""
    left = max(text_width(name, 8) for name in own["country"]) + 6
    canvas = sheet(narrow, 12.2 * len(own) + 30)
    raw, shrunk = own["raw_slope_per_decade"], own["slope_per_decade"]
    ends = [*raw, *shrunk, 0.0] + ([] if trend is None else [trend["lower"], trend["upper"]])
    room = (max(ends) - min(ends)) / 25
    span = min(ends) - room, max(ends) + room
    axes = plot(canvas, (left, 4, -8, -18), span, (len(own) - 0.3, -0.7))
    if trend is not None:
        axes.axvspan(trend["lower"], trend["upper"], color=palette.ACCENT, alpha=0.14, lw=0)
        axes.axvline(trend["estimate"], color=palette.ACCENT, lw=1.2)
    axes.axvline(0, color=palette.GREY, lw=0.8, zorder=0)
    axes.hlines(own.index, shrunk, raw, color=palette.GREY, lw=0.8)
    dots = looks(ax=axes, s=18, zorder=3)
    sns.scatterplot(x=raw, y=own.index, color=palette.PAPER, edgecolor=palette.SOFT, **dots)
    sns.scatterplot(x=shrunk, y=own.index, color=palette.INK, edgecolor=palette.INK, **dots)
    for column, words in (
        ("raw_slope_per_decade", "least squares"),
        ("slope_per_decade", "shrunken"),
    ):
        told = [
            f"{name}: {signed(x)} a decade, {words}"
            for name, x in zip(own["country"], own[column], strict=True)
        ]
        chart.tell(axes, zip(own[column], own.index, told, strict=True), 4)
    axes.set(xlabel="", ylabel="")
    axes.set_yticks(own.index, own["country"].tolist(), fontsize=8, color=palette.INK)
    axes.grid(axis="x")
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)
    return canvas


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
        **pictures(lambda narrow: draw_changes(yearly, narrow)),
        data=data_of(yearly, {"edition": "edition", "n_up": "up", "n_down": "down"}),
    )


def draw_changes(yearly: pd.DataFrame, narrow: bool) -> Canvas:
    """Draw the ratings that went up in an `edition` above the line, those down below it."""
    first, last = int(yearly["edition"].min()), int(yearly["edition"].max())
    most = max(yearly["n_up"].max(), yearly["n_down"].max(), 1)
    span = -1.1 * max(yearly["n_down"].max(), most / 5), 1.1 * max(yearly["n_up"].max(), most / 5)
    canvas = sheet(narrow, 166)
    axes = plot(canvas, (2, 10, -2, -30), (first - 0.6, last + 0.6), span)
    for column, sign, colour in (("n_up", 1, palette.ACCENT), ("n_down", -1, palette.SECOND)):
        bars = looks(width=0.72, color=colour, saturation=1, errorbar=None)
        heights = sign * yearly[column]
        sns.barplot(x=yearly["edition"], y=heights, native_scale=True, ax=axes, **bars)
        for edition, height in zip(yearly["edition"], heights, strict=True):
            look = looks(size=7.5, color=palette.SOFT, ha="center", gid="count")
            chart.write(axes, edition, height, str(abs(height)), dy=6 * sign, **look)
            words = f"{edition}: {abs(height)} ratings {'up' if sign > 0 else 'down'}"
            chart.tell(axes, [(edition, 0, words)], (-0.4, min(height, 0), 0.4, max(height, 0)))
    axes.axhline(0, color=palette.SOFT, lw=0.8)
    axes.set(xlabel="", ylabel="", yticks=[])
    axes.spines["bottom"].set_position(("outward", 10))
    axes.spines["bottom"].set_visible(False)
    chart.year_axis(axes, first, last)
    return canvas
