"""What there is to say about a group of countries: findings and titles of figures, computed."""

from __future__ import annotations

from analysis.briefs.region.story import RegionStory
from analysis.briefs.wording import (
    CLASS_RANK,
    SAME_SCORE,
    capitalised,
    counted,
    countries,
    fixed,
    listed,
    number,
    signed,
)
from analysis.facts.rating_system import CATEGORIES, REGIME_CLASSES


def directions(story: RegionStory) -> tuple[int, int, int]:
    """Return how many scores fell, rose and stayed from the first to the last known edition."""
    change = story.compared["change"]
    down, up = int((change < -SAME_SCORE).sum()), int((change > SAME_SCORE).sum())
    return down, up, len(change) - down - up


def findings(story: RegionStory) -> list[str]:
    """Return up to five findings; a window without any change is described by its levels."""
    tellers = [_direction_sentence, _movers_sentence, _class_sentence, _category_change_sentence]
    if story.compared.empty:
        tellers = [_level_sentence, _class_count_sentence, _category_level_sentence]
    return [sentence for tell in tellers if (sentence := tell(story))]


def map_title(story: RegionStory) -> str:
    """Return the finding of the map: how many countries are on each side."""
    classes = story.spans["regime_class"]
    names = [regime.name for regime in REGIME_CLASSES]
    n_democracies = int(classes.isin(names[:2]).sum())
    n_authoritarian = int(classes.isin(names[3:]).sum())
    between = len(classes) - n_democracies - n_authoritarian
    parts = [
        (n_democracies, "is a democracy", "are democracies"),
        (between, "is in between", "are in between"),
        (n_authoritarian, "is authoritarian", "are authoritarian"),
    ]
    told = [f"{counted(n, one, many)}" for n, one, many in parts if n]
    if not told:
        return "No regime class is known"
    return capitalised(f"{listed(told)}, of {countries(len(classes))}")


def standing_title(story: RegionStory) -> str:
    """Return the finding of the heat-map."""
    n = len(story.compared)
    if not n:
        return f"Regime classes in the {story.window.in_words}"
    down, _, _ = directions(story)
    return f"Scores ended lower than they began in {number(down) if down else 'none'} of {n}"


def crossings_title(story: RegionStory) -> str:
    """Return the finding of the heat-map: how many countries ended in another class."""
    if story.compared.empty:
        return f"Regime classes in the {story.window.in_words}"
    ranks = story.compared[["first_class", "regime_class"]].map(CLASS_RANK.__getitem__)
    lower = int((ranks["regime_class"] > ranks["first_class"]).sum())
    higher = int((ranks["regime_class"] < ranks["first_class"]).sum())
    if not lower and not higher:
        return "No country ended in another class than it began"
    return capitalised(
        f"{countries(lower)} ended in a less democratic class than at the start, "
        f"{number(higher) if higher else 'none'} in a more democratic one"
    )


def class_count_title(story: RegionStory) -> str:
    """Return the finding of the columns of classes, about the latest of the best known editions."""
    by_edition = story.series.groupby("edition").size()
    best = int(by_edition[by_edition == by_edition.max()].index.max())
    classes = story.series.loc[story.series["edition"] == best, "regime_class"]
    n = int(classes.isin([r.name for r in REGIME_CLASSES[:2]]).sum())
    democracies = counted(n, "country is a democracy", "countries are democracies")
    others = len(classes) - n
    verb = "is" if others == 1 else "are"
    return f"In the {best} edition {democracies}, {_so_many(others)} {verb} not"


def _so_many(n: int) -> str:
    return number(n) if n else "none"


def _direction_sentence(story: RegionStory) -> str:
    down, up, same = directions(story)
    total = counted(down + up + same, "score")
    return (
        f"From the first to the last known edition within the {story.window.in_words}, of {total} "
        f"{_so_many(down)} fell, {_so_many(up)} rose and {_so_many(same)} stayed the same."
    )


def _movers_sentence(story: RegionStory) -> str:
    change = story.compared["change"].sort_values(kind="stable")
    falls, rises = change[change < -SAME_SCORE].head(3), change[change > SAME_SCORE].tail(3)[::-1]
    parts = [
        f"the largest {kind}{'s are those' if len(some) > 1 else ' is that'} of "
        + listed([f"{country} ({signed(value)})" for country, value in some.items()])
        for kind, some in (("fall", falls), ("rise", rises))
        if len(some)
    ]
    return capitalised("; ".join(parts)) + "." if parts else ""


def _class_sentence(story: RegionStory) -> str:
    rank = {end: story.compared[end].map(CLASS_RANK) for end in ("first_class", "regime_class")}
    steps = rank["regime_class"] - rank["first_class"]
    parts = [
        f"{countries(len(some))} ended in a {word} democratic class than "
        f"{'it' if len(some) == 1 else 'they'} began ({listed(some)})"
        for word, some in (
            ("less", steps.index[steps > 0].tolist()),
            ("more", steps.index[steps < 0].tolist()),
        )
        if some
    ]
    return capitalised("; ".join(parts) or "no country ended in another class than it began") + "."


def _category_change_sentence(story: RegionStory) -> str:
    first, last = story.first_and_last_ratings
    mean = (last - first)[story.panel.groupby(["country", "category"]).size() > 1]
    mean = mean.groupby("category").mean()
    if mean.empty:
        return ""
    if mean.min() == mean.max():
        return f"By category, the mean net change is {signed(mean.min())} points in each."
    low, high = str(mean.idxmin()), str(mean.idxmax())
    return (
        f"By category, the mean net change of the countries ranges from {signed(mean[low])} "
        f"({CATEGORIES[low]}) to {signed(mean[high])} ({CATEGORIES[high]})."
    )


def _level_sentence(story: RegionStory) -> str:
    scores = story.series.set_index("country")["score"].sort_values(kind="stable")
    if scores.empty:
        return f"No Democracy Score of the group is known in the {story.window.in_words}."
    if len(scores) == 1:
        return (
            f"In the {story.window.in_words} one score is known: {fixed(scores.iloc[0])} "
            f"({scores.index[0]})."
        )
    return (
        f"In the {story.window.in_words} {counted(len(scores), 'score')} are known, from "
        f"{fixed(scores.iloc[0])} ({scores.index[0]}) to {fixed(scores.iloc[-1])} "
        f"({scores.index[-1]}); the median is {fixed(scores.median())}."
    )


def _class_count_sentence(story: RegionStory) -> str:
    counts = story.series["regime_class"].value_counts()
    told = [f"{r.name} {counts[r.name]}" for r in REGIME_CLASSES if counts.get(r.name, 0)]
    return f"Countries by regime class: {listed(told)}." if told else ""


def _category_level_sentence(story: RegionStory) -> str:
    mean = story.panel.groupby("category")["rating"].mean()
    if mean.empty:
        return ""
    low, high = str(mean.idxmin()), str(mean.idxmax())
    return (
        f"By category, the mean rating ranges from {fixed(mean[low])} ({CATEGORIES[low]}) to "
        f"{fixed(mean[high])} ({CATEGORIES[high]})."
    )
