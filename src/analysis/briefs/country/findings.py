"""What there is to say about one country: findings and titles of figures, computed from the data.

Each sentence states facts of the published ratings in the chosen editions. What the data of a
window do not carry - a change where one edition is known - is left out rather than filled.
"""

from __future__ import annotations

import pandas as pd

from analysis.briefs.country.decomposition import span_words
from analysis.briefs.country.story import CountryStory
from analysis.briefs.left_open import open_class, rank_range
from analysis.briefs.trajectories.sentences import drift_reading, drift_sentence
from analysis.briefs.wording import (
    CLASS_RANK,
    ROUNDED,
    SAME,
    all_of,
    capitalised,
    counted,
    countries,
    fixed,
    in_text,
    known_ratings,
    listed,
    number,
    ordinal,
    part_of_region,
    points,
    times,
    with_corruption,
)
from analysis.facts.countries import COUNTRIES, printed_name
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE


def findings(story: CountryStory) -> list[str]:
    """Return up to five findings, the most general first."""
    if story.own.empty:
        return [_no_score_sentence(story), _categories_sentence(story)]
    sentences = [
        _level_sentence(story),
        _change_sentence(story),
        _class_sentence(story),
        with_corruption(_categories_sentence(story)),
        _rank_sentence(story),
    ]
    return [sentence for sentence in sentences if sentence]


def how_sure(story: CountryStory) -> str:
    """Return how the last of the findings is known."""
    drift = "" if story.drift is None else drift_sentence(story.drift).how + " "
    return f"{drift}{ROUNDED}"


def known_sentence(story: CountryStory) -> str:
    """Return how sure the other findings are: how many ratings are known, and what chance does."""
    known = known_ratings(len(story.panel), len(story.window.editions) * len(CATEGORIES))
    return known if story.drift is None else f"{known} {drift_reading(story.drift)}"


def trajectory_title(story: CountryStory) -> str:
    """Return the finding of the trajectory figure."""
    first, last = story.first, story.last
    name = capitalised(in_text(story.country.name))
    if len(story.own) == 1:
        score = fixed(last["score"])
        return f"{name}: a Democracy Score of {score} in the {last['edition']} edition"
    if abs(story.change) < SAME:
        return (
            f"{name}’s score is where it was: {fixed(last['score'])} in {first['edition']} and "
            f"{last['edition']}"
        )
    return (
        f"{name}’s score {'rose' if story.change > 0 else 'fell'} from {fixed(first['score'])} to "
        f"{fixed(last['score'])} between the {first['edition']} and {last['edition']} editions"
    )


def category_title(story: CountryStory) -> str:
    """Return the finding of the category figure."""
    levels = story.levels
    if levels.empty:
        return "No rating of a category is known"
    if (levels["n_editions"] == 1).all():
        low, high = fixed(levels["last"].min()), fixed(levels["last"].max())
        return f"Ratings run from {low} to {high}{_span(story)}"
    net = levels["net_change"]
    nouns = ("category", "categories")
    if len(levels) < len(CATEGORIES):
        nouns = ("known category", "known categories")
    moves = {"fell": net < 0, "rose": net > 0, "ended at the same rating": net == 0}
    counts = {verb: int(some.sum()) for verb, some in moves.items() if some.any()}
    if len(counts) == 1:
        [(verb, n)] = counts.items()
        every = f"All {counted(n, *nouns)}" if n > 1 else "The one known category"
        return f"{every} {verb}{_span(story)}"
    (first, most), *others = counts.items()
    told = [f"{counted(most, *nouns)} {first}", *(f"{number(n)} {verb}" for verb, n in others)]
    return f"{capitalised(listed(told))}{_span(story)}"


def _span(story: CountryStory) -> str:
    """Return between which editions ratings are compared, where that is not the whole window."""
    ends, window = story.rating_ends, story.window
    return span_words(ends) if ends and ends != (window.first_edition, window.last_edition) else ""


def _no_score_sentence(story: CountryStory) -> str:
    n = counted(len(story.panel), "rating of a category is", "ratings of categories are")
    gaps = story.gaps[story.gaps["category"] == SCORE]
    ends = (fixed(gaps["lowest"].min()), fixed(gaps["highest"].max())) if len(gaps) else ()
    lies = f" (it lies between {' and '.join(ends)})" if ends else ""
    return (
        f"No Democracy Score of {story.country.name} is known in the {story.window.in_words}"
        f"{lies}; {n}."
    )


def _level_sentence(story: CountryStory) -> str:
    last = story.last
    name = printed_name(story.country, int(last["edition"]))
    named = f"{name} (now {story.country.name})" if name != story.country.name else in_text(name)
    return (
        f"In the {last['edition']} edition, which covers {last['edition'] - 1}, {named} has a "
        f"Democracy Score of {fixed(last['score'])} on the scale from 1 (least) to 7 (most "
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
    if abs(story.change) < SAME:
        start = f"The score is the same as in the {first['edition']} edition"
    else:
        start = (
            f"Since the {first['edition']} edition it has "
            f"{'risen' if story.change > 0 else 'fallen'} by {points(story.change)}, "
            f"from {fixed(first['score'])}"
        )
    steps = own["score"].diff().where(own["edition"].diff() == 1).dropna()
    open_steps = int(own["edition"].iloc[-1] - own["edition"].iloc[0]) - len(steps)
    return f"{start}{_steps_in_words(steps, ' whose scores are known' if open_steps else '')}."


def _steps_in_words(steps: pd.Series, known: str) -> str:
    """Return ``; of the four steps ... three went down and one brought no change``."""
    if len(steps) < 2:
        return ""
    moves = {
        "went down": steps < -SAME,
        "went up": steps > SAME,
        "brought no change": steps.abs() <= SAME,
    }
    counts = {verb: int(some.sum()) for verb, some in moves.items() if some.any()}
    if len(counts) == 1:
        every = all_of(len(steps), "step")
        return f"; {every} between adjacent editions{known} {''.join(counts)}"
    told = listed([f"{n} {verb}" for verb, n in counts.items()])
    return f"; of the {counted(len(steps), 'step')} between adjacent editions{known}, {told}"


def _class_sentence(story: CountryStory) -> str:
    own = story.own
    if len(own) == 1:
        return ""
    changes = own[own["regime_class"] != own["regime_class"].shift()].iloc[1:]
    near = f" {sentence}" if (sentence := open_class(float(story.last["score"]))) else ""
    if changes.empty:
        editions = all_of(len(own), "edition")
        return f"It has been in the same class in {editions} whose score is known.{near}"
    classes = [own["regime_class"].iloc[0], *changes["regime_class"]]
    events = [
        f"{'down' if CLASS_RANK[after] > CLASS_RANK[before] else 'up'} to {after} "
        f"in the {edition} edition"
        for before, after, edition in zip(classes, classes[1:], changes["edition"], strict=False)
    ]
    if len(events) > 3:
        return (
            f"It crossed the border between two classes {times(len(events))}, "
            f"most recently {events[-1]}.{near}"
        )
    return f"It changed class {times(len(events))}: {listed(events)}.{near}"


def _categories_sentence(story: CountryStory) -> str:
    levels = story.levels
    if levels.empty:
        return "No rating of a category is known in this period."
    if (levels["n_editions"] == 1).all():
        profile = _profile_sentence(levels)
        return f"{profile.removesuffix('.')}{_span(story)}."
    ways = "; ".join(filter(None, [category_title(story), _largest_change(levels)]))
    told = [ways, _unmoved(story)] if levels["net_change"].any() else [_unmoved(story) or ways]
    return " ".join(f"{sentence}." for sentence in told if sentence)


def _profile_sentence(levels: pd.DataFrame) -> str:
    """Return which categories are rated highest and lowest where there is nothing to compare."""
    values = levels["last"].reindex([code for code in CATEGORIES if code in levels.index])
    high, low = values.max(), values.min()
    if len(values) == 1:
        return f"The one known rating is {fixed(high)} ({CATEGORIES[str(values.index[0])]})."
    if high == low:
        return f"Every known rating is {fixed(high)}."
    best, worst = (
        listed([CATEGORIES[str(code)] for code in values.index[values == end]])
        for end in (high, low)
    )
    return f"Its highest rating is {fixed(high)} ({best}), its lowest {fixed(low)} ({worst})."


def _largest_change(levels: pd.DataFrame) -> str:
    size = levels["net_change"].abs().max()
    if size == 0:
        return ""
    most = levels[levels["net_change"].abs() == size].reset_index()
    most = most.sort_values(
        "category", key=lambda codes: codes.map(list(CATEGORIES).index), kind="stable"
    )
    told = [
        f"{CATEGORIES[row.category]} ({fixed(row.first)} to {fixed(row.last)})"
        for row in rows(most)
    ]
    if len(told) <= 3:
        change = "change is" if len(told) == 1 else "changes are"
        return f"the largest {change} in {listed(told)}"
    return f"{counted(len(told), 'category', 'categories')} changed most, by {points(size)} each"


def _unmoved(story: CountryStory) -> str:
    """Return which categories have one value in all of several known editions."""
    ratings = story.panel.groupby("category")["rating"]
    constant = ratings.first()[(ratings.nunique() == 1) & (ratings.size() > 1)]
    codes = [code for code in CATEGORIES if code in constant.index]
    if not codes:
        return ""
    sizes = set(ratings.size()[codes])
    known = "it is known" if len(codes) == 1 else "they are known"
    span = f"in every edition in which {known}"
    if len(sizes) == 1:
        [n] = sizes
        known = "" if n == len(story.window.editions) else f" in which {known}"
        span = f"in {all_of(n, 'edition')}{known}"
    if len(codes) == len(CATEGORIES):
        return f"All seven ratings were unchanged {span}"
    told = [
        f"{listed([CATEGORIES[c] for c in codes if constant[c] == value])} "
        f"{'was' if (constant[codes] == value).sum() == 1 else 'were'} unchanged at {fixed(value)}"
        for value in dict.fromkeys(constant[codes])
    ]
    return f"{'; '.join(told)} {span}"


def rank(story: CountryStory, region: str = "") -> tuple[int, int, int]:
    """Return place in the last known edition, countries sharing it, and countries compared.

    Parameters
    ----------
    region
        Part of the region to compare with; empty for all.
    """
    scores = _peers(story, region)
    better = int((scores > story.last["score"] + SAME).sum())
    equal = int(((scores - story.last["score"]).abs() <= SAME).sum()) - 1
    return better + 1, equal, len(scores)


def _peers(story: CountryStory, region: str = "") -> pd.Series:
    """Return the scores of the country's last known edition, by country."""
    scores: pd.Series = _of_edition(story, story.series, region).set_index("country")["score"]
    return scores


def _of_edition(story: CountryStory, table: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the rows of the country's last known edition, of a part of the region or of all."""
    members = [country.name for country in COUNTRIES if region in ("", country.region)]
    return table[table["edition"].eq(story.last["edition"]) & table["country"].isin(members)]


def rounded_rank(story: CountryStory, region: str = "") -> str:
    """Return ``4 to 6``: the ranks that rounding leaves open; nothing where it leaves one."""
    return rank_range(_peers(story, region), story.country.name)


def _rank_sentence(story: CountryStory) -> str:
    place, equal, compared = rank(story)
    if compared == 1:
        return ""
    n_higher = _unknown_higher(story)[1]
    lower = f" ({ordinal(place + n_higher)} at worst, if those not known are higher)"
    return (
        f"Of the {countries(compared)} whose score is known in the {story.last['edition']} "
        f"edition, it {in_place(place, equal, 'is')}, counted from the most democratic"
        f"{lower if n_higher else ''}.{_rounded_sentence(story)}"
    )


def _unknown_higher(story: CountryStory, region: str = "") -> tuple[int, int, int]:
    """Return how many scores that are not known must be higher, can be, and are in the edition."""
    gaps = _of_edition(story, story.possible[story.possible["category"] == SCORE], region)
    own = story.last["score"] + SAME
    return int((gaps["lowest"] > own).sum()), int((gaps["highest"] > own).sum()), len(gaps)


def _place_of(story: CountryStory, region: str = "") -> str:
    """Return ``18th (shared) of 29``, or ``18th to 20th of 29`` where scores are not known.

    Empty where no other score is known.
    """
    place, equal, compared = rank(story, region)
    if compared == 1:
        return ""
    surely, possibly, unknown = _unknown_higher(story, region)
    first, last = ordinal(place + surely), ordinal(place + possibly)
    shared = " (shared)" if equal else ""
    return f"{first}{shared if first == last else f' to {last}'} of {compared + unknown}"


def _rounded_sentence(story: CountryStory) -> str:
    ranks = rounded_rank(story)
    return f" Each rating is rounded to a quarter point: ranks {ranks} are open." if ranks else ""


def peers_rounding(story: CountryStory) -> str:
    """Return a sentence on the ranks that rounding leaves open, for the strip of scores."""
    parts = [
        f"{ranks} of {rank(story, part)[2]}{f' in {part_of_region(part)}' if part else ''}"
        for part in ("", story.country.region)
        if (ranks := rounded_rank(story, part))
    ]
    return f" The rounding of ratings leaves open ranks {listed(parts)}." if parts else ""


def in_place(place: int, equal: int, verb: str) -> str:
    """Return ``is 4th``, or ``shares 4th place with one other``; `verb` is that of no tie."""
    if not equal:
        return f"{verb} {ordinal(place)}"
    return f"shares {ordinal(place)} place with {counted(equal, 'other')}"


def peers_title(story: CountryStory) -> str:
    """Return the finding of the strip of scores."""
    name, region = capitalised(in_text(story.country.name)), story.country.region
    whole, near = _place_of(story), _place_of(story, region)
    if not whole:
        return f"{name} is the only country whose score is known in this edition"
    beside = f", {near} in {part_of_region(region)}" if near else " by its Democracy Score"
    return f"{name} ranks {whole}{beside}"
