"""Colours of dark mode: every colour of the light design turned by one rule.

Lightness is mirrored in OKLab (Björn Ottosson, 2020), where equal steps look equally large; hue and
chroma stay. What was dark on pale becomes pale on dark with a like distance, so labels on coloured
ground stay legible, and the ramp of regime classes keeps its order and its pale, now dark, middle.
"""

from __future__ import annotations

from functools import cache
from typing import Final

_PAPER: Final = 0.2
"""Lightness that white turns into; black would glare beside light letters."""
_INK: Final = 0.93
"""Lightness that the darkest ink (lightness 0.25) turns into."""

Triple = tuple[float, float, float]


@cache
def darkened(colour: str) -> str:
    """Return the counterpart of a colour ``#rrggbb`` for a dark page."""
    lightness, a, b = _oklab(_linear(colour))
    slope = (_INK - _PAPER) / (1 - 0.25)
    turned = min(_PAPER + (1 - lightness) * slope, 1)
    share = 1.0
    while not all(-1e-4 <= c <= 1.0001 for c in _rgb((turned, a * share, b * share))):
        share -= 0.02
    return _hex(_rgb((turned, a * share, b * share)))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    weights = (0.2126, 0.7152, 0.0722)
    low, high = sorted(
        sum(w * c for w, c in zip(weights, _linear(colour), strict=True)) for colour in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


def _linear(colour: str) -> Triple:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _to_linear(r), _to_linear(g), _to_linear(b)


def _to_linear(c: float) -> float:
    return float(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)


def _hex(linear: Triple) -> str:
    channels = (min(max(c, 0.0), 1.0) for c in linear)
    shown = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in channels)
    return "#" + "".join(f"{round(c * 255):02x}" for c in shown)


def _oklab(rgb: Triple) -> Triple:
    r, g, b = rgb
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _rgb(lab: Triple) -> Triple:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
