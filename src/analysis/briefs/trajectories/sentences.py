"""Findings about trajectories as sentences, computed from rows of the stored results.

What is inferred carries its interval, its method and its counts; a p-value stands only beside the
size of its family and its adjusted value; a refusal is printed in place of an estimate; what is
not detected is told as the range that the data are compatible with.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.wording import (
    capitalised,
    counted,
    fixed,
    interval,
    listed,
    number,
    percent,
    probability,
    signed,
)
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES


def drift_sentence(row: Any) -> str:
    """Return a country's drift, or why it is not tested.

    Parameters
    ----------
    row
        A row of the table ``drifts``.
    """
    span = f"{row.first_edition} to {row.last_edition} editions"
    if row.refusal:
        return f"The drift of the Democracy Score ({span}) is not tested: {row.refusal}."
    known = f"{counted(row.n_changes, 'annual change')} known"
    moves = f"{row.n_downs} went down and {row.n_ups} up, net {signed(row.tested_change)} points"
    if abs(row.net_change - row.tested_change) > 1e-6:
        moves += f" of the {signed(row.net_change)} between the first and the last score"
    return (
        f"{capitalised(span)}: of {known}, {moves}. Were "
        f"falls and rises equally likely, a sum as far from zero would have p = "
        f"{probability(row.p_value)} (sign-flip test, blocks of "
        f"{counted(row.block_length, 'edition')}); "
        f"q = {probability(row.adjusted_p)} in the family of {row.family_size} country tests."
    )


def episode_sentences(episodes: pd.DataFrame, alarms: pd.DataFrame) -> list[str]:
    """Return a country's episodes with the false-alarm rate of the rule.

    Parameters
    ----------
    episodes
        The country's rows of the table ``episodes``.
    alarms
        The table ``episode_false_alarms``.
    """
    each = [
        f"a {row.strength} {row.direction} from the {row.first_edition} to the {row.last_edition} "
        f"edition ({signed(row.change)} points"
        f"{', not known to have ended' if row.censored else ''})"
        for row in rows(episodes)
    ]
    start = "By the rule for episodes (0.5 points or more without a clear step back) there is "
    directions = episodes["direction"].drop_duplicates().tolist()
    return [
        f"{start}{listed(each) if each else 'none'}.",
        *(alarm_sentence(alarms, direction) for direction in directions),
    ]


def alarm_sentence(alarms: pd.DataFrame, direction: str = "decline") -> str:
    """Return how often the rule finds an episode of a direction where nothing drifts."""
    if alarms.empty:
        return ""
    at = alarms.set_index(["direction", "strength"])["share"]
    n = int(alarms["n_editions"].iloc[0])
    return (
        f"In simulated ratings without any drift the rule finds "
        f"{'a decline' if direction == 'decline' else 'an improvement'} in "
        f"{percent(float(at[direction, 'moderate']))} of countries over {n} editions, a clear one "
        f"(0.75 points or more) in {percent(float(at[direction, 'clear']))}."
    )


def trend_sentence(row: Any) -> str:
    """Return an average trend, counts first.

    Parameters
    ----------
    row
        A row of the table ``trends``.
    """
    if row.refusal:
        return f"Average trend withheld: {row.refusal}."
    counts = [f"{n} {verb}" for n, verb in ((row.fell, "fell"), (row.rose, "rose")) if n]
    if row.unchanged:
        counts.append(f"{row.unchanged} did not move")
    return (
        f"Counted by the slope over all editions, not by first and last score, of "
        f"{row.n_countries} countries ({row.n_observations} country-years in "
        f"{row.n_editions} editions) {listed(counts)}; the average trend of the Democracy Score "
        f"is {signed(row.estimate)} points per decade (95 % interval "
        f"{interval(row.lower, row.upper, sign=True)}, country-level t)."
    )


def left_out_sentence(table: pd.DataFrame) -> str:
    """Return the range of the average trend without one country or one edition."""
    kept = table[table["refusal"] == ""].groupby("kind")["estimate"].agg(["min", "max"])
    ranges = [
        f"one {kind} gives {interval(row['min'], row['max'], 3, sign=True)}"
        for kind, row in kept.iterrows()
    ]
    if not ranges:
        return ""
    return (
        f"Leaving out {listed(ranges)} points per decade. The interval treats shocks common to all "
        "countries in a year as given."
    )


def break_sentence(row: Any) -> str:
    """Return the strongest difference in pace with its band over all editions."""
    if row.refusal:
        return f"Break in the pace of change withheld: {row.refusal}."
    reading = "the data are compatible with an unchanged pace and with differences in that range"
    if row.lower > 0 or row.upper < 0:
        reading = "the average pace differs before and after"
    return (
        f"The average pace differs most from the {int(row.edition)} edition on: "
        f"{signed(row.before, 3)} points a year before, {signed(row.after, 3)} after, difference "
        f"{signed(row.difference, 3)} (95 % band over all editions "
        f"{interval(row.lower, row.upper, 3, sign=True)}, sign flips of {row.n_countries} "
        f"countries, {row.n_observations} annual changes): {reading}. "
        "A shock common to all countries in one year would look the same."
    )


def rate_sentence(table: pd.DataFrame) -> str:
    """Return how often a rating changed, over all categories."""
    rate_of = {row.event: row for row in rows(table[table["name"] == "all"])}
    every = rate_of["any"]
    if every.refusal:
        return f"Rates of change withheld: {every.refusal}."
    shares = [
        f"{word} in {percent(rate_of[event].rate, 1)} ({_percents(rate_of[event])})"
        for event, word in (("any", "changed"), ("down", "fell"), ("up", "rose"))
    ]
    return (
        f"Of {every.n_opportunities} ratings that could change from one edition to the next "
        f"({every.n_countries} countries, {every.n_editions} editions, only country-editions of "
        f"which all seven ratings are known), a rating {listed(shares)}; "
        "in brackets 95 % intervals, Wilson on effective numbers."
    )


def _percents(row: Any) -> str:
    return f"{fixed(100 * row.lower, 1)} to {percent(row.upper, 1)}"


def class_sentences(events: pd.DataFrame, moves: pd.DataFrame) -> list[str]:
    """Return the moves between regime classes by name, their rate and their fragility."""
    if events.empty:
        return ["No country moved to another regime class between adjacent editions."]
    sentences = []
    for direction, word in (("down", "less"), ("up", "more")):
        moved = rows(events[events["direction"] == direction])
        if names := [f"{row.country} {row.edition}" for row in moved]:
            every = capitalised(counted(len(names), "move"))
            sentences.append(f"{every} to a {word} democratic class: {listed(names)}.")
    fragile = int(events["fragile"].sum())
    these = "Of these moves" if len(events) > 1 else "Of this one move"
    so_many = number(fragile) if fragile else "none"
    sentences.append(f"{these} {so_many} would vanish if a score were off by 0.02.")
    down = next(rows(moves[(moves["from_class"] == "all") & (moves["move"] == "down")]))
    if not down.refusal:
        sentences.append(
            f"In a year {percent(down.rate, 1)} of countries moved down (95 % interval "
            f"{_percents(down)}, Wilson on effective numbers; {down.n_events} of "
            f"{down.n_opportunities} country-years of {down.n_countries} countries)."
        )
    return sentences


EVENT_NAMES = {
    "any": "any change",
    "down": "a fall",
    "up": "a rise",
    "large": "a change by half a point or more",
}
"""Kind of change -> what a reader calls it."""

VARIABLE_NAMES = {
    "period": "Period",
    "category": "Category",
    "level": "Level before",
    "changed_before": "Changed the year before",
}
"""Variable of the model of changes -> what a reader calls it."""


def in_words(contrast: str) -> str:
    """Return a contrast with the categories by name: ``Civil Society against Corruption``."""
    return " ".join(CATEGORIES.get(word, word) for word in contrast.split(" "))
