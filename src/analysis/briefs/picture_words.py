"""What the pictures of briefs say, for those who do not see them, and how to read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from analysis.briefs.country.decomposition import Decomposition, span_words
from analysis.briefs.wording import (
    LEVEL_TITLES,
    SAME,
    counted,
    countries,
    editions,
    fixed,
    holders,
    listed,
    signed,
    some,
    whole_ties,
)
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.settings.parameters import Window, as_ranges

LARGE_STEP: Final = 0.14
"""Annual changes of the score from this size on, one category point, are worth a label."""
MOST_LABELS: Final = 3


def net_words(parts: Decomposition) -> str:
    """Return between which editions the sums are taken."""
    return span_words(parts.ends) if parts.ends else ", which needs two editions known in full"


def decomposition_words(parts: Decomposition, country: str) -> str:
    """Return what the grid of changes says: net changes, and when the score changed most."""
    net = [f"{CATEGORIES[code]} {signed(change)}" for code, change in parts.net.items()]
    told = f"Change{net_words(parts)}: {', '.join(net)}." if net else "No step is known."
    known = "" if len(parts.score) == len(parts.editions) else ", of the steps known,"
    moves = sorted(
        (item for item in parts.score.items() if item[1]), key=lambda item: -abs(item[1])
    )
    sizes = [abs(step) for _, step in moves]
    if largest := moves[: whole_ties(sizes)]:
        named = listed([f"{edition} ({signed(step)})" for edition, step in largest])
        most = f"The score changed most{known} in {named}."
    elif moves:
        tied = counted(sizes.count(sizes[0]), "edition")
        most = f"The score changed by {fixed(sizes[0])} at most{known or ','} in {tied}."
    else:
        most = "No score changed."
    return (
        f"Grid of {country}’s seven categories by edition with the change of each rating. "
        f"{told} {most}"
    )


def large_steps(own: pd.DataFrame) -> list[tuple[int, float]]:
    """Return edition and size of the largest changes between adjacent editions, largest first."""
    steps = own.set_index("edition")["score"].diff()
    steps = steps[own["edition"].diff().eq(1).to_numpy() & steps.abs().ge(LARGE_STEP)]
    sizes = steps.abs().round(9).sort_values(ascending=False, kind="stable")
    order = sizes.index[: whole_ties(sizes.tolist(), MOST_LABELS)]
    return [(int(edition), float(steps[edition])) for edition in order]


def trajectory_caption(own: pd.DataFrame, bounds: pd.DataFrame, window: Window) -> str:
    """Return how the figure of a score is to be read, what is not known included."""
    missing = sorted(set(window.editions) - set(own["edition"]))
    ranges = [f"{r.edition}, {fixed(r.lowest)} to {fixed(r.highest)}" for r in rows(bounds)]
    years = own.loc[own["basis"] == "score derived", "edition"].tolist()
    or_derived = f" or, in {editions(years)}, derived" if years else ""
    diamonds = f"Diamonds: the score is printed{or_derived}, its seven ratings are not all known."
    hollow = (own["basis"] == "derived").any()
    parts = {
        "An edition covers the year before it. The pale band is what rounding leaves open.": True,
        "Labelled: the largest changes between adjacent editions.": large_steps(own),
        "Hollow circles: at least one rating is derived from printed facts.": hollow,
        diamonds: own["basis"].str.startswith("score").any(),
        f"Not known: {as_ranges(missing)}.": missing,
        f"Pale bars: what the printed facts leave possible ({'; '.join(ranges)}).": ranges,
    }
    return " ".join(sentence for sentence, holds in parts.items() if holds)


def trajectory_words(own: pd.DataFrame, country: str) -> str:
    """Return what the figure of a score says: its ends, extremes, moves and classes."""
    first, last = own.iloc[0], own.iloc[-1]
    if len(own) == 1:
        return (
            f"Line chart with one known point: {country} has a Democracy Score of "
            f"{fixed(first['score'])} in the {first['edition']} edition."
        )
    steps = own["score"].diff().where(own["edition"].diff() == 1).dropna()
    whole = len(steps) == last["edition"] - first["edition"]
    among = "it is " if whole else "among known scores it is "
    down, up = int((steps < -SAME).sum()), int((steps > SAME).sum())
    classes = own["regime_class"][own["regime_class"].ne(own["regime_class"].shift())].tolist()
    highest, lowest = (
        f"{editions(own.loc[(own['score'] - end).abs() < SAME, 'edition'].tolist())} ({fixed(end)})"
        for end in (own["score"].max(), own["score"].min())
    )
    return (
        f"Line chart: {country}'s Democracy Score goes from {fixed(first['score'])} in the "
        f"{first['edition']} edition to {fixed(last['score'])} in the {last['edition']} edition, "
        f"with {counted(down, 'annual decline')} and {counted(up, 'rise')}; {among}highest in "
        f"{highest} and lowest in {lowest}. "
        f"Regime {'class' if len(classes) == 1 else 'classes in turn'}: {listed(classes)}."
    )


def profile_words(last: pd.DataFrame, edition: int) -> str:
    """Return the range of each category in an edition over the countries, a row each."""
    told = []
    for code, name in CATEGORIES.items():
        known = last[code].dropna()
        ends = [
            f"{fixed(end)} ({some(holders(known, end))})"
            for end in sorted({known.min(), known.max()})
            if len(known)
        ]
        if ends:
            told.append(f"{name} {'from ' if len(ends) > 1 else ''}{' to '.join(ends)}")
    many = countries(len(last))
    where = f"Ranges in the {edition} edition, as far as known"
    return f"Grid of {many} by seven categories. {where}: {listed(told or ['none'])}."


def level_words(pairs: pd.DataFrame, level: str) -> str:
    """Return the lowest and the highest correlation of a level."""
    chosen = pairs[(pairs["level"] == level)].dropna(subset=["r"])
    if chosen.empty:
        return f"{LEVEL_TITLES[level]}: not estimable."
    ends = chosen.loc[[chosen["r"].idxmin(), chosen["r"].idxmax()]]
    low, high = (
        f"{fixed(pair.r)} ({CATEGORIES[pair.x]} with {CATEGORIES[pair.y]})" for pair in rows(ends)
    )
    return f"{LEVEL_TITLES[level]}: {len(chosen)} pairs from {low} to {high}."


def class_words(latest: pd.DataFrame, words: Callable[[Any], str]) -> str:
    """Return the countries of each class, how many and each in `words` of its row."""
    told = []
    for regime in REGIME_CLASSES:
        members = [words(row) for row in rows(latest[latest["regime_class"] == regime.name])]
        if members:
            told.append(f"{regime.name}, {len(members)}: {listed(members)}")
    return "; ".join(told)
