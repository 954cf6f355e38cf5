"""What is kept of the sources themselves: whose figures each prints, and the reasons they state.

Nothing of a report is part of the project: a reason is quoted only from a text that the user put
into data/raw/reports, short, with the numbers of its notes removed. Briefs read these tables and
never a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import EDITIONS
from analysis.sources import Reading
from analysis.sources.cells import Printed
from analysis.tables.schema import columns

LONGEST: Final = 240
"""Letters of a quotation."""

_NOTE_NUMBER: Final = re.compile(
    # After a small letter, or after a mark that itself follows no number: not 3.25, not G20.
    r"(?:(?<=[a-zß-ÿ])|(?<=[^\d\s][.,;:!?”\"’)\]]))\d{1,3}(?=[\s.,;:)]|$)"
)
_MARKED_NOTE: Final = re.compile(r"\s?\[\d{1,3}\]|[⁰¹²³⁴-⁹]+")


def source_table(printed: Printed) -> pd.DataFrame:
    """Return the table ``source_reports``: one row a source, country and edition of its report.

    A copy of the user's own has no `host`.
    """
    key = ["source_id", "country", "report_edition"]
    rescaled = printed.rescaled.rename(columns={"rated_edition": "report_edition"})
    figures = (printed.cells, printed.statements, rescaled, printed.comparisons)
    prints = pd.concat([table[key] for table in figures]).drop_duplicates()
    table = prints.merge(printed.sources, on="source_id").sort_values(
        key, kind="stable", ignore_index=True
    )
    table.insert(2, "iso3", [BY_NAME[country].iso3 for country in table["country"]])
    return table


def reason_table(readings: Iterable[tuple[Path, Reading]]) -> pd.DataFrame:
    """Return the table ``reasons``: what reports on one country state for changes of ratings.

    Parameters
    ----------
    readings
        The user's own files and what each says. Of several that state a reason for the same
        change the first is quoted; only files of the folder ``reports`` are.
    """
    quoted: dict[tuple[str, int, str], tuple[str, str]] = {}
    for path, reading in readings:
        edition = reading.report_edition or 0
        if path.parent.name != "reports" or len(reading.countries) != 1 or edition not in EDITIONS:
            continue
        for change in reading.changes:
            quotation = shortened(without_notes(change.reason))
            if change.category in CATEGORIES and quotation:
                key = (reading.countries[0], edition, change.category)
                quoted.setdefault(key, (quotation, reading.source_id))
    order = list(CATEGORIES)
    lines = sorted(quoted.items(), key=lambda item: (*item[0][:2], order.index(item[0][2])))
    return pd.DataFrame(
        [(key[0], BY_NAME[key[0]].iso3, *key[1:], *quotation) for key, quotation in lines],
        columns=list(columns("reasons")),
    )


def without_notes(text: str) -> str:
    """Return a text without the numbers that refer to its notes."""
    return " ".join(_NOTE_NUMBER.sub("", _MARKED_NOTE.sub("", text)).split())


def shortened(text: str) -> str:
    """Return the beginning of a text, cut between words and marked where it was cut."""
    if len(text) <= LONGEST:
        return text.rstrip(" .;,")
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" .;,") + "…"
