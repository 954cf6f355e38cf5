"""HTML and Markdown as a tree of the few elements that a brief shows, for both exporters.

markdown-it reads Markdown (CommonMark, GitHub's tables, task lists and footnotes, formulas between
dollar signs or in environments of LaTeX); the HTML that it makes is read by lxml as any other, raw
HTML between the lines included. Elements are copied by a list of names and with attributes of our
own, so that nothing that acts or loads gets through; of any other element the text is kept. A node
is a text, or a mapping of ``tag``, ``attributes``, ``children``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, ClassVar, Final

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.gfm import gfm_plugin

from analysis.briefs.blocks import Block, Heading, Preformatted, safe_link
from analysis.export.formulas import formula
from analysis.export.images import SVG, Place, linked_picture, own_words, picture
from analysis.facts.errors import BriefError

Node = Any

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_DEEPEST: Final = 24
"""Levels of elements within each other; what lies deeper is shown as its text."""
_TABLE: Final = ("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th")
_SHOWN: Final = {
    **{name: name for name in (*_HEADINGS, "p", "ul", "ol", "li", "blockquote", "dl", "dt", "dd")},
    **{name: name for name in _TABLE},
    **{name: name for name in ("a", "strong", "em", "code", "s", "sub", "sup", "br")},
    **dict.fromkeys(("div", "section", "article", "details", "summary", "figure", "center"), "div"),
    **dict(zip(("b", "i", "kbd", "tt", "del"), ("strong", "em", "code", "code", "s"), strict=True)),
}
_SILENT: Final = ("style", "script", "head", "template", "noscript", "colgroup", "hr", "button")
_MEDIA: Final = ("video", "audio", "iframe", "object", "embed", "canvas")
# What libraries tell a reader in Jupyter, who has more than a page.
_HINTS: Final = re.compile(
    "(Your browser does not support|Make this Notebook Trusted|On GitHub, the HTML representation|"
    "In a Jupyter environment, please rerun).*",
    re.DOTALL,
)
# A row of a table in Markdown, and a formula in it whose | would part its cells.
_ROW: Final = re.compile(r"^ {0,3}\|.*", re.MULTILINE)
_FORMULA: Final = re.compile(r"\$(?=[^\s$])[^$\n]*?(?<=\S)\$(?!\d)")
_NUMBER: Final = re.compile(r"\s*[+\-\u2212]?[\d.,]*\d[\d.,]*(e[+\-]?\d+)?\s?%?\s*|\s*nan\s*", re.I)
_MIXED_CASE: Final = ("viewBox", "preserveAspectRatio", "linearGradient", "clipPath", "textLength")
"""Names of SVG, which HTML spells in small letters."""
_WIDEST: Final = 250
# XML's characters only: lxml refuses the others.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Elements that GitHub's specification disallows; here they stay visible as the text they are.
_DISALLOWED: Final = re.compile(
    "<(?=/?(script|iframe|textarea|title|xmp|noembed|noframes|plaintext)[\\s/>])", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Prose(Block):
    """Part of a text of the notebook's author, as a tree: paragraphs, lists, tables, pictures."""

    kind: ClassVar[str] = "prose"
    nodes: Sequence[Node]


def html_blocks(source: str, place: Place) -> Iterator[Block]:
    """Yield the blocks of an HTML text: headings, preformatted texts, and prose between them.

    Raises
    ------
    BriefError
        If it is nested too deeply, or holds a table or picture that cannot be shown.
    """
    if not source.strip():
        return
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
    root = lxml.html.fragment_fromstring(_CONTROL.sub("\ufffd", source), "div", parser=parser)
    if any("depth" in entry.message for entry in parser.error_log):
        raise BriefError(f"cell {place.number} holds HTML that is nested too deeply")
    if any(len(row) > _WIDEST for row in root.iter("tr")):
        raise BriefError(f"cell {place.number} holds a table of more than {_WIDEST} columns")
    parts = (part for node in _leveled(_children(root, place, 0)) for part in _parts(node))
    for whole, group in groupby(parts, key=lambda part: isinstance(part, Block)):
        nodes = list(group)
        if whole:
            yield from nodes
        elif any(n.strip() if isinstance(n, str) else _is_seen(n) for n in _walk(nodes)):
            yield Prose(nodes=nodes)


def _is_seen(element: Node) -> bool:
    """Tell whether an element is a picture, or a place that links lead to, without any text."""
    return element["tag"] == "img" or (element["tag"] == "a" and "id" in element["attributes"])


def _parts(node: Node) -> Iterator[Node | Block]:
    """Yield a node, or the block that it is behind the places in it that links may lead to."""
    if block := _block_of(node):
        for look in (element["attributes"] for element in elements([node])):
            if "id" in look:
                yield {"tag": "a", "attributes": {"id": look["id"]}, "children": []}
    yield block or node


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes of a tree, each before what it holds."""
    for node in nodes:
        yield node
        if not isinstance(node, str):
            yield from _walk(node["children"])


def elements(nodes: Sequence[Node], tag: str = "") -> Iterator[Node]:
    """Yield the elements of a tag, or all, in a tree."""
    return (n for n in _walk(nodes) if not isinstance(n, str) and tag in ("", n["tag"]))


def _leveled(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield nodes, and in place of a part with headings or preformatted texts what it holds."""
    for node in nodes:
        part = [] if isinstance(node, str) or node["tag"] != "div" else node["children"]
        yield from _leveled(part) if any(map(_block_of, _walk(part))) else [node]


def _block_of(node: Node) -> Block | None:
    tag = "" if isinstance(node, str) else node["tag"]
    if tag in _HEADINGS:
        level = min(max(2, int(tag[1])), 4)
        text = " ".join(text_of(node).split())
        return Heading(text=text, level=level) if text else None
    return Preformatted(text=text_of(node)) if tag == "pre" else None


def text_of(node: Node) -> str:
    """Return the text of a node: of a formula its source, of a picture its description."""
    if isinstance(node, str):
        return node
    look = node["attributes"]
    if "alttext" in look:
        return f"${look['alttext']}$"
    return str(look.get("alt", "")) + "".join(map(text_of, node["children"]))


def _children(element: HtmlElement, place: Place, depth: int) -> list[Node]:
    nodes: list[Node] = [element.text]
    for child in element:
        nodes += [*_nodes(child, place, depth + 1), child.tail]
    told = (_HINTS.sub("", node) if isinstance(node, str) else node for node in nodes if node)
    return [re.sub(r"[ \t\r\n\f]+", " ", n) if isinstance(n, str) else n for n in told if n]


def _nodes(element: HtmlElement, place: Place, depth: int) -> list[Node]:
    """Return one element as nodes; one that is not on the list as what it holds."""
    tag, kinds = element.tag, element.get("class", "").split()
    if tag in _SILENT or _is_twin(element):
        return []
    if "math" in kinds:
        return [formula(element.text_content(), block="inline" not in kinds)]
    if tag == "img":
        width = element.get("width", "").removesuffix("px")
        address = element.get("src", "").strip()
        return [linked_picture(address, element.get("alt", ""), place, width)]
    if tag == "pre":
        text = element.text_content().removeprefix("\n").rstrip("\n")
        return [{"tag": "pre", "attributes": {}, "children": [text]}]
    if tag == "input" and element.get("type") == "checkbox":
        return ["☑" if "checked" in element.attrib else "☐"]
    if tag == "svg":
        return [_drawing(element, place)]
    if "animation" in kinds:  # of matplotlib: buttons and a script
        return [f"[animation of cell {place.number}]"]
    children = _children(element, place, depth)
    if tag in _MEDIA:
        about = element.get("title") or safe_link(element.get("src", "").strip())
        what = f"{tag} of cell {place.number}"
        return [f"[{': '.join(filter(None, (what, about)))}]", *children]
    within = tag in _TABLE and len(list(element.iterancestors("table"))) > (tag != "table")
    if tag not in _SHOWN or depth > _DEEPEST or within:
        return [" ", *children, " "] if tag in _SHOWN else children
    return [{"tag": _SHOWN[tag], "attributes": _look(element), "children": children}]


def _is_twin(element: HtmlElement) -> bool:
    """Tell whether a hidden element is the rich form of a text shown before it."""
    style = element.get("style", "").replace(" ", "")
    hidden = "hidden" in element.attrib or "display:none" in style
    return hidden and any(
        "fallback" in e.get("class", "") for e in element.itersiblings(preceding=True)
    )


def _drawing(element: HtmlElement, place: Place) -> Node:
    """Return an SVG within HTML as a picture, or a word where it is no whole one."""
    drawn = "*[not(self::svg|self::g|self::title|self::desc|self::defs|self::symbol)]"
    if not element.xpath(f".//{drawn}[not(ancestor::defs|ancestor::symbol)]"):
        return ""  # symbols for drawings that follow
    element.set("xmlns", "http://www.w3.org/2000/svg")
    text = etree.tostring(element, with_tail=False, encoding="unicode")
    for name in _MIXED_CASE:
        text = text.replace(name.lower(), name)
    words = own_words(element)
    try:
        return picture(SVG, text.encode(), words, place)
    except BriefError:
        return f"[drawing{': ' if words else ''}{words}]"


def _look(element: HtmlElement) -> dict[str, str]:
    """Return the attributes that an element keeps."""
    look = {"href": safe_link(element.get("href", "").strip())} if element.tag == "a" else {}
    for name, most in (("start", 10**9), ("colspan", _WIDEST), ("rowspan", 10**4)):
        digits = re.match(r"\d{1,9}", element.get(name, ""))
        look |= {name: str(min(int(digits[0]), most))} if digits else {}
    if place := element.get("id") or element.get("name"):
        look["id"] = place
    if element.tag in ("td", "th"):
        style = element.get("style", "").replace(" ", "")
        sides = [side for side in ("left", "right", "center") if f"text-align:{side}" in style]
        # A head stands above numbers as they do; the last row tells, counted from its end.
        row, last = element.getparent(), next(element.iterancestors("table"), element)
        while last.tag != "tr" and len(last):
            last = last[-1]
        at = row.index(element) - len(row)
        alone = element.tag == "th" and not element.get("colspan")
        below = last[at] if alone and -at <= len(last) else element
        number = below.tag == "td" and _NUMBER.fullmatch(below.text_content())
        look["class"] = f"nit-{sides[0] if sides else 'right' if number else 'left'}"
    return {name: value for name, value in look.items() if value}


def markdown_blocks(source: str, place: Place) -> Iterator[Block]:
    """Yield the blocks of a Markdown text: that of a cell or of a displayed object.

    Headings start at level 2, since the page's title is its only level 1.
    """
    source = _ROW.sub(
        lambda row: _FORMULA.sub(lambda f: re.sub(r"(?<!\\)\|", r"\|", f[0]), row[0]), source
    )
    try:
        made = _markdown().render(source, {"docId": str(place.number)})
    except RecursionError:
        raise BriefError(f"cell {place.number} holds Markdown nested too deeply") from None
    return html_blocks(made, place)


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"maxNesting": 300}).use(gfm_plugin)
    # What an address may be is judged later; here it would only stay visible as Markdown.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    # "~20 to ~30" is no deletion.
    reader.options["strikethrough_single_tilde"] = False
    reader.use(dollarmath_plugin, allow_labels=False, allow_digits=False, double_inline=True)
    reader.use(amsmath_plugin)
    reader.add_render_rule("fence", _fence)
    for kind in ("html_inline", "html_block"):
        reader.add_render_rule(kind, _raw_html)
    return reader


def _fence(renderer: Any, tokens: Any, place: int, *rest: Any) -> str:
    """Set a block of code that is a formula; keep what a directive of MyST says in its head."""
    token, head = tokens[place], tokens[place].info.strip()
    if head in ("math", "{math}"):
        lines = (line for line in token.content.splitlines() if not line.startswith(":"))
        return f'<div class="math block">{escapeHtml(chr(10).join(lines))}</div>'
    if head.startswith("{"):
        token.content = f"{head}\n{token.content}"
    return str(renderer.fence(tokens, place, *rest))


def _raw_html(_self: Any, tokens: Any, place: int, *_: Any) -> str:
    return _DISALLOWED.sub("&lt;", tokens[place].content)
