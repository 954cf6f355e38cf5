"""Several countries in one window, a group or chosen ones, with the stored results about them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import pandas as pd

from analysis.briefs.trajectory_sentences import stored_result
from analysis.briefs.wording import RATINGS, SCORES, exact, listed, rests_on
from analysis.facts.countries import fold
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION
from analysis.settings.groups import MOST_COUNTRIES, NamedGroup, chosen_countries
from analysis.settings.parameters import check_window
from analysis.statistics.completed_panels import Statistic, completed_panels, table_over_completed
from analysis.statistics.group_data import GroupData, load_group
from analysis.tables.stored import read_processed
from analysis.trajectories.headlines import part_trends, results_of_members, trends

SAME_SPAN: Final = 0.9
"""Share of the countries whose scores are known in the editions that are compared."""


class RegionStory(GroupData):
    """A group of countries in one window, with the stored results about it."""

    @property
    def names(self) -> list[str]:
        """Return the names of the members."""
        return [country.name for country in self.members]

    @property
    def n_ratings(self) -> int:
        """Return how many ratings there are to know."""
        return len(self.members) * len(self.window.editions) * len(CATEGORIES)

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows."""
        return [self.panel, self.series, read_processed("correlations")]

    @property
    def is_all(self) -> bool:
        """Return whether the group is the whole region."""
        return fold(self.group) == "all"

    @cached_property
    def _own_results(self) -> dict[str, pd.DataFrame]:
        """Return trends, pace and rates of the members alone, by table; of all they are stored."""
        if self.is_all:
            return {}
        tables = map(read_processed, ("country_editions", "panel"))
        scores, panel = (table[table["country"].isin(self.names)] for table in tables)
        parts = partial(part_trends, parts={self.group: self.names})
        statistics: dict[str, Statistic] = {"trend": trends, "trend of the score": parts}
        data = load_group(self.group, FIRST_EDITION, LAST_EDITION)
        over = table_over_completed("over_completed_trajectories", statistics.items(), data)
        own = results_of_members(scores, panel, self.group)
        return {**own, "over_completed_trajectories": over}

    def result(self, name: str, *, whole: bool = False) -> pd.DataFrame:
        """Return a table of notebook 2 about the members, or the whole region, as it is stored.

        Of a table by group these are the rows of that group.
        """
        own, group = ({}, "all") if whole else (self._own_results, self.group)
        table = own[name] if name in own else stored_result(name)
        return table[table["group"].map(fold) == fold(group)] if "group" in table else table

    @property
    def latest(self) -> pd.DataFrame:
        """Return the row of `series` of each country's last known score, by country."""
        return self.series.sort_values("edition", kind="stable").groupby("country").last()

    @property
    def latest_common(self) -> pd.Series:
        """Return the scores of the last edition in which most have one, highest first."""
        known = self.series.groupby("edition").size()
        edition = known.index[known == known.max()].max()
        scores: pd.Series = self.series.query("edition == @edition").set_index("country")["score"]
        return scores.sort_values(ascending=False, kind="stable").rename(edition)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """Return first and last score of each country, their classes, and the change.

        Changes are over the same two editions for all: the first and the last in which the scores
        of nine in ten are known. A country not known in both has no change, and the scores of its
        own first and last known edition; without two such editions all have those of their own.
        """
        known = self.series.sort_values("edition", kind="stable")
        shared = _shared(known, known["country"].nunique())
        at_ends = known["edition"].isin([shared[0], shared[-1]] if len(shared) > 1 else [])
        in_both = at_ends.groupby(known["country"]).transform("sum").eq(2)
        of_country = known[at_ends | ~in_both].groupby("country")
        columns = ["score", "edition", "regime_class", "basis"]
        names = ["first", "first_edition", "first_class", "first_basis"]
        first = of_country[columns].first().set_axis(names, axis="columns")
        last = of_country[columns].last()
        spans = first.join(last.rename(columns={"score": "last", "edition": "last_edition"}))
        alike = in_both.groupby(known["country"]).first() | (len(shared) < 2)
        change = (spans["last"] - spans["first"]).map(exact)
        return spans.assign(
            change=change.where(alike & (spans["last_edition"] > spans["first_edition"]))
        )

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Return the rows of `spans` that have a change: countries with two known scores."""
        return self.spans.dropna(subset=["change"])

    @property
    def span_words(self) -> str:
        """Return between which editions `compared` compares, for the beginning of a sentence."""
        ends = self.compared[["first_edition", "last_edition"]].drop_duplicates()
        if len(ends) == 1:
            first, last = ends.iloc[0]
            return f"From the {first} to the {last} edition"
        return "From the first to the last known edition of each"

    @property
    def left_out(self) -> str:
        """Return whose scores are not known in both editions, for the end of a sentence."""
        names = sorted({*self.names} - set(self.compared.index))
        return f" (not known in both: {listed(names)})" if names else ""

    @cached_property
    def category_changes(self) -> pd.DataFrame:
        """Return the mean change of each category over the window, with what the gaps leave open.

        Over all members, between the first and the last edition: `mean` is that of the completed
        panels, `least` and `greatest` are the ends of their range.
        """
        panels = completed_panels(self)
        change = (panels.ratings[..., -1] - panels.ratings[..., 0]).mean(axis=1).round(9)
        columns = {"mean": change.mean(axis=0).round(9), "least": change.min(axis=0)}
        return pd.DataFrame({**columns, "greatest": change.max(axis=0)}, index=list(CATEGORIES))

    def rests(self, *what: str) -> str:
        """Return what figures of the members' scores and ratings, or of one of these, rest on."""
        known = {SCORES: self.series, RATINGS: self.panel}
        chosen = {name: known[name] for name in what or known}
        return rests_on(self.names, self.window.editions, **chosen)


def _shared(known: pd.DataFrame, n_countries: int) -> list[int]:
    """Return the editions of which nine in ten of so many countries have a row."""
    share = known.groupby("edition").size() / n_countries
    editions: list[int] = share.index[share >= SAME_SPAN].tolist()
    return editions


@dataclass(frozen=True)
class ComparisonStory(RegionStory):
    """Countries to compare, with the group that was asked for, none where each was `named`."""

    named: NamedGroup | None = None

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows."""
        return [self.panel, self.series]

    @property
    def gaps(self) -> pd.Series:
        """Return how far highest and lowest score are apart, by edition in which all are known."""
        wide = self.series.pivot(index="edition", columns="country", values="score").dropna()
        distance = (wide.max(axis="columns") - wide.min(axis="columns")).map(exact)
        return distance if wide.shape[1] > 1 else distance[:0]

    @property
    def ends(self) -> tuple[int, int]:
        """Return the first and the last edition in which nine in ten are known in full.

        They are those whose ratings are compared; those of the window where no edition is so.
        """
        full = self.wide.reindex(columns=["country", "edition", *CATEGORIES]).dropna()
        shared = _shared(full, len(self.members)) or self.window.editions
        return shared[0], shared[-1]

    @property
    def ratings(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the ratings of the two editions compared, a row a country, a column a category."""
        wide = self.wide.set_index("country").reindex(columns=["edition", *CATEGORIES])
        codes = list(CATEGORIES)
        first, last = (wide.loc[wide["edition"] == edition, codes] for edition in self.ends)
        return first.reindex(self.names), last.reindex(self.names)

    @property
    def spread(self) -> pd.Series:
        """Return how far highest and lowest rating are apart in the last edition compared."""
        last = self.ratings[1].dropna()
        return (last.max() - last.min()) if len(last) > 1 else pd.Series(dtype=float)

    @property
    def most_moved(self) -> pd.DataFrame:
        """Return the rows of `compared` with the largest change; none where nothing moved."""
        size = self.compared["change"].abs()
        most: pd.DataFrame = self.compared.loc[(size == size.max()) & (size > 0)]
        return most

    @property
    def few(self) -> bool:
        """Return whether each country can have a line of its own."""
        return len(self.members) <= MOST_COUNTRIES


def load_region(group: object, first_edition: object, last_edition: object) -> RegionStory:
    """Check the parameters of a regional brief as `load_group` does and cut the tables to them."""
    return RegionStory(**vars(load_group(group, first_edition, last_edition)))


def load_comparison(
    countries: object, first_edition: object, last_edition: object
) -> ComparisonStory:
    """Check the parameters of a comparison brief and cut the stored tables to them.

    `countries` are two to eight separated by commas, or the name of a group.

    Raises
    ------
    ParameterError
        If a parameter is unusable, or no score of any of the countries lies in the window.
    """
    members, named = chosen_countries(countries)
    window = check_window(first_edition, last_edition)
    names = [country.name for country in members]
    whole = load_group("all", window.first_edition, window.last_edition)
    panel, series = (table[table["country"].isin(names)] for table in (whole.panel, whole.series))
    if series.empty:
        raise ParameterError(
            f"no score of {listed(names)} is known in the {window.in_words}; choose other editions"
        )
    group = named.name if named else ", ".join(names)
    return ComparisonStory(group, members, window, panel, series, named)
