"""The exact number behind a printed or stored Democracy Score."""

from __future__ import annotations

from typing import Final

import pandas as pd

_PARTS: Final = 28
_ROUNDING: Final = 0.0051
"""Further from a multiple of 1/28 than two decimals can be: no mean of seven ratings."""


def exact_scores(scores: pd.Series) -> pd.Series:
    """Return for each score, printed or computed, the multiple of 1/28 that it stands for.

    Parameters
    ----------
    scores
        Democracy Scores on either scale, with at least two decimals.

    Returns
    -------
    pandas.Series
        Missing where a score is missing or within rounding of no multiple of 1/28.
    """
    exact = (scores * _PARTS).round() / _PARTS
    return exact.where((exact - scores).abs() <= _ROUNDING)
