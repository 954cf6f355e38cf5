"""HTML as a tree of the few elements that a brief shows, for both exporters.

What Markdown becomes and what outputs hold is read by lxml. Elements are copied by a list of names
and with attributes of our own, so that nothing that acts or loads gets through; a text is lost only
where HTML itself does not show it. A node is a text, or a mapping of ``tag``, ``attributes`` and
``children``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import lxml.html
from lxml.html import HtmlElement

from analysis.briefs.blocks import Block, Heading, Preformatted
from analysis.briefs.fragments import safe_link
from analysis.export.formulas import formula
from analysis.export.grids import table
from analysis.export.images import Place, linked_picture
from analysis.facts.errors import BriefError

Node = Any

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_DEEPEST_HEADING: Final = 4
_DEEPEST: Final = 24
"""Levels of elements within each other; what lies deeper is shown as its text."""
_SAME: Final = {
    **{name: name for name in ("a", "strong", "em", "code", "s", "sub", "sup", "br")},
    **dict.fromkeys(("b",), "strong"),
    **dict.fromkeys(("i", "var", "cite", "dfn"), "em"),
    **dict.fromkeys(("kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("del", "strike"), "s"),
}
"""Elements within a line, and what each is shown as."""
_BLOCKS: Final = ("p", "ul", "ol", "li", "blockquote", "dl", "dt", "dd", "pre")
_PARTED: Final = {
    *_BLOCKS, *_HEADINGS, "table", "div", "section", "article", "header", "footer", "main", "nav",
    "aside", "figure", "figcaption", "center", "details", "summary", "form", "fieldset", "address",
    "hr", "caption", "tr", "td", "th",
}  # fmt: skip
"""Elements whose text does not run on into what stands beside them."""
_SILENT: Final = ("style", "script", "head", "template", "hr", "colgroup", "noscript", "option")
_MEDIA: Final = ("video", "audio", "iframe", "object", "embed", "canvas", "svg")


@dataclass(frozen=True, kw_only=True)
class Prose(Block):
    """Part of a text of the notebook's author: paragraphs, lists, tables, pictures.

    Attributes
    ----------
    nodes
        The tree, as this module makes it.
    """

    kind: ClassVar[str] = "prose"
    nodes: Sequence[Node]


def html_blocks(source: str, place: Place) -> Iterator[Block]:
    """Yield the blocks of an HTML text: headings, preformatted texts, and prose between them.

    Raises
    ------
    BriefError
        If it holds a picture that cannot be shown, or is nested too deeply to be read.
    """
    if not source.strip():
        return
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    root = lxml.html.fragment_fromstring(_CONTROL.sub("\ufffd", source), "div", parser=parser)
    if any("depth" in entry.message for entry in parser.error_log):
        raise BriefError(f"cell {place.number} holds HTML that is nested too deeply")
    try:
        nodes = _parted(_children(root, place, 0))
    except ValueError as error:
        raise BriefError(f"cell {place.number}: {error}") from None
    prose: list[Node] = []
    for node in nodes:
        block = _block_of(node)
        if block is None:
            prose.append(node)
            continue
        if prose:
            yield Prose(nodes=prose)
            prose = []
        yield block
    if prose:
        yield Prose(nodes=prose)


# XML's characters only: lxml refuses the others.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _block_of(node: Node) -> Block | None:
    if isinstance(node, str):
        return None
    if node["tag"] in _HEADINGS:
        level = min(max(2, _HEADINGS[node["tag"]]), _DEEPEST_HEADING)
        return Heading(text=" ".join(text_of(node).split()), level=level)
    if node["tag"] == "pre":
        return Preformatted(text=text_of(node))
    return None


def text_of(node: Node) -> str:
    """Return the text of a node: of a formula its source, of a picture its description."""
    if isinstance(node, str):
        return node
    look = node["attributes"]
    if "alttext" in look:
        return f"${look['alttext']}$"
    return str(look.get("alt", "")) + "".join(map(text_of, node["children"]))


def _node(tag: str, children: Sequence[Node], **attributes: str) -> Node:
    return {"tag": tag, "attributes": attributes, "children": list(children)}


def _children(element: HtmlElement, place: Place, depth: int) -> list[Node]:
    """Return what an element holds, blank texts at its ends and runs of blanks left out."""
    nodes: list[Node] = [_spaced(element.text)]
    for child in element:
        nodes += _nodes(child, place, depth + 1)
        nodes.append(_spaced(child.tail))
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and joined and isinstance(joined[-1], str):
            joined[-1] = _spaced(joined[-1] + node)
        else:
            joined.append(node)
    return [node for node in joined if node != ""]


def _spaced(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _nodes(element: HtmlElement, place: Place, depth: int) -> list[Node]:
    """Return one element as nodes; one that is not on the lists as what it holds."""
    tag, kinds = element.tag, element.get("class", "").split()
    if tag in _SILENT:
        return []
    if "math" in kinds:
        return [formula(element.text_content(), block="inline" not in kinds)]
    if tag == "img":
        return [_image(element, place)]
    if tag == "pre":
        return [_node("pre", [element.text_content().removeprefix("\n").rstrip("\n")])]
    if tag == "table":
        return [table(element, lambda cell: _trimmed(_children(cell, place, depth + 2)))]
    if tag in _MEDIA:
        words = element.get("aria-label") or element.get("title") or ""
        return [f"[{tag}{': ' if words else ''}{words}]", *_children(element, place, depth)]
    if tag == "input" and element.get("type") == "checkbox":
        return ["☑" if "checked" in element.attrib else "☐"]
    children = _children(element, place, depth)
    if depth > _DEEPEST:
        return [text for text in map(text_of, children) if text]
    if tag in _SAME:
        return [_node(_SAME[tag], children, **_look(element))]
    if tag in ("ul", "ol", "dl"):
        return [_node(tag, [c for c in children if not isinstance(c, str)], **_look(element))]
    if tag in _BLOCKS or tag in _HEADINGS:
        return _filled(tag, children, element)
    if tag not in _PARTED:
        return children
    return _parted(children)


def _filled(tag: str, children: list[Node], element: HtmlElement) -> list[Node]:
    """Return a block, unless nothing is in it; a paragraph that holds blocks as these."""
    if tag == "p" and any(_is_block(child) for child in children):
        return _parted(children)
    inner = _parted(children) if tag == "blockquote" else _trimmed(children)
    if len(inner) > 1 and inner[0] in ("☐ ", "☑ ") and _is_block(inner[1]):
        inner[1]["children"].insert(0, inner.pop(0))
    return [_node(tag, inner, **_look(element))] if inner else []


def _is_block(node: Node) -> bool:
    return not isinstance(node, str) and (node["tag"] in _PARTED)


def _parted(nodes: Sequence[Node]) -> list[Node]:
    """Return blocks as they are, and what runs between them as paragraphs."""
    parts: list[Node] = []
    line: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and not _is_block(node):
            line.append(node)
            continue
        if trimmed := _trimmed(line):
            parts.append(_node("p", trimmed))
        line = []
        if node is not None:
            parts.append(node)
    return parts


def _trimmed(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes without the blanks at either end and those beside blocks."""
    kept = [
        node
        for place, node in enumerate(nodes)
        if node != " " or not any(map(_is_block, nodes[max(place - 1, 0) : place + 2]))
    ]
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip(" ")
    if kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip(" ")
    return [node for node in kept if node != ""]


def _look(element: HtmlElement) -> dict[str, str]:
    """Return the attributes that an element keeps."""
    look: dict[str, str] = {}
    if element.tag == "a" and (href := safe_link(element.get("href", "").strip())):
        look["href"] = href
    if element.tag == "ol" and re.fullmatch(r"\d{1,9}", element.get("start", "")):
        look["start"] = element.get("start")
    if re.fullmatch(r"fn(ref)?-\d+-\d+(:\d+)?", element.get("id", "")):
        look["id"] = element.get("id")
    return look


def _image(element: HtmlElement, place: Place) -> Node:
    width = element.get("width", "").removesuffix("px")
    return linked_picture(element.get("src", "").strip(), element.get("alt", ""), place, width)
