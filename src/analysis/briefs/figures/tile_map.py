"""A map of the region on which every country is a tile of the same size."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import NARROW, WIDE, pictures, plot, sheet
from analysis.briefs.wording import INITIALS, fixed, listed
from analysis.facts.countries import COUNTRIES
from analysis.facts.frames import rows
from analysis.facts.rating_system import REGIME_CLASSES

_MAP: Final = """
 .   .  EST  .   .   .   .   .   .
 .   .  LVA  .   .   .   .   .   .
 .   .  LTU BLR RUS  .   .   .   .
 .  CZE POL UKR  .   .   .   .   .
 .  SVK HUN ROU MDA  .   .  KAZ  .
SVN HRV SRB BGR  .  GEO  .  UZB KGZ
 .  BIH XKX MKD  .  ARM AZE TKM TJK
 .  MNE ALB  .   .   .   .   .   .
"""

PLACES: Final = {
    iso3: (column, row)
    for row, line in enumerate(_MAP.split("\n")[1:-1])
    for column, iso3 in enumerate(line.split())
    if iso3 != "."
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
    return TileMap(**pictures(lambda narrow: draw_map(latest, narrow)), alt=map_words(latest))


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


def draw_map(latest: pd.DataFrame, narrow: bool) -> Canvas:
    """Draw a tile a country, coloured and named by regime class, and the key of the classes."""
    wide, high = (NARROW if narrow else WIDE) / COLUMNS, 29.5 if narrow else 36.0
    canvas = sheet(narrow, ROWS * high)
    axes = plot(canvas, (0, 0, wide * COLUMNS, high * ROWS), (0, COLUMNS), (ROWS, 0), bare=True)
    inset = looks(width=1 - 2 / wide, height=1 - 2 / high)
    known = latest.assign(initials=latest["regime_class"].map(INITIALS), **inset)
    known["x"] = known["iso3"].map(lambda code: PLACES[code][0]) + 0.5 / wide
    known["y"] = known["iso3"].map(lambda code: PLACES[code][1]) + 0.5 / high
    chart.class_boxes(axes, known)
    for row in rows(known):
        look = looks(color=palette.CLASS_INKS[row.initials], ha="center", gid="tile")
        middle = row.x + row.width / 2
        name = looks(dy=-0.33 * high, size=8.6 if narrow else 10.5, weight="semibold")
        chart.write(axes, middle, row.y, row.iso3, **name, **look)
        year = "" if row.edition == known["edition"].max() else f" ’{row.edition % 100:02d}"
        words = f"{row.country} {row.edition}: {fixed(row.score)}, {row.regime_class}"
        chart.tell(axes, [(row.x, row.y, words)], (0, row.height, row.width, 0))
        words = (row.initials if narrow else f"{row.initials} {fixed(row.score)}") + year
        size = 6.8 if narrow else 7.6
        chart.write(axes, middle, row.y, words, dy=-0.7 * high, size=size, **look)
    for iso3 in sorted(set(PLACES) - set(latest["iso3"])):
        x, y = PLACES[iso3][0] + 0.5 / wide, PLACES[iso3][1] + 0.5 / high
        empty = looks(color=palette.PAPER, ec=palette.RULE, lw=1, gid="unknown")
        axes.bar(x, inset["height"], inset["width"], bottom=y, align="edge", **empty)
        look = looks(color=palette.SOFT, ha="center", gid="tile")
        chart.write(axes, x + inset["width"] / 2, y + inset["height"] / 2, iso3, **look)
    x, side, size = (3 + 8 / wide, 9, 7.8) if narrow else (4 + 12 / wide, 11, 8.8)
    key = pd.DataFrame({"initials": list(_KEY_NAMES)}).assign(x=x, width=side / wide)
    key["y"] = (1 + key.index * (side + 2.6)) / high
    chart.class_boxes(axes, key.assign(height=side / high))
    for row in rows(key):
        y, words = row.y + side / 2 / high, f"{row.initials} {_KEY_NAMES[row.initials]}"
        chart.write(axes, x, y, words, dx=side + 5, size=size, gid="key")
    return canvas


_KEY_NAMES: Final = {
    "CD": "Consolidated Democracy",
    "SCD": "Semi-Consolidated Democracy",
    "THR": "Transitional or Hybrid Regime",
    "SCAR": "Semi-Consolidated Authoritarian",
    "CAR": "Consolidated Authoritarian",
}
