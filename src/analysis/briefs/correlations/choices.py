"""What briefs say of the headlines under every declared choice."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from analysis.briefs.wording import counted, fixed, listed, signed
from analysis.correlations.multiverse import summary
from analysis.facts.frames import row_at
from analysis.settings.choices import SETS, HeadlineChoice, declared

CHOICE_NAMES: Final = {
    "period": "the period",
    "countries": "the set of countries",
    "estimator": "the estimator",
    "weighting": "the weighting",
    "scale": "the scale",
}
PANEL_NAMES: Final = {
    "trend": ("Mean trend", "points per decade"),
    "association": ("Association", "median r within countries"),
    "gap": ("Gap", "median r between less within"),
}
_LEFT_OUT: Final = "without one country"


class Range(NamedTuple):
    """The estimates of one headline under all combinations that hold one alternative."""

    choice: str
    place: int
    alternative: str
    low: float
    lower_quartile: float
    median: float
    upper_quartile: float
    high: float


def multiverse_title(shown: list[HeadlineChoice], facts: pd.DataFrame) -> str:
    """Return the finding: whether any choice turns a sign round."""
    firm = [h for h in shown if facts["same_sign"][h.name] == 1]
    if len(firm) == len(shown):
        return f"The sign of {counted(len(shown), 'headline')} is the same under all choices"
    loose = [
        f"{PANEL_NAMES[h.name][0].lower()} ({facts['same_sign'][h.name]:.0%} share one sign)"
        for h in shown
        if h not in firm
    ]
    return f"The choices turn the sign of {listed(loose)}"


def headline_sentences(table: pd.DataFrame) -> list[str]:
    """Return range and most influential choice of each headline that can be estimated."""
    facts = summary(table).set_index("headline")
    sentences = []
    for headline in declared().multiverse.headlines.values():
        if headline.name not in facts.index or pd.isna(facts["lowest"][headline.name]):
            continue
        own = row_at(facts, headline.name)
        number = signed if headline.name == "trend" else fixed
        what, _, unit = headline.meaning.partition(", ")
        sentences.append(
            f"The {what}{f' ({unit})' if unit else ''} ranges from {number(own['lowest'])} to "
            f"{number(own['highest'])} over all choices; "
            f"{CHOICE_NAMES[own['most_influential']]} matters most."
        )
    return sentences


def ranges_of(own: pd.DataFrame, headline: HeadlineChoice) -> list[Range]:
    """Return the estimates of a headline under each alternative of each choice."""
    grid = declared().multiverse
    sets = own["countries"].where(own["countries"].isin(SETS), _LEFT_OUT)
    grouped = {
        "period": (own["period"], grid.periods),
        "countries": (sets, (*grid.countries, _LEFT_OUT)),
        "estimator": (own["estimator"], headline.estimators),
        "weighting": (own["weighting"], grid.weightings),
        "scale": (own["scale"], grid.scales),
    }
    ranges = []
    for choice, (labels, alternatives) in grouped.items():
        for place, alternative in enumerate(alternatives):
            values = own.loc[labels == alternative, "estimate"].astype(float)
            if len(values):
                spread = values.quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
                ranges.append(Range(choice, place, alternative, *spread))
    return ranges
