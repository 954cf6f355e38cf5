"""Where results of the notebooks are stored: those of the release, and variants of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.facts.countries import fold
from analysis.facts.files import processed_folder, write_table
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.parameters import RELEASE_SETTINGS, Window
from analysis.tables.datapackage import write_datapackage

_EVERYTHING = Window(FIRST_EDITION, LAST_EDITION)


def result_path(
    name: str, group: str = "all", window: Window = _EVERYTHING, **settings: int
) -> Path:
    """Return where the result `name` for a group, window and further settings is stored.

    The result for all countries and editions under the release's settings is called `name`, as the
    briefs read it. Any other setting goes to the folder ``variants`` and into the file's name, so
    that trying one out never changes a brief.

    Parameters
    ----------
    settings
        The parameters that the result depends on beside group and window: ``seed``, ``draws``.
    """
    folder = processed_folder()
    differing = {key: value for key, value in settings.items() if value != RELEASE_SETTINGS[key]}
    if fold(group) == "all" and window == _EVERYTHING and not differing:
        return folder / f"{name}.csv"
    cut = (fold(group).replace(" ", "_"), window.first_edition, window.last_edition)
    words = (name, *cut, *(word for pair in sorted(differing.items()) for word in pair))
    return folder / "variants" / f"{'_'.join(map(str, words))}.csv"


def store_table(table: pd.DataFrame, path: Path) -> Path:
    """Write a result to where `result_path` says; the folder of the release is described anew.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    write_table(table, path)
    if path.parent == processed_folder():
        write_datapackage(path.parent, lenient=True)
    return path
