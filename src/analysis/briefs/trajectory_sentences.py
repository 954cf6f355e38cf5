"""What notebook 2 stored about trajectories, and its findings as sentences.

What is inferred carries its interval, method and counts; a p-value stands only beside the size of
its family and its adjusted value; what is not detected is the range that is compatible with data.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs import wording as say
from analysis.briefs.blocks import Column, Sentence, Table, value_table
from analysis.briefs.left_open import filled, hangs, widened
from analysis.facts.rating_system import CATEGORIES, EVERY, FIRST_EDITION, LAST_EDITION, SCORE
from analysis.settings.parameters import WHOLE, Window
from analysis.tables.stored import read_processed, rows, with_texts


def stored_result(name: str) -> pd.DataFrame:
    """Return a table that notebook 2 stored, about all countries and editions."""
    return with_texts(read_processed(name))


def scope(window: Window) -> str:
    """Return what to say where a brief shows other editions than its results rest on."""
    if window == WHOLE:
        return ""
    return (
        "Where no other edition is named, the results of this section rest on the "
        f"{FIRST_EDITION} to {LAST_EDITION} editions, whatever period this brief shows."
    )


def drift_sentence(row: Any) -> Sentence:
    """Return which way a row of ``drifts`` says that a score went, or why that cannot be told."""
    first, last = row.first_edition, row.last_edition
    if row.refusal:
        return Sentence(
            drift_reading(row),
            f"The drift of the Democracy Score ({first} to {last} editions) is not tested: "
            f"{row.refusal}.",
        )
    net = f"net {say.signed(row.tested_change)} points"
    if abs(row.net_change - row.tested_change) > 1e-6:
        net += f" of the {say.signed(row.net_change)} between the first and the last score"
    return Sentence(
        f"From the {first} to the {last} edition, of {say.counted(row.n_changes, 'annual change')} "
        f"known {say.so_many(row.n_downs)} went down and {say.so_many(row.n_ups)} up, {net}. "
        f"{drift_reading(row)}",
        f"Were falls and rises equally likely, a sum as far from zero would have p = "
        f"{say.probability(row.p_value)} (sign-flip test, blocks of "
        f"{say.counted(row.block_length, 'edition')}); "
        f"q = {say.probability(row.adjusted_p)} in the family of {row.family_size} country tests.",
    )


def drift_reading(row: Any) -> str:
    """Return in plain words whether a row of ``drifts`` shows a direction."""
    if row.refusal:
        return "The score changed too seldom to tell a direction from chance."
    if not row.tested_change:
        return "Falls and rises cancel out: no lasting direction is shown."
    if row.adjusted_p <= 0.05:
        return "Chance alone would rarely bring so much in one direction."
    if row.p_value <= 0.05:
        return (
            "Chance alone would rarely move this score as far, yet it could move one of so many: "
            "no lasting direction is shown."
        )
    return "Chance alone could move one of so many scores as far: no lasting direction is shown."


def episode_sentences(episodes: pd.DataFrame, alarms: pd.DataFrame) -> Sentence:
    """Return a country's rows of ``episodes``, and in the note the rule with its false alarms."""
    each = [
        f"a {row.strength} {row.direction} from the {row.first_edition} to the {row.last_edition} "
        f"edition ({say.signed(row.change)} points"
        f"{', not known to have ended' if row.censored else ''})"
        for row in rows(episodes)
    ]
    if not each:
        return Sentence("It never moved by 0.5 points or more without a clear step back.")
    how = "An episode moves by 0.5 points or more without a clear step back."
    for direction in episodes["direction"].unique():
        how = f"{how} {alarm_sentence(alarms, direction)}".strip()
    return Sentence(f"It went through {say.listed(each)}.", how)


def alarm_sentence(alarms: pd.DataFrame, direction: str) -> str:
    """Return how often the rule finds an episode of a direction where nothing drifts."""
    if alarms.empty:
        return ""
    share = alarms.set_index(["direction", "strength"])["share"]
    moderate, clear = (say.percent(float(share[direction, how])) for how in ("moderate", "clear"))
    return (
        f"In simulated ratings without any drift the rule finds "
        f"{'a decline' if direction == 'decline' else 'an improvement'} in {moderate} of countries "
        f"over {int(alarms['n_editions'].iloc[0])} editions, a clear one (0.75 points or more) in "
        f"{clear}."
    )


def trend_sentence(row: Any, whose: str = "", over: pd.DataFrame | None = None) -> Sentence:
    """Return a row of ``trends``, counts first, `whose` where it is not of the brief's group.

    `over` is the table ``over_completed_trajectories``, where the gaps are to be told.
    """
    if row.refusal:
        return Sentence(f"{whose}Average trend withheld: {row.refusal}.")
    ways = (("falls", row.fell), ("rises", row.rose), ("is level", row.unchanged))
    told = [
        (verb, say.every(n) if n == row.n_countries else say.number(n)) for verb, n in ways if n
    ]
    counts = say.listed([f"{verb} in {many}" for verb, many in told])
    whole = row.group == "all"
    statistic, name = ("trend", SCORE) if whole else ("trend of the score", row.group)
    gaps = filled(over, statistic, {name: "it is {}"}, sign=True)
    gaps += widened(row.n_countries) if gaps else ""
    hang = " On which side of zero hangs on the gaps." if hangs(over, statistic, name) else ""
    return Sentence(
        f"{whose}Over all known editions the Democracy Score moved by {say.signed(row.estimate)} "
        f"points per decade on average (range {say.interval(row.lower, row.upper, sign=True)}); by "
        f"country, the line through them {counts}.{hang}",
        f"Counted by the slope over all known editions, not by first and last score, of "
        f"{say.countries(row.n_countries)} ({row.n_observations} country-years in "
        f"{row.n_editions} editions). The range is the 95 % interval, country-level t. "
        f"{gaps}".strip(),
    )


def left_out_sentence(table: pd.DataFrame) -> Sentence:
    """Return the range of the average trend without one country or one edition."""
    kept = table[table["refusal"] == ""].groupby("kind")["estimate"].agg(["min", "max"])
    if kept.empty:
        return Sentence("")
    ranges = [
        f"one {kind} gives {say.interval(row['min'], row['max'], 3, sign=True)}"
        for kind, row in kept.iterrows()
    ]
    one_way = bool((kept["min"] > 0).all() or (kept["max"] < 0).all())
    return Sentence(
        "It keeps its direction whichever country or edition is left out."
        if one_way
        else "Leaving out one country or one edition can reverse it.",
        f"With the known scores, leaving out {say.listed(ranges)} points per decade. The range "
        "treats shocks common to all countries in a year as given.",
    )


def break_sentence(row: Any) -> Sentence:
    """Return the strongest difference in pace with its band over all editions."""
    if row.refusal:
        return Sentence(f"Whether the pace of change broke is not tested ({row.refusal}).")
    text = "No edition clearly separates slower from faster change."
    reading = "the data are compatible with an unchanged pace and with differences in that range"
    if row.lower > 0 or row.upper < 0:
        text = f"From the {int(row.edition)} edition on scores changed at another pace than before."
        reading = "the average pace differs before and after"
    return Sentence(
        text,
        f"The average pace differs most from the {int(row.edition)} edition on: "
        f"{say.signed(row.before, 3)} points a year before, {say.signed(row.after, 3)} after, "
        f"difference {say.signed(row.difference, 3)} (95 % band over all editions "
        f"{say.interval(row.lower, row.upper, 3, sign=True)}, sign flips of "
        f"{say.countries(row.n_countries)}, {row.n_observations} known annual changes): {reading}. "
        "A shock common to all countries in one year would look the same.",
    )


def rate_sentence(table: pd.DataFrame, over: pd.DataFrame | None = None) -> Sentence:
    """Return how often a rating changed, over all categories; `over` as in `trend_sentence`."""
    rate_of = {row.event: row for row in rows(table[table["name"] == "all"])}
    every, down, up = (rate_of[event] for event in ("any", "down", "up"))
    if every.refusal:
        return Sentence(f"Rates of change withheld: {every.refusal}.")
    way = "as often as"
    if down.rate != up.rate:
        way = "more often than" if down.rate > up.rate else "less often than"
    verbs = {"any": "changed", "down": "fell", "up": "rose"}
    ranges = say.listed([f"{verb} {_percents(rate_of[event])}" for event, verb in verbs.items()])
    words = {event: f"{{}} % {verb}" for event, verb in verbs.items()}
    gaps = filled(over, "rate of changes", words, scale=100, digits=1)
    return Sentence(
        f"Ratings fell {way} they rose: from one edition to the next, both known in full, "
        f"{say.percent(down.rate, 1)} fell and {say.percent(up.rate, 1)} rose.",
        f"Of {every.n_opportunities} ratings that could change from one edition to the next "
        f"({say.countries(every.n_countries)}, {every.n_editions} editions, only country-editions "
        f"of which all seven ratings are known), {say.percent(every.rate, 1)} changed. 95 % "
        f"intervals, Wilson on effective numbers: {ranges}. {gaps}".strip(),
    )


def _percents(row: Any) -> str:
    return f"{say.fixed(100 * row.lower, 1)} to {say.percent(row.upper, 1)}"


def class_sentences(
    events: pd.DataFrame, moves: pd.DataFrame, over: pd.DataFrame | None = None
) -> list[str | Sentence]:
    """Return moves between classes by name, rate and fragility; `over` as in `trend_sentence`."""
    if events.empty:
        return ["No country moved to another regime class between adjacent editions."]
    sentences: list[str | Sentence] = []
    for direction, word in (("down", "less"), ("up", "more")):
        moved = rows(events[events["direction"] == direction])
        if names := [f"{row.country} {row.edition}" for row in moved]:
            every = say.capitalised(say.counted(len(names), "move"))
            sentences.append(f"{every} to a {word} democratic class: {say.listed(names)}.")
    fragile = int(events["fragile"].sum())
    these = "Of these moves" if len(events) > 1 else "Of this one move"
    sentences.append(f"{these} {say.so_many(fragile)} would vanish if a score were off by 0.02.")
    down = next(rows(moves[(moves["from_class"] == "all") & (moves["move"] == "down")]))
    if down.refusal:
        return sentences
    words = {"down": "it is {} %"}
    gaps = filled(over, "rate of moves between classes", words, scale=100, digits=1)
    rate = f"{say.percent(down.rate, 1)} of countries whose scores are known moved down"
    how = (
        f"The range is the 95 % interval, Wilson on effective numbers; {down.n_events} of "
        f"{down.n_opportunities} known country-years of {say.countries(down.n_countries)}. {gaps}"
    )
    return [*sentences, Sentence(f"In a year {rate} (range {_percents(down)}).", how.strip())]


def last_change_sentence(row: Any) -> str:
    """Return a row of ``last_changes``, placed among all moves from the same class."""
    verdict = "went as far in this direction" if row.change else "brought no change either"
    change = f"changed by {say.signed(row.change)} points" if row.change else "did not change"
    full = ", the last known in full," if row.last_edition < LAST_EDITION else ""
    return (
        f"From the {row.first_edition} to the {row.last_edition} edition{full} its Democracy Score "
        f"{change}. Of the {row.n_changes} steps over {say.counted(row.span, 'edition')} that "
        f"began as a {row.from_class} ({say.countries(row.n_countries)}, its own step included), "
        f"{row.n_as_far} {verdict} ({say.percent(row.n_as_far / row.n_changes)})."
    )


def usual_table(usual: pd.DataFrame, label: str, title: str, sentence: str = "") -> Table:
    """Return the middle nine in ten of all moves over one, two and three editions.

    Of rows of ``usual_changes``; the column `label`, ``name`` or ``from_class``, names a line, and
    the caption begins with `sentence`.
    """
    names = {SCORE: "Democracy Score", EVERY: "All", **CATEGORIES}
    spans = [say.counted(n, "edition") for n in sorted(usual["span"].unique().tolist())]
    lines = []
    for name, of_name in usual.groupby(label, sort=False):
        one, *_ = by_span = [*rows(of_name.sort_values("span", kind="stable"))]
        ranges = [say.interval(row.q05, row.q95, sign=True) for row in by_span]
        moves = one.p_down, one.p_stay, one.p_up
        shares = [say.MISSING if one.refusal else say.percent(share) for share in moves]
        lines.append([names.get(str(name), str(name)), *ranges, *shares, one.n_changes])
    return value_table(
        title,
        [
            "Measure" if label == "name" else "Class at the start",
            *(Column(span.capitalize(), f"Range of changes over {span}") for span in spans),
            Column("Fell", "Share that fell from one edition to the next"),
            Column("Stayed", "Share that stayed"),
            Column("Rose", "Share that rose"),
            Column("Steps", "Pairs of complete editions, one apart"),
        ],
        lines,
        name="usual_changes",
        caption=(
            f"{sentence} Nine in ten of all changes so far lie in the range (from the 5 % to the "
            "95 % quantile), in points. "
            f"Sample: country-editions of {FIRST_EDITION} to {LAST_EDITION} of which all seven "
            f"ratings are known, {say.countries(int(usual['n_countries'].max()))}. A yardstick for "
            "changes that have happened; it says nothing of later ones."
        ).strip(),
    )
