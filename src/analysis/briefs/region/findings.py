"""What there is to say about a group of countries: findings and titles of figures, computed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.briefs import wording as say
from analysis.briefs.blocks import Findings
from analysis.briefs.closing import in_short
from analysis.briefs.left_open import open_classes
from analysis.briefs.region.story import RegionStory
from analysis.briefs.trajectory_sentences import trend_sentence
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.tables.stored import rows

DEMOCRACIES, AUTHORITARIAN = [*say.CLASS_RANK][:2], [*say.CLASS_RANK][3:]


def directions(story: RegionStory) -> dict[str, list[str]]:
    """Return which scores fell, rose and stayed from the first to the last edition compared."""
    change = story.compared["change"]
    moves = {"fell": change < 0, "rose": change > 0, "stayed": change == 0}
    return {verb: change.index[ones].tolist() for verb, ones in moves.items()}


def crossed(story: RegionStory) -> tuple[list[str], list[str]]:
    """Return who ended in a less and who in a more democratic class than at the start."""
    before, after = (
        story.compared[name].map(say.CLASS_RANK) for name in ("first_class", "regime_class")
    )
    return before.index[after > before].tolist(), before.index[after < before].tolist()


def no_crossing(story: RegionStory) -> str:
    """Return that none of those compared ended in another class."""
    n = len(story.compared)
    if n == 1:
        return f"{say.in_text(story.compared.index[0])} ended in the class in which it began"
    who = "no country" if n == len(story.members) else f"none of the {say.number(n)} compared"
    return f"{who} ended in another class than it began"


def near_cut(story: RegionStory) -> str:
    """Return which classes rounding leaves open: the latest, and those at both ends compared."""
    ends = [story.latest.reset_index()[["country", "edition", "score"]]]
    for end in ("first", "last"):
        own = story.compared.reset_index()[["country", f"{end}_edition", end]]
        ends.append(own.set_axis(ends[0].columns, axis="columns"))
    scores = pd.concat(ends).drop_duplicates(["country", "edition"])
    ordered = rows(scores.sort_values(["country", "edition"], kind="stable"))
    return open_classes(
        {f"{say.in_text(row.country)} ({row.edition})": row.score for row in ordered}
    )


def findings(story: RegionStory) -> list[str]:
    """Return up to five findings; a window without any change is described by its levels."""
    tellers = [_direction_sentence, _movers_sentence, _class_sentence, category_change_sentence]
    if story.compared.empty:
        tellers = [_level_sentence, _class_count_sentence, _category_level_sentence]
    return [sentence for tell in tellers if (sentence := tell(story))]


def with_trend(story: RegionStory, told: list[str], *, of_group: bool = True) -> Findings:
    """Return findings as a block; at their end how many ratings are known, and the trend.

    The trend is that of a group over all editions: another window, or countries that are no group,
    have none.
    """
    trend = None
    if of_group and story.window == WHOLE:
        own = story.result("trends").set_index("name", drop=False).loc[[SCORE]]
        over = story.result("over_completed_trajectories")
        trend = trend_sentence(next(rows(own)), over=over)
    return in_short(story, told, trend)


def map_title(story: RegionStory) -> str:
    """Return the finding of the map: how many countries are on each side."""
    classes, known = story.latest["regime_class"], ""
    if len(classes) < len(story.members):
        known = " whose class is known"
    democratic, authoritarian = classes.isin(DEMOCRACIES), classes.isin(AUTHORITARIAN)
    parts = [
        (democratic, "is a democracy", "are democracies"),
        (~democratic & ~authoritarian, "is in between", "are in between"),
        (authoritarian, "is authoritarian", "are authoritarian"),
    ]
    sides = [say.counted(int(n.sum()), one, many) for n, one, many in parts if n.any()]
    if not sides:
        return "No regime class is known"
    if len(sides) == 1 and len(classes) > 1:
        which = say.capitalised(say.every(len(classes)))
        return f"{which} countries{known} {sides[0].split(' ', 1)[1]}"
    return say.capitalised(f"{say.listed(sides)}, of {say.countries(len(classes))}{known}")


def standing_title(story: RegionStory) -> str:
    """Return the finding of the table of first and last scores."""
    n = len(story.compared)
    if not n:
        return f"Scores in the {story.window.in_words}"
    lower = len(directions(story)["fell"])
    how_many = say.every(n) if lower == n > 1 else f"{say.so_many(lower)} of {say.number(n)}"
    known = " compared" if n < len(story.members) else ""
    return f"Scores ended lower than they began in {how_many}{known}"


def crossings_title(story: RegionStory) -> str:
    """Return the finding of the heat-map: how many countries ended in another class."""
    if story.compared.empty:
        return f"Regime classes in the {story.window.in_words}"
    lower, higher = map(len, crossed(story))
    if not lower and not higher:
        return say.capitalised(no_crossing(story))
    less = f"{say.countries(lower)} ended in a less democratic class than at the start"
    return say.capitalised(f"{less}, {say.so_many(higher)} in a more democratic one")


def class_count_title(story: RegionStory) -> str:
    """Return the finding of the columns of classes, about the latest of the best known editions."""
    best = story.latest_common.name
    democratic = story.series["regime_class"][story.series["edition"] == best].isin(DEMOCRACIES)
    n, n_others = int(democratic.sum()), int((~democratic).sum())
    if 0 in (n, n_others) and len(democratic) > 2:
        which, are = ("all", "are democracies") if n else ("none of", "is a democracy")
        known = " whose class is known" if len(democratic) < len(story.members) else ""
        return f"In the {best} edition {which} {say.number(len(democratic))} countries{known} {are}"
    democracies = say.counted(n, "country is a democracy", "countries are democracies")
    verb = "is" if n_others == 1 else "are"
    return f"In the {best} edition {democracies}, {say.so_many(n_others)} {verb} not"


def same_way_sentence(story: RegionStory) -> str:
    """Return that all scores moved the same way; empty where they did not, or where one is."""
    verbs = [verb for verb, names in directions(story).items() if names]
    n = len(story.compared)
    if len(verbs) != 1 or n < 2:
        return ""
    ended = "ended where they began" if verbs == ["stayed"] else verbs[0]
    return f"{story.span_words}, {say.every(n)} scores {ended}{story.left_out}."


def _direction_sentence(story: RegionStory) -> str:
    if same_way := same_way_sentence(story):
        return same_way
    moves = {verb: say.so_many(len(names)) for verb, names in directions(story).items()}
    return (
        f"{story.span_words}, of {say.counted(len(story.compared), 'score')} {moves['fell']} fell, "
        f"{moves['rose']} rose and {moves['stayed']} stayed the same{story.left_out}."
    )


def _movers_sentence(story: RegionStory) -> str:
    """Return the largest fall and rise by name, their number where too many are the same."""
    change, told = story.compared["change"].sort_values(kind="stable"), []
    for kind, moves in {"fall": change[change < 0], "rise": change[change > 0][::-1]}.items():
        if n := say.whole_ties(moves.abs().tolist()):
            named = say.listed(
                [f"{say.in_text(str(c))} ({say.signed(step)})" for c, step in moves[:n].items()]
            )
            told.append(f"the largest {kind}{' is that' if n == 1 else 's are those'} of {named}")
        elif len(moves):
            tied = say.countries(int((moves == moves.iloc[0]).sum()))
            told.append(f"the largest {kind} is that of {tied} ({say.signed(moves.iloc[0])} each)")
    return say.capitalised("; ".join(told)) + "." if told else ""


def _class_sentence(story: RegionStory) -> str:
    parts = [
        f"{say.countries(len(some))} ended in a {word} democratic class than "
        f"{'it' if len(some) == 1 else 'they'} began ({say.listed(some)})"
        for word, some in zip(("less", "more"), crossed(story), strict=True)
        if some
    ]
    told = say.capitalised("; ".join(parts) or no_crossing(story))
    return f"{told}. {near_cut(story)}".strip()


def category_change_sentence(story: RegionStory) -> str:
    """Return which categories changed least and most on average, with what the gaps leave open."""
    if len(story.window.editions) == 1:
        return ""
    changes, window = story.category_changes, story.window
    mean = changes["mean"]
    span = f"from the {window.first_edition} to the {window.last_edition} edition"
    start = f"By category, the average change {span}"
    ends = [changes[mean == end] for end in dict.fromkeys([mean.min(), mean.max()])]
    spans = [
        (end, say.signed(end["least"].min()), say.signed(end["greatest"].max())) for end in ends
    ]
    open_ = [
        f"{low} to {high}{'' if len(end) > 1 else f' ({CATEGORIES[end.index[0]]})'}"
        for end, low, high in spans
        if low != high
    ]
    panels = f"; over completed panels {say.listed(open_)}" if open_ else ""
    if len(ends) == 1:
        return f"{start} is {say.signed(mean.min())} in each{panels}."
    return say.with_corruption(f"{start} ranges from {_category_range(mean, say.signed)}{panels}.")


def _category_range(mean: pd.Series, shown: Callable[[float], str]) -> str:
    """Return the least and the greatest of the categories' means, and whose they are."""
    mean = mean.reindex([*CATEGORIES]).rename(CATEGORIES)
    return " to ".join(
        f"{shown(end)} ({say.listed(mean.index[mean == end].tolist())})"
        for end in (mean.min(), mean.max())
    )


def _category_level_sentence(story: RegionStory) -> str:
    mean = story.panel.groupby("category")["rating"].mean().round(9)
    if mean.empty:
        return ""
    known = "" if len(story.panel) == story.n_ratings else "known "
    if mean.min() == mean.max():
        return f"By category, the average {known}rating is {say.fixed(mean.min())} in each."
    ranges = _category_range(mean, say.fixed)
    return say.with_corruption(f"By category, the average {known}rating ranges from {ranges}.")


def _level_sentence(story: RegionStory) -> str:
    scores = story.series.set_index("country")["score"].sort_values(kind="stable")
    known = f"In the {story.window.in_words}"
    if scores.empty:
        return f"No Democracy Score of the group is known in the {story.window.in_words}."
    if len(scores) == 1:
        return f"{known} one score is known: {say.fixed(scores.iloc[0])} ({scores.index[0]})."
    span = f"from {' to '.join(say.extremes(scores))}; the median is {say.fixed(scores.median())}"
    return f"{known} {say.counted(len(scores), 'score')} are known, {span}."


def _class_count_sentence(story: RegionStory) -> str:
    counts = story.series["regime_class"].value_counts()
    classes = [f"{name} {counts[name]}" for name in say.CLASS_RANK if counts.get(name, 0)]
    told = f"Countries by regime class: {say.listed(classes)}. {near_cut(story)}"
    return told.strip() if classes else ""
