"""A group of countries in one window, with the stored results about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from analysis.briefs.trajectories.story import TrajectoryResults, load_results, results_of_group
from analysis.briefs.wording import RATINGS, SCORES, exact, listed, rests_on
from analysis.facts.countries import fold
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.parameters import WHOLE
from analysis.statistics.completed_panels import completed_panels
from analysis.statistics.group_data import GroupData, load_group
from analysis.tables.stored import read_processed

SAME_SPAN: Final = 0.9
"""Share of the countries whose scores are known in the editions that are compared."""


@dataclass(frozen=True)
class RegionStory(GroupData):
    """A group of countries in one window, with the stored results about it.

    Attributes
    ----------
    pairs
        Correlations of the categories over all countries and editions, as notebook 3 stores them.
    """

    pairs: pd.DataFrame

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows."""
        return [self.panel, self.series, self.pairs]

    @property
    def is_all(self) -> bool:
        """Return whether the group is the whole region."""
        return fold(self.group) == "all"

    @cached_property
    def results(self) -> TrajectoryResults:
        """Return what notebook 2 stored, or the same for the members alone."""
        names = [country.name for country in self.members]
        whole = self.whole_results
        return whole if self.is_all else results_of_group(whole, self.group, names)

    @cached_property
    def whole_results(self) -> TrajectoryResults:
        """Return what notebook 2 stored about all countries."""
        return load_results()

    @property
    def trend(self) -> Any:
        """Return the score's row of the table ``trends``; None in another window than the whole."""
        trends = self.results.trends
        mine = trends["name"].eq(SCORE) & trends["group"].map(fold).eq(fold(self.group))
        return next(rows(trends[mine])) if self.window == WHOLE else None

    @property
    def latest(self) -> pd.DataFrame:
        """Return the row of `series` of each country's last known score, by country."""
        return self.series.sort_values("edition", kind="stable").groupby("country").last()

    @property
    def latest_common(self) -> pd.Series:
        """Return the scores of the last edition in which most have one, highest first."""
        known = self.series.groupby("edition").size()
        edition = known.index[known == known.max()].max()
        shown = self.series[self.series["edition"] == edition].set_index("country")
        scores: pd.Series = shown["score"]
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
        ends = [shared[0], shared[-1]] if len(shared) > 1 else []
        compared = (
            known[known["edition"].isin(ends)].groupby("country").filter(lambda c: len(c) == 2)
        )
        others = known[~known["country"].isin(compared["country"])]
        of_country = pd.concat([compared, others]).groupby("country")
        first, last = of_country.first(), of_country.last()
        change = (last["score"] - first["score"]).map(exact)
        alike = first.index.isin(compared["country"]) | (not ends)
        return pd.DataFrame(
            {
                "first": first["score"],
                "first_edition": first["edition"],
                "last": last["score"],
                "last_edition": last["edition"],
                "regime_class": last["regime_class"],
                "first_class": first["regime_class"],
                "basis": last["basis"],
                "change": change.where(alike & (last["edition"] > first["edition"])),
            }
        )

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
        names = sorted({c.name for c in self.members} - set(self.compared.index))
        return f" (not known in both: {listed(names)})" if names else ""

    @property
    def complete(self) -> pd.DataFrame:
        """Return `wide` of the country-editions of which all seven ratings are known."""
        return self.wide.reindex(columns=["country", "edition", *CATEGORIES]).dropna()

    @property
    def rating_ends(self) -> tuple[int, int] | None:
        """Return the first and the last edition in which nine in ten are known in full."""
        shared = _shared(self.complete, len(self.members))
        return (shared[0], shared[-1]) if shared else None

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

    @property
    def score_bounds(self) -> pd.DataFrame:
        """Return the rows of ``possible_ratings`` of the members' scores."""
        possible = self.window.cut(read_processed("possible_ratings"))
        names = [country.name for country in self.members]
        return possible[(possible["category"] == SCORE) & possible["country"].isin(names)]

    def rests(self, *what: str) -> str:
        """Return what figures of the members' scores and ratings, or of one of these, rest on."""
        known = {SCORES: self.series, RATINGS: self.panel}
        chosen = {name: known[name] for name in what or known}
        return rests_on([c.name for c in self.members], self.window.editions, **chosen)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Return the rows of `spans` that have a change: countries with two known scores."""
        return self.spans.dropna(subset=["change"])


def _shared(known: pd.DataFrame, n_countries: int) -> list[int]:
    """Return the editions of which nine in ten of so many countries have a row."""
    share = known.groupby("edition").size() / n_countries
    editions: list[int] = share.index[share >= SAME_SPAN].tolist()
    return editions


def load_region(group: object, first_edition: object, last_edition: object) -> RegionStory:
    """Check the parameters of a regional brief and cut the stored tables to them.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    data = load_group(group, first_edition, last_edition)
    return RegionStory(**vars(data), pairs=read_processed("correlations"))
