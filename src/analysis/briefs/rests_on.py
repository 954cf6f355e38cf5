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

from analysis.briefs.blocks import Block, Figure, Paragraph, Table, paragraph
from analysis.briefs.wording import counted, countries
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.group_data import GroupData
from analysis.tables.stored import read_processed
from analysis.trajectories.samples import ALL_RATINGS, ALL_SCORES, COMPLETE

B = TypeVar("B", bound=Block)
SCORES, RATINGS, CASES = "scores", "ratings", "country_editions"


def rests_on(names: Collection[str], editions: Collection[int], **known: pd.DataFrame) -> str:
    """Return how many countries and editions figures are of, and how much of it is known.

    Parameters
    ----------
    names, editions
        Countries and editions that the statement is about.
    known
        Tables of what is known of these, one row a ``scores``, ``ratings`` or (where estimates
        leave out what is incomplete) complete ``country_editions``.

    Examples
    --------
    >>> import pandas as pd
    >>> rests_on(["Albania"], range(2005, 2025), scores=pd.DataFrame(index=range(19)))
    'Rests on one country and 20 editions: 1 of 20 scores bounded.'
    """
    parts = []
    for what, table in known.items():
        cells = len(names) * len(editions) * (len(CATEGORIES) if what == RATINGS else 1)
        rest, fate = cells - len(table), "left out" if what == CASES else "bounded"
        name = what.replace("_", "-")
        parts.append(f"{rest} of {cells} {name} {fate}" if rest else f"{name} complete")
    whole = parts in ([f"{SCORES} complete", f"{RATINGS} complete"], ["country-editions complete"])
    words = "complete" if whole else ", ".join(parts)
    return f"Rests on {countries(len(names))} and {counted(len(editions), 'edition')}: {words}."


def rests_on_complete_cases(names: Collection[str] = tuple(BY_NAME)) -> str:
    """Return what estimates rest on that use complete country-editions of some countries."""
    editions = read_processed("country_editions")
    editions = editions[editions["country"].isin(names)]
    full = editions[editions["score_status"] == "computed"]
    return rests_on(names, editions["edition"].unique(), country_editions=full)


def support(data: GroupData) -> dict[str, Paragraph]:
    """Return what findings from each sample of a group rest on, by the name of the sample.

    The names are those that stored tables have in ``sample`` (`analysis.trajectories.samples`).

    Examples
    --------
    >>> from analysis.statistics.group_data import load_group
    >>> sorted(support(load_group("Balkans", 2005, 2024)))[:2]
    ['all known ratings', 'all scores']
    """
    known = {
        ALL_SCORES: {SCORES: data.series},
        ALL_RATINGS: {RATINGS: data.panel},
        COMPLETE: {CASES: data.wide.dropna()},
    }
    names = [country.name for country in data.members]
    return {
        sample: paragraph(rests_on(names, data.window.editions, **tables))
        for sample, tables in known.items()
    }


def resting(block: B, words: str) -> B:
    """Return a block that says at its end what it rests on; a refusal is left as it is."""
    if isinstance(block, Figure | Table):
        return replace(block, caption=f"{block.caption} {words}".strip())
    return block
