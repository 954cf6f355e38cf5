"""Which part of the data a result rests on, and why that is not all that is known.

Whether a rating is known depends on what it did: in country-editions of which not all seven ratings
are known, mostly those are whose change was printed. Rates of change and models of them therefore
rest on complete country-editions; what an estimate says of levels uses every exact score. Every
stored table names its sample in the column ``sample``.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.trajectories.change_rates import annual_changes

ALL_SCORES: Final = "all scores"
"""Every country-edition whose Democracy Score is known exactly."""
ALL_RATINGS: Final = "all known ratings"
"""Every rating of the panel; of incomplete country-editions those whose change was printed."""
COMPLETE: Final = "complete country-editions"
"""Country-editions of which all seven ratings are known."""
SIMULATED: Final = "simulated panels"
"""Panels from the generator that is fitted to the ratings."""


def complete_editions(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings of the country-editions of which all seven are known.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.

    Examples
    --------
    >>> from analysis import data
    >>> panel = data.panel("Balkans")
    >>> len(panel), len(complete_editions(panel))
    (967, 966)
    """
    n_known = panel.groupby(["country", "edition"])["rating"].transform("count")
    return panel[n_known == len(CATEGORIES)]


def changes_by_knowledge(panel: pd.DataFrame, first_edition: int) -> pd.DataFrame:
    """Return how often known ratings changed, in complete and in incomplete country-editions.

    Parameters
    ----------
    panel
        As in `complete_editions`.
    first_edition
        Where the second of two periods begins.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``known`` (``complete`` where both country-editions of a step are), ``n_steps``,
        ``p_any``, ``p_down``, ``p_up``, ``mean_change``.

    Examples
    --------
    >>> from analysis import data
    >>> changes_by_knowledge(data.panel(), 2019)["n_steps"].tolist()
    [1029, 76, 2597, 30]
    """
    steps = annual_changes(panel)
    full = set(complete_editions(panel).groupby(["country", "edition"]).groups)
    ends = zip(steps["country"], steps["edition"], strict=True)
    whole = pd.Series([{(c, e), (c, e - 1)} <= full for c, e in ends], index=steps.index)
    late = f"{first_edition} to {steps['edition'].max()}"
    return (
        steps.assign(
            period=(steps["edition"] >= first_edition).map({True: late, False: "before"}),
            known=whole.map({True: "complete", False: "incomplete"}),
            p_any=steps["change"] != 0,
            p_down=steps["change"] < 0,
            p_up=steps["change"] > 0,
        )
        .groupby(["period", "known"], as_index=False)
        .agg(
            n_steps=("change", "size"),
            p_any=("p_any", "mean"),
            p_down=("p_down", "mean"),
            p_up=("p_up", "mean"),
            mean_change=("change", "mean"),
        )
    )
