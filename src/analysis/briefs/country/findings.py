"""What there is to say about one country: findings and titles of figures, computed from the data.

Each sentence states facts of the published ratings in the chosen editions. What the data of a
window do not carry - a change where one edition is known - is left out rather than filled.
"""

from __future__ import annotations

import pandas as pd

from analysis.briefs import wording as say
from analysis.briefs.country.story import CountryStory, Standing
from analysis.briefs.left_open import open_class
from analysis.facts.countries import printed_name
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE, SHORT_NAMES
from analysis.tables.stored import rows


def findings(story: CountryStory) -> list[str]:
    """Return up to five findings, the most general first."""
    categories = _categories_sentence(story)
    if story.own.empty:
        return [_no_score_sentence(story), categories]
    told = (_level_sentence(story), _change_sentence(story), _class_sentence(story))
    return [*filter(None, (*told, say.with_corruption(categories), _rank_sentence(story)))]


def trajectory_title(story: CountryStory) -> str:
    """Return the finding of the trajectory figure."""
    before, after = say.fixed(story.first["score"]), say.fixed(story.last["score"])
    first, last = story.first["edition"], story.last["edition"]
    name = say.capitalised(say.in_text(story.country.name))
    if len(story.own) == 1:
        return f"{name}: a Democracy Score of {after} in the {last} edition"
    if abs(story.change) < SAME:
        return f"{name}’s score is where it was: {after} in {first} and {last}"
    way = f"{'rose' if story.change > 0 else 'fell'} from {before} to {after}"
    return f"{name}’s score {way} between the {first} and {last} editions"


def category_title(story: CountryStory) -> str:
    """Return the finding of the category figure."""
    levels = story.levels
    several = levels["n_editions"] > 1
    known = "known " if len(levels) < len(CATEGORIES) else ""
    if not several.any():
        low, high = say.fixed(levels["last"].min()), say.fixed(levels["last"].max())
        if low == high:
            which = "The one" if len(levels) == 1 else "Every"
            return f"{which} known rating is {low}{_span(story)}"
        return f"{say.capitalised(f'{known}ratings')} run from {low} to {high}{_span(story)}"
    nouns = (f"{known}category", f"{known}categories")
    if not several.all():
        nouns = ("category known more than once", "categories known more than once")
    net = levels.loc[several, "net_change"]
    moves = {"fell": net < 0, "rose": net > 0, "ended at the same rating": net == 0}
    (first, most), *others = _counts(moves)
    if not others:
        whole = f"{say.every(most)} {nouns[1]}" if most > 1 else f"the one {nouns[0]}"
        return f"{say.capitalised(whole)} {first}{_span(story)}"
    told = [
        f"{say.counted(most, *nouns)} {first}",
        *(f"{say.number(n)} {verb}" for verb, n in others),
    ]
    return f"{say.capitalised(say.listed(told))}{_span(story)}"


def _counts(moves: dict[str, pd.Series]) -> list[tuple[str, int]]:
    """Return which moves there are, and how many of each."""
    return [(verb, int(ones.sum())) for verb, ones in moves.items() if ones.any()]


def _span(story: CountryStory) -> str:
    """Return between which editions ratings are compared, where that is not the whole window."""
    full, editions = story.full_editions, story.window.editions
    whole = not full or (full[0], full[-1]) == (editions[0], editions[-1])
    return "" if whole else span_words(full)


def span_words(full: list[int]) -> str:
    """Return between which editions ratings are compared, where some before or after are open."""
    if len(full) == 1:
        return f" in {full[0]}, the one edition known in full"
    return f" from {full[0]} to {full[-1]}, both known in full"


def changes_title(story: CountryStory) -> str:
    """Return which category makes up most of the change between the full editions."""
    movers = [SHORT_NAMES[code] for code in CATEGORIES if story.steps[code].any()]
    if not movers:
        return "No rating changed between two adjacent editions in which both are known"
    if story.net.empty:
        return "Changes of the ratings from edition to edition"
    net, span = story.net[list(CATEGORIES)], _span(story)
    whole = float(net.sum())
    if not net.any():
        return f"Every rating ended where it began{span}"
    if abs(whole) < SAME:
        return f"Falls and rises of the ratings cancel out{span or ' over the period'}"
    moved = net.rename(SHORT_NAMES)[net.to_numpy() != 0].index.tolist()
    if len(moved) == 1:
        what = "changed" if movers == moved else "ended at another rating"
        return f"Only one category {what}: {moved[0]}, by {say.signed(whole)} points{span}"
    size = float(net.max() if whole > 0 else net.min())
    most = net.rename(SHORT_NAMES).index[net == size].tolist()
    tied = len(most) > 1
    # Two names and two years leave less room in a title.
    share = "led" if tied and span else f"had the largest part{'s' if tied else ''} in"
    # Where others moved the other way, one can move farther than all together.
    of = "of" if abs(size) <= abs(whole) + SAME else "against"
    return (
        f"{say.capitalised(say.some(most, 'category', 'categories'))} {share} the "
        f"{'rise' if whole > 0 else 'fall'}{span}: {'each ' if tied else ''}{say.signed(size)} "
        f"{of} {say.signed(whole)} {'' if span else 'points '}in all seven"
    )


def _no_score_sentence(story: CountryStory) -> str:
    n = say.counted(len(story.panel), "rating of a category is", "ratings of categories are")
    gaps = story.gaps[story.gaps["category"] == SCORE]
    low, high = gaps["lowest"].min(), gaps["highest"].max()
    lies = f" (it lies between {say.fixed(low)} and {say.fixed(high)})" if len(gaps) else ""
    return (
        f"No Democracy Score of {story.country.name} is known in the {story.window.in_words}"
        f"{lies}; {n}."
    )


def _level_sentence(story: CountryStory) -> str:
    last = story.last
    name = printed_name(story.country, int(last["edition"]))
    named = say.in_text(name)
    if name != story.country.name:
        named = f"{name} (now {story.country.name})"
    return (
        f"In the {last['edition']} edition, which covers {last['edition'] - 1}, {named} has a "
        f"Democracy Score of {say.fixed(last['score'])} on the scale from 1 (least) to 7 (most "
        f"democratic): a {last['regime_class']}."
    )


def _change_sentence(story: CountryStory) -> str:
    own, first, window = story.own, story.first, story.window
    if len(window.editions) == 1:
        return ""
    if len(own) == 1:
        return (
            f"It is the only edition from {window.first_edition} to {window.last_edition} whose "
            "score is known."
        )
    start = f"The score is the same as in the {first['edition']} edition"
    if abs(story.change) >= SAME:
        way = "risen" if story.change > 0 else "fallen"
        start = (
            f"Since the {first['edition']} edition it has {way} by {say.points(story.change)}, "
            f"from {say.fixed(first['score'])}"
        )
    steps = story.steps[SCORE].dropna()
    if len(steps) < 2:
        return f"{start}."
    gaps = len(steps) < story.last["edition"] - first["edition"]
    between = f"between adjacent editions{' whose scores are known' if gaps else ''}"
    down, up = steps < -SAME, steps > SAME
    moves = {"went down": down, "went up": up, "brought no change": ~down & ~up}
    (verb, _), *others = counts = _counts(moves)
    if not others:
        return f"{start}; {say.every(len(steps))} steps {between} {verb}."
    told = say.listed([f"{say.number(n)} {verb}" for verb, n in counts])
    return f"{start}; of the {say.counted(len(steps), 'step')} {between}, {told}."


def _class_sentence(story: CountryStory) -> str:
    own = story.own
    near = f" {sentence}" if (sentence := open_class(float(story.last["score"]))) else ""
    if len(own) == 1:
        return near.strip()
    classes = own["regime_class"]
    changes = own.assign(before=classes.shift())[classes != classes.shift()].iloc[1:]
    if changes.empty:
        n = say.every(len(own))
        return f"It has been in the same class in {n} editions whose score is known.{near}"
    events = [
        f"{'down' if say.CLASS_RANK[after] > say.CLASS_RANK[before] else 'up'} to {after} "
        f"in the {edition} edition"
        for before, after, edition in changes[["before", "regime_class", "edition"]].to_numpy()
    ]
    if len(events) > 3:
        return (
            f"It crossed the border between two classes {say.times(len(events))}, "
            f"most recently {events[-1]}.{near}"
        )
    return f"It changed class {say.times(len(events))}: {say.listed(events)}.{near}"


def _categories_sentence(story: CountryStory) -> str:
    levels = story.levels
    if levels.empty:
        return "No rating of a category is known in this period."
    if (levels["n_editions"] == 1).all():
        return f"{_profile(levels['last'])}{_span(story)}."
    size, still = levels["net_change"].abs(), _unmoved(story)
    if not size.any():
        return f"{still or category_title(story)}."
    most = levels[size == size.max()].rename(CATEGORIES).reset_index(names="name")
    told = [f"{row.name} ({say.fixed(row.first)} to {say.fixed(row.last)})" for row in rows(most)]
    are = "change is" if len(told) == 1 else "changes are"
    largest = f"the largest {are} in {say.listed(told)}"
    if (size > 0).sum() == 1:
        way = "rose" if levels["net_change"].sum() > 0 else "fell"
        largest = f"the one that {way} is {told[0]}"
    if len(told) > 3:
        many = say.counted(len(told), "category", "categories")
        largest = f"{many} changed most, by {say.points(size.max())} each"
        if len(told) == (levels["n_editions"] > 1).sum():
            largest = f"each changed by {say.points(size.max())}"
    return f"{category_title(story)}; {largest}.{f' {still}.' if still else ''}"


def _profile(values: pd.Series) -> str:
    """Return which categories are rated highest and lowest where there is nothing to compare."""
    high, low = values.max(), values.min()
    values = values.rename(CATEGORIES)
    best, worst = (say.listed(values.index[values == end].tolist()) for end in (high, low))
    if len(values) == 1:
        return f"The one known rating is {say.fixed(high)} ({best})"
    if high == low:
        return f"Every known rating is {say.fixed(high)}"
    known = "known " if len(values) < len(CATEGORIES) else ""
    lowest = f"its lowest {say.fixed(low)} ({worst})"
    return f"Its highest {known}rating is {say.fixed(high)} ({best}), {lowest}"


def _unmoved(story: CountryStory) -> str:
    """Return which categories have one value in all of several known editions."""
    ratings = story.known[list(CATEGORIES)]
    size, value = ratings.count(), ratings.min()[(ratings.nunique() == 1) & (ratings.count() > 1)]
    if value.empty:
        return ""
    known = "it is known" if len(value) == 1 else "they are known"
    span, n = f"in every edition in which {known}", sorted(set(size[value.index]))
    if len(n) == 1:
        known = "" if n[0] == len(ratings) else f" in which {known}"
        span = f"in {say.every(n[0])} editions{known}"
    if len(value) == len(CATEGORIES):
        return f"All seven ratings were unchanged {span}"
    value = value.rename(CATEGORIES)
    alike = {end: value.index[value == end].tolist() for end in value.unique()}
    told = [
        f"{say.listed(names)} {'was' if len(names) == 1 else 'were'} unchanged at {say.fixed(end)}"
        for end, names in alike.items()
    ]
    return f"{'; '.join(told)} {span}"


def _rank_sentence(story: CountryStory) -> str:
    at = story.standing()
    if len(at.scores) == 1:
        return ""
    higher = "the one not known is" if at.unknown == 1 else "those not known are"
    worst = f" ({say.ordinal(at.place + at.possibly)} at worst, if {higher} higher)"
    ranks = f" Each rating is rounded to a quarter point: ranks {at.open_ranks} are open."
    return (
        f"Of the {say.countries(len(at.scores))} whose score is known in the "
        f"{story.last['edition']} edition, it {in_place(at, 'is')}, counted from the most "
        f"democratic{worst if at.possibly else ''}.{ranks if at.open_ranks else ''}"
    )


def in_place(at: Standing, verb: str) -> str:
    """Return ``is 4th``, or ``shares 4th place with one other``; `verb` is that of no tie."""
    if not at.equal:
        return f"{verb} {say.ordinal(at.place)}"
    return f"shares {say.ordinal(at.place)} place with {say.counted(at.equal, 'other')}"


def peers_title(story: CountryStory) -> str:
    """Return the finding of the strip of scores."""
    name, region = say.capitalised(say.in_text(story.country.name)), story.country.region
    whole, near = story.standing(), story.standing(region)
    if len(whole.scores) == 1:
        return f"{name} is the only country whose score is known in this edition"
    beside = f", {_place_of(near)} in {say.part_of_region(region)}"
    if len(near.scores) == 1:
        beside = " by its Democracy Score"
    return f"{name} ranks {_place_of(whole)}{beside}"


def _place_of(at: Standing) -> str:
    """Return ``18th (shared) of 29``, or ``18th to 20th of 29`` where scores are not known."""
    first, last = say.ordinal(at.place + at.surely), say.ordinal(at.place + at.possibly)
    range_of = f" to {last}" if first != last else " (shared)" if at.equal else ""
    return f"{first}{range_of} of {len(at.scores) + at.unknown}"


def peers_rounding(story: CountryStory) -> str:
    """Return a sentence on the ranks that rounding leaves open, for the strip of scores."""
    region = story.country.region
    parts = [
        f"{at.open_ranks} of {len(at.scores)}{words}"
        for part, words in (("", ""), (region, f" in {say.part_of_region(region)}"))
        if (at := story.standing(part)).open_ranks
    ]
    return f"The rounding of ratings leaves open ranks {say.listed(parts)}. " if parts else ""
