"""Squares and products of panels, country by country: what every correlation here is made of.

Correlations between countries, within them, within countries and editions, and of changes differ
only in which deviations are multiplied. Each is kept as one matrix of sums per country, so that
leaving a country out, weighting countries anew or replacing a category by a rest score is
arithmetic on small matrices, exact, and the same for one panel and for thousands. Panels are
(..., countries, categories, editions), NaN where unknown; only country-editions with all categories
count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.errors import ParameterError, did_you_mean
from analysis.statistics.arrays import Bools, Floats, Ints, changes_of, require_columns

SAMPLE: Final = "complete country-editions"
"""What every table of this room rests on: country-editions of which all categories are known."""
TINY: Final = 1e-12
"""A sum of squares below this belongs to a series that never moved."""


@dataclass(frozen=True)
class Products:
    """Sums of squares and products per country, before common effects are removed.

    Removing common effects (a mean, or one effect per edition) is a regression on the same
    regressors for all variables; its sums are additive over countries as well. Arrays are sums over
    the `counts` rows of a country: of products of deviations, (..., countries, variables,
    variables), of regressors and deviations, (..., countries, regressors, variables), and of
    regressors, (countries, regressors, regressors).
    """

    squares: Floats
    effects: Floats
    design: Floats
    counts: Ints

    @property
    def n_countries(self) -> int:
        """Number of countries, those without a row included."""
        return len(self.counts)

    def total(self, weights: Floats | None = None) -> Floats:
        """Return the sums over countries with common effects removed, (..., K, K).

        With `weights`, (settings, countries), there is one matrix a setting, (..., settings, K, K).
        """
        each = np.ones((1, self.n_countries)) if weights is None else weights
        effects, b = self._common(each)
        sums = _weighted(each, self.squares) - np.swapaxes(effects, -1, -2) @ b
        return sums[..., 0, :, :] if weights is None else sums

    def _common(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return the sums of effects, and the coefficients of the regression on them."""
        effects, design = _weighted(weights, self.effects), _weighted(weights, self.design)
        return effects, np.linalg.pinv(design, rcond=1e-10, hermitian=True) @ effects

    def without_each(self) -> Floats:
        """Return the sums without one country after the other, (..., countries, K, K)."""
        return self.total(1.0 - np.eye(self.n_countries))

    def parts(self) -> Floats:
        """Return each country's share of `total`, (..., countries, K, K)."""
        b = self._common(np.ones((1, self.n_countries)))[1]
        crossed = np.swapaxes(b, -1, -2) @ self.effects
        fitted = np.swapaxes(b, -1, -2) @ (self.design @ b)
        return np.asarray(self.squares - crossed - np.swapaxes(crossed, -1, -2) + fitted)

    def combined(self, weights: Floats) -> Products:
        """Return the products of linear combinations of the variables, (combinations, K)."""
        squares = weights @ self.squares @ weights.T
        return replace(self, squares=squares, effects=self.effects @ weights.T)


def _weighted(weights: Floats, sums: Floats) -> Floats:
    """Add matrices (..., countries, a, b) with weights (settings, countries)."""
    *front, countries, a, b = sums.shape
    added = weights @ sums.reshape(*front, countries, a * b)
    return np.asarray(added.reshape(*front, len(weights), a, b))


def complete_cells(ratings: Floats) -> Bools:
    """Return where all categories of all panels are known, (countries, editions)."""
    return np.asarray(np.isfinite(ratings).all(axis=(*range(ratings.ndim - 3), -2)))


def _rows(ratings: Floats) -> tuple[Floats, Bools]:
    """Return panels as (..., countries, editions, categories), zero where incomplete."""
    known = complete_cells(ratings)
    values = np.swapaxes(ratings, -1, -2)
    return np.where(known[..., None], values, 0.0), known


def _departures(ratings: Floats) -> tuple[Floats, Bools]:
    values, known = _rows(ratings)
    counts = np.maximum(known.sum(axis=-1), 1)[:, None, None]
    return values - values.sum(axis=-2, keepdims=True) / counts, known


def between(ratings: Floats) -> Products:
    """Return the products of country means, each country once.

    Parameters
    ----------
    ratings
        (..., countries, categories, editions), NaN where unknown; only country-editions with
        all categories count, here and in the other functions.
    """
    values, known = _rows(ratings)
    counts = known.sum(axis=-1)
    seen = (counts > 0).astype(float)
    means = values.sum(axis=-2) / np.maximum(counts, 1)[:, None]
    # The origin is arbitrary; near the centre no digits are lost.
    means = (means - means.sum(axis=-2, keepdims=True) / max(len(counts), 1)) * seen[:, None]
    squares = means[..., :, None] * means[..., None, :]
    return Products(squares, means[..., None, :], seen[:, None, None], counts)


def within(ratings: Floats) -> Products:
    """Return the products of departures from each country's own mean."""
    return products_of(*_departures(ratings))


def two_way(ratings: Floats) -> Products:
    """Return the products of departures from each country's and each edition's mean.

    Editions count over the countries that are known in them, so that the panel may have gaps: the
    departures are the residuals of a regression on country and edition effects.
    """
    deviations, known = _departures(ratings)
    share = known / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return products_of(deviations, known, np.eye(known.shape[1]) - share[:, None, :])


def changes(ratings: Floats) -> Products:
    """Return the products of annual changes less their mean over the panel."""
    steps, known = steps_of(ratings)
    return products_of(steps, known, np.ones((*known.shape, 1)))


def steps_of(ratings: Floats) -> tuple[Floats, Bools]:
    """Return annual changes (..., countries, steps, categories), 0 where not known, and where."""
    return _rows(changes_of(np.where(complete_cells(ratings)[:, None, :], ratings, np.nan)))


def pooled(ratings: Floats) -> Products:
    """Return the products of all country-editions less the overall mean."""
    values, known = _rows(ratings)
    centre = values.sum(axis=(-3, -2), keepdims=True) / max(int(known.sum()), 1)
    return products_of(values - centre, known, np.ones((*known.shape, 1)))


def products_of(deviations: Floats, known: Bools, regressors: Floats | None = None) -> Products:
    """Return the products of deviations (..., countries, editions, variables).

    Known where (countries, editions) says; the `regressors` (countries, editions, regressors) are
    those of common effects, of which there are none by default.
    """
    deviations = np.where(known[..., None], deviations, 0.0)
    regressors = np.zeros((*known.shape, 0)) if regressors is None else regressors
    regressors = np.where(known[..., None], regressors, 0.0)
    turned = np.swapaxes(regressors, -1, -2)
    return Products(
        np.swapaxes(deviations, -1, -2) @ deviations,
        turned @ deviations,
        turned @ regressors,
        known.sum(axis=-1).astype(np.int64),
    )


LEVELS: Final[dict[str, Callable[[Floats], Products]]] = {
    "between": between,
    "within": within,
    "two_way": two_way,
    "changes": changes,
    "pooled": pooled,
}
"""Name -> products of a panel on that level."""


def check_choice(what: str, found: str, choices: Collection[str]) -> None:
    """Refuse what is none of its choices, such as a level that is none of `LEVELS`.

    Raises
    ------
    ParameterError
        With the choices, and those that are spelt alike.

    Examples
    --------
    >>> check_choice("level", "within", ("within", "between"))
    """
    if found not in choices:
        wanted = " or ".join(choices) if len(choices) == 2 else f"one of {', '.join(choices)}"
        hint = did_you_mean(str(found), tuple(choices))
        raise ParameterError(f"{what}: expected {wanted}, found {found!r}{hint}")


def scaled(wide: pd.DataFrame, variables: Sequence[str], kind: str) -> pd.DataFrame:
    """Return the table as it is, or its ranks in each variable: correlations are Spearman's then.

    Raises
    ------
    ParameterError
        If `kind` is none of `KINDS`.

    Examples
    --------
    >>> from analysis import data
    >>> codes = ["NDG", "EP", "CS", "IM"]
    >>> ratings = data.country_editions().dropna(subset=codes)
    >>> float(scaled(ratings, codes, "Spearman")["CS"].max())
    543.5
    """
    check_choice("kind", kind, ("Pearson", "Spearman"))
    require_columns(wide, *variables)
    return wide if kind == "Pearson" else wide.assign(**wide[list(variables)].rank())


def pairs_of(n_variables: int) -> tuple[Ints, Ints]:
    """Return first and second index of every pair of variables, in reading order."""
    first, second = np.triu_indices(n_variables, 1)
    return first, second


def pair_names(variables: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns ``x`` and ``y`` of a table of all pairs."""
    return {
        name: [variables[i] for i in side]
        for name, side in zip("xy", pairs_of(len(variables)), strict=True)
    }


def with_rest_scores(n_categories: int) -> Floats:
    """Return weights (2 n + 1, n) to the n categories, their rest scores and the mean of all.

    The rest score of a category is the mean of the others. A category correlates with the mean of
    all even if nothing is associated, because it is a part of it: by 1/sqrt(7) for seven.
    """
    own = np.eye(n_categories)
    rest = (1 - own) / (n_categories - 1)
    return np.vstack([own, rest, np.full((1, n_categories), 1 / n_categories)])


def correlations(sums: Floats, first: Ints, second: Ints) -> Floats:
    """Return the correlations (..., pairs) that sums of products (..., K, K) give.

    It is NaN where one of the two variables never moved.
    """
    xx, yy = sums[..., first, first], sums[..., second, second]
    moved = (xx > TINY) & (yy > TINY)
    size = np.sqrt(np.where(moved, xx, 1.0) * np.where(moved, yy, 1.0))
    return np.where(moved, np.clip(sums[..., first, second] / size, -1, 1), np.nan)
