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


@dataclass(frozen=True)
class Place:
    """Where a text stands: the number of its cell from 1, the notebook's folder, attachments."""

    number: int = 0
    folder: Path | None = None
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def picture(media: str, data: bytes | str, alt: str, place: Place, width: str = "") -> Node:
    """Return a picture as a node.

    `media` is its type, of which only that of SVG counts, and `data` its file, which may be in
    base64; `alt` is empty for what a drawing says of itself, `width` counts pixels of a page.
    `BriefError` tells what is no picture that both formats can show.
    """
    try:
        # A letter that is none of base64's makes no picture.
        data = b64decode(data + "==") if isinstance(data, str) else data
        if media == SVG:
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
            if etree.QName(root).localname != "svg":
                raise ValueError(f"its root is {root.tag!r}")
            if root.tag == "svg":  # within HTML it needs no namespace; in a file it does
                data = data.replace(b"<svg", b'<svg xmlns="http://www.w3.org/2000/svg"', 1)
            for address in root.xpath("//*[local-name() != 'a']/@*[local-name() = 'href']"):
                if not address.startswith(("#", "data:")):
                    raise ValueError(f"it would load {address[:60]}")
            html = "//*[local-name() = 'foreignObject'][not(parent::*[local-name() = 'switch'])]"
            if root.xpath(html) or next(root.iter(etree.Entity), None) is not None:
                raise ValueError("it holds HTML or entities, which a PDF cannot show")
            alt = alt or own_words(root)
        else:
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as opened:
                media = f"image/{FORMATS[str(opened.format)]}"
                opened.load()
                if opened.mode == "CMYK":  # colours of print, which PDF/A asks a profile for
                    opened.convert("RGB").save(buffer := io.BytesIO(), "PNG")
                    media, data = "image/png", buffer.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        told = str(error).partition(" <_io.")[0]  # no address in memory
        reason = f"that can be shown: {' '.join(told.split())[:100]}"
        raise BriefError(f"cell {place.number} holds no {media} {reason}") from None
    look = {"src": f"data:{media};base64,{b64encode(data).decode()}", "alt": " ".join(alt.split())}
    look |= {"width": width} if width.isdecimal() and 0 < int(width) < 10_000 else {}
    return {"tag": "img", "attributes": look, "children": []}


def own_words(drawing: etree._Element) -> str:
    """Return what an SVG says of itself: its label, or else its title and description."""
    parts = drawing.xpath("*[local-name() = 'title' or local-name() = 'desc']")
    texts = (" ".join(part.xpath("string()").split()) for part in parts)
    return drawing.get("aria-label", "").strip() or ": ".join(filter(None, texts))


def linked_picture(address: str, alt: str, place: Place, width: str = "") -> Node | str:
    """Return what a Markdown or HTML text shows as a picture.

    What lies elsewhere is never loaded: its description is left, or else its address. `BriefError`
    tells what is no picture, or that an attachment is missing.
    """
    kind, _, rest = address.partition(":")
    media, name = "image", unquote(address)
    data: bytes | str | None = None
    if kind == "data":
        head, _, body = rest.partition(",")
        media = head.partition(";")[0]
        data = unquote(body) if "base64" in head else unquote_to_bytes(body)
    elif kind == "attachment":
        held = place.attachments.get(unquote(rest))
        if not held:
            named = f"shows an attachment {unquote(rest)!r} that it does not hold"
            raise BriefError(f"cell {place.number} {named}")
        media, data = next(iter(held.items()))
    elif place.folder and "\0" not in name:
        path = (place.folder / name).resolve()
        if path.is_relative_to(place.folder.resolve()) and path.is_file():
            media, data = SVG if path.suffix == ".svg" else media, path.read_bytes()
    if data is None:
        return alt or (address and f"[{address}]")
    return picture(media, data, alt, place, width)
