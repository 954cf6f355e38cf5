"""Formulas: LaTeX as MathML, which pages show as it is and the PDF's template sets.

Converted by latex2mathml. What it does not know it lets through as text; such a formula is shown as
its source, unchanged, rather than as another formula.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final
from xml.etree.ElementTree import Element

from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert_to_element

Node = dict[str, Any]

_LONGEST, _DEEPEST = 10_000, 30
_SAME: Final = {
    **dict.fromkeys(("align", "aligned", "alignat*", "eqnarray", "eqnarray*"), "align*"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "matrix"),
}
"""Environments that the library does not know, or numbers, and one that looks the same."""
_KNOWN: Final = {
    *("equation", "equation*", "displaymath", "math"),
    *(name.removeprefix("\\") for name in MATRICES),
}
_PARTS: Final = {
    **dict.fromkeys(("msub", "msup", "munder", "mover", "mfrac", "mroot"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_LOOK: Final = {"display", "fence", "stretchy", "linethickness", "columnalign", "width", "accent"}


def formula(source: str, *, block: bool) -> Node:
    """Return a formula as a node ``math``, or its source where it cannot be set.

    Parameters
    ----------
    source
        LaTeX without the signs around it.
    block
        Whether it stands on a line of its own.
    """
    written = source.strip()
    try:
        made = convert_to_element(_prepared(written), display="block" if block else "inline")
        node = _node(made, 0)
    except Exception:  # whatever the library raises on what is no LaTeX
        sign = "" if written.startswith("\\begin") else "$$" if block else "$"
        shown = f"{sign}{written}{sign}"
        return {"tag": "pre" if block else "code", "attributes": {}, "children": [shown]}
    node["attributes"]["alttext"] = written
    return node


def _prepared(source: str) -> str:
    """Return a formula in the library's words: without labels, with environments that it knows."""
    named = re.sub(
        r"\\(begin|end)\{([a-z]+\*?)\}",
        lambda found: f"\\{found[1]}{{{_SAME.get(found[2], found[2])}}}",
        re.sub(r"\\label\{[^{}]*\}", "", source),
    )
    # The letters of an environment that it does not know the library would read as variables.
    if len(source) > _LONGEST or {*re.findall(r"\\begin\{([^}]*)\}", named)} - _KNOWN:
        raise ValueError("too long, or an environment that is not known")
    return named


def _node(element: Element, depth: int) -> Node:
    """Return an element of MathML; `ValueError` if it holds what the converter passed through."""
    tag, text = element.tag, unescape(element.text or "")
    children = [_node(child, depth + 1) for child in element]
    letters = "\\" in text or (text == "&" and tag == "mi")
    incomplete = len(children) != _PARTS.get(tag, len(children))
    broken = tag == "mspace" and element.get("linebreak")  # lines without an environment
    if depth > _DEEPEST or letters or incomplete or broken:
        raise ValueError(f"not understood: {tag} {text}")
    look = {name: value for name, value in element.attrib.items() if name in _LOOK}
    return {"tag": tag, "attributes": look, "children": children or ([text] if text else [])}
