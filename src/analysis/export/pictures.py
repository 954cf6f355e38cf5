"""Pictures as PNG, with the words that belong to them, to show elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources as package_files
from typing import Any, Final

import typst

from analysis.export.offered import Offer
from analysis.export.pdf import shipped_fonts
from analysis.facts.errors import BriefError

PIXELS_PER_INCH: Final = 192
"""A picture is 480 points wide: 1280 pixels."""

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
    files = {"main.typ": _template(), "figures.json": json.dumps(figures).encode()}
    try:
        made = _compile(files, format="png", ppi=PIXELS_PER_INCH, font_paths=shipped_fonts())
    except typst.TypstError as error:
        raise BriefError(f"Typst refused a picture: {str(error).splitlines()[0]}") from None
    return [made] if isinstance(made, bytes) else list(made)


@cache
def _template() -> bytes:
    return (package_files.files("analysis.export") / "templates" / "figure.typ").read_bytes()
