"""One country in one window: the stored tables cut to it, its place, and its score's parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from analysis.briefs.left_open import rank_range
from analysis.briefs.wording import RATINGS, SCORES, counted, every, exact, listed, number, rests_on
from analysis.facts.countries import COUNTRIES, Country
from analysis.facts.rating_system import CATEGORIES, SAME, SCORE
from analysis.settings.parameters import Window, as_ranges, check_country_window
from analysis.tables.stored import named_sources, read_processed, rows, score_series, with_texts

ALL_VALUES: Final = 25
"""Values that a rating of which nothing is known can have: 1.00 to 7.00 in quarter points."""


@dataclass(frozen=True)
class Standing:
    """Where a country stands by its last known score, 1 the most democratic.

    Its `place` is among the known `scores` of that edition, by country, and `equal` others share
    it; `unknown` scores are `surely` so often higher, and `possibly`. `open_ranks` is ``4 to 6``,
    the ranks that rounding leaves open; nothing where it leaves one.
    """

    place: int
    equal: int
    scores: pd.Series
    surely: int
    possibly: int
    unknown: int
    open_ranks: str


@dataclass(frozen=True)
class CountryStory:
    """One country in one window, with the others beside it.

    `panel`, `changes`, `audit` and `scores` are tables of data/processed, cut to both, and `series`
    is that of all countries in the window, `own` its rows of it: none where some ratings are known
    but no score. `sources` are those of its ratings and scores, one row each, `edition` the latest
    of the reports on it; `possible` are the rows of ``possible_ratings`` of its ratings and of all
    countries' scores; `drift` is its row of ``drifts``, about the whole period, if there is one.
    """

    country: Country
    window: Window
    panel: pd.DataFrame
    changes: pd.DataFrame
    audit: pd.DataFrame
    scores: pd.DataFrame
    series: pd.DataFrame
    own: pd.DataFrame
    sources: pd.DataFrame
    possible: pd.DataFrame
    drift: Any = None

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Return the rows that the brief shows: its own, and the scores of all for comparison."""
        return [self.panel, self.changes, self.audit, self.series, self.sources, self.possible]

    @property
    def n_ratings(self) -> int:
        """Return how many ratings there are to know."""
        return len(self.window.editions) * len(CATEGORIES)

    @property
    def gaps(self) -> pd.DataFrame:
        """Return the country's rows of `possible`."""
        return self.possible[self.possible["country"] == self.country.name]

    @cached_property
    def known(self) -> pd.DataFrame:
        """Return a row an edition, a column a category, and the exact score as ``DS``."""
        ratings = self.panel.pivot(index="edition", columns="category", values="rating")
        known = ratings.reindex(index=list(self.window.editions), columns=list(CATEGORIES))
        return known.assign(**{SCORE: self.own.set_index("edition")["score"]}).astype(float)

    @property
    def full_editions(self) -> list[int]:
        """Return the editions of which all seven ratings are known."""
        full: list[int] = self.known.dropna(subset=list(CATEGORIES)).index.tolist()
        return full

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Return the changes of `known` from the edition before, missing unless both are known."""
        return self.known.diff().iloc[1:].map(exact, na_action="ignore")

    @cached_property
    def net(self) -> pd.Series:
        """Return the changes of `known` between the first and the last of the full editions.

        Those of the seven categories sum to seven times that of the score. Empty without two.
        """
        full = self.known.loc[self.full_editions]
        if len(full) < 2:
            return pd.Series(dtype=float)
        return (full.iloc[-1] - full.iloc[0]).map(exact)

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Return `first` and `last` rating, `net_change` and `n_editions` of each known category.

        Of the full editions, so that all are compared over one span; of what is known if none is.
        """
        ratings = self.known[list(CATEGORIES)]
        rated = ratings.loc[self.full_editions or ratings.index].dropna(axis="columns", how="all")
        first, last = rated.bfill().iloc[0], rated.ffill().iloc[-1]
        levels = pd.DataFrame({"first": first, "last": last, "net_change": last - first})
        return levels.assign(n_editions=rated.count())

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

    def standing(self, region: str = "") -> Standing:
        """Return its place in its last known edition, among all or in a part of the region."""
        members = [country.name for country in COUNTRIES if region in ("", country.region)]
        known, gaps = (
            table[table["edition"].eq(self.last["edition"]) & table["country"].isin(members)]
            for table in (self.series, self.possible[self.possible["category"] == SCORE])
        )
        scores, own = known.set_index("country")["score"], self.last["score"]
        return Standing(
            place=int((scores > own + SAME).sum()) + 1,
            equal=int(((scores - own).abs() <= SAME).sum()) - 1,
            scores=scores,
            surely=int((gaps["lowest"] > own + SAME).sum()),
            possibly=int((gaps["highest"] > own + SAME).sum()),
            unknown=len(gaps),
            open_ranks=rank_range(scores, self.country.name),
        )

    def rests(self, *what: str) -> str:
        """Return what figures of its scores and ratings, or of one of these, rest on."""
        known = {SCORES: self.own, RATINGS: self.panel}
        chosen = {name: known[name] for name in what or known}
        return rests_on([self.country.name], self.window.editions, **chosen)


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
    possible = window.cut(read_processed("possible_ratings"))
    series = window.cut(score_series(read_processed("country_editions")))

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        return window.cut(table[table["country"] == found.name]).reset_index(drop=True)

    panel, sources = mine(read_processed("panel")), read_processed("source_reports")
    used = named_sources([panel, mine(read_processed("printed_scores"))])
    named = sources[(sources["country"] == found.name) & sources["source_id"].isin(used)]
    named = named.rename(columns={"report_edition": "edition"}).sort_values(
        ["source_id", "edition"]
    )
    drifts = with_texts(read_processed("drifts"))
    return CountryStory(
        country=found,
        window=window,
        panel=panel,
        changes=mine(read_processed("changes")),
        audit=mine(read_processed("audit")),
        scores=mine(scores),
        series=series,
        own=mine(series),
        sources=named.drop_duplicates("source_id", keep="last"),
        possible=possible[(possible["country"] == found.name) | (possible["category"] == SCORE)],
        drift=next(rows(drifts[drifts["country"] == found.name]), None),
    )


def knowledge(story: CountryStory) -> list[str]:
    """Return what is printed, corrected, derived or missing, as sentences."""
    editions, panel, full = story.window.editions, story.panel, story.full_editions
    scored = set(story.own["edition"])
    kinds = story.sources.set_index("source_id")["kind"]
    of_press = panel["source_ids"].map(lambda ids: {*map(kinds.get, ids.split(";"))} == {"press"})
    press = panel.loc[of_press & (panel["status"] == "printed"), "edition"].tolist()
    alone = story.scores["printed_by"].eq("press") & story.scores["n_ratings"].lt(len(CATEGORIES))
    by_press = counted(len(press), "rating")
    told = {
        f"For {by_press} only the press speaks, no copy of a report: {{}}.": press,
        "Only the press prints the Democracy Score of: {}.": story.scores["edition"][
            alone
        ].tolist(),
        "Only the Democracy Score is fully known for: {}.": sorted(scored - {*full}),
        "No Democracy Score is known for: {}.": sorted({*editions} - scored),
    }
    values = story.gaps.loc[story.gaps["category"] != SCORE, "n_values"]
    total, some = len(values), int((values < ALL_VALUES).sum())
    which = f"{every(total)} ratings that are" if total > 1 else "the one rating that is"
    narrowed = f"The printed facts narrow {which} not known."
    if some < total:
        narrowed = (
            f"Of the {number(total)} ratings that are not known the printed facts narrow "
            f"{number(some)}; {number(total - some)} can have any value."
        )
    return [
        status_sentence(
            panel, story.n_ratings, f"seven categories in {counted(len(editions), 'edition')}"
        ),
        f"All seven ratings are known for: {as_ranges(full)}.",
        *(text.format(as_ranges(years)) for text, years in told.items() if years),
        *([narrowed] if some else []),
    ]


def status_sentence(panel: pd.DataFrame, total: int, of: str) -> str:
    """Return how many ratings of a panel are printed, corrected, derived and not known."""
    counts = panel["status"].value_counts()
    counts["missing"] = missing = total - len(panel)
    words = {
        "printed": "printed in a source",
        "corrected": "printed and corrected",
        "derived": "derived from printed changes and scores",
        "rescaled": "read from an index that prints ratings on a scale of its own",
        "missing": "not known",
    }
    parts = [
        f"{number(counts[status])} {'is' if counts[status] == 1 else 'are'} {told}"
        for status, told in words.items()
        if counts.get(status)
    ]
    told = listed(parts if missing else [*parts, "none is missing"])
    return f"Of {number(total)} ratings ({of}) {told}. Nothing is interpolated."
