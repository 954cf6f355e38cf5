"""The user's own sources beside the project's: what they print, and what they would change.

Reports in data/raw/reports and the official workbook in data/raw/workbook are read with every
build. A file whose country, edition or scale had to be told to `nit add` has them in a small
``<file>.settings.yml`` beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from analysis.facts.errors import SourceError
from analysis.facts.files import write_bytes, write_text
from analysis.reconciliation.panel import Reconciled
from analysis.settings.reading import Declared, read_declared
from analysis.sources import Reading, read_source
from analysis.sources.cells import CELL_COLUMNS, SOURCE_COLUMNS, STATEMENT_COLUMNS, Printed
from analysis.sources.own_csv import read_own_csv
from analysis.sources.workbook import TABLE, WORKBOOK

FOLDERS: Final = ("reports", "workbook")
SETTINGS_ENDING: Final = ".settings.yml"


class Told(Declared):
    """What `nit add` was told because the file does not say it, or not clearly."""

    country: str | None = None
    edition: int | None = None
    scale: str | None = None


def read_all(raw: Path) -> Printed:
    """Return what the project's files and the user's own print.

    Parameters
    ----------
    raw
        data/raw.

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
def _read(path: Path, stamp: int, settings: tuple[tuple[str, Any], ...]) -> Reading:
    del stamp  # Part of the key: an edited file is read anew.
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
    return sorted(filter(is_source, found))


def is_source(path: Path) -> bool:
    """Tell whether a file of the user's folders is read: no hidden file, settings or README."""
    is_other = path.name == "README.md" or path.name.endswith(SETTINGS_ENDING)
    return not is_other and not path.name.startswith(".")


def check_name(path: Path) -> None:
    """Raise if a file would be passed over in the user's folders because of its name."""
    if not is_source(path):
        names = f"hidden files, README.md and *{SETTINGS_ENDING}"
        raise SourceError(f"{path}: {names} are not read as sources: rename it")


def with_reading(printed: Printed, reading: Reading, path: Path) -> Printed:
    """Return `printed` with what one more source prints; a known source is not listed twice."""
    sources = printed.sources
    if reading.source_id not in set(sources["source_id"]):
        row = (reading.source_id, f"own copy: {path.name}", "", "own")
        sources = pd.concat([sources, pd.DataFrame([row], columns=list(SOURCE_COLUMNS))])
    return replace(
        printed,
        cells=_appended(printed.cells, reading.cells, CELL_COLUMNS),
        statements=_appended(printed.statements, reading.statements, STATEMENT_COLUMNS),
        sources=sources.reset_index(drop=True),
    )


def _appended(frame: pd.DataFrame, rows: Sequence[Any], columns: tuple[str, ...]) -> pd.DataFrame:
    if not rows:
        return frame
    more = pd.DataFrame([asdict(row) for row in rows], columns=list(columns))
    return pd.concat([frame, more], ignore_index=True)


@dataclass(frozen=True)
class Effect:
    """What a source would do to the panel.

    Attributes
    ----------
    new, changed, lost
        `country`, `edition`, `category`, `before`, `after`: ratings (``7=best``) that the panel
        would gain, that would get another value, and that it would no longer have.
    n_same
        Number of ratings that stay as they are.
    judgements
        Rows of the audit that would be new and are no derivations: what contradicts what.
    """

    new: pd.DataFrame
    changed: pd.DataFrame
    lost: pd.DataFrame
    n_same: int
    judgements: pd.DataFrame


def effect(before: Reconciled, after: Reconciled) -> Effect:
    """Compare two reconciliations."""
    key = ["country", "edition", "category"]
    both = (
        before.panel[[*key, "rating"]]
        .rename(columns={"rating": "before"})
        .merge(
            after.panel[[*key, "rating"]].rename(columns={"rating": "after"}), on=key, how="outer"
        )
    )
    known_before, known_after = both["before"].notna(), both["after"].notna()
    differs = known_before & known_after & (both["before"] != both["after"])
    audit = after.audit.merge(before.audit, how="left", indicator=True)
    fresh = audit[(audit["_merge"] == "left_only") & (audit["action"] != "derivation")]
    return Effect(
        new=both[~known_before],
        changed=both[differs],
        lost=both[~known_after],
        n_same=int((known_before & known_after & ~differs).sum()),
        judgements=fresh[list(after.audit.columns)],
    )


def keep(path: Path, reading: Reading, raw: Path, settings: dict[str, Any]) -> Path:
    """Copy a source into the user's own folder, with the settings it needs.

    Returns
    -------
    pathlib.Path
        The copy.

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
    write_settings(copy, settings)
    return copy


def write_settings(path: Path, told: dict[str, Any]) -> None:
    """Write what was told for a file beside it; nothing where nothing was."""
    settings = Told(**told).model_dump(exclude_none=True)
    if settings:
        text = yaml.safe_dump(settings, sort_keys=True, allow_unicode=True)
        write_text(path.with_name(path.name + SETTINGS_ENDING), text)
