"""Where results of the notebooks are stored: those of the release, and variants of them."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pandas as pd

from analysis.facts.countries import fold
from analysis.facts.files import processed_folder
from analysis.settings.parameters import (
    ASSOCIATION_SETTINGS,
    RELEASE_SETTINGS,
    TREND_SETTINGS,
    WHOLE,
    Window,
)
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import table_schemas
from analysis.tables.stored import write_table


def result_path(
    name: str, group: str = "all", window: Window = WHOLE, **settings: int | str
) -> Path:
    """Return where the result `name` for a group, window and further settings is stored.

    The result for all countries and editions under the release's settings is called `name`, as the
    briefs read it. Any other setting goes to the folder ``variants`` and into the file's name, so
    that trying one out never changes a brief.

    Parameters
    ----------
    settings
        The parameters that the result depends on beside group and window: ``seed``, ``draws``, and
        those of notebooks 2 and 3. A long text is told by its digest.
    """
    folder = processed_folder()
    release = {**RELEASE_SETTINGS, **TREND_SETTINGS, **ASSOCIATION_SETTINGS}
    differing = {key: _word(v) for key, v in settings.items() if v != release[key]}
    if fold(group) == "all" and window == WHOLE and not differing:
        return folder / f"{name}.csv"
    cut = (fold(group).replace(" ", "_"), window.first_edition, window.last_edition)
    words = (name, *cut, *(word for pair in sorted(differing.items()) for word in pair))
    return folder / "variants" / f"{'_'.join(map(str, words))}.csv"


def _word(value: int | str) -> str:
    """Return a setting as a part of a file's name."""
    word = fold(str(value)).replace(" ", "_")
    return word if re.fullmatch(r"[\w-]{1,30}", word) else f"{zlib.crc32(word.encode()):08x}"


def store_table(table: pd.DataFrame, name: str, path: Path) -> Path:
    """Write a result to where `result_path` says; the folder of the release is described anew.

    Parameters
    ----------
    table, name
        The result and what it is called; its columns are put in the declared order.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    declared = {schema.name: schema.columns for schema in table_schemas()}.get(name, ())
    if set(declared) == set(table.columns):
        table = table[list(declared)]
    # Only columns of numbers are rounded on writing: those of mixed origin become such first.
    write_table(table.infer_objects(), path)
    if path.parent == processed_folder():
        write_datapackage(path.parent, lenient=True)
    return path
