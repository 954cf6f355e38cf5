"""Formulas: LaTeX as MathML, which pages show as it is and the PDF's template sets.

Converted by latex2mathml. What it does not know it lets through as text; such a formula is shown as
its source, unchanged, rather than as another formula.
"""

from __future__ import annotations

import re
import unicodedata
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
    "dcases": "cases",
}
"""Environments that the library does not know, or numbers, and one that looks the same."""
_WORDS: Final = {
    r"\\label\{[^{}]*\}": "",
    r"\\tag\{([^{}]*)\}": r"\\qquad\\text{(\1)}",
    # Names of functions in upright letters, which the library knows where they are letters only.
    r"\\operatorname\*\s*\{([^{}]*)\}(?=\s*[_^])": r"\\mathop{\\rm \1}\\limits",
    r"\\operatorname\*": r"\\operatorname",
    r"\\operatorname\s*\{([^{}]*\\[^{}]*)\}": r"\\mathop{\\rm \1}",
    r"\\arg(?![a-zA-Z])": r"\\mathop{\\rm arg}",
    r"\\mathrm\s*\{": r"{\\rm ",
    r"\\not\s*=": r"\\neq ",
    # The size of a bracket, and formulas within a text.
    r"\\[bB]igg?[lrm]?\s*(?=\\)": "",
    r"(?<!\\)\$([^$]*)\$": r"}\1\\text{",
}
"""What the library does not know, as patterns, in words that it knows."""
_FONTS: Final = {
    **{name: name.upper() for name in ("bold", "script", "fraktur", "double-struck")},
    **{name: name.upper() for name in ("monospace", "sans-serif")},
    "bold-italic": "BOLD ITALIC",
}
_KNOWN: Final = {
    *("equation", "equation*", "displaymath", "math"),
    *(name.removeprefix("\\") for name in MATRICES),
}
_PARTS: Final = {
    **dict.fromkeys(("msub", "msup", "munder", "mover", "mfrac", "mroot"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_LOOK: Final = {"display", "displaystyle", "fence", "stretchy", "linethickness", "width", "accent"}


def formula(source: str, *, block: bool) -> Node:
    """Return a formula, LaTeX without the signs around it, as a node ``math``.

    One that cannot be set is its source; a `block` stands on a line of its own.
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
    """Return a formula in words that the library knows."""
    named = re.sub(
        r"\\(begin|end)\{([a-z]+\*?)\}",
        lambda found: f"\\{found[1]}{{{_SAME.get(found[2], found[2])}}}",
        source,
    )
    if "{eqnarray" in source:  # its signs have a column of their own
        named = re.sub(r"(&(?:[^&\\]|\\[^\\])*)&", r"\1", named)
    for pattern, known in _WORDS.items():
        named = re.sub(pattern, known, named)
    # The letters of an environment that it does not know the library would read as variables.
    if len(source) > _LONGEST or {*re.findall(r"\\begin\{([^}]*)\}", named)} - _KNOWN:
        raise ValueError("too long, or an environment that is not known")
    return named


def _node(element: Element, depth: int) -> Node:
    """Return an element of MathML; `ValueError` if it holds what the converter passed through."""
    tag, text, font = element.tag, unescape(element.text or ""), element.get("mathvariant", "")
    children = [_node(child, depth + 1) for child in element]
    if tag == "mtext":
        text = re.sub(r"\\([#$%&_{}])", r"\1", text)
    elif tag == "mo" and children:  # a name of several letters and blanks
        text, children = "".join(c.text or "\u2009" for c in element.iter() if not len(c)), []
    letters = "\\" in text or (text == "&" and tag == "mi")
    incomplete = len(children) != _PARTS.get(tag, len(children))
    broken = tag == "mspace" and element.get("linebreak")  # lines without an environment
    struck = "strike" in element.get("notation", "")
    if depth > _DEEPEST or letters or incomplete or broken or struck:
        raise ValueError(f"not understood: {tag} {text}")
    look = {name: value for name, value in element.attrib.items() if name in _LOOK}
    look |= {"mathvariant": font} if font == "normal" and tag == "mi" else {}
    if side := element.get("columnalign"):  # which few browsers know
        look["class"] = f"nit-{side}"
    text = "".join(_in_font(letter, _FONTS[font]) for letter in text) if font in _FONTS else text
    return {"tag": tag, "attributes": look, "children": children or ([text] if text else [])}


def _in_font(letter: str, font: str) -> str:
    """Return a letter of formulas in a font, as Unicode has it; itself where it has none."""
    name = re.sub("^(LATIN|GREEK) |LETTER ", "", unicodedata.name(letter, ""))
    for styled in (f"MATHEMATICAL {font} {name}", f"{font} {name}", f"BLACK-LETTER {name}"):
        try:
            return unicodedata.lookup(styled)
        except KeyError:
            continue
    return letter
