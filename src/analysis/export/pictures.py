"""Pictures as PNG, with the words that belong to them, to show elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources as package_files
from typing import Any, Final

import typst

from analysis.briefs.blocks import Content
from analysis.export.offered import Offer
from analysis.export.pdf import shipped_fonts
from analysis.facts.errors import BriefError

PIXELS_PER_INCH: Final = 192
"""A picture is 480 points wide: 1280 pixels."""
CARD: Final = "card.png"
"""Name of the picture of a whole brief; no picture in it has a name with a full stop."""
_CARD_PIXELS_PER_INCH: Final = 144

# The stub of the wheel does not know that files may be given by their contents.
_compile: Final[Any] = typst.compile
_TEXTS: Final = ("title", "subtitle", "caption", "source", "svg")


def png_files(offers: Sequence[Offer]) -> list[bytes]:
    """Return each picture with its title, subtitle, caption and source.

    Parameters
    ----------
    offers
        Pictures only.

    Raises
    ------
    BriefError
        If Typst refuses a picture; its message says why.
    """
    if not offers:
        return []
    figures = [{key: offer.content[key] for key in _TEXTS} for offer in offers]
    return _pages("figure.typ", {"figures.json": figures}, PIXELS_PER_INCH)


def card_png(head: Content, figure: Content) -> bytes:
    """Return a brief's picture for messengers: its name, one figure's finding, and the figure.

    Parameters
    ----------
    head
        The title block.
    figure
        The block of the picture to show.

    Raises
    ------
    BriefError
        If Typst refuses the picture; its message says why.
    """
    words = {key: figure[key] for key in ("subtitle", "source", "svg")}
    words |= {"kicker": head["kicker"], "title": head["title"], "picture": figure["title"]}
    return _pages("card.typ", {"card.json": words}, _CARD_PIXELS_PER_INCH)[0]


def _pages(template: str, texts: dict[str, Any], pixels_per_inch: int) -> list[bytes]:
    files = {name: json.dumps(data).encode() for name, data in texts.items()}
    files["main.typ"] = _template(template)
    try:
        made = _compile(files, format="png", ppi=pixels_per_inch, font_paths=shipped_fonts())
    except typst.TypstError as error:
        raise BriefError(f"Typst refused a picture: {str(error).splitlines()[0]}") from None
    return [made] if isinstance(made, bytes) else list(made)


@cache
def _template(name: str) -> bytes:
    return (package_files.files("analysis.export") / "templates" / name).read_bytes()
