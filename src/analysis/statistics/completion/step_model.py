"""How a rating moves from one edition to the next, as far as completed panels need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.facts.frames import cell_at
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import HIGHEST_QUARTERS, LOWEST_QUARTERS
from analysis.reconciliation.scores import change_table
from analysis.statistics.arrays import Floats


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


def fit_steps(panel: pd.DataFrame) -> StepModel:
    """Fit the rates to complete country-editions, each with half a fall, rise and stay beside it.

    Of incomplete ones mostly those ratings are known whose change was printed, so that their rates
    would be too high.

    Parameters
    ----------
    panel
        The reconciled panel; `rating` on ``7=best``.
    """
    size = panel.groupby(["country", "edition"])["category"].transform("size")
    changes = change_table(panel[size == len(CATEGORIES)])
    steps = changes.assign(fall=changes["change"] < 0, rise=changes["change"] > 0)
    counts = steps.groupby("category")[["fall", "rise"]].sum()
    opportunities = steps["category"].value_counts()
    rates = (
        (counts + 0.5).div(opportunities + 1.5, axis=0).reindex(list(CATEGORIES), fill_value=1 / 3)
    )
    sizes = (changes.loc[changes["change"] != 0, "change"].abs() * 4).round()
    further = ((sizes - 1).sum() + 0.5) / (sizes.sum() + 1)
    falls, rises = (
        {category: float(cell_at(rates, category, kind)) for category in CATEGORIES}
        for kind in ("fall", "rise")
    )
    return StepModel(falls, rises, float(further))
