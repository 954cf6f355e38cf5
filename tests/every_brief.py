"""All kinds of brief, made in this process from the notebooks' own cells: no kernel, no file."""

import functools
from functools import cache

from matplotlib.text import Text

from analysis.briefs.figures import style
from analysis.export.bundle import readable
from analysis.export.images import Place
from analysis.export.outputs import checked
from analysis.export.prose import markdown_blocks
from analysis.facts.countries import COUNTRIES
from analysis.settings.batches import read_batch
from notebook_blocks import NOTEBOOKS, cells_run, stored

COUNTRY, REGION, COMPARISON = "4_country_brief", "5_regional_brief", "6_comparison_brief"

GROUPS = ("all", "Balkans", "Eurasia")
COMPARED = (
    *read_batch(NOTEBOOKS.parent / "batches/groups.yml").entries[0].grid["countries"],
    "all",
    "Kosovo, Bosnia and Herzegovina",
    "Azerbaijan, Uzbekistan",
    "HUN, Poland, Czechia, Slovakia, Slovenia, Croatia, Serbia, Romania",
)
ALL = (
    *((COUNTRY, "country", country.name) for country in COUNTRIES),
    *((REGION, "group", group) for group in GROUPS),
    *((COMPARISON, "countries", countries) for countries in COMPARED),
)
"""Notebook, its first parameter, and a value of it."""

NAMES = [f"{notebook[0]} {value}" for notebook, _, value in ALL]


EXTENTS = {}
"""Picture -> its width and height in points, and the words and extent of each line of type."""


def _svg_of(draw, *, narrow):
    """Draw a picture as ever, and keep the extents of its type."""
    drawn = []
    kept = functools.wraps(draw)(lambda narrow: drawn.append(draw(narrow)) or drawn[0])
    svg = svg_of(kept, narrow=narrow)
    width, height = drawn[0].get_size_inches() * 72
    bare = {text for axes in drawn[0].axes if not axes.axison for text in axes.findobj(Text)}
    written = {text for axes in drawn[0].axes for text in axes.texts}
    shown = [
        t
        for t in drawn[0].findobj(Text)
        if t.get_visible() and t.get_text() and (t in written or t not in bare)
    ]
    EXTENTS[svg] = width, height, [(t.get_text(), t.get_window_extent()) for t in shown]
    return svg


svg_of = style.svg_of


def contents(notebook, **parameters):
    """Return the contents of a brief, in order, as an exporter takes them from a notebook."""
    shown = []
    style.svg_of = _svg_of
    try:
        for cell, several in cells_run(stored(notebook), **parameters):
            shown += several
            if cell.cell_type == "markdown" and "analyst-only" not in cell.metadata.get("tags", ()):
                shown += markdown_blocks(cell.source, Place())
    finally:
        style.svg_of = svg_of
    return [readable(checked(block.content(), place)) for place, block in enumerate(shown)]


@cache
def brief(notebook, parameter, value):
    """Return the contents of one of `ALL`, made once."""
    return contents(notebook, **{parameter: value})


def texts(content):
    """Yield every text of a content that a reader sees or hears."""
    silent = {"kind", "svg", "svg_narrow", "href", "mark", "align", "style", "date", "name"}
    if isinstance(content, str):
        if content:
            yield content
    elif isinstance(content, list):
        if content and isinstance(content[0], dict) and "href" in content[0]:
            yield "".join(span["text"] for span in content)
        else:
            for item in content:
                yield from texts(item)
    elif isinstance(content, dict):
        # A column's name is its full name; a figure's or a table's that of a file.
        hidden = silent - {"name"} if "head" in content else silent | {"data"}
        for key, value in content.items():
            if key not in hidden:
                yield from texts(value)
