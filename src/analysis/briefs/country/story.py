"""One country in one window: the stored tables cut to it, and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from analysis.briefs.wording import RATINGS, SCORES, counted, exact, listed, number
from analysis.facts.countries import Country
from analysis.facts.frames import named_sources, rows, with_texts
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE, Window, as_ranges, check_country_window
from analysis.statistics.group_data import score_series
from analysis.tables.stored import read_processed
from analysis.trajectories.levels import describe_levels

ALL_VALUES: Final = 25
"""Values that a rating of which nothing is known can have: 1.00 to 7.00 in quarter points."""


@dataclass(frozen=True)
class CountryStory:
    """One country in one window, with the others beside it.

    Attributes
    ----------
    country, window
        What the brief is about.
    panel, changes, audit, scores
        Tables of data/processed, cut to the country and window.
    series
        ``series`` of `analysis.tables.schema` of all countries, cut to the window.
    own
        Its rows of `series`, by edition; empty where some ratings are known but no score.
    levels
        Table ``levels`` of its categories between the first and the last edition whose seven
        ratings are known, so that all are compared over one span; of what is known if none is.
    drift
        Its row of the table ``drifts``; None where there is none or the window is another.
    possible
        Table ``possible_ratings``, what is not known: its ratings, and all countries' scores.
    sources
        The sources of its ratings and scores, one row each; `edition` is the latest of the
        reports on it.
    """

    country: Country
    window: Window
    panel: pd.DataFrame
    changes: pd.DataFrame
    audit: pd.DataFrame
    scores: pd.DataFrame
    series: pd.DataFrame
    own: pd.DataFrame
    levels: pd.DataFrame
    sources: pd.DataFrame
    possible: pd.DataFrame
    drift: Any = None

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows: its own, and the scores of all for comparison."""
        return [self.panel, self.changes, self.audit, self.series, self.sources, self.possible]

    @property
    def gaps(self) -> pd.DataFrame:
        """Return the country's rows of `possible`."""
        return self.possible[self.possible["country"] == self.country.name]

    @property
    def rating_ends(self) -> tuple[int, int] | None:
        """Return the first and the last edition whose seven ratings are known."""
        known = self.panel.groupby("edition").size()
        full = known.index[known == len(CATEGORIES)]
        return (int(full.min()), int(full.max())) if len(full) else None

    @property
    def known(self) -> dict[str, pd.DataFrame]:
        """Return its scores and ratings, as what figures of both rest on."""
        return {SCORES: self.own, RATINGS: self.panel}

    @property
    def press_alone(self) -> pd.DataFrame:
        """Return the printed ratings that only pages of the press print."""
        kinds = self.sources.set_index("source_id")["kind"]
        ids = self.panel["source_ids"].str.split(";")
        press = ids.map(lambda named: {kinds.get(one) for one in named} == {"press"})
        return self.panel[press & (self.panel["status"] == "printed")]

    @property
    def scores_of_press(self) -> list[int]:
        """Return the editions whose score no ratings give and only pages of the press print."""
        press = self.scores["printed_by"].eq("press") & self.scores["n_ratings"].lt(len(CATEGORIES))
        editions: list[int] = self.scores.loc[press, "edition"].tolist()
        return editions

    @property
    def first(self) -> pd.Series:
        """Return the first known score of the window."""
        return self.own.iloc[0]

    @property
    def last(self) -> pd.Series:
        """Return the last known score of the window."""
        return self.own.iloc[-1]

    @property
    def change(self) -> float:
        """Return the change from the first to the last known score."""
        return exact(float(self.last["score"] - self.first["score"]))


def load_country(country: object, first_edition: object, last_edition: object) -> CountryStory:
    """Check the parameters of a country brief and cut the stored tables to them.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable; nothing has been written by then.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    scores = read_processed("scores")
    found, window = check_country_window(country, first_edition, last_edition, scores)
    panel, printed_scores = read_processed("panel"), read_processed("printed_scores")
    possible = window.cut(read_processed("possible_ratings"))
    series = window.cut(score_series(read_processed("country_editions")))

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        return window.cut(table[table["country"] == found.name]).reset_index(drop=True)

    own_panel = mine(panel)
    sources = read_processed("source_reports")
    used = named_sources([own_panel, mine(printed_scores)])
    named = sources[(sources["country"] == found.name) & sources["source_id"].isin(used)]
    drifts = with_texts(read_processed("drifts"))
    whole = drifts["country"].eq(found.name) & (window == WHOLE)
    return CountryStory(
        drift=next(rows(drifts[whole]), None),
        possible=possible[(possible["country"] == found.name) | (possible["category"] == SCORE)],
        country=found,
        window=window,
        panel=own_panel,
        changes=mine(read_processed("changes")),
        audit=mine(read_processed("audit")),
        scores=mine(scores),
        series=series,
        own=mine(series).sort_values("edition", kind="stable"),
        levels=describe_levels(_known_in_full(own_panel)).set_index("category"),
        sources=named.rename(columns={"report_edition": "edition"})
        .sort_values(["source_id", "edition"])
        .drop_duplicates("source_id", keep="last"),
    )


def _known_in_full(panel: pd.DataFrame) -> pd.DataFrame:
    n_known = panel.groupby("edition")["rating"].transform("size")
    full = panel[n_known == len(CATEGORIES)]
    return full if len(full) else panel


def status_words(panel: pd.DataFrame, total: int) -> str:
    """Return how many ratings of a panel are printed, corrected, derived and not known."""
    counts = panel["status"].value_counts()
    parts = [
        f"{counts[status]} {'is' if counts[status] == 1 else 'are'} {words}"
        for status, words in (
            ("printed", "printed in a source"),
            ("corrected", "printed and corrected"),
            ("derived", "derived from printed changes and scores"),
            ("rescaled", "read from an index that prints ratings on a scale of its own"),
        )
        if counts.get(status, 0)
    ]
    missing = total - len(panel)
    verb = "is" if missing == 1 else "are"
    return listed([*parts, f"{missing} {verb} not known" if missing else "none is missing"])


def knowledge(story: CountryStory) -> list[str]:
    """Return what is printed, corrected, derived or missing, as sentences."""
    n_editions = len(story.window.editions)
    total = n_editions * len(CATEGORIES)
    full = story.panel.groupby("edition").size()
    complete = full[full == len(CATEGORIES)].index.tolist()
    only = sorted(set(story.own["edition"]) - set(complete))
    unknown = sorted(set(story.window.editions) - set(story.own["edition"]))
    sentences = [
        f"Of {total} ratings (seven categories in {counted(n_editions, 'edition')}) "
        f"{status_words(story.panel, total)}. Nothing is interpolated.",
        f"All seven ratings are known for: {as_ranges(complete)}.",
    ]
    if n := len(story.press_alone):
        years = as_ranges(story.press_alone["edition"].drop_duplicates().tolist())
        sentences.append(
            f"For {counted(n, 'rating')} only the press speaks, no copy of a report: {years}."
        )
    if press := story.scores_of_press:
        sentences.append(f"Only the press prints the Democracy Score of: {as_ranges(press)}.")
    if only:
        sentences.append(f"Only the Democracy Score is fully known for: {as_ranges(only)}.")
    if unknown:
        sentences.append(f"No Democracy Score is known for: {as_ranges(unknown)}.")
    ratings = story.gaps[story.gaps["category"] != SCORE]
    if narrowed := int((ratings["n_values"] < ALL_VALUES).sum()):
        sentences.append(_narrowed(narrowed, len(ratings)))
    return sentences


def _narrowed(some: int, total: int) -> str:
    """Return how many of the ratings that are not known the printed facts narrow."""
    if some < total:
        return (
            f"Of the {number(total)} ratings that are not known the printed facts narrow "
            f"{number(some)}; {number(total - some)} can have any value."
        )
    every = {1: "the one rating that is", 2: "both ratings that are"}
    which = every.get(total, f"all {number(total)} ratings that are")
    return f"The printed facts narrow {which} not known."
