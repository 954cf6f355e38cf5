"""What there is to say about several countries side by side: sentences and titles, computed."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.comparison.story import ComparisonStory
from analysis.briefs.wording import (
    CLASS_RANK,
    SAME_SCORE,
    capitalised,
    counted,
    fixed,
    in_text,
    listed,
    moved,
    number,
    points,
    signed,
)
from analysis.facts.frames import row_at
from analysis.facts.rating_system import CATEGORIES


def findings(story: ComparisonStory) -> list[str]:
    """Return up to six findings: who leads, who moved, where the gap opened, what differs."""
    tellers = (
        *(_leader_sentence, _direction_sentence, _mover_sentence),
        *(_gap_sentence, _class_sentence, _category_sentence),
    )
    return [sentence for tell in tellers if (sentence := tell(story))]


def latest_common(story: ComparisonStory) -> pd.Series:
    """Return the scores of the last edition in which most countries have one, highest first."""
    known = story.wide_scores.notna().sum(axis="columns")
    edition = int(known[known == known.max()].index.max())
    scores = row_at(story.wide_scores, edition).dropna().sort_values(ascending=False, kind="stable")
    return scores.rename(edition)


def _leader_sentence(story: ComparisonStory) -> str:
    scores = latest_common(story)
    edition, top, low = scores.name, float(scores.iloc[0]), float(scores.iloc[-1])
    if len(scores) == 1:
        return f"In the {edition} edition one score is known: {scores.index[0]} {fixed(top)}."
    missing = [c.name for c in story.members if c.name not in scores.index]
    without = f" (not known: {listed(missing)})" if missing else ""
    if top - low < SAME_SCORE:
        every = "Both" if len(scores) == 2 else "All"
        return f"{every} have the same score in the {edition} edition: {fixed(top)}{without}."
    if len(scores) == 2:
        return (
            f"In the {edition} edition {in_text(str(scores.index[0]))} has the higher Democracy "
            f"Score: {fixed(top)}, against {fixed(low)} for "
            f"{in_text(str(scores.index[1]))}."
        )
    leaders, last = _those(scores, top), _those(scores, low)
    return (
        f"In the {edition} edition {listed(leaders)} {'has' if len(leaders) == 1 else 'have'} the "
        f"highest Democracy Score ({fixed(top)}) and {listed(last)} the lowest ({fixed(low)}), "
        f"{points(round(top, 2) - round(low, 2))} apart{without}."
    )


def _those(scores: pd.Series, value: float) -> list[str]:
    return [in_text(str(name)) for name in scores.index[(scores - value).abs() < SAME_SCORE]]


def directions(story: ComparisonStory) -> dict[str, list[str]]:
    """Return which countries fell, rose and stayed from the first to the last known edition."""
    change = story.compared["change"]
    return {
        "fell": change.index[change < -SAME_SCORE].tolist(),
        "rose": change.index[change > SAME_SCORE].tolist(),
        "stayed": change.index[change.abs() <= SAME_SCORE].tolist(),
    }


def _direction_sentence(story: ComparisonStory) -> str:
    moves = {verb: names for verb, names in directions(story).items() if names}
    n = sum(len(names) for names in moves.values())
    if n < 2:
        return ""
    span = "from the first to the last known edition"
    if len(moves) == 1:
        [verb] = moves
        told = {"stayed": "ended where they began"}.get(verb, verb)
        every = "both scores" if n == 2 else f"all {counted(n, 'score')}"
        return f"{capitalised(every)} {told} {span}."
    words = {"fell": "fell", "rose": "rose", "stayed": "ended where it began"}
    many = {**words, "stayed": "ended where they began"}
    parts = [
        f"{_named(names)} {(many if len(names) > 1 else words)[verb]}"
        for verb, names in moves.items()
    ]
    opposite = "The directions differ: " if {"fell", "rose"} <= set(moves) else ""
    return capitalised(f"{opposite}{span}, {listed(parts)}.")


def _named(names: list[str]) -> str:
    return listed([*map(in_text, names)]) if len(names) <= 4 else counted(len(names), "score")


def _mover_sentence(story: ComparisonStory) -> str:
    change = story.compared["change"]
    if change.empty or change.abs().max() <= SAME_SCORE:
        return ""
    most = str(change.abs().idxmax())
    row = row_at(story.compared, most)
    verb = "fell" if row["change"] < 0 else "rose"
    return (
        f"{capitalised(in_text(most))} moved most: its score {verb} by {points(row['change'])}, "
        f"from {fixed(row['first'])} ({row['first_edition']}) to {fixed(row['last'])} "
        f"({row['last_edition']})."
    )


def gaps(story: ComparisonStory) -> dict[int, float]:
    """Return the distance of the highest and the lowest score where all are known, by edition."""
    if story.common.shape[1] < 2:
        return {}
    distance = story.common.max(axis="columns") - story.common.min(axis="columns")
    return {int(str(edition)): float(value) for edition, value in distance.items()}


def _gap_sentence(story: ComparisonStory) -> str:
    gap = gaps(story)
    if len(gap) < 2:
        return ""
    first, last = min(gap), max(gap)
    widest, narrowest = max(gap, key=gap.__getitem__), min(gap, key=gap.__getitem__)
    if gap[widest] - gap[narrowest] < SAME_SCORE:
        return f"The gap between the highest and the lowest score stayed at {fixed(gap[last])}."
    change = gap[last] - gap[first]
    start = f"The gap is the same in {first} and {last}, {fixed(gap[last])}"
    if abs(change) >= SAME_SCORE:
        verb = "opened" if change > 0 else "narrowed"
        start = (
            f"The gap {verb} from {fixed(gap[first])} in {first} to {fixed(gap[last])} in {last}"
        )
    extremes = [
        f"{word} in {edition} ({fixed(gap[edition])})"
        for word, edition in (("widest", widest), ("narrowest", narrowest))
        if all(abs(gap[edition] - gap[end]) >= SAME_SCORE for end in (first, last))
    ]
    return f"{start}{'; it was ' + listed(extremes) if extremes else ''}."


def _class_sentence(story: ComparisonStory) -> str:
    spans = story.spans
    names = spans["regime_class"].unique().tolist()
    if len(names) == 1:
        are = {1: f"{spans.index[0]} is", 2: "Both are"}.get(len(spans), "All are")
        start = f"{are} in one class by the last known score: {names[0]}"
    else:
        order = sorted(names, key=CLASS_RANK.__getitem__)
        told = [
            f"{name}: {_few(spans.index[spans['regime_class'] == name].tolist())}" for name in order
        ]
        start = f"By class: {'; '.join(told)}"
    crossed = spans.index[spans["regime_class"] != spans["first_class"]].tolist()
    if not crossed:
        return f"{start}; none ended in another class than it began."
    they = "it" if len(crossed) == 1 else "they"
    return f"{start}; {listed(crossed)} ended in another class than {they} began."


def _few(names: list[str]) -> str:
    return listed(names) if len(names) <= 6 else str(len(names))


def category_spread(story: ComparisonStory) -> pd.Series:
    """Return the distance of highest and lowest last known rating, by category."""
    last = latest_ratings(story)
    return (last.max() - last.min())[last.notna().sum() > 1]


def latest_ratings(story: ComparisonStory) -> pd.DataFrame:
    """Return the last known rating, one row a country and one column a category."""
    _, last = story.first_and_last_ratings
    return last.unstack().reindex(index=[c.name for c in story.members], columns=list(CATEGORIES))


def _furthest_and_closest(spread: pd.Series) -> tuple[str, str]:
    furthest, closest = (
        [CATEGORIES[str(code)] for code in spread.index[spread == end]]
        for end in (spread.max(), spread.min())
    )
    return _some(furthest), _some(closest)


def _category_sentence(story: ComparisonStory) -> str:
    spread = category_spread(story)
    if spread.empty:
        return ""
    if spread.max() == spread.min():
        return f"Their last known ratings are {points(spread.max())} apart in every category."
    furthest, closest = _furthest_and_closest(spread)
    least = f"closest in {closest} ({points(spread.min())})"
    return (
        f"By category their last known ratings are furthest apart in {furthest} "
        f"({points(spread.max())}) and {least if spread.min() else f'the same in {closest}'}."
    )


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= 3 else counted(len(names), "category", "categories")


def lines_title(story: ComparisonStory) -> str:
    """Return the finding of the lines of scores: how the gap or the scores moved."""
    gap = gaps(story)
    first, last = (min(gap), max(gap)) if gap else (0, 0)
    if first < last and abs(gap[last] - gap[first]) >= SAME_SCORE:
        verb = "opened" if gap[last] > gap[first] else "narrowed"
        return (
            f"The gap {verb} from {fixed(gap[first])} points in {first} to {fixed(gap[last])} "
            f"in {last}"
        )
    if len(story.compared):
        most = str(story.compared["change"].abs().idxmax())
        row = row_at(story.compared, most)
        return f"{most} {moved(float(row['first']), float(row['last']))}"
    return f"Scores in the {story.window.in_words}"


def movers_title(story: ComparisonStory) -> str:
    """Return the finding of the first and last scores."""
    change = story.compared["change"].sort_values(kind="stable")
    if len(change) == 1:
        return f"{change.index[0]}: {signed(float(change.iloc[0]))} points"
    low, high = float(change.iloc[0]), float(change.iloc[-1])
    if high - low < SAME_SCORE:
        return f"All changed alike: {signed(low)} points"
    return (
        f"Changes run from {signed(low)} ({change.index[0]}) to {signed(high)} "
        f"({change.index[-1]}) points"
    )


def profile_title(story: ComparisonStory) -> str:
    """Return the finding of the categories side by side."""
    spread = category_spread(story)
    if spread.empty:
        return "Ratings of the categories"
    if spread.max() == 0:
        return "The last known ratings are the same"
    return f"Furthest apart in {_furthest_and_closest(spread)[0]}: {points(spread.max())}"


def class_title(story: ComparisonStory) -> str:
    """Return the finding of the class history."""
    spans = story.spans
    crossed = int((spans["regime_class"] != spans["first_class"]).sum())
    names = spans["regime_class"].unique()
    if not crossed and len(names) == 1:
        return f"One class for all from first to last: {names[0]}"
    if not crossed:
        return "No country ended in another class than it began"
    many = number(len(spans))
    return capitalised(
        f"{number(crossed)} of {many} countries ended in another class than at the start"
    )
