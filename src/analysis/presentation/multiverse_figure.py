"""Figure: one headline under every declared choice, one line an alternative."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.correlations.multiverse import summary
from analysis.frames import row_at
from analysis.presentation import style
from analysis.presentation.blocks import Figure, Note
from analysis.presentation.trajectory_figure import SOURCE
from analysis.presentation.wording import fixed, signed
from analysis.settings import SETS, Headline, declared

CHOICE_NAMES: Final = {
    "period": "the period",
    "countries": "the set of countries",
    "estimator": "the estimator",
    "weighting": "the weighting",
    "scale": "the scale",
}
ALTERNATIVE_NAMES: Final = {
    "within": "within countries",
    "two_way": "within, less editions",
    "changes": "annual changes",
    "countries": "each country once",
    "country-editions": "each country-edition once",
}
_LEFT_OUT: Final = "without one country"


def multiverse_figure(table: pd.DataFrame, headline: Headline) -> Figure | Note:
    """Return one headline's range under each alternative of each choice.

    Parameters
    ----------
    table
        `analysis.correlations.multiverse.MULTIVERSE_COLUMNS`.
    headline
        One of the declared headlines.
    """
    own = table[(table["headline"] == headline.name) & table["estimate"].notna()]
    if own.empty:
        text = f"The {headline.meaning}: estimable under none of the choices."
        return Note(label="Withheld", text=text)
    ranges = _ranges(own, headline)
    facts = row_at(summary(table).set_index("headline"), headline.name)
    chosen = facts["estimate"]

    def draw(narrow: bool) -> Canvas:
        canvas = style.blank(style.NARROW if narrow else style.WIDE, 3.9 if narrow else 3.4)
        axes = canvas.subplots()
        _draw_ranges(axes, ranges)
        if pd.notna(chosen):
            axes.axvline(chosen, color=style.ACCENT, lw=1.2, zorder=0)
        if axes.get_xlim()[0] < 0 < axes.get_xlim()[1]:
            axes.axvline(0, color=style.GREY, lw=0.8, zorder=0)
        return canvas

    return Figure(
        title=multiverse_title(headline, facts),
        subtitle=f"{headline.meaning[0].upper()}{headline.meaning[1:]}",
        caption=(
            f"Each line holds all of the {facts['n_choices']} combinations of choices with that "
            "alternative: thin the range, thick the middle half, dot the median. Vertical line: "
            "the combination fixed in advance. No p-value is taken over the choices."
        ),
        source=SOURCE,
        alt="Ranges by alternative. " + " ".join(_alternative_words(row) for row in ranges),
        svg=style.svg_of(draw, narrow=False),
        svg_narrow=style.svg_of(draw, narrow=True),
    )


def multiverse_title(headline: Headline, facts: pd.Series) -> str:
    """Return the finding: range, sign and the choice that matters most."""
    number = signed if headline.name == "trend" else fixed
    same = facts["same_sign"]
    sign = "the sign never changes" if same == 1 else f"{same:.0%} share one sign"
    return (
        f"From {number(facts['lowest'])} to {number(facts['highest'])} over all choices: {sign}; "
        f"{CHOICE_NAMES[facts['most_influential']]} matters most"
    )


Range = tuple[str, str, float, float, float, float, float]


def _ranges(own: pd.DataFrame, headline: Headline) -> list[Range]:
    """Return choice, alternative, lowest, lower quartile, median, upper quartile, highest."""
    grid = declared()
    sets = own["countries"].where(own["countries"].isin(SETS), _LEFT_OUT)
    grouped = {
        "period": (own["period"], grid.periods),
        "countries": (sets, (*grid.countries, _LEFT_OUT)),
        "estimator": (own["estimator"], headline.estimators),
        "weighting": (own["weighting"], grid.weightings),
        "scale": (own["scale"], grid.scales),
    }
    ranges: list[Range] = []
    for choice, (labels, alternatives) in grouped.items():
        for alternative in alternatives:
            values = own.loc[labels == alternative, "estimate"].astype(float)
            if len(values):
                low, q1, middle, q3, high = values.quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
                ranges.append((choice, alternative, low, q1, middle, q3, high))
    return ranges


def _draw_ranges(axes: Axes, ranges: list[Range]) -> None:
    places, place, before = [], 0.0, ranges[0][0]
    for choice, *_ in ranges:
        place += 1.0 if choice == before else 1.6
        before = choice
        places.append(place)
    for y, (_, _, low, q1, middle, q3, high) in zip(places, ranges, strict=True):
        axes.plot([low, high], [y, y], color=style.GREY, lw=1.0)
        axes.plot([q1, q3], [y, y], color=style.SOFT, lw=3.2)
        axes.plot([middle], [y], "o", color=style.INK, ms=4)
    names = [ALTERNATIVE_NAMES.get(alternative, alternative) for _, alternative, *_ in ranges]
    axes.set_yticks(places, names, fontsize=8.5, color=style.INK)
    axes.set_ylim(places[-1] + 0.7, places[0] - 0.7)
    axes.grid(axis="x")
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)


def _alternative_words(row: Range) -> str:
    name = ALTERNATIVE_NAMES.get(row[1], row[1])
    return f"{name}: median {fixed(row[4])}, from {fixed(row[2])} to {fixed(row[6])}."


def multiverse_figures(table: pd.DataFrame) -> list[Figure | Note]:
    """Return one figure a headline."""
    return [multiverse_figure(table, headline) for headline in declared().headlines]
