"""Pictures of a notebook: from outputs, attachments, files beside it and data addresses.

A picture becomes a node ``img`` with its bytes in a data address, which no page executes. What is
no picture, or of a kind that not both formats show, is refused.
"""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree
from PIL import Image

from analysis.facts.errors import BriefError

Node = dict[str, Any]

SVG: Final = "image/svg+xml"
FORMATS: Final = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}
"""Formats of pixels, as Pillow and as media types name them."""
_MOST_PIXELS: Final = 60_000_000


@dataclass(frozen=True)
class Place:
    """Where a text of a notebook stands.

    Attributes
    ----------
    number
        Of the cell, counted from 1.
    folder
        Of the notebook's file, in which its pictures are looked for; None where it is not known.
    attachments
        Of the cell: name -> media type -> text in base64.
    """

    number: int = 0
    folder: Path | None = None
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def picture(media: str, data: bytes, alt: str, place: Place, width: str = "") -> Node:
    """Return a picture as a node.

    Parameters
    ----------
    media
        Its media type; of a picture of pixels only its own bytes count.
    data
        Its file.
    alt
        What it says, or empty.
    place
        Where it stands.
    width
        In pixels of a page, or empty for its own.

    Raises
    ------
    BriefError
        If it is no picture that both formats can show.
    """
    try:
        if media == SVG:
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
            if etree.QName(root).localname != "svg":
                raise ValueError(f"its root is {root.tag!r}")
        else:
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as opened:
                media = f"image/{FORMATS[str(opened.format)]}"
                if opened.width * opened.height > _MOST_PIXELS:
                    raise ValueError(f"{opened.width} x {opened.height} pixels")
                opened.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split())[:100]
        raise BriefError(
            f"cell {place.number} holds no {media} that can be shown: {reason}"
        ) from None
    look = {"src": f"data:{media};base64,{b64encode(data).decode()}", "alt": " ".join(alt.split())}
    if width.isdecimal() and 0 < int(width) <= 10_000:
        look["width"] = str(int(width))
    return {"tag": "img", "attributes": look, "children": []}


def linked_picture(address: str, alt: str, place: Place, width: str = "") -> Node | str:
    """Return what a Markdown or HTML text shows as a picture.

    What lies elsewhere is never loaded: its description is left, or else its address.

    Raises
    ------
    BriefError
        If what is found is no picture, or if an attachment is missing.
    ValueError
        If it is no text in base64.
    """
    if address.startswith("data:"):
        head, _, body = address[len("data:") :].partition(",")
        data = b64decode(unquote(body)) if head.endswith(";base64") else unquote_to_bytes(body)
        return picture(head.partition(";")[0], data, alt, place, width)
    if address.startswith("attachment:"):
        name = unquote(address.removeprefix("attachment:"))
        for media, text in place.attachments.get(name, {}).items():
            return picture(media, b64decode(text), alt, place, width)
        raise BriefError(f"cell {place.number} shows an attachment {name!r} that it does not hold")
    path = _beside(place.folder, unquote(address))
    if path:
        media = SVG if path.suffix == ".svg" else "image"
        return picture(media, path.read_bytes(), alt, place, width)
    return alt or f"[{address}]"


def _beside(folder: Path | None, name: str) -> Path | None:
    """Return the file of a name in a folder or below it, if there is one."""
    if folder is None or "\0" in name or "://" in name:
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
