"""Where figures come from: the words that sources, the stored tables and the briefs share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

SOURCE_KINDS: Final = ("publisher", "archive", "copy", "own", "press", "rescaled")
"""Kinds of source, most trusted first: ``own`` is a file that the user added, ``rescaled`` an index
that prints ratings anew."""

NOT_PRINTED: Final = ("derived", "rescaled")
"""How a rating is known that no source prints as such; `status` of the panel."""


def named_sources(tables: Iterable[pd.DataFrame]) -> set[str]:
    """Return the sources that the rows of tables name in `source_ids`."""
    return {
        source
        for table in tables
        for ids in table["source_ids"].dropna()
        for source in ids.split(";")
    }
