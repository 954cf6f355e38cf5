"""What there is to say about one country: the tables cut to it, and its findings as sentences."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.countries import Country, printed_name
from analysis.files import raw_folder, read_processed
from analysis.frames import cell_at, row_at
from analysis.parameters import Window, as_ranges, check_country_window
from analysis.presentation.wording import (
    capitalised,
    counted,
    fixed,
    listed,
    moved,
    ordinal,
    points,
)
from analysis.rating_system import CATEGORIES, REGIME_CLASSES
from analysis.scores import score_series
from analysis.trajectories.levels import describe_levels

CLASS_RANK = {regime.name: place for place, regime in enumerate(REGIME_CLASSES)}


@dataclass(frozen=True)
class CountryStory:
    """One country in one window, with the others beside it.

    Attributes
    ----------
    country, window
        What the brief is about.
    panel, changes, audit
        Tables of data/processed, cut to the country and window.
    series
        `analysis.scores.SERIES_COLUMNS` of all countries, cut to the window.
    own
        Its rows of `series`, by edition.
    levels
        `analysis.trajectories.levels.LEVEL_COLUMNS` of its categories.
    sources
        The sources of its ratings and scores.
    """

    country: Country
    window: Window
    panel: pd.DataFrame
    changes: pd.DataFrame
    audit: pd.DataFrame
    series: pd.DataFrame
    own: pd.DataFrame
    levels: pd.DataFrame
    sources: pd.DataFrame

    @property
    def first(self) -> pd.Series:
        """Return the first known score of the window."""
        return self.own.iloc[0]

    @property
    def last(self) -> pd.Series:
        """Return the last known score of the window."""
        return self.own.iloc[-1]


def load_country(country: object, first_edition: object, last_edition: object) -> CountryStory:
    """Check the parameters of a country brief and cut the stored tables to them.

    Raises
    ------
    analysis.errors.ParameterError
        If a parameter is unusable; nothing has been written by then.
    analysis.errors.AnalysisError
        If data/processed has not been built.
    """
    scores = read_processed("scores")
    found, window = check_country_window(country, first_edition, last_edition, scores)
    panel, printed_scores = read_processed("panel"), read_processed("printed_scores")
    series = window.cut(score_series(panel, scores, printed_scores))

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        return window.cut(table[table["country"] == found.name]).reset_index(drop=True)

    own_panel = mine(panel)
    used = {
        source
        for table in (own_panel, mine(printed_scores))
        for ids in table["source_ids"].dropna()
        for source in ids.split(";")
    }
    sources = pd.read_csv(raw_folder() / "sources.csv", keep_default_na=False)
    return CountryStory(
        country=found,
        window=window,
        panel=own_panel,
        changes=mine(read_processed("changes")),
        audit=mine(read_processed("audit")),
        series=series,
        own=mine(series).sort_values("edition"),
        levels=describe_levels(own_panel).set_index("category"),
        sources=sources[sources["source_id"].isin(used)],
    )


def findings(story: CountryStory) -> list[str]:
    """Return three to five sentences computed from the data, the most general first."""
    sentences = [
        _level_sentence(story),
        _change_sentence(story),
        _class_sentence(story),
        _category_sentence(story),
        _rank_sentence(story),
    ]
    return [sentence for sentence in sentences if sentence]


def trajectory_title(story: CountryStory) -> str:
    """Return the finding of the trajectory figure."""
    first, last = story.first, story.last
    name = story.country.name
    if len(story.own) == 1:
        return (
            f"{name}: a Democracy Score of {fixed(last['score'])} in the {last['edition']} edition"
        )
    change = last["score"] - first["score"]
    if abs(change) < 0.005:
        return (
            f"{name}’s score is where it was: {fixed(last['score'])} in {first['edition']} and "
            f"{last['edition']}"
        )
    verb = "rose" if change > 0 else "fell"
    return (
        f"{name}’s score {verb} from {fixed(first['score'])} to {fixed(last['score'])} "
        f"between the {first['edition']} and {last['edition']} editions"
    )


def category_title(story: CountryStory) -> str:
    """Return the finding of the category figure."""
    if story.levels.empty:
        return "No rating of a category is known"
    down, up, same = _directions(story)
    if not down and not up:
        return "All seven categories are where they began"
    parts = [
        f"{counted(len(some), 'category', 'categories')} {verb}"
        for some, verb in ((down, "fell"), (up, "rose"), (same, "ended where they began"))
        if some
    ]
    if len(parts) == 1:
        parts = [f"all {parts[0]}"]
    return capitalised(listed(parts)).replace("one category ended where they", "one ended where it")


def _directions(story: CountryStory) -> tuple[list[str], list[str], list[str]]:
    net = story.levels["net_change"]
    ordered = [code for code in CATEGORIES if code in net.index]
    return (
        [code for code in ordered if net[code] < -1e-9],
        [code for code in ordered if net[code] > 1e-9],
        [code for code in ordered if abs(net[code]) <= 1e-9],
    )


def _level_sentence(story: CountryStory) -> str:
    last = story.last
    name = printed_name(story.country, int(last["edition"]))
    named = f"{name} (now {story.country.name})" if name != story.country.name else name
    article = "a"
    return (
        f"In the {last['edition']} edition, which covers {last['edition'] - 1}, {named} has a "
        f"Democracy Score of {fixed(last['score'])} on the scale from 1 (least) to 7 (most "
        f"democratic): {article} {last['regime_class']}."
    )


def _change_sentence(story: CountryStory) -> str:
    own = story.own
    if len(own) == 1:
        return (
            f"It is the only edition from {story.window.first_edition} to "
            f"{story.window.last_edition} whose score is known."
        )
    first, last = story.first, story.last
    change = last["score"] - first["score"]
    steps = own["score"].diff().where(own["edition"].diff() == 1).dropna()
    # A score known to two decimals only can differ by rounding from one that is exact.
    down, up = int((steps < -0.006).sum()), int((steps > 0.006).sum())
    adjacent = counted(len(steps), "step")
    known = f"of the {adjacent} between adjacent editions {_of_which(down, up, len(steps))}"
    if abs(change) < 0.005:
        start = f"The score is the same as in the {first['edition']} edition"
    else:
        verb = "risen" if change > 0 else "fallen"
        start = (
            f"Since the {first['edition']} edition it has {verb} by {points(change)}, "
            f"from {fixed(first['score'])}"
        )
    return f"{start}; {known}." if len(steps) else f"{start}."


def _of_which(down: int, up: int, total: int) -> str:
    if total == down:
        return "all were down" if total > 1 else "went down"
    if total == up:
        return "all were up" if total > 1 else "went up"
    same = total - down - up
    parts = [f"{n} {word}" for n, word in ((down, "down"), (up, "up"), (same, "unchanged")) if n]
    verb = "was" if parts[0].startswith("1 ") and len(parts) == 1 else "were"
    return f"{parts[0].split()[0]} {verb} {' '.join(parts[0].split()[1:])}" + (
        f", {' and '.join(parts[1:])}" if len(parts) > 1 else ""
    )


def _class_sentence(story: CountryStory) -> str:
    own = story.own
    if len(own) == 1:
        return ""
    changes = own[own["regime_class"] != own["regime_class"].shift()].iloc[1:]
    if changes.empty:
        return (
            f"It has been in the same class in all {counted(len(own), 'edition')} "
            "whose score is known."
        )
    names = [own["regime_class"].iloc[0], *changes["regime_class"]]
    events = [
        f"{'down' if CLASS_RANK[after] > CLASS_RANK[before] else 'up'} to {after} "
        f"in the {edition} edition"
        for before, after, edition in zip(names, names[1:], changes["edition"], strict=False)
    ]
    if len(events) > 3:
        return (
            f"It crossed the border between two classes {counted(len(events), 'time')}, "
            f"most recently {events[-1]}."
        )
    return f"It changed class {_times(len(events))}: {listed(events)}."


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, counted(n, "time"))


def _category_sentence(story: CountryStory) -> str:
    levels = story.levels
    if levels.empty:
        return "None of its seven ratings is known in this period."
    down, up, same = _directions(story)
    sentences = []
    if down or up:
        size = levels["net_change"].abs().max()
        most = [
            f"{CATEGORIES[code]} {moved(line['first'], line['last'])}"
            for code in [*down, *up]
            if abs(abs((line := row_at(levels, code))["net_change"]) - size) < 1e-9
        ]
        if len(most) <= 3:
            sentences.append(f"The largest net change is that of {_most(most)}")
        else:
            many = capitalised(counted(len(most), "category", "categories"))
            sentences.append(f"{many} share the largest net change, {points(size)}")
    constant = [code for code in same if pd.isna(cell_at(levels, code, "largest_step"))]
    if constant:
        values = [
            f"{CATEGORIES[code]} at {fixed(cell_at(levels, code, 'last'))}" for code in constant
        ]
        known = "it is" if len(values) == 1 else "they are"
        sentences.append(f"{listed(values)} did not move in any edition in which {known} known")
    return ". ".join(capitalised(sentence) for sentence in sentences) + "." if sentences else ""


def _most(phrases: list[str]) -> str:
    """Turn ``Civil Society declined from 6 to 4`` into ``Civil Society, which declined ...``."""
    turned = []
    for phrase in phrases:
        for verb in (" declined", " improved"):
            phrase = phrase.replace(verb, f", which{verb}")
        turned.append(phrase)
    return listed(turned)


def _rank_sentence(story: CountryStory) -> str:
    edition = story.last["edition"]
    peers = story.series[story.series["edition"] == edition]
    scores = peers["score"].round(2)
    own = round(story.last["score"], 2)
    better, equal = int((scores > own + 1e-9).sum()), int(((scores - own).abs() <= 1e-9).sum())
    rank = ordinal(better + 1)
    joint = f"shares {rank} place with {counted(equal - 1, 'other')}" if equal > 1 else f"is {rank}"
    return (
        f"Of the {counted(len(peers), 'country', 'countries')} whose score is known in the "
        f"{edition} edition, it {joint}, counted from the most democratic."
    )


def status_words(panel: pd.DataFrame, total: int) -> str:
    """Return how many ratings of a panel are printed, corrected, derived and not known."""
    counts = panel["status"].value_counts()
    parts = [
        f"{counts[status]} are {words}"
        for status, words in (
            ("printed", "printed in a source"),
            ("corrected", "printed and corrected"),
            ("derived", "derived from printed changes and scores"),
        )
        if counts.get(status, 0)
    ]
    missing = total - len(panel)
    return listed([*parts, f"{missing} are not known" if missing else "none is missing"])


def knowledge(story: CountryStory) -> list[str]:
    """Return what is printed, corrected, derived or missing, as sentences."""
    n_editions = len(story.window.editions)
    total = n_editions * len(CATEGORIES)
    sentences = [
        f"Of {total} ratings (seven categories in {counted(n_editions, 'edition')}) "
        f"{status_words(story.panel, total)}. Nothing is interpolated."
    ]
    full = story.panel.groupby("edition").size()
    complete = full[full == len(CATEGORIES)].index.tolist()
    only = story.own.loc[story.own["basis"] == "score only", "edition"].tolist()
    unknown = sorted(set(story.window.editions) - set(story.own["edition"]))
    sentences.append(f"All seven ratings are known for: {as_ranges(complete)}.")
    if only:
        sentences.append(f"Only the Democracy Score is fully known for: {as_ranges(only)}.")
    if unknown:
        sentences.append(f"No Democracy Score is known for: {as_ranges(unknown)}.")
    return sentences
