"""A map of the region on which every country is a tile of the same size."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pandas as pd

from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.figures.glyphs import Weight
from analysis.briefs.wording import INITIALS, fixed, listed
from analysis.facts.countries import COUNTRIES
from analysis.facts.frames import rows
from analysis.facts.rating_system import REGIME_CLASSES

PLACES: Final[dict[str, tuple[int, int]]] = {
    "EST": (2, 0),
    "LVA": (2, 1),
    "LTU": (2, 2),
    "BLR": (3, 2),
    "RUS": (4, 2),
    "CZE": (1, 3),
    "POL": (2, 3),
    "UKR": (3, 3),
    "SVK": (1, 4),
    "HUN": (2, 4),
    "ROU": (3, 4),
    "MDA": (4, 4),
    "KAZ": (7, 4),
    "SVN": (0, 5),
    "HRV": (1, 5),
    "SRB": (2, 5),
    "BGR": (3, 5),
    "GEO": (5, 5),
    "UZB": (7, 5),
    "KGZ": (8, 5),
    "BIH": (1, 6),
    "XKX": (2, 6),
    "MKD": (3, 6),
    "ARM": (5, 6),
    "AZE": (6, 6),
    "TKM": (7, 6),
    "TJK": (8, 6),
    "MNE": (1, 7),
    "ALB": (2, 7),
}
"""ISO code -> column from the west and row from the north: neighbours stay near each other, and
the Black and the Caspian Sea stay gaps."""

COLUMNS: Final = 9
ROWS: Final = 8


class TileMap(NamedTuple):
    """A map as SVG text, as wide as a page's text and for a phone, with what it says in words."""

    svg: str
    svg_narrow: str
    alt: str


def tile_map(latest: pd.DataFrame) -> TileMap:
    """Return the region's map, coloured by regime class.

    Parameters
    ----------
    latest
        One row a country, as `latest_scores` returns them; a country without a row is drawn as
        not known, and one whose `edition` is older than the newest bears its year.
    """
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(latest, narrow))
    return TileMap(svg, svg_narrow, map_words(latest))


def latest_scores(series: pd.DataFrame) -> pd.DataFrame:
    """Return each country's last known row of ``series`` of `analysis.tables.schema`."""
    return series.sort_values("edition", kind="stable").groupby("country", as_index=False).tail(1)


def map_words(latest: pd.DataFrame) -> str:
    """Return what the map says: the countries of each class."""
    newest = latest["edition"].max()
    told = []
    for regime in REGIME_CLASSES:
        members = latest[latest["regime_class"] == regime.name].sort_values(
            "country", kind="stable"
        )
        names = [
            row.country if row.edition == newest else f"{row.country} ({row.edition})"
            for row in rows(members)
        ]
        told.append(f"{regime.name}, {len(names)}: {listed(names)}" if names else "")
    unknown = sorted({c.name for c in COUNTRIES} - set(latest["country"]))
    if unknown:
        told.append(f"not shown or not known, {len(unknown)}: {listed(unknown)}")
    return (
        f"Tile map of {len(COUNTRIES)} countries by regime class, last known edition, "
        f"{newest} unless given. {'; '.join(text for text in told if text)}."
    )


def _draw(latest: pd.DataFrame, narrow: bool) -> Drawing:
    width = palette.NARROW if narrow else palette.WIDE
    wide, high = width / COLUMNS, 29.5 if narrow else 36.0
    drawing = Drawing(width, ROWS * high)
    newest = latest["edition"].max()
    known = {row.iso3: row for row in rows(latest)}
    for iso3, (column, row) in PLACES.items():
        box = column * wide + 0.5, row * high + 0.5, wide - 2, high - 2
        if iso3 in known:
            _draw_tile(drawing, box, known[iso3], newest, small=narrow)
        else:
            _draw_unknown(drawing, box, iso3)
    if narrow:
        _draw_key(drawing, 3 * wide + 8, 1, 9, 7.8)
    else:
        _draw_key(drawing, 4 * wide + 12, 1, 11, 8.8)
    return drawing


def _draw_unknown(drawing: Drawing, box: tuple[float, float, float, float], iso3: str) -> None:
    x, y, wide, high = box
    drawing.box(*box, palette.PAPER, stroke=palette.RULE, role="unknown")
    place = x + wide / 2, y + high / 2
    drawing.text(
        *place, iso3, size=8.5, colour=palette.SOFT, anchor="middle", centred=True, role="tile"
    )


def _draw_tile(
    drawing: Drawing, box: tuple[float, float, float, float], row: Any, newest: int, *, small: bool
) -> None:
    x, y, wide, high = box
    initials = INITIALS[row.regime_class]
    fill, edge = palette.CLASS_COLOURS[initials], palette.CLASS_OUTLINES[initials]
    drawing.box(*box, fill, stroke=edge, stroke_width=0.6, role=initials)
    year = "" if row.edition == newest else f" ’{row.edition % 100:02d}"
    first = initials if small else f"{initials} {fixed(row.score)}"
    lines: tuple[tuple[float, str, float, Weight], ...] = (
        (0.33, row.iso3, 8.6 if small else 10.5, "bold"),
        (0.72, first + year, 6.4 if small and year else 6.8 if small else 7.6, "regular"),
    )
    for place, words, size, weight in lines:
        drawing.text(
            x + wide / 2,
            y + high * place,
            words,
            size=size,
            weight=weight,
            colour=palette.CLASS_INKS[initials],
            anchor="middle",
            centred=True,
            role="tile",
        )


def _draw_key(drawing: Drawing, x: float, y: float, side: float, size: float) -> None:
    """Name the classes, one a line beside their colour."""
    for place, (initials, name) in enumerate(_KEY_NAMES.items()):
        top = y + place * (side + 2.6)
        fill, edge = palette.CLASS_COLOURS[initials], palette.CLASS_OUTLINES[initials]
        drawing.box(x, top, side, side, fill, stroke=edge, stroke_width=0.6, role="key")
        drawing.text(
            x + side + 5, top + side / 2, f"{initials} {name}", size=size, centred=True, role="key"
        )


_KEY_NAMES: Final = {
    "CD": "Consolidated Democracy",
    "SCD": "Semi-Consolidated Democracy",
    "THR": "Transitional or Hybrid Regime",
    "SCAR": "Semi-Consolidated Authoritarian",
    "CAR": "Consolidated Authoritarian",
}
