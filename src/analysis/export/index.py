"""reports/index.html: the front door, every brief that was made or tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources as package_files
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis import DATE, RATINGS_CITATION, VERSION, project_citation
from analysis.briefs.wording import CLASS_RANK, INITIALS, countries, fixed, signed
from analysis.export.head import AUTHOR, content_policy, overview_metadata, stylesheet
from analysis.export.html import page_environment
from analysis.export.pictures import CARD
from analysis.export.sparkline import Scale
from analysis.facts.countries import BY_NAME, COUNTRIES, TILES, Country
from analysis.facts.frames import rows as frame_rows
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION, REGIME_CLASSES
from analysis.settings.groups import members_of, named_groups

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """Where a country, or the mean of several, stood in the last known edition of a window.

    Attributes
    ----------
    initials, class_name, rank
        Regime class, and 0 for the most democratic to 4; empty texts of a mean, which has none.
    score, edition
        Democracy Score as shown, and its edition.
    change, since
        Change from the first known edition as shown, and that edition.
    score_key, change_key
        The same as numbers to sort by; an empty text where there is nothing to compare.
    scores
        All known scores of the window: edition, a colon and the score, with blanks between.
    spark
        The score's line.
    """

    initials: str
    class_name: str
    rank: int | str
    score: str
    edition: int
    change: str
    since: int
    score_key: float
    change_key: float | str
    scores: str
    spark: Markup


@dataclass(frozen=True)
class IndexRow:
    """One brief.

    Attributes
    ----------
    name
        Its folder in reports/.
    title, detail
        What it is about, and what sets it apart: its window, its number of countries.
    kind
        ``Country``, ``Group``, ``Comparison``, ``Variant`` or, of a user's own, ``Notebook``.
    place
        The country's region, or what the kind is called.
    page
        Address of the HTML page, or empty.
    links
        Label and address of the other files.
    standing
        Of the country, or the mean of its countries.
    digest
        Changes where its pictures or data do, and with nothing else.
    words
        What a search finds it by.
    problem
        Why it is missing or not up to date, or empty.
    members
        Number of countries of a group; 0 for a country.
    """

    name: str
    title: str
    detail: str
    kind: str
    place: str
    page: str
    links: Sequence[tuple[str, str]]
    words: str
    problem: str = ""
    digest: str = ""
    standing: Standing | None = None
    members: int = 0


def index_rows(briefs: Mapping[str, Entry], series: pd.DataFrame) -> list[IndexRow]:
    """Return all briefs: groups, the largest first, countries by name, comparisons, the rest.

    Parameters
    ----------
    briefs
        The manifest's entries: name -> title, notebook, parameters, outcome, error, files.
    series
        ``series`` of `analysis.tables.schema`.
    """
    scale = Scale.of(series)
    made = [_row(name, entry, series, scale) for name, entry in briefs.items()]
    order = {"Group": 0, "Country": 1, "Variant": 1, "Comparison": 2, "Notebook": 3}
    return sorted(
        made, key=lambda r: (order[r.kind], -r.members, r.title, r.kind == "Variant", r.name)
    )


def _row(name: str, entry: Entry, series: pd.DataFrame, scale: Scale) -> IndexRow:
    given = entry.get("parameters") or {}
    country = BY_NAME.get(given.get("country", ""))
    window = given.get("first_edition", FIRST_EDITION), given.get("last_edition", LAST_EDITION)
    files = entry.get("files") or {}
    page = f"{name}.html"
    details = ["{}–{}".format(*window)] if window != (FIRST_EDITION, LAST_EDITION) else []
    members = members_of(given)
    if country:
        kind = "Country" if name == country.iso3 else "Variant"
        groups = [group.name for group in named_groups().values() if country in group.members]
        searched = [country.name, country.iso2, country.iso3, country.region, *country.aliases]
        searched += [name for name in groups if name != country.region]
    else:
        kinds = {"countries": "Comparison", "group": "Group"}
        kind = next((kind for name, kind in kinds.items() if name in given), "Notebook")
        details = [countries(len(members)), *details] if members else details
        searched = [member.name for member in members]
    title = str(country.name if country else entry.get("title", name))
    words = [title, name, kind, *details, *searched]
    names = [member.name for member in members]
    own = series[series["country"].isin(names) & series["edition"].between(*window)]
    standing = _standing(own if country else _mean(own, names), scale)
    if standing:
        words += [standing.initials, standing.class_name]
    return IndexRow(
        name=name,
        title=title,
        detail=", ".join([*details, *([name] if kind == "Variant" else [])]),
        kind=kind,
        place=country.region if country else kind,
        page=f"{name}/{page}" if page in files else "",
        links=links(name, files),
        words=" ".join(dict.fromkeys(words)),
        problem=str(entry.get("error") or ""),
        digest=_digest(files),
        standing=standing,
        members=0 if country else len(members),
    )


def _mean(own: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the mean score of countries in the editions in which all of them are known."""
    scores = own.pivot(index="edition", columns="country", values="score").reindex(columns=names)
    return scores.dropna().mean(axis="columns").rename("score").reset_index()


def _digest(files: Mapping[str, str]) -> str:
    """Return one digest of the pictures and data of a brief; its pages print a hash of the code."""
    shown = (f"{path} {files[path]}" for path in sorted(files) if path.endswith((".png", ".csv")))
    return sha256("\n".join(shown).encode()).hexdigest()[:12]


def _standing(own: pd.DataFrame | None, scale: Scale) -> Standing | None:
    if own is None or own.empty:
        return None
    ordered = own.sort_values("edition", kind="stable")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    change = float(last["score"] - first["score"])
    compared = len(ordered) > 1
    class_name = last.get("regime_class", "")
    return Standing(
        initials=INITIALS.get(class_name, ""),
        class_name=class_name,
        rank=CLASS_RANK.get(class_name, ""),
        score=fixed(last["score"]),
        edition=int(last["edition"]),
        change=signed(change) if compared else "–",
        since=int(first["edition"]),
        score_key=round(float(last["score"]), 6),
        change_key=round(change, 6) if compared else "",
        scores=" ".join(f"{row.edition}:{row.score:.6g}" for row in frame_rows(ordered)),
        spark=scale.draw(ordered),
    )


def links(name: str, files: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and address of what there is of a brief beside its page."""
    paths = {"PDF": f"{name}.pdf", "Notebook": f"{name}.ipynb", "Data": f"assets/{name}.xlsx"}
    return [(label, f"{name}/{path}") for label, path in paths.items() if path in files]


@dataclass(frozen=True)
class Tile:
    """A country on the map: its row of the table, or none where no brief was made."""

    country: Country
    standing: Standing | None
    page: str


def tiles(rows: Sequence[IndexRow], series: pd.DataFrame) -> list[Tile]:
    """Return the map's tiles from north to south, each with its latest known class."""
    pages = {row.name: row.page for row in rows if row.kind == "Country"}
    scale = Scale.of(series)
    scores = dict(list(series.groupby("country")))
    return [
        Tile(c, _standing(scores.get(c.name), scale), pages.get(c.iso3, ""))
        for c in sorted(COUNTRIES, key=lambda c: TILES[c.iso3][::-1])
    ]


def index_page(manifest: Mapping[str, Any], series: pd.DataFrame) -> str:
    """Return the whole page.

    Parameters
    ----------
    manifest
        What `analysis.batch.manifest` keeps: ``briefs``, and ``data`` with a digest a table.
    series
        ``series`` of `analysis.tables.schema`.
    """
    css = stylesheet("brief.css", "index.css") + _tile_places()
    script = _script()
    briefs = manifest.get("briefs", {})
    rows = index_rows(briefs, series)
    map_tiles = tiles(rows, series)
    return (
        page_environment()
        .get_template("index.html.j2")
        .render(
            rows=rows,
            problems=[row for row in rows if row.problem],
            tiles=map_tiles,
            newest=max(tile.standing.edition for tile in map_tiles if tile.standing),
            classes=REGIME_CLASSES,
            editions=range(FIRST_EDITION, LAST_EDITION),
            scale=Scale.of(series),
            css=css,
            script=script,
            policy=content_policy(css, script),
            metadata=overview_metadata(card_of(briefs)),
            panel=str(manifest.get("data", {}).get("panel.csv", ""))[:12],
            author=AUTHOR,
            version=VERSION,
            date=DATE,
            citations=(RATINGS_CITATION, project_citation()),
        )
    )


def card_of(briefs: Mapping[str, Entry]) -> str:
    """Return the address of the picture for messengers of the region or else the first brief."""
    made = (name for name in ("region", *briefs) if name in briefs)
    cards = ((name, f"assets/{CARD}") for name in made)
    return next((f"{n}/{card}" for n, card in cards if card in (briefs[n].get("files") or {})), "")


@cache
def _script() -> str:
    folder = package_files.files("analysis.export") / "templates"
    return (folder / "index.js").read_text(encoding="utf-8")


def _tile_places() -> str:
    """Return the rules that put each tile of the map in its place."""
    return "".join(
        f".nit-tile-{iso3}{{grid-area:{row + 1}/{column + 1}}}"
        for iso3, (column, row) in TILES.items()
    )
