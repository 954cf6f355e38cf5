"""Panels as arrays, one on another: the known one, and the completed ones that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import Floats
from analysis.statistics.group_data import GroupData
from analysis.tables.stored import read_processed


@dataclass(frozen=True)
class Stack:
    """Panels of the same countries and editions.

    Attributes
    ----------
    countries, editions
        Labels; categories are in the usual order.
    ratings
        (panels, countries, categories, editions) on ``7=best``; NaN where unknown.
    scores
        (panels, countries, editions): Democracy Scores, those that are printed without all their
        ratings included.
    """

    countries: tuple[str, ...]
    editions: tuple[int, ...]
    ratings: Floats
    scores: Floats

    @property
    def complete(self) -> Floats:
        """Return the ratings of country-editions of which all seven are known, else NaN."""
        whole = np.isfinite(self.ratings).all(axis=-2, keepdims=True)
        return np.where(whole, self.ratings, np.nan)


def known_panel(data: GroupData) -> Stack:
    """Return what is known of a group, as a stack of one panel."""
    countries = tuple(country.name for country in data.members)
    editions = tuple(data.window.editions)
    ratings = ratings_array(data.panel, countries, editions)
    by_country = data.series.pivot(index="country", columns="edition", values="score")
    scores = by_country.reindex(index=list(countries), columns=list(editions)).to_numpy(float)
    return Stack(countries, editions, ratings[None], scores[None])


def completed_panels(data: GroupData) -> Stack:
    """Return the stored completed panels of a group, cut to its window.

    Raises
    ------
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    known = known_panel(data)
    drawn = read_processed("completed_panels")
    drawn = data.window.cut(drawn[drawn["country"].isin(known.countries)])
    if drawn.empty:
        return known
    number = drawn["panel_number"].to_numpy() - 1
    ratings = np.repeat(known.ratings, number.max() + 1, axis=0)
    country, category, edition = _places(drawn, known.countries, known.editions)
    ratings[number, country, category, edition] = drawn["rating"]
    return Stack(known.countries, known.editions, ratings, ratings.mean(axis=-2))


def ratings_array(panel: pd.DataFrame, countries: Sequence[str], editions: Sequence[int]) -> Floats:
    """Return a long panel as (countries, categories, editions), NaN where unknown."""
    ratings = np.full((len(countries), len(CATEGORIES), len(editions)), np.nan)
    country, category, edition = _places(panel, countries, editions)
    ratings[country, category, edition] = panel["rating"]
    return ratings


def _places(
    table: pd.DataFrame, countries: Sequence[str], editions: Sequence[int]
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield where the ratings of a long table stand: country, category and edition."""
    labels: dict[str, Sequence[Any]] = {
        "country": countries,
        "category": list(CATEGORIES),
        "edition": editions,
    }
    for name, names in labels.items():
        yield pd.Index(names).get_indexer(pd.Index(table[name]))
