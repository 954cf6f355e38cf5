"""The user's own sources beside the project's: what they print, state, and would change.

Reports in data/raw/reports and the official workbook in data/raw/workbook are read with every
build. A file whose country, edition or scale had to be told to `nit add` has them in a small
``<file>.settings.yml`` beside it. Nothing of a report is part of the project: a reason is quoted
only from a text that the user put into data/raw/reports, short, with the numbers of its notes
removed. Briefs read the tables made here and never a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import SourceError
from analysis.facts.files import write_bytes, write_text
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import EDITIONS
from analysis.settings.reading import Declared, read_declared
from analysis.sources import Reading, read_source
from analysis.sources.cells import Printed
from analysis.sources.own_csv import read_own_csv
from analysis.sources.workbook import TABLE, WORKBOOK
from analysis.tables.schema import columns
from analysis.tables.stored import in_order

FOLDERS: Final = ("reports", "workbook")
SETTINGS_ENDING: Final = ".settings.yml"

LONGEST: Final = 240
"""Letters of a quotation."""

_NOTE_NUMBER: Final = re.compile(
    # After a small letter, or after a mark that itself follows no number: not 3.25, not G20.
    r"(?:(?<=[a-zß-ÿ])|(?<=[^\d\s][.,;:!?”\"’)\]]))\d{1,3}(?=[\s.,;:)]|$)"
)
_MARKED_NOTE: Final = re.compile(r"\s?\[\d{1,3}\]|[⁰¹²³⁴-⁹]+")


class Told(Declared):
    """What `nit add` was told because the file does not say it, or not clearly."""

    country: str | None = None
    edition: int | None = None
    scale: str | None = None


def read_all(raw: Path) -> Printed:
    """Return what the project's files and the user's own in data/raw print.

    Raises
    ------
    SourceError
        If a file cannot be read as a source.
    """
    printed = read_own_csv(raw)
    for path, reading in own_readings(raw):
        printed = with_reading(printed, reading, path)
    return printed


def own_readings(raw: Path) -> list[tuple[Path, Reading]]:
    """Return the user's own sources and what each says; a file is read once a process."""
    return [
        (path, _read(path, path.stat().st_mtime_ns, tuple(read_settings(path).items())))
        for path in own_files(raw)
    ]


@cache
def _read(path: Path, _changed: int, settings: tuple[tuple[str, Any], ...]) -> Reading:
    """Read a file; when it was changed is part of the key, so that an edited one is read anew."""
    return read_source(path, **dict(settings))


def read_settings(path: Path) -> dict[str, Any]:
    """Return the country, edition and scale told for a file, as far as they were.

    Raises
    ------
    SourceError
        If its settings file holds anything else.
    """
    beside = path.with_name(path.name + SETTINGS_ENDING)
    if not beside.is_file():
        return {}
    return read_declared(Told, beside, "what was told of the file").model_dump(exclude_none=True)


def own_files(raw: Path) -> list[Path]:
    """Return the user's own sources, by name."""
    found = [path for folder in FOLDERS for path in (raw / folder).glob("*") if path.is_file()]
    return sorted(path for path in found if not _is_passed_over(path.name))


def _is_passed_over(name: str) -> bool:
    return name == "README.md" or name.startswith(".") or name.endswith(SETTINGS_ENDING)


def check_name(path: Path) -> None:
    """Raise if a file would be passed over in the user's folders because of its name."""
    if _is_passed_over(path.name):
        names = f"hidden files, README.md and *{SETTINGS_ENDING}"
        raise SourceError(f"{path}: {names} are not read as sources: rename it")


def with_reading(printed: Printed, reading: Reading, path: Path) -> Printed:
    """Return `printed` with what one more source prints; a known source is not listed twice."""
    sources = printed.sources
    told: list[Any] = [*reading.cells, *reading.statements]
    named = dict.fromkeys([row.source_id for row in told] or [reading.source_id])
    new = [name for name in named if name not in set(sources["source_id"])]
    owned = [(name, f"own copy: {path.name}", "", "own") for name in new]
    sources = pd.concat([sources, pd.DataFrame(owned, columns=list(sources))])
    changed = {"sources": sources.reset_index(drop=True)}
    read: dict[str, Sequence[Any]] = {"cells": reading.cells, "statements": reading.statements}
    for name, rows in read.items():
        if rows:
            more = pd.DataFrame(map(vars, rows))
            changed[name] = pd.concat([getattr(printed, name), more], ignore_index=True)
    return replace(printed, **changed)


def source_table(printed: Printed) -> pd.DataFrame:
    """Return the table ``source_reports``: one row a source, country and edition of its report.

    A copy of the user's own has no `host`.
    """
    key = ["source_id", "country", "report_edition"]
    rescaled = printed.rescaled.rename(columns={"rated_edition": "report_edition"})
    figures = (printed.cells, printed.statements, rescaled, printed.comparisons)
    prints = pd.concat([table[key] for table in figures]).drop_duplicates()
    table = in_order(prints.merge(printed.sources, on="source_id"), *key)
    table.insert(2, "iso3", [BY_NAME[country].iso3 for country in table["country"]])
    return table


def reason_table(readings: Iterable[tuple[Path, Reading]]) -> pd.DataFrame:
    """Return the table ``reasons``: what reports on one country state for changes of ratings.

    Of several that state a reason for the same change the first is quoted; only files of the folder
    ``reports`` are.
    """
    quoted = []
    for path, reading in readings:
        edition = reading.report_edition
        if path.parent.name == "reports" and len(reading.countries) == 1 and edition in EDITIONS:
            (country,) = reading.countries
            for change in reading.changes:
                quotation = shortened(without_notes(change.reason))
                if change.category in CATEGORIES and quotation:
                    place = (country, BY_NAME[country].iso3, edition, change.category)
                    quoted.append((*place, quotation, reading.source_id))
    key = ["country", "edition", "category"]
    table = pd.DataFrame(quoted, columns=list(columns("reasons")))
    return in_order(table.drop_duplicates(key), *key)


def without_notes(text: str) -> str:
    """Return a text without the numbers that refer to its notes."""
    return " ".join(_NOTE_NUMBER.sub("", _MARKED_NOTE.sub("", text)).split())


def shortened(text: str) -> str:
    """Return the beginning of a text, cut between words and marked where it was cut."""
    if len(text) <= LONGEST:
        return text.rstrip(" .;,")
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" .;,") + "…"


def keep(path: Path, reading: Reading, raw: Path, settings: dict[str, Any]) -> Path:
    """Copy a source into the user's own folder, with the settings it needs; return the copy.

    Raises
    ------
    SourceError
        If another file of that name is there already, or files of that name are not read.
    """
    check_name(path)
    folder = "workbook" if reading.layout in (WORKBOOK, TABLE) else "reports"
    copy = raw / folder / path.name
    content = path.read_bytes()
    if copy.exists() and copy.read_bytes() != content:
        raise SourceError(f"{copy} exists and holds something else: rename {path.name}")
    write_bytes(copy, content)
    if told := Told(**settings).model_dump(exclude_none=True):
        text = yaml.safe_dump(told, sort_keys=True, allow_unicode=True)
        write_text(copy.with_name(copy.name + SETTINGS_ENDING), text)
    return copy
