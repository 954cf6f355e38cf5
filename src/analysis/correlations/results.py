"""The results of notebook 3 for a group of countries, stored where the briefs read them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.correlations.calibrated_null import calibrated_null
from analysis.correlations.contrasts import level_contrasts, pair_contrast
from analysis.correlations.decomposition import (
    cross_product_shares,
    pair_correlations,
    rest_correlations,
)
from analysis.correlations.dimensions import dimensions
from analysis.correlations.lead_lag import lead_lag
from analysis.correlations.multiverse import multiverse
from analysis.correlations.pair_tests import TEST_FAMILIES, family_tests
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.frames import with_texts
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared
from analysis.settings.groups import group_members
from analysis.statistics.arrays import panel_cube
from analysis.statistics.estimates import Estimate
from analysis.statistics.group_data import GroupData, store_result, stored_result
from analysis.statistics.simulation.fitted import fitted_generator
from analysis.tables.schema import empty

_CODES = list(CATEGORIES)


def ratings_of(data: GroupData) -> pd.DataFrame:
    """Return the ratings with one row a country and edition and all seven columns."""
    return data.wide.reindex(columns=["country", "edition", *CATEGORIES])


def stored(table: pd.DataFrame, name: str, data: GroupData, **settings: int) -> pd.DataFrame:
    """Store a result and return it as every brief will read it."""
    store_result(table, name, data, **settings)
    back = stored_result(name, data, **settings)
    return table if back is None else back


def check_family(family: str) -> None:
    """Refuse a family that notebook 3 does not test, before anything is computed.

    Raises
    ------
    ParameterError
        If it is none of `TEST_FAMILIES`.
    """
    if family not in TEST_FAMILIES:
        raise ParameterError(
            f"family: expected {' or '.join(TEST_FAMILIES)}, found {family!r}"
            f"{did_you_mean(str(family), TEST_FAMILIES)}"
        )


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
    table = pd.concat(tables, ignore_index=True)
    return stored(table, "correlation_tests", data, seed=seed, draws=draws)


def contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store the comparison of between and within for each pair."""
    return stored(level_contrasts(ratings_of(data), _CODES), "level_contrasts", data)


def pair_comparison(data: GroupData) -> Estimate:
    """Return the declared comparison of two pairs of categories within countries."""
    return pair_contrast(ratings_of(data), *declared().comparison)


def dimension_table(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store eigenvalues, loadings, alpha and omega on three levels."""
    table = dimensions(ratings_of(data), _CODES, seed=seed, draws=draws)
    return stored(table, "dimensions", data, seed=seed, draws=draws)


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
        Table ``calibrated_null``.
    leads
        Table ``lead_lag``.
    moments
        How alike the simulated panels are
        (`analysis.statistics.simulation.fitted.FittedGenerator.moments`).
    refusal
        Why there are no simulated panels; then `headlines` and `moments` are empty and `leads` has
        no p-values.
    """

    headlines: pd.DataFrame
    leads: pd.DataFrame
    moments: pd.DataFrame
    refusal: str = ""


def null_results(data: GroupData, seed: int) -> NullResults:
    """Return and store the comparison with simulated panels."""
    try:
        generator = fitted_generator(data.panel, seed)
    except ParameterError as error:
        # Too few countries or categories to fit a generator to: the brief says so.
        nothing = empty("calibrated_null")
        leads = lead_lag(ratings_of(data), _CODES, None)
        return NullResults(nothing, leads, pd.DataFrame(), str(error))

    cube = panel_cube(data.panel, order=_CODES)
    null = calibrated_null(cube, generator.settings, seed, declared().simulated_panels)
    leads = lead_lag(ratings_of(data), _CODES, null.orders)
    return NullResults(
        stored(null.table, "calibrated_null", data, seed=seed),
        with_texts(stored(leads, "lead_lag", data, seed=seed)),
        generator.moments,
    )
