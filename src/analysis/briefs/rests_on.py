"""What a statement rests on, said the same way in every brief and notebook.

A figure is complete, or some of its cells are bounded: not known, and between limits that all
printed facts set (``possible_ratings``). An estimate from complete country-editions leaves the
others out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from analysis.briefs.blocks import Block, Figure, Table
from analysis.briefs.wording import counted, countries
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import read_processed

B = TypeVar("B", bound=Block)
SCORES, RATINGS = "scores", "ratings"


def rests_on(names: Collection[str], editions: Collection[int], **known: pd.DataFrame) -> str:
    """Return how many countries and editions figures are of, and how much of it is known.

    Parameters
    ----------
    names, editions
        Countries and editions that the statement is about.
    known
        Tables of what is known of these, one row a ``scores`` or ``ratings``.

    Examples
    --------
    >>> import pandas as pd
    >>> rests_on(["Albania"], range(2005, 2025), scores=pd.DataFrame(index=range(19)))
    'Rests on one country and 20 editions: 1 of 20 scores bounded.'
    """
    parts = []
    for what, table in known.items():
        cells = len(names) * len(editions) * (len(CATEGORIES) if what == RATINGS else 1)
        bounded = cells - len(table)
        parts.append(f"{bounded} of {cells} {what} bounded" if bounded else f"{what} complete")
    both = parts == [f"{SCORES} complete", f"{RATINGS} complete"]
    return _sentence(names, editions, "complete" if both else ", ".join(parts))


def rests_on_complete_cases() -> str:
    """Return what estimates rest on that use complete country-editions of all countries."""
    editions = read_processed("country_editions")
    left_out = int((editions["score_status"] != "computed").sum())
    words = f"{left_out} of {len(editions)} country-editions left out" if left_out else "complete"
    return _sentence(BY_NAME, editions["edition"].unique(), words)


def _sentence(names: Collection[str], editions: Collection[int], words: str) -> str:
    return f"Rests on {countries(len(names))} and {counted(len(editions), 'edition')}: {words}."


def resting(block: B, words: str) -> B:
    """Return a block that says at its end what it rests on; a refusal is left as it is."""
    if isinstance(block, Figure | Table):
        return replace(block, caption=f"{block.caption} {words}".strip())
    return block
