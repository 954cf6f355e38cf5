"""What there is to say about countries side by side: sentences and titles, computed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import pandas as pd

from analysis.briefs import wording as say
from analysis.briefs.groups import mean_path, open_ranks
from analysis.briefs.region import findings as region
from analysis.briefs.region.story import ComparisonStory
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.statistics.group_data import load_group
from analysis.tables.stored import rows


def findings(story: ComparisonStory) -> list[str]:
    """Return what is found: of a group its mean first, of countries how far they are apart."""
    who = (_leaders, _direction_sentence, _mover_sentence)
    tellers = (
        (_mean_sentence, *who, _class_sentence, region.category_change_sentence)
        if story.named
        else (*who, _gap_sentence, _class_sentence, _category_sentence)
    )
    return [sentence for tell in tellers if (sentence := tell(story))]


def _mean_sentence(story: ComparisonStory) -> str:
    """Return how the mean of the group moved, and that of the region beside it."""
    told = f"The mean score of the {say.countries(len(story.members))} {mean_path(story)}"
    if story.is_all:
        return f"{told}."
    whole = load_group("all", story.window.first_edition, story.window.last_edition)
    return f"{told}; that of all {say.countries(len(whole.members))} {mean_path(whole)}."


def leader_sentence(story: ComparisonStory) -> str:
    """Return who has the highest and the lowest score in the latest edition."""
    scores = story.latest_common
    start, top, low = f"In the {scores.name} edition", float(scores.max()), float(scores.min())
    leaders, last = say.listed(say.holders(scores, top)), say.listed(say.holders(scores, low))
    if len(scores) == 1:
        return f"{start} one score is known: {scores.index[0]} {say.fixed(top)}."
    missing = [name for name in story.names if name not in scores.index]
    without = f" (not known: {say.listed(missing)})" if missing else ""
    if top == low:
        who, same = "Both" if len(scores) == 2 else "All", say.fixed(top)
        return f"{who} have the same score in the {scores.name} edition: {same}{without}."
    if len(scores) == 2:
        return (
            f"{start} {leaders} has the higher Democracy Score: {say.fixed(top)}, "
            f"against {say.fixed(low)} for {last}{without}."
        )
    has = "has" if len(say.holders(scores, top)) == 1 else "have"
    return (
        f"{start} {leaders} {has} the highest Democracy Score ({say.fixed(top)}) and {last} the "
        f"lowest ({say.fixed(low)}), {say.points(top - low)} apart{without}."
    )


def _leaders(story: ComparisonStory) -> str:
    """Return who leads, and the ranks that rounding leaves open."""
    return f"{leader_sentence(story)} {open_ranks(story.latest_common)}".strip()


def _direction_sentence(story: ComparisonStory) -> str:
    moves = {verb: names for verb, names in region.directions(story).items() if names}
    if len(moves) < 2:
        return region.same_way_sentence(story)
    parts = []
    for verb, names in moves.items():
        many = say.counted(len(names), "score")
        who = say.listed([*map(say.in_text, names)]) if len(names) <= 4 else many
        began = "it" if len(names) == 1 else "they"
        parts.append(f"{who} {f'ended where {began} began' if verb == 'stayed' else verb}")
    differ = "; the directions differ" if {"fell", "rose"} <= set(moves) else ""
    return f"{story.span_words}, {say.listed(parts)}{story.left_out}{differ}."


def _mover_sentence(story: ComparisonStory) -> str:
    most = story.most_moved
    if most.empty:
        return ""
    if len(most) > 1:
        named = [
            f"{say.in_text(str(name))} ({say.signed(step)})"
            for name, step in most["change"].items()
        ]
        way = "moved most" if len(most) < len(story.compared) else "moved equally far"
        return f"{say.capitalised(say.listed(named))} {way}."
    row = next(rows(most.reset_index()))
    which = "moved most" if len(story.compared) > 1 else "alone can be compared"
    return (
        f"{say.capitalised(say.in_text(row.country))} {which}: its score "
        f"{'fell' if row.change < 0 else 'rose'} by {say.points(row.change)}, from "
        f"{say.fixed(row.first)} ({row.first_edition}) to {say.fixed(row.last)} "
        f"({row.last_edition})."
    )


def _gap_sentence(story: ComparisonStory) -> str:
    gap = story.gaps
    if len(gap) < 2:
        return ""
    known = "" if len(gap) == len(story.window.editions) else ", where all are known,"
    if gap.min() == gap.max():
        stayed = f"stayed{known} at {say.fixed(gap.iloc[0])}" if gap.iloc[0] else f"was{known} none"
        return f"The gap between the highest and the lowest score {stayed}."
    ends = [
        f"{word} in {say.editions(gap.index[gap == end].tolist())} ({say.fixed(end)})"
        for word, end in (("widest", gap.max()), ("narrowest", gap.min()))
        if end not in gap.iloc[[0, -1]].tolist()
    ]
    return f"{_gap_change(gap)}{f'; it was{known} {say.listed(ends)}' if ends else ''}."


def _gap_change(gap: pd.Series, unit: str = "") -> str:
    """Return how the gap moved between the first and the last edition in which all are known."""
    (first, last), (before, after) = gap.index[[0, -1]], gap.iloc[[0, -1]]
    if before == after:
        return f"The gap is the same in {first} and {last}, {say.fixed(after)}"
    verb, start = "opened" if after > before else "narrowed", f"{say.fixed(before)}{unit}"
    return f"The gap {verb} from {start} in {first} to {say.fixed(after)} in {last}"


def _class_sentence(story: ComparisonStory) -> str:
    """Return who is in which class, who ended in another one, and what rounding leaves open."""
    return f"{_classes(story)} {region.near_cut(story)}".strip()


def _classes(story: ComparisonStory) -> str:
    classes = story.latest["regime_class"]
    members = {name: classes.index[classes == name].tolist() for name in say.CLASS_RANK}
    each = [
        f"{name}: {say.listed(who) if len(who) <= 6 else say.countries(len(who))}"
        for name, who in members.items()
        if who
    ]
    start = f"By class: {'; '.join(each)}"
    if classes.nunique() == 1 and len(classes) == len(story.members):
        are = "Both" if len(classes) == 2 else "All"
        start = f"{are} are in one class by the last known score: {classes.iloc[0]}"
    if story.compared.empty:
        return f"{start}."
    others = [say.in_text(name) for name in sorted(chain(*region.crossed(story)))]
    if not others:
        return f"{start}. {say.capitalised(region.no_crossing(story))}."
    who, they = say.capitalised(say.listed(others)), "it" if len(others) == 1 else "they"
    return f"{start}. {who} ended in another class than {they} began."


def _category_sentence(story: ComparisonStory) -> str:
    spread, edition = story.spread, story.ends[1]
    if spread.empty:
        return ""
    known, most, least = len(story.ratings[1].dropna()), spread.max(), spread.min()
    full = "" if edition == story.window.last_edition else ", the last known in full,"
    if known < len(story.members):
        full = f", known in full for {say.number(known)} of {say.number(len(story.members))},"
    start = f"By category the ratings of the {edition} edition{full} are"
    if most == least:
        return f"{start} {f'{say.points(most)} apart' if most else 'the same'} in each."
    near = _where(spread, least)
    closest = f"closest in {near} ({say.points(least)})" if least else f"the same in {near}"
    return say.with_corruption(
        f"{start} furthest apart in {_where(spread, most)} ({say.points(most)}) and {closest}."
    )


def _where(spread: pd.Series, end: float, names: Mapping[str, str] = CATEGORIES) -> str:
    which = [names[str(code)] for code in spread.index[spread == end]]
    return say.some(which, "category", "categories")


def lines_title(story: ComparisonStory) -> str:
    """Return the finding of the lines of scores: how the gap or the scores moved."""
    gap, size = story.gaps, story.compared["change"].abs()
    if len(gap) and gap.iloc[0] != gap.iloc[-1]:
        return _gap_change(gap, " points")
    most = story.compared[size == size.max()]
    if len(most) == 1:
        way = say.moved(*most[["first", "last"]].iloc[0])
        return f"{say.capitalised(say.in_text(most.index[0]))} {way}"
    return f"Scores in the {story.window.in_words}"


def movers_title(story: ComparisonStory) -> str:
    """Return the finding of the first and last scores."""
    change = story.compared["change"]
    low, high = say.extremes(change, say.signed)
    known = " known in both editions" if len(change) < len(story.members) else ""
    if not change.any():
        return f"Every score{known} ended where it began"
    if change.min() == change.max():
        alike = f"{say.every(len(change))} scores{known} changed alike"
        who = say.capitalised(alike if len(change) > 1 else say.in_text(change.index[0]))
        return f"{who}: {say.signed(change.iloc[0])} points"
    return f"Changes run from {low} to {high} points"


def profile_title(story: ComparisonStory) -> str:
    """Return the finding of the categories side by side."""
    spread, edition = story.spread, story.ends[1]
    if spread.empty:
        return "Ratings of the categories"
    if (widest := spread.max()) == 0:
        return f"The ratings of the {edition} edition are the same"
    most = f"Furthest apart in {_where(spread, widest, SHORT_NAMES)}: {say.points(widest)}"
    known, n = len(story.ratings[1].dropna()), len(story.members)
    when = f" in {edition}" if edition < story.window.last_edition else ""
    full = (
        f", {say.number(known)} of {say.number(n)} known in full"
        if known < n
        else ", all known"
        if when
        else ""
    )
    return f"{most}{when}{full}"


def class_title(story: ComparisonStory) -> str:
    """Return the finding of the class history."""
    if story.compared.empty:
        return f"Regime classes in the {story.window.in_words}"
    n = sum(map(len, region.crossed(story)))
    names = sorted({*story.compared["first_class"], *story.compared["regime_class"]})
    if not n and len(names) == 1 and len(story.compared) == len(story.members):
        return f"One class for all from first to last: {names[0]}"
    if not n:
        return say.capitalised(region.no_crossing(story))
    if len(story.compared) == 1:
        who = say.capitalised(say.in_text(story.compared.index[0]))
        return f"{who} ended in another class than at the start"
    of_all = f"{say.number(n)} of {say.number(len(story.compared))}"
    which = say.every(n) if n == len(story.members) else of_all
    return f"{say.capitalised(which)} countries ended in another class than at the start"
