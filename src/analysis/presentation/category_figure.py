"""Figure: seven small multiples, one a category, the country's other categories in grey."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.parameters import Window
from analysis.presentation import style
from analysis.presentation.blocks import Figure
from analysis.presentation.trajectory_figure import SOURCE, runs
from analysis.presentation.wording import fixed
from analysis.rating_system import CATEGORIES, SHORT_NAMES


def category_figure(panel: pd.DataFrame, country: str, window: Window, title: str) -> Figure:
    """Return the small multiples of one country.

    Parameters
    ----------
    panel
        The reconciled panel; `rating` on ``7=best``.
    country, window
        What to show.
    title
        The finding, as a sentence without full stop.
    """
    own = window.cut(panel[panel["country"] == country])
    lines = {code: own[own["category"] == code].sort_values("edition") for code in CATEGORIES}

    def draw(narrow: bool) -> Canvas:
        columns, width, height = (2, style.NARROW, 5.8) if narrow else (4, style.WIDE, 3.8)
        canvas = style.framed(width, height, left=0.2, right=0.1, top=0.4, bottom=0.28)
        canvas.subplots_adjust(wspace=0.12, hspace=0.75 if narrow else 0.6)
        grid = canvas.subplots(8 // columns, columns, sharex=True, sharey=True).flatten()
        for axes, code in zip(grid, CATEGORIES, strict=False):
            _draw_panel(axes, code, lines, window)
        _draw_key(grid[-1])
        # The panel below the empty one would otherwise leave its column without years.
        grid[len(CATEGORIES) - columns].tick_params(labelbottom=True)
        return canvas

    return Figure(
        title=title,
        subtitle=(
            "Rating by edition, 1 = least democratic, 7 = most democratic; "
            "in grey the country's other categories"
        ),
        caption=(
            "Ratings move in steps of 0.25. Below each name: first and last known rating of the "
            "period. Hollow points are derived from printed changes; gaps are editions whose "
            "rating is not known."
        ),
        source=SOURCE,
        alt=_alt(lines, country),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def _draw_panel(axes: Axes, code: str, lines: dict[str, pd.DataFrame], window: Window) -> None:
    for other, line in lines.items():
        if other != code:
            _draw_steps(axes, line, style.GREY, 0.7)
    own = lines[code]
    _draw_steps(axes, own, style.ACCENT, 2.0)
    derived = own[own["status"] == "derived"]
    axes.plot(
        derived["edition"],
        derived["rating"],
        "o",
        ms=3.4,
        mfc="white",
        mec=style.ACCENT,
        mew=1.1,
        zorder=5,
    )
    axes.set_ylim(0.8, 7.2)
    axes.set_yticks([1, 4, 7])
    axes.grid(axis="y")
    axes.set_xlim(window.first_edition - 0.6, window.last_edition + 0.6)
    first, last = window.first_edition, window.last_edition
    ends = dict.fromkeys((first, last))
    axes.set_xticks(list(ends), [f"’{edition % 100:02d}" for edition in ends])
    axes.set_title(SHORT_NAMES[code], loc="left", fontsize=9.5, fontweight="bold", pad=15)
    axes.annotate(
        _span(own),
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 4),
        textcoords="offset points",
        fontsize=8.8,
        color=style.ACCENT,
    )


def _draw_steps(axes: Axes, line: pd.DataFrame, colour: str, width: float) -> None:
    for run in runs(line):
        # Each rating holds for its whole edition, the first and the last one too.
        x = [run["edition"].iloc[0] - 0.5, *run["edition"], run["edition"].iloc[-1] + 0.5]
        y = [run["rating"].iloc[0], *run["rating"], run["rating"].iloc[-1]]
        axes.step(x, y, where="mid", color=colour, lw=width, zorder=3 if width > 1 else 1)


def _span(own: pd.DataFrame) -> str:
    if own.empty:
        return "not known"
    first, last = own["rating"].iloc[0], own["rating"].iloc[-1]
    if own["rating"].nunique() == 1:
        return f"{fixed(last)} throughout" if len(own) > 1 else fixed(last)
    return f"{fixed(first)} to {fixed(last)}"


def _draw_key(axes: Axes) -> None:
    axes.axis("off")
    axes.text(
        0,
        0.97,
        "7 most democratic\n1 least democratic",
        transform=axes.transAxes,
        va="top",
        fontsize=8.5,
        color=style.SOFT,
    )


def _alt(lines: dict[str, pd.DataFrame], country: str) -> str:
    told = "; ".join(f"{CATEGORIES[code]} {_span(line)}" for code, line in lines.items())
    return f"Seven small line charts of {country}'s ratings, first to last known: {told}."
