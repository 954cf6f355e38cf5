"""reports/index.html: the front door, every brief that was made or tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pandas as pd

from analysis.briefs.wording import CLASS_RANK, INITIALS, countries, fixed, signed
from analysis.export import template
from analysis.export.html import rendered, stylesheet
from analysis.export.offered import CARD
from analysis.export.svg import points_of, spark
from analysis.facts.countries import BY_NAME, COUNTRIES, TILES, listed_names
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION, REGIME_CLASSES
from analysis.settings.groups import members_of, named_groups
from analysis.tables.stored import rows as frame_rows

Entry = Mapping[str, Any]


def index_rows(briefs: Mapping[str, Entry], series: pd.DataFrame) -> list[SimpleNamespace]:
    """Return all briefs: groups, the largest first, countries by name, comparisons, the rest.

    `briefs` are the manifest's entries: name -> title, notebook, parameters, outcome, error, files;
    `series` is that of `analysis.tables.schema`.
    """
    points = points_of(series)
    made = [_row(name, entry, series, points) for name, entry in briefs.items()]
    kinds = {"Group": 0, "Country": 1, "Variant": 1, "Comparison": 2, "Notebook": 3}
    made.sort(key=lambda r: (kinds[r.kind], -r.members, r.title, r.kind == "Variant", r.name))
    return made


def _row(name: str, entry: Entry, series: pd.DataFrame, points: float) -> SimpleNamespace:
    """Return what the table says of one brief."""
    given, files = entry.get("parameters") or {}, entry.get("files") or {}
    country = BY_NAME.get(given.get("country", ""))
    whole = {"first_edition": FIRST_EDITION, "last_edition": LAST_EDITION}
    # In a notebook of one's own a parameter of this name may be anything.
    asked = ((given.get(name, end), end) for name, end in whole.items())
    first, last = (year if isinstance(year, int) else end for year, end in asked)
    window = "–".join(map(str, dict.fromkeys((first, last))))
    details = [window] if (first, last) != (FIRST_EDITION, LAST_EDITION) else []
    members = members_of(given)
    names = [member.name for member in members]
    own = series[series["country"].isin(names) & series["edition"].between(first, last)]
    if country:
        kind = "Country" if name == country.iso3 else "Variant"
        details += [name] if kind == "Variant" else []
        groups = [group.name for group in named_groups().values() if country in group.members]
        searched = [country.name, country.iso2, country.iso3, country.region, *country.aliases]
        searched += [name for name in groups if name != country.region] + listed_names(country)
    else:
        kinds = {"countries": "Comparison", "group": "Group"}
        kind = next((kind for name, kind in kinds.items() if name in given), "Notebook")
        searched = names
        # The mean in the editions in which all of them are known.
        wide = own.pivot(index="edition", columns="country", values="score").reindex(columns=names)
        own = wide.dropna().mean(axis="columns").rename("score").reset_index()
    # Nobody searches for the number of countries, and THR is not "three countries".
    counted = [countries(len(members))] if members and not country else []
    title = str(country.name if country else entry.get("title", name))
    standing = _standing(own, points)
    classed = [standing.initials, standing.class_name] if standing else []
    shown = (f"{path} {files[path]}" for path in sorted(files) if path.endswith((".png", ".csv")))
    return SimpleNamespace(
        name=name,  # its folder in reports/
        title=title,
        detail=", ".join((*counted, *details)),  # what sets it apart: number, window, folder
        kind=kind,
        place=country.region if country else kind,
        page=f"{name}/{name}.html" if f"{name}.html" in files else "",
        links=links(name, files),
        # By these a search finds it.
        words=" ".join(dict.fromkeys([title, name, kind, *details, *searched, *classed])),
        problem=str(entry.get("error") or ""),  # why it is missing or not up to date
        # Pages print a hash of the code, which says nothing of what they show.
        digest=sha256("\n".join(shown).encode()).hexdigest()[:12],
        standing=standing,
        members=0 if country else len(members),
    )


def _standing(own: pd.DataFrame, points: float) -> SimpleNamespace | None:
    """Return where a country, or the mean of several, stood in the last known edition."""
    if own.empty:
        return None
    ordered = own.sort_values("edition", kind="stable")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    change, compared = float(last["score"] - first["score"]), len(ordered) > 1
    class_name = last.get("regime_class", "")  # a mean has none
    return SimpleNamespace(
        initials=INITIALS.get(class_name, ""),
        class_name=class_name,
        rank=CLASS_RANK.get(class_name, ""),
        score=fixed(last["score"]),
        edition=int(last["edition"]),
        change=signed(change) if compared else "–",
        since=int(first["edition"]),
        # As numbers to sort by.
        score_key=round(float(last["score"]), 6),
        change_key=round(change, 6) if compared else "",
        scores=" ".join(f"{row.edition}:{row.score:.10g}" for row in frame_rows(ordered)),
        spark=spark(ordered, points),
    )


def links(name: str, files: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and address of what there is of a brief beside its page."""
    paths = {"PDF": f"{name}.pdf", "Notebook": f"{name}.ipynb", "Data": f"assets/{name}.xlsx"}
    return [(label, f"{name}/{path}") for label, path in paths.items() if path in files]


def tiles(rows: Sequence[SimpleNamespace], series: pd.DataFrame) -> list[SimpleNamespace]:
    """Return the map's tiles, north to south: country, latest known standing, page if there is."""
    pages = {row.name: row.page for row in rows if row.kind == "Country"}
    points = points_of(series)
    return [
        SimpleNamespace(
            country=country,
            standing=_standing(series[series["country"] == country.name], points),
            page=pages.get(country.iso3, ""),
        )
        for country in sorted(COUNTRIES, key=lambda c: TILES[c.iso3][::-1])
    ]


def index_page(manifest: Mapping[str, Any], series: pd.DataFrame) -> str:
    """Return the whole page from what `analysis.batch.manifest` keeps and all scores."""
    places = "".join(
        f".nit-tile-{iso3}{{grid-area:{row + 1}/{column + 1}}}"
        for iso3, (column, row) in TILES.items()
    )
    briefs = manifest.get("briefs", {})
    rows = index_rows(briefs, series)
    map_tiles = tiles(rows, series)
    return rendered(
        "index.html.j2",
        stylesheet("brief.css", "index.css") + places,
        template("index.js"),
        rows=rows,
        tiles=map_tiles,
        newest=max(tile.standing.edition for tile in map_tiles if tile.standing),
        classes=REGIME_CLASSES,
        editions=range(FIRST_EDITION, LAST_EDITION),
        points=points_of(series),
        card=card_of(briefs),
        panel=str(manifest.get("data", {}).get("panel.csv", ""))[:12],
    )


def card_of(briefs: Mapping[str, Entry]) -> str:
    """Return the address of the picture for messengers of the region or else the first brief."""
    card = f"assets/{CARD}"
    files = {name: briefs.get(name, {}).get("files") or () for name in ("region", *briefs)}
    return next((f"{name}/{card}" for name, own in files.items() if card in own), "")
