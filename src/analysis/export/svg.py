"""Pictures as SVG: parts of a page, turned for dark mode, small lines, files of their own.

In dark mode every colour of the light design is turned by one rule. Lightness is mirrored in OKLab
(Björn Ottosson, 2020), where equal steps look equally large; hue and chroma stay. What was dark on
pale becomes pale on dark with a like distance, so labels on coloured ground stay legible, and the
ramp of regime classes keeps its order and its pale, now dark, middle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cache
from typing import Final
from xml.etree import ElementTree

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.briefs.wording import editions, fixed
from analysis.export.offered import Offer
from analysis.facts.errors import BriefError
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION, SAME

WIDTH, HEIGHT, MARGIN = 132, 40, 4
"""Of a small line in a table, in pixels."""

DARK: Final = "@media screen and (prefers-color-scheme: dark)"
"""When a page and its pictures are shown dark; paper stays white."""

_SVG: Final = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# What a picture may be made of. Anything else might act or load something once it is opened.
_SHAPES: Final = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
_DRAWING: Final = {"svg", "g", "defs", "use", "clipPath", "tspan", "title", *_SHAPES}

_PAPER, _INK = 0.2, 0.93
"""Lightness that white and the darkest ink (0.25) turn into; black would glare by light letters."""
_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS, _FROM_OKLAB = np.linalg.inv(_LMS), np.linalg.inv(_OKLAB)


@cache
def darkened(colour: str) -> str:
    """Return the counterpart of a colour ``#rrggbb`` for a dark page."""
    c = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    lightness, a, b = _OKLAB @ np.cbrt(_LMS @ linear)
    turned = min(_PAPER + (1 - lightness) * (_INK - _PAPER) / (1 - 0.25), 1)
    share, rgb = 1.0, np.array([-1.0])
    while rgb.min() < -1e-4 or rgb.max() > 1.0001:  # what no screen shows loses chroma
        rgb = _FROM_LMS @ (_FROM_OKLAB @ [turned, a * share, b * share]) ** 3
        share -= 0.02
    shown = np.clip(rgb, 0, 1)
    shown = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    return f"#{np.rint(shown * 255).astype(np.uint8).tobytes().hex()}"


def dark_rules(svgs: Iterable[str]) -> str:
    """Return rules that turn the ``fill`` and ``stroke`` of pictures where a page is shown dark."""
    found = (re.findall(r' (fill|stroke)="(#[0-9a-fA-F]{6})"', svg) for svg in svgs)
    colours = dict.fromkeys(colour for some in found for colour in some)
    rules = (f'[{name}="{value}"]{{{name}:{darkened(value)}}}' for name, value in colours)
    return f"{DARK}{{.nit-figure svg{{fill:{darkened('#000000')}}}{''.join(rules)}}}"


def on_page(svg: str, alt: str, kind: str) -> Markup:
    """Return a picture as an element of a page, whose typeface and colours it then shares.

    `kind` is its class in the style sheet.

    Raises
    ------
    ValueError
        If it does more than draw, or has styles of its own, which a page's policy forbids: it may
        only be shown as an image.
    """
    root = _drawing(svg)
    if any("style" in element.attrib for element in root.iter()):
        raise ValueError("styles of its own")
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib |= {"class": kind, "role": "img", "aria-label": alt}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def svg_file(offer: Offer) -> str:
    """Return a picture as an SVG file that names and describes itself.

    `BriefError` if the drawing holds anything but shapes, type and references within itself.
    """
    try:
        root = _drawing(offer.content["svg"])
    except ValueError as odd:
        told = f"the picture {offer.name!r} holds {odd}: a picture may only draw"
        raise BriefError(told) from None
    for place, (kind, words) in enumerate((("title", "title"), ("desc", "alt"))):
        element = ElementTree.Element(f"{{{_SVG}}}{kind}")
        element.text = offer.content[words]
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _drawing(svg: str) -> ElementTree.Element:
    """Return the root of an SVG; `ValueError` names the first thing that does not only draw."""
    if "<!" in svg or "<?" in svg:
        raise ValueError("a declaration")
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"no SVG ({error})") from None
    for element in root.iter():
        kind = element.tag.removeprefix(f"{{{_SVG}}}")
        if kind not in _DRAWING:
            raise ValueError(f"an element {kind!r}")
        for attribute, value in element.items():
            name = attribute.rpartition("}")[2].lower()
            away = name == "href" and not value.startswith("#")
            loads = "url(" in value.lower().replace("url(#", "")
            if name.startswith("on") or away or loads:
                raise ValueError(f"an attribute {name!r} of {value[:40]!r}")
    return root


def points_of(series: pd.DataFrame) -> float:
    """Return the points of the score, in halves, from the bottom to the top of every small line.

    On the full scale from 1 to 7 most lines would look flat, and on a scale of its own a quarter
    point would look like a revolution. So all lines share the largest range among them, and each
    stands in the middle of its row: slopes compare between rows, levels do not.
    """
    score = series.groupby("country")["score"]
    largest = float((score.max() - score.min()).max())
    return max(math.ceil(largest * 2) / 2, 0.5)


def spark(line: pd.DataFrame, points: float) -> Markup:
    """Return the rows of one country in ``series`` as an SVG element that names what it shows.

    Gaps are gaps; a hollow point marks the first and a full one the last known edition. `points` is
    what `points_of` returns.
    """
    score = line.set_index("edition")["score"].sort_index()
    step = (WIDTH - 2 * MARGIN) / (LAST_EDITION - FIRST_EDITION)
    middle = (score.max() + score.min()) / 2
    across = MARGIN + (score.index - FIRST_EDITION) * step
    down = HEIGHT / 2 - (score - middle) / points * (HEIGHT - 2 * MARGIN)
    places = np.array([(f"{x:.1f}", f"{y:.1f}") for x, y in zip(across, down, strict=True)])
    runs = np.split(places, np.flatnonzero(np.diff(score.index) > 1) + 1)
    lines = "".join(
        f'<polyline points="{" ".join(map(",".join, run))}"/>' for run in runs if len(run) > 1
    )
    # A known edition between two that are not is a point, or it would not be seen.
    dots = [("alone", run[0]) for run in runs if len(run) == 1]
    dots += [("first", places[0]), ("last", places[-1])]
    lines += "".join(
        f'<circle class="nit-{kind}" cx="{x}" cy="{y}" r="2.6"/>' for kind, (x, y) in dots
    )
    return Markup(
        f'<svg class="nit-spark" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" aria-label="{Markup.escape(spoken(score))}">{lines}</svg>'
    )


def spoken(score: pd.Series) -> str:
    """Return what a line says, from scores by edition: its ends, highest and lowest edition."""
    first, last = score.index[0], score.index[-1]
    if len(score) == 1:
        return f"One known score: {fixed(score[last])} in {last}"
    highest, lowest = (
        f"{fixed(end)} in {editions(score.index[(score - end).abs() < SAME].tolist())}"
        for end in (score.max(), score.min())
    )
    return (
        f"From {fixed(score[first])} in {first} to {fixed(score[last])} in {last}; "
        f"highest {highest}, lowest {lowest}"
    )
