"""The stored tables cut to a group of countries and a window of editions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.facts.countries import Country, fold
from analysis.facts.files import processed_folder, read_processed, read_table, write_table
from analysis.facts.frames import with_texts
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.parameters import RELEASE_SETTINGS, Window, check_group_window
from analysis.statistics.score_series import score_series
from analysis.tables.datapackage import write_datapackage


@dataclass(frozen=True)
class GroupData:
    """A group of countries in one window.

    Attributes
    ----------
    group, members, window
        What the data are cut to.
    panel
        The reconciled panel; `rating` on ``7=best``.
    series
        ``series`` of `analysis.tables.schema`; `score` on ``7=best``.
    """

    group: str
    members: tuple[Country, ...]
    window: Window
    panel: pd.DataFrame
    series: pd.DataFrame

    @property
    def wide(self) -> pd.DataFrame:
        """Return the panel with one row a country and edition and one column a category."""
        return self.panel.pivot_table(
            index=["country", "edition"], columns="category", values="rating"
        ).reset_index()


def load_group(group: object, first_edition: object, last_edition: object) -> GroupData:
    """Check a group and a window and cut the stored tables to them.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If a parameter is unusable.
    analysis.facts.errors.AnalysisError
        If data/processed has not been built.
    """
    members, window = check_group_window(group, first_edition, last_edition)
    panel = read_processed("panel")
    series = score_series(panel, read_processed("scores"), read_processed("printed_scores"))
    names = [country.name for country in members]
    return GroupData(
        group=str(group),
        members=members,
        window=window,
        panel=window.cut(panel[panel["country"].isin(names)]),
        series=window.cut(series[series["country"].isin(names)]),
    )


def result_path(name: str, data: GroupData, **settings: int) -> Path:
    """Return where the result `name` for a group, window and further settings is stored.

    The result for all countries and editions under the release's settings is called `name`, as the
    briefs read it. Any other setting goes to the folder ``variants`` and into the file's name, so
    that trying one out never changes a brief.

    Parameters
    ----------
    settings
        The parameters that the result depends on beside group and window: ``seed``, ``draws``.
    """
    window = data.window
    folder = processed_folder()
    differing = {key: value for key, value in settings.items() if value != RELEASE_SETTINGS[key]}
    everything = fold(data.group) == "all" and window == Window(FIRST_EDITION, LAST_EDITION)
    if everything and not differing:
        return folder / f"{name}.csv"
    cut = (fold(data.group).replace(" ", "_"), window.first_edition, window.last_edition)
    words = (name, *cut, *(word for pair in sorted(differing.items()) for word in pair))
    return folder / "variants" / f"{'_'.join(map(str, words))}.csv"


def store_result(table: pd.DataFrame, name: str, data: GroupData, **settings: int) -> Path:
    """Write a result to where `result_path` says.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    path = result_path(name, data, **settings)
    write_table(table, path)
    if path.parent == processed_folder():
        write_datapackage(path.parent, lenient=True)
    return path


def stored_result(name: str, data: GroupData, **settings: int) -> pd.DataFrame | None:
    """Return a result that `store_result` wrote, or None."""
    path = result_path(name, data, **settings)
    return read_table(path) if path.is_file() else None


def stored(table: pd.DataFrame, name: str, data: GroupData, **settings: int) -> pd.DataFrame:
    """Store a result and return it as every brief will read it, rounded."""
    # Only columns of numbers are rounded on writing: those of mixed origin become such first.
    return with_texts(read_table(store_result(table.infer_objects(), name, data, **settings)))
