"""The results of notebook 3 for a group of countries, stored where the briefs read them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.correlations.calibrated_null import DRAWS, NULL_COLUMNS, REVISION, calibrated_null
from analysis.correlations.contrasts import level_contrasts
from analysis.correlations.decomposition import (
    cross_product_shares,
    pair_correlations,
    rest_correlations,
)
from analysis.correlations.dimensions import dimensions
from analysis.correlations.lead_lag import lead_lag
from analysis.correlations.multiverse import multiverse
from analysis.correlations.pair_tests import TEST_FAMILIES, family_tests
from analysis.countries import group_members
from analysis.errors import ParameterError
from analysis.groups import GroupData, data_key, kept_results, store_result, stored_result
from analysis.matrices import panel_cube
from analysis.rating_system import CATEGORIES
from analysis.simulation.fitted import fitted_generator

_CODES = list(CATEGORIES)


def ratings_of(data: GroupData) -> pd.DataFrame:
    """Return the ratings with one row a country and edition and all seven columns."""
    return data.wide.reindex(columns=["country", "edition", *CATEGORIES])


def stored(table: pd.DataFrame, name: str, data: GroupData) -> pd.DataFrame:
    """Store a result and return it as every brief will read it."""
    store_result(table, name, data)
    back = stored_result(name, data)
    return table if back is None else back


def pairs(data: GroupData) -> pd.DataFrame:
    """Return and store the correlations of all pairs on all levels."""
    return stored(pair_correlations(ratings_of(data), _CODES), "correlations", data)


def shares(data: GroupData) -> pd.DataFrame:
    """Return the exact split of each pair's pooled products into between and within."""
    return cross_product_shares(ratings_of(data), _CODES)


def rest_scores(data: GroupData) -> pd.DataFrame:
    """Return and store each category's correlation with its rest score."""
    return stored(rest_correlations(ratings_of(data), _CODES), "rest_scores", data)


def tests(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the tests of both families."""
    ratings = ratings_of(data)
    tables = [family_tests(ratings, _CODES, f, seed=seed, draws=draws) for f in TEST_FAMILIES]
    return stored(pd.concat(tables, ignore_index=True), "correlation_tests", data)


def contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store the comparison of between and within for each pair."""
    return stored(level_contrasts(ratings_of(data), _CODES), "level_contrasts", data)


def dimension_table(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store eigenvalues, loadings, alpha and omega on three levels."""
    table = dimensions(ratings_of(data), _CODES, seed=seed, draws=draws)
    return stored(table, "dimensions", data)


def multiverse_table(data: GroupData) -> pd.DataFrame:
    """Return and store the headlines under all choices."""
    members = [country.name for country in group_members("EU members")]
    return stored(multiverse(ratings_of(data), _CODES, members), "multiverse", data)


@dataclass(frozen=True)
class NullResults:
    """What is compared with simulated panels.

    Attributes
    ----------
    headlines
        `analysis.correlations.calibrated_null.NULL_COLUMNS`.
    leads
        `analysis.correlations.lead_lag.ORDER_COLUMNS`.
    moments
        How alike the simulated panels are (`analysis.simulation.fitted.FittedGenerator.moments`).
    refusal
        Why there are no simulated panels; then `headlines` and `moments` are empty and `leads` has
        no p-values.
    """

    headlines: pd.DataFrame
    leads: pd.DataFrame
    moments: pd.DataFrame
    refusal: str = ""


def null_results(data: GroupData, seed: int) -> NullResults:
    """Return the comparison with simulated panels, made anew only if the panel has changed."""
    try:
        generator = fitted_generator(data, seed)
    except ParameterError as error:
        # Too few countries or categories to fit a generator to: the brief says so.
        nothing = pd.DataFrame(columns=list(NULL_COLUMNS))
        leads = lead_lag(ratings_of(data), _CODES, None)
        return NullResults(nothing, leads, pd.DataFrame(), str(error))

    def make() -> list[pd.DataFrame]:
        null = calibrated_null(panel_cube(data.panel, order=_CODES), generator.settings, seed)
        return [null.table, lead_lag(ratings_of(data), _CODES, null.orders)]

    key = data_key(data, "null", generator.settings, seed, DRAWS, REVISION)
    headlines, leads = kept_results(make, ("calibrated_null", "lead_lag"), key, data)
    return NullResults(headlines, leads, generator.moments)
