"""What can be cited, as records that every format writes: the project, the series, each source.

A source is known by what it prints - edition and countries - and by its address. The title of a
press page is not recorded, so that such a page is described, in brackets, instead of titled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from analysis import AUTHOR, DATE, TITLE, VERSION
from analysis.facts.errors import ParameterError
from analysis.settings.parameters import as_ranges

Kind = Literal["software", "report", "page"]

PUBLISHER: Final = "Freedom House"
SERIES: Final = "Nations in Transit"
PLACE: Final = "Washington, DC"
MOST_NAMED: Final = 3
"""Countries that a title names; of more it gives the number."""


@dataclass(frozen=True)
class Reference:
    """One work to cite.

    Attributes
    ----------
    key
        Stable key of letters, digits and ``_``: it depends on the source and its edition only.
    kind
        ``software``, ``report`` (Freedom House's, wherever it is kept) or ``page`` (the press).
    author
        An institution.
    title
        Title; a description in brackets where the page's own is not recorded.
    year
        Year of the edition or the release; of several editions the last.
    publisher, place, url, note
        Empty where there is none.
    """

    key: str
    kind: Kind
    author: str
    title: str
    year: str
    publisher: str = ""
    place: str = ""
    url: str = ""
    note: str = ""


def project() -> Reference:
    """Return the project itself; CITATION.cff says the same (tested)."""
    return Reference(
        key=f"nations_in_transit_analysis_{VERSION.replace('.', '_')}",
        kind="software",
        author=AUTHOR,
        title=TITLE,
        year=DATE[:4],
        note=f"Version {VERSION}, {DATE}",
    )


def ratings() -> Reference:
    """Return the series whose ratings are analysed."""
    return Reference(
        key="freedomhouse_nations_in_transit",
        kind="report",
        author=PUBLISHER,
        title=f"{SERIES}, editions 2005 to 2024",
        year="2024",
        publisher=PUBLISHER,
        place=PLACE,
        url="https://freedomhouse.org/report/nations-transit",
    )


def source_references(source_ids: Iterable[str], sources: pd.DataFrame) -> list[Reference]:
    """Return the references of sources, by year and key.

    Parameters
    ----------
    source_ids
        Identifiers of `sources`; repeated ones count once.
    sources
        The table ``source_reports`` of data/processed, the user's own included.

    Raises
    ------
    ParameterError
        If an identifier is of no known source.
    """
    wanted = set(source_ids)
    if unknown := sorted(wanted - set(sources["source_id"])):
        raise ParameterError(f"no source is called {unknown[0]!r}; see data/raw/sources.csv")
    named = sources[sources["source_id"].isin(wanted)]
    references = [_of_source(prints) for _, prints in named.groupby("source_id")]
    return sorted(references, key=lambda reference: (reference.year, reference.key))


def _of_source(prints: pd.DataFrame) -> Reference:
    """Return the reference of one source, by the countries and editions that it prints."""
    source_id, url, host, kind = prints[["source_id", "url", "host", "kind"]].iloc[0]
    label = source_id.replace("-", "_")
    editions = prints["report_edition"].tolist()
    year = str(max(editions))
    what = f"{SERIES} {as_ranges(editions)}: {_countries(prints)}"
    own = not url.startswith("http")
    common = {"year": year, "url": "" if own else url}
    if kind in ("press", "own", "rescaled"):
        return Reference(
            key=f"{kind}{year}_{label}",
            kind="page",
            author="File of the user's own" if own else host,
            title=f"[{'File' if own else 'Page'} with figures of {what}]",
            note=f"{url}; source {source_id}" if own else f"source {source_id}",
            **common,
        )
    kept = f"kept at {host}" if kind != "publisher" else ""
    return Reference(
        key=f"freedomhouse{year}_{label}",
        kind="report",
        author=PUBLISHER,
        title=what,
        publisher=PUBLISHER,
        place=PLACE,
        note="; ".join(filter(None, (kept, f"source {source_id}"))),
        **common,
    )


def _countries(prints: pd.DataFrame) -> str:
    names = sorted(set(prints["country"]))
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} countries"
