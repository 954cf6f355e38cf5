"""Blocks as HTML: used by JupyterLab's display and, page by page, by the HTML exporter.

Every text is escaped by the template engine. Pictures become data addresses in ``<img>``, where a
script inside an SVG can do nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import jinja2
from markupsafe import Markup

_BEGIN: Final = "data:image/svg+xml,"
_PLAIN: Final = "/:=,;.()-+'!?@$[]{}|"


def data_address(svg: str) -> Markup:
    """Return an SVG text as a ``data:`` address for ``src``."""
    return _address(svg, _PLAIN + " \n")


def data_candidate(svg: str) -> Markup:
    """Return an SVG text as a ``data:`` address for ``srcset``, which ends at a space."""
    return _address(svg, _PLAIN)


def _address(svg: str, plain: str) -> Markup:
    # Percent-encoding keeps drawings a fifth smaller than base64 does. What it leaves is harmless
    # between double quotes; escaping each of the single ones again would cost a fifth more.
    return Markup(_BEGIN + quote(svg.replace('"', "'"), safe=plain))


def safe_link(href: str) -> str:
    """Return `href` if it is a web or mail address or a place on the page, else nothing."""
    return href if re.match(r"(https?://|mailto:|#)[^\s]*\Z", href) else ""


@cache
def environment() -> jinja2.Environment:
    """Return the template engine: everything escaped, an undefined name is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis.briefs"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        data_address=data_address, data_candidate=data_candidate, safe_link=safe_link
    )
    return made


def fragment(content: dict[str, Any]) -> str:
    """Render one block's content as an HTML fragment.

    Parameters
    ----------
    content
        What `analysis.briefs.blocks.Block.content` returns.
    """
    module = environment().get_template("blocks.html.j2").module
    return str(module.block(content)).strip()  # type: ignore[attr-defined]


NOTEBOOK_STYLE = (
    ".nit-brief{max-width:40rem}"
    ".nit-brief .nit-hidden{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%)}"
    ".nit-brief .nit-kicker{margin:0;font-weight:600}.nit-brief h1{margin:0}"
    ".nit-brief .nit-badge{border:1px solid;border-radius:3px;padding:.1em .4em;font-weight:600}"
    ".nit-brief dl.nit-facts{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem}"
    ".nit-brief dt,.nit-brief dd{margin:0;padding:0;width:auto;float:none;display:block}"
    ".nit-brief .nit-value{display:block;font-size:1.5em;font-weight:600}"
    ".nit-brief .nit-figure-title{display:block;font-weight:600;margin:0;text-align:left}"
    ".nit-brief .nit-figure-subtitle,.nit-brief figcaption,.nit-brief .nit-detail{opacity:.8;"
    "margin:0}"
    # Drawn for paper: on a dark theme the picture keeps a white ground.
    ".nit-brief img{width:100%;height:auto;background:#fff}.nit-brief figure{margin:0}"
    ".nit-brief caption{text-align:left}.nit-brief table{margin:.3em 0;width:100%}"
    ".nit-brief td,.nit-brief .nit-right{text-align:right}.nit-brief .nit-left{text-align:left}"
    ".nit-brief .nit-center{text-align:center}.nit-brief .nit-sign{font-size:.6em}"
    ".nit-brief .nit-mark-up{background:#2f6ea333}.nit-brief .nit-mark-down{background:#a8551c33}"
)
"""What a block needs to be readable in JupyterLab, whose own style does the rest."""


def notebook_fragment(content: dict[str, Any]) -> str:
    """Return a block as JupyterLab shows it while one works."""
    return f'<style>{NOTEBOOK_STYLE}</style><div class="nit-brief">{fragment(content)}</div>'
