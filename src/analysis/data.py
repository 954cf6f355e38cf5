"""The public door to the data: labelled frames for notebooks and for whoever works with them.

Everything is on the scale on which 7 is most democratic, one row an observation, columns as
``schema.yml`` and the codebook explain them. A group is ``all`` or one of ``data/raw/groups.yml``.

Examples
--------
>>> from analysis import data
>>> data.panel("all", 2010, 2010).groupby("category")["rating"].mean().idxmax()
'CS'
>>> data.scores("Balkans", 2005, 2006)["country"].nunique()
7
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.facts.countries import COUNTRIES, fold
from analysis.facts.files import processed_folder
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION, exact_scores
from analysis.settings.groups import check_group_window, named_groups
from analysis.settings.parameters import (
    ASSOCIATION_SETTINGS,
    RELEASE_SETTINGS,
    TREND_SETTINGS,
    WHOLE,
)
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import labels as labels
from analysis.tables.schema import table_schemas
from analysis.tables.stored import read_processed, write_table


def panel(
    group: str = "all", first_edition: int = FIRST_EDITION, last_edition: int = LAST_EDITION
) -> pd.DataFrame:
    """Return the ratings: one row a country, edition and category whose rating is known.

    Returns
    -------
    pandas.DataFrame
        Table ``panel``; `rating` in quarter points, `status` says how it is known.

    Examples
    --------
    >>> panel("all", 2021, 2021).query("country == 'Kazakhstan'")["rating"].tolist()
    [1.25, 1.25, 1.5, 1.25, 1.5, 1.25, 1.25]
    """
    return _cut("panel", group, first_edition, last_edition)


def scores(
    group: str = "all", first_edition: int = FIRST_EDITION, last_edition: int = LAST_EDITION
) -> pd.DataFrame:
    """Return the Democracy Scores: one row a country and edition whose score is known, exactly.

    Returns
    -------
    pandas.DataFrame
        Columns of `country_editions` but the ratings: `democracy_score` is a multiple of 1/28,
        `score_status` says how it is known.

    Examples
    --------
    >>> scores("Balkans", 2023, 2023)["democracy_score"].round(2).tolist()[:2]
    [3.79, 3.21]
    """
    table = country_editions(group, first_edition, last_edition)
    table["democracy_score"] = exact_scores(table["democracy_score"])
    columns = ["country", "iso3", "edition", "coverage_year", "democracy_score"]
    columns += ["democracy_percentage", "regime_class", "score_status"]
    return table.dropna(subset=["democracy_score"])[columns].reset_index(drop=True)


def country_editions(
    group: str = "all", first_edition: int = FIRST_EDITION, last_edition: int = LAST_EDITION
) -> pd.DataFrame:
    """Return one row a country and edition: seven ratings, score, class, and how each is known.

    Examples
    --------
    >>> len(country_editions())
    580
    """
    return _cut("country_editions", group, first_edition, last_edition)


def possible_ratings(
    group: str = "all", first_edition: int = FIRST_EDITION, last_edition: int = LAST_EDITION
) -> pd.DataFrame:
    """Return between what each rating and score lies that is not known (``DS`` for scores).

    Examples
    --------
    >>> open_ratings = possible_ratings()
    >>> bool((open_ratings["lowest"] < open_ratings["highest"]).all())
    True
    """
    return _cut("possible_ratings", group, first_edition, last_edition)


def completed(
    group: str = "all", first_edition: int = FIRST_EDITION, last_edition: int = LAST_EDITION
) -> Iterator[pd.DataFrame]:
    """Yield the completed panels: all ratings, those that are not known drawn anew in each.

    Every panel keeps all printed facts; one whose every rating is known is yielded once.

    Yields
    ------
    pandas.DataFrame
        ``country``, ``edition``, ``category`` and ``rating``, one row each.

    Examples
    --------
    >>> means = [panel["rating"].mean() for panel in completed("Visegrad", 2024, 2024)]
    >>> len(means), bool(min(means) == max(means))
    (200, True)
    """
    columns = ["country", "edition", "category", "rating"]
    known = panel(group, first_edition, last_edition)[columns]
    drawn = _cut("completed_panels", group, first_edition, last_edition)
    if drawn.empty:
        yield known
    for _, ratings in drawn.groupby("panel_number"):
        panels = pd.concat([known, ratings[columns]])
        yield panels.sort_values(columns[:3], kind="stable", ignore_index=True)


def countries() -> pd.DataFrame:
    """Return the 29 countries: codes, part of the region, and a column for each named group.

    A group's column tells the year from which a country belongs to it, where ``groups.yml`` says
    one, and else whether it does.

    Examples
    --------
    >>> countries().query("country == 'Croatia'")[["iso3", "region"]].to_numpy().tolist()
    [['HRV', 'Balkans']]
    >>> int(countries().set_index("country").loc["Croatia", "EU members"])
    2013
    """
    columns = ["country", "iso3", "iso2", "cow", "gw", "vdem", "region"]
    table = pd.DataFrame(map(vars, COUNTRIES)).rename(columns={"name": "country"})[columns]
    for name, group in named_groups().items():
        if group.since:
            table[name] = table["iso3"].map(dict(group.since)).astype("Int64")
        elif name != "all":
            table[name] = table["iso3"].isin([member.iso3 for member in group.members])
    return table


def store(
    table: pd.DataFrame,
    name: str,
    group: str = "all",
    first_edition: int = FIRST_EDITION,
    last_edition: int = LAST_EDITION,
    **settings: int | str,
) -> Path:
    """Store a result in data/processed, where the briefs read it, and describe the folder anew.

    Parameters
    ----------
    table, name
        The result and what it is called; its columns, which are put in the declared order, are
        declared in ``schema.yml``.
    group, first_edition, last_edition, settings
        What it was computed from: ``seed``, ``draws``, and the settings of notebooks 2 and 3.
        Anything but the release's goes to the folder ``variants`` and into the file's name, so that
        trying something out changes no brief.

    Returns
    -------
    pathlib.Path
        The file written.
    """
    _, window = check_group_window(group, first_edition, last_edition)
    declared = {schema.name: schema.columns for schema in table_schemas()}.get(name, ())
    if set(declared) == set(table.columns):
        table = table[list(declared)]
    release = {**RELEASE_SETTINGS, **TREND_SETTINGS, **ASSOCIATION_SETTINGS}
    differing = {key: _word(v) for key, v in settings.items() if v != release[key]}
    path = processed_folder() / f"{name}.csv"
    if fold(group) != "all" or window != WHOLE or differing:
        cut = (fold(group).replace(" ", "_"), window.first_edition, window.last_edition)
        words = (name, *cut, *(word for pair in sorted(differing.items()) for word in pair))
        path = path.parent / "variants" / f"{'_'.join(map(str, words))}.csv"
    # Only columns of numbers are rounded on writing: those of mixed origin become such first.
    write_table(table.infer_objects(), path)
    if path.parent == processed_folder():
        write_datapackage(path.parent, lenient=True)
    return path


def _word(value: int | str) -> str:
    """Return a setting as a part of a file's name; a long text or formula as its digest."""
    text = str(value)
    # The signs of a formula tell it from others but cannot stand in a name.
    plain = re.fullmatch(r"[\w ;-]{1,30}", text)
    return fold(text).replace(" ", "_") if plain else f"{zlib.crc32(text.encode()):08x}"


def _cut(name: str, group: str, first_edition: int, last_edition: int) -> pd.DataFrame:
    """Return a table of data/processed cut to a group and a window."""
    members, window = check_group_window(group, first_edition, last_edition)
    table = window.cut(read_processed(name))
    named = table["country"].isin([country.name for country in members])
    return table[named].reset_index(drop=True)
