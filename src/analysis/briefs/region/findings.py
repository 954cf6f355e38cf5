"""What there is to say about a group of countries: findings and titles of figures, computed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.briefs.blocks import Sentence
from analysis.briefs.region.story import RegionStory
from analysis.briefs.trajectories.sentences import trend_sentence
from analysis.briefs.wording import (
    CLASS_RANK,
    ROUNDED,
    all_of,
    capitalised,
    counted,
    countries,
    fixed,
    holders,
    known_ratings,
    listed,
    number,
    signed,
    some,
    whole_ties,
    with_corruption,
)
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES

_NAMES = [regime.name for regime in REGIME_CLASSES]
DEMOCRACIES, AUTHORITARIAN = _NAMES[:2], _NAMES[3:]


def directions(story: RegionStory) -> dict[str, list[str]]:
    """Return which scores fell, rose and stayed from the first to the last edition compared."""
    change = story.compared["change"]
    moves = {"fell": change < 0, "rose": change > 0, "stayed": change == 0}
    return {verb: change.index[some].tolist() for verb, some in moves.items()}


def crossed(story: RegionStory) -> tuple[list[str], list[str]]:
    """Return who ended in a less and who in a more democratic class than at the start."""
    rank = story.compared[["first_class", "regime_class"]].map(CLASS_RANK.__getitem__)
    steps = rank["regime_class"] - rank["first_class"]
    return steps.index[steps > 0].tolist(), steps.index[steps < 0].tolist()


def findings(story: RegionStory) -> list[str]:
    """Return up to five findings; a window without any change is described by its levels."""
    tellers = [_direction_sentence, _movers_sentence, _class_sentence, category_change_sentence]
    if story.compared.empty:
        tellers = [_level_sentence, _class_count_sentence, _category_level_sentence]
    return [sentence for tell in tellers if (sentence := tell(story))]


def known_sentence(story: RegionStory) -> str:
    """Return how sure the other findings are: how many ratings are known, and the average trend."""
    total = len(story.members) * len(story.window.editions) * len(CATEGORIES)
    trend = "" if story.trend is None else f" {_trend(story).text}"
    return f"{known_ratings(len(story.panel), total)}{trend}"


def how_sure(story: RegionStory) -> str:
    """Return how the last of the findings is known."""
    return ROUNDED if story.trend is None else f"{_trend(story).how} {ROUNDED}"


def _trend(story: RegionStory) -> Sentence:
    return trend_sentence(story.trend, over=story.results.over_completed_trajectories)


def map_title(story: RegionStory) -> str:
    """Return the finding of the map: how many countries are on each side."""
    classes = story.latest["regime_class"]
    n_democracies = int(classes.isin(DEMOCRACIES).sum())
    n_authoritarian = int(classes.isin(AUTHORITARIAN).sum())
    parts = [
        (n_democracies, "is a democracy", "are democracies"),
        (len(classes) - n_democracies - n_authoritarian, "is in between", "are in between"),
        (n_authoritarian, "is authoritarian", "are authoritarian"),
    ]
    sides = [counted(n, one, many) for n, one, many in parts if n]
    if not sides:
        return "No regime class is known"
    if len(sides) == 1 and len(classes) > 1:
        which = "Both" if len(classes) == 2 else f"All {number(len(classes))}"
        return f"{which} countries {sides[0].split(' ', 1)[1]}"
    return capitalised(f"{listed(sides)}, of {countries(len(classes))}")


def standing_title(story: RegionStory) -> str:
    """Return the finding of the table of first and last scores."""
    n = len(story.compared)
    if not n:
        return f"Regime classes in the {story.window.in_words}"
    lower = directions(story)["fell"]
    how_many = f"all {number(n)}" if len(lower) == n > 1 else f"{_so_many(lower)} of {number(n)}"
    return f"Scores ended lower than they began in {how_many}"


def crossings_title(story: RegionStory) -> str:
    """Return the finding of the heat-map: how many countries ended in another class."""
    if story.compared.empty:
        return f"Regime classes in the {story.window.in_words}"
    lower, higher = crossed(story)
    if not lower and not higher:
        return "No country ended in another class than it began"
    return capitalised(
        f"{countries(len(lower))} ended in a less democratic class than at the start, "
        f"{_so_many(higher)} in a more democratic one"
    )


def class_count_title(story: RegionStory) -> str:
    """Return the finding of the columns of classes, about the latest of the best known editions."""
    best = story.latest_common.name
    classes = story.series.loc[story.series["edition"] == best, "regime_class"]
    n = int(classes.isin(DEMOCRACIES).sum())
    if n in (0, len(classes)) and len(classes) > 2:
        which, are = ("all", "are democracies") if n else ("none of", "is a democracy")
        return f"In the {best} edition {which} {number(len(classes))} countries {are}"
    democracies = counted(n, "country is a democracy", "countries are democracies")
    others = classes[~classes.isin(DEMOCRACIES)].tolist()
    verb = "is" if len(others) == 1 else "are"
    return f"In the {best} edition {democracies}, {_so_many(others)} {verb} not"


def _so_many(some: list[str]) -> str:
    return number(len(some)) if some else "none"


def same_way_sentence(story: RegionStory) -> str:
    """Return that all scores moved the same way; empty where they did not, or where one is."""
    verbs = [verb for verb, names in directions(story).items() if names]
    n = len(story.compared)
    if len(verbs) != 1 or n < 2:
        return ""
    ended = {"stayed": "ended where they began"}.get(verbs[0], verbs[0])
    return f"{story.span_words}, {all_of(n, 'score')} {ended}{story.left_out}."


def _direction_sentence(story: RegionStory) -> str:
    if same_way := same_way_sentence(story):
        return same_way
    moves = {verb: _so_many(names) for verb, names in directions(story).items()}
    return (
        f"{story.span_words}, of {counted(len(story.compared), 'score')} {moves['fell']} fell, "
        f"{moves['rose']} rose and {moves['stayed']} stayed the same{story.left_out}."
    )


def _movers_sentence(story: RegionStory) -> str:
    change = story.compared["change"].sort_values(kind="stable")
    ways = {"fall": change[change < 0], "rise": change[change > 0][::-1]}
    parts = [_largest(kind, some) for kind, some in ways.items() if len(some)]
    return capitalised("; ".join(parts)) + "." if parts else ""


def _largest(kind: str, changes: pd.Series) -> str:
    """Return the largest falls or rises by name, their number where too many are the same."""
    n = whole_ties(changes.abs().tolist())
    if not n:
        tied = countries(int((changes == changes.iloc[0]).sum()))
        return f"the largest {kind} is that of {tied} ({signed(changes.iloc[0])} each)"
    named = listed([f"{country} ({signed(value)})" for country, value in changes[:n].items()])
    return (
        f"the largest {kind} is that of {named}"
        if n == 1
        else f"the largest {kind}s are those of {named}"
    )


def _class_sentence(story: RegionStory) -> str:
    parts = [
        f"{countries(len(some))} ended in a {word} democratic class than "
        f"{'it' if len(some) == 1 else 'they'} began ({listed(some)})"
        for word, some in zip(("less", "more"), crossed(story), strict=True)
        if some
    ]
    return capitalised("; ".join(parts) or "no country ended in another class than it began") + "."


def category_change_sentence(story: RegionStory) -> str:
    """Return which categories changed least and most on average, with what the gaps leave open."""
    changes, window = story.category_changes, story.window
    start = (
        f"By category, the average change from the {window.first_edition} to the "
        f"{window.last_edition} edition"
    )
    least, most = (
        changes[changes["mean"] == end] for end in (changes["mean"].min(), changes["mean"].max())
    )
    if len(least) == len(changes):
        return f"{start} is {signed(least['mean'].iloc[0])} in each{_in_panels(least)}."
    told = [
        f"{signed(end['mean'].iloc[0])} ({listed([CATEGORIES[str(c)] for c in end.index])})"
        for end in (least, most)
    ]
    return with_corruption(f"{start} ranges from {' to '.join(told)}{_in_panels(least, most)}.")


def _in_panels(*ends: pd.DataFrame) -> str:
    """Return between what mean changes lie over completed panels, where the gaps leave them so."""
    spans = [(signed(end["least"].min()), signed(end["greatest"].max())) for end in ends]
    if all(low == high for low, high in spans):
        return ""
    told = listed([" to ".join(span) for span in spans])
    return f"; depending on the ratings that are not known, {told}"


def _category_level_sentence(story: RegionStory) -> str:
    return _category_range(story.panel.set_index("category")["rating"], "rating", fixed)


def _category_range(values: pd.Series, what: str, shown: Callable[[float], str]) -> str:
    """Return between which categories the mean of some values ranges."""
    mean = values.groupby("category").mean().round(9)
    if mean.empty:
        return ""
    ends = [
        f"{shown(end)} ({listed([name for c, name in CATEGORIES.items() if mean.get(c) == end])})"
        for end in (mean.min(), mean.max())
    ]
    if mean.min() == mean.max():
        return f"By category, the average {what} is {shown(mean.min())} in each."
    text = f"By category, the average {what} ranges from {ends[0]} to {ends[1]}."
    return with_corruption(text)


def _level_sentence(story: RegionStory) -> str:
    scores = story.series.set_index("country")["score"].sort_values(kind="stable")
    known = f"In the {story.window.in_words}"
    if scores.empty:
        return f"No Democracy Score of the group is known in the {story.window.in_words}."
    if len(scores) == 1:
        return f"{known} one score is known: {fixed(scores.iloc[0])} ({scores.index[0]})."
    low, high = (
        f"{fixed(end)} ({some(holders(scores, end))})" for end in scores.agg(["min", "max"])
    )
    return (
        f"{known} {counted(len(scores), 'score')} are known, from {low} to {high}; the median is "
        f"{fixed(scores.median())}."
    )


def _class_count_sentence(story: RegionStory) -> str:
    counts = story.series["regime_class"].value_counts()
    classes = [f"{name} {counts[name]}" for name in _NAMES if counts.get(name, 0)]
    return f"Countries by regime class: {listed(classes)}." if classes else ""
