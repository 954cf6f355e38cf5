"""How far scores and ratings moved so far: a yardstick for "is this change unusual?".

A closed series is not forecast. What it can give is the distribution of all moves over one, two and
three editions, by the regime class in which they began. Only complete country-editions enter: where
but some of the seven ratings are known, mostly those are whose change was printed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.facts.frames import rows
from analysis.facts.rating_system import (
    CATEGORIES,
    EVERY,
    REGIME_CLASSES,
    SAME,
    SCORE,
    SCORE_PARTS,
    exact_scores,
    regime_class,
)
from analysis.tables.schema import columns

SPANS: Final = (1, 2, 3)
"""Editions between the two values."""
QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "median": 0.50, "q75": 0.75, "q95": 0.95}
FEWEST_CHANGES: Final = 20
"""With fewer the 5 % quantile is just the lowest value."""
SAMPLE: Final = "complete country-editions"


def moves(panel: pd.DataFrame) -> pd.DataFrame:
    """List every move between two complete country-editions one to three editions apart.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating`` on ``7=best``.

    Returns
    -------
    Columns ``name`` (category, or DS for the Democracy Score), ``country``, ``edition`` (the
    later one), ``span`` (editions between), ``from_class`` (regime class at the start), ``change``.
    """
    ratings = panel.pivot(index=["country", "edition"], columns="category", values="rating")
    values = ratings.reindex(columns=list(CATEGORIES)).dropna()
    values[SCORE] = values.mean(axis=1)
    classes = [regime_class(Fraction(s).limit_denominator(SCORE_PARTS)).name for s in values[SCORE]]
    ends = values.reset_index().melt(["country", "edition"], var_name="name", value_name="end")
    starts = (
        values.assign(from_class=classes)
        .reset_index()
        .melt(["country", "edition", "from_class"], var_name="name", value_name="start")
    )
    pairs = pd.concat(
        [
            starts.assign(edition=starts["edition"] + span, span=span).merge(
                ends, on=["country", "edition", "name"]
            )
            for span in SPANS
        ]
    )
    # A difference of scores is a multiple of 1/28 too, without the last bits of two floats.
    return pairs.assign(change=exact_scores(pairs["end"] - pairs["start"]))[
        ["name", "country", "edition", "span", "from_class", "change"]
    ]


def usual_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the quantiles of past moves by measure, starting class and span.

    Returns
    -------
    Table ``usual_changes``; figures are empty where there are fewer than `FEWEST_CHANGES` moves.

    Examples
    --------
    >>> from analysis import data
    >>> int(usual_changes(data.panel("Balkans")).set_index("name")["n_changes"].iloc[0])
    131
    """
    single = moves(panel)
    every = pd.concat([single, single[single["name"] != SCORE].assign(name=EVERY)])
    every = pd.concat([every, every.assign(from_class=EVERY)])
    groups = dict(iter(every.groupby(["name", "from_class", "span"])))
    classes = (EVERY, *(regime.name for regime in REGIME_CLASSES))
    table = []
    for name in (SCORE, EVERY, *CATEGORIES):
        for start in classes:
            for span in SPANS:
                head = {"name": name, "from_class": start, "span": span}
                table.append(head | _quantiles(groups.get((name, start, span), every[:0])))
    return pd.DataFrame(table)


def _quantiles(group: pd.DataFrame) -> dict[str, Any]:
    change = group["change"].to_numpy(dtype=float)
    size = len(change)
    row: dict[str, Any] = {"n_changes": size, "n_countries": group["country"].nunique()}
    figures = ("p_down", "p_stay", "p_up", "lowest", *QUANTILES, "highest")
    if size < FEWEST_CHANGES:
        refusal = f"{size} of the {FEWEST_CHANGES} changes needed for quantiles"
        return row | dict.fromkeys(figures) | {"sample": SAMPLE, "refusal": refusal}
    shares = [(np.sign(change) == sign).mean() for sign in (-1, 0, 1)]
    quantiles = np.quantile(change, [*QUANTILES.values()], method="inverted_cdf")
    values = (*shares, change.min(), *quantiles, change.max())
    return (
        row
        | dict(zip(figures, map(float, values), strict=True))
        | {
            "sample": SAMPLE,
            "refusal": "",
        }
    )


def last_changes(panel: pd.DataFrame) -> pd.DataFrame:
    """Place every country's last change of score among all moves that began in the same class.

    Returns
    -------
    Table ``last_changes``. A country whose last two complete editions are more than three apart has
    no row.

    Examples
    --------
    >>> from analysis import data
    >>> len(last_changes(data.panel("Balkans")))
    7
    """
    scores = moves(panel)
    scores = scores[scores["name"] == SCORE]
    latest_first = scores.sort_values(["edition", "span"], ascending=[False, True], kind="stable")
    last = latest_first.groupby("country")
    table = []
    for row in rows(last.head(1).sort_values("country", kind="stable")):
        alike = scores[(scores["from_class"] == row.from_class) & (scores["span"] == row.span)]
        further = alike["change"] * np.sign(row.change) >= abs(row.change) - SAME
        stayed = alike["change"].abs() < SAME
        table.append(
            {
                "country": row.country,
                "first_edition": row.edition - row.span,
                "last_edition": row.edition,
                "span": row.span,
                "from_class": row.from_class,
                "change": row.change,
                "n_changes": len(alike),
                "n_countries": alike["country"].nunique(),
                "n_as_far": int((further if row.change else stayed).sum()),
                "sample": SAMPLE,
            }
        )
    return pd.DataFrame(table, columns=list(columns("last_changes")))
