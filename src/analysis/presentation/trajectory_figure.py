"""Figure: a country's Democracy Score on the class bands, the other countries in grey."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.frames import row_at
from analysis.parameters import Window, as_ranges
from analysis.presentation import style
from analysis.presentation.blocks import Figure
from analysis.presentation.wording import counted, fixed, listed
from analysis.rating_system import REGIME_CLASSES

SOURCE = "Source: Freedom House, Nations in Transit; own calculation."
ROUNDING = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

_BAND_NAMES = {
    "CD": "Consolidated\ndemocracy",
    "SCD": "Semi-consolidated\ndemocracy",
    "THR": "Transitional\nor hybrid",
    "SCAR": "Semi-consolidated\nauthoritarian",
    "CAR": "Consolidated\nauthoritarian",
}


def trajectory_figure(series: pd.DataFrame, country: str, window: Window, title: str) -> Figure:
    """Return the figure of one country's score.

    Parameters
    ----------
    series
        `analysis.scores.SERIES_COLUMNS` of all countries; `score` on ``7=best``.
    country
        The country to emphasise.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    own = shown[shown["country"] == country].sort_values("edition")
    others = shown[shown["country"] != country]

    def draw(narrow: bool) -> Canvas:
        width, height, labels = (style.NARROW, 3.3, 0.5) if narrow else (style.WIDE, 3.7, 1.18)
        canvas = style.framed(width, height, left=0.2, right=labels, top=0.08, bottom=0.28)
        axes = canvas.subplots()
        _draw_bands(axes, window, narrow)
        for _, line in others.groupby("country"):
            for run in runs(line):
                axes.plot(run["edition"], run["score"], color=style.GREY, lw=0.7, alpha=0.75)
        _draw_own(axes, own)
        style.year_axis(axes, window.first_edition, window.last_edition)
        axes.set_ylim(1, 7)
        axes.set_yticks(range(1, 8))
        return canvas

    return Figure(
        title=title,
        subtitle=(
            "Democracy Score by edition, 1 = least democratic, 7 = most democratic; "
            f"in grey the other {counted(others['country'].nunique(), 'country', 'countries')}"
        ),
        caption=_caption(own, window),
        source=SOURCE,
        alt=_alt(own, country),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def runs(line: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the stretches of adjacent editions of one series, so that a gap stays a gap."""
    ordered = line.sort_values("edition")
    stretch = ordered["edition"].diff().ne(1).cumsum()
    for _, run in ordered.groupby(stretch):
        yield run


def _draw_bands(axes: Axes, window: Window, narrow: bool) -> None:
    first, last = window.first_edition, window.last_edition
    margin = max(0.35, (last - first) * 0.02)
    axes.set_xlim(first - margin, last + margin)
    for regime in REGIME_CLASSES:
        low, high = float(regime.lowest) // 1, float(regime.highest)
        axes.axhspan(low, high, color=style.CLASS_BANDS[regime.initials], lw=0, zorder=0)
        axes.axhline(low, color="white", lw=1, zorder=0.5)
        axes.annotate(
            regime.initials if narrow else _BAND_NAMES[regime.initials],
            (1, (low + high) / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=style.INK,
        )


def _draw_own(axes: Axes, own: pd.DataFrame) -> None:
    for run in runs(own):
        x, y = run["edition"], run["score"]
        axes.fill_between(x, y - ROUNDING, y + ROUNDING, color=style.ACCENT, alpha=0.18, lw=0)
        axes.plot(x, y, color=style.ACCENT, lw=2.2, zorder=4)
    for basis, marker, face in (
        ("printed", "o", style.ACCENT),
        ("derived", "o", "white"),
        ("score only", "D", "white"),
    ):
        some = own[own["basis"] == basis]
        axes.plot(
            some["edition"],
            some["score"],
            marker,
            ms=4.5 if marker == "o" else 4,
            mfc=face,
            mec=style.ACCENT,
            mew=1.3,
            zorder=5,
        )
    _label_ends(axes, own)


def _label_ends(axes: Axes, own: pd.DataFrame) -> None:
    """Print the first and last score off the line: on the side that the series leaves free."""
    ends = [own.iloc[0]] if len(own) == 1 else [own.iloc[0], own.iloc[-1]]
    for place, end in enumerate(ends):
        near = own.iloc[1:3] if place == 0 else own.iloc[-3:-1]
        above = near["score"].mean() <= end["score"] + 1e-9 if len(near) else True
        if end["score"] < 1.35:
            above = True
        elif end["score"] > 6.65:
            above = False
        axes.annotate(
            fixed(end["score"]),
            (end["edition"], end["score"]),
            xytext=(0, 8 if above else -8),
            textcoords="offset points",
            ha="left" if place == 0 and len(ends) > 1 else "right",
            va="bottom" if above else "top",
            fontsize=10.5,
            fontweight="bold",
            color=style.ACCENT,
            zorder=6,
        )


def _caption(own: pd.DataFrame, window: Window) -> str:
    parts = ["An edition covers the year before it. The pale band is what rounding leaves open."]
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
