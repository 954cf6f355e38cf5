"""Simulated panels as the tidy tables that a user would have."""

import numpy as np
import pandas as pd

from analysis.facts.rating_system import CATEGORIES


def tidy(ratings: np.ndarray, first_edition: int = 2005) -> pd.DataFrame:
    """Return one simulated panel (countries, categories, editions) as a tidy table.

    Returns
    -------
    Columns ``country`` (C01, C02, ...), ``category`` (the seven codes, or K1, K2, ...),
    ``edition`` and ``rating``; no row where a rating is missing.
    """
    countries, categories, editions = ratings.shape
    codes = list(CATEGORIES) if categories == len(CATEGORIES) else None
    index = pd.MultiIndex.from_product(
        [
            [f"C{i + 1:02d}" for i in range(countries)],
            codes or [f"K{k + 1}" for k in range(categories)],
            range(first_edition, first_edition + editions),
        ],
        names=["country", "category", "edition"],
    )
    return pd.Series(ratings.ravel(), index=index, name="rating").dropna().reset_index()
