"""How a rating moves from one edition to the next, as far as completed panels need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import HIGHEST_QUARTERS, LOWEST_QUARTERS
from analysis.statistics.arrays import Floats, changes_of


@dataclass(frozen=True)
class StepModel:
    """Sticky ratings: each stays, falls or rises by its category's rates, whatever it did before.

    Attributes
    ----------
    falls, rises
        Yearly probability by category.
    further
        Probability that a fall or rise goes one more quarter point: sizes are geometric, so that
        no step that the scale allows is impossible.
    """

    falls: Mapping[str, float]
    rises: Mapping[str, float]
    further: float

    def log_steps(
        self, category: str, lowest: int = LOWEST_QUARTERS, highest: int = HIGHEST_QUARTERS
    ) -> Floats:
        """Return the log probability of every step, (from, to), between two ends of the scale.

        Rows and columns are quarter points, those below the scale without meaning. Near an end the
        steps that would leave the scale are left out, and the others share their probability.
        """
        values = np.arange(lowest, highest + 1)
        step = values - values[:, None]
        moved = np.where(step < 0, self.falls[category], self.rises[category])
        moved = moved * (1 - self.further) * self.further ** (np.abs(step) - 1.0)
        stays = 1 - self.falls[category] - self.rises[category]
        chances = np.where(step == 0, stays, moved)
        table = np.full((highest + 1, highest + 1), -np.inf)
        table[lowest:, lowest:] = np.log(chances / chances.sum(axis=1, keepdims=True))
        return table


def fit_steps(ratings: Floats) -> StepModel:
    """Fit the rates to complete country-editions, each with half a fall, rise and stay beside it.

    Of incomplete ones mostly those ratings are known whose change was printed, so that their rates
    would be too high.

    Parameters
    ----------
    ratings
        (countries, categories, editions) on ``7=best``; NaN where unknown.
    """
    whole = np.isfinite(ratings).all(axis=1, keepdims=True)
    changes = changes_of(np.where(whole, ratings, np.nan))
    known = np.isfinite(changes)
    n = known.sum(axis=(0, 2)) + 1.5
    falls = ((changes < 0).sum(axis=(0, 2)) + 0.5) / n
    rises = ((changes > 0).sum(axis=(0, 2)) + 0.5) / n
    quarters = np.round(4 * np.abs(changes[known & (changes != 0)]))
    further = ((quarters - 1).sum() + 0.5) / (quarters.sum() + 1)
    return StepModel(
        dict(zip(CATEGORIES, falls.tolist(), strict=True)),
        dict(zip(CATEGORIES, rises.tolist(), strict=True)),
        float(further),
    )
