"""``nit-brief-html``: an executed notebook as one self-contained, accessible HTML page.

Here stands also what every page shares: style sheet with fonts, policy, template engine.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import count
from typing import Final
from urllib.parse import quote, unquote

import jinja2
from markupsafe import Markup

from analysis import AUTHOR, DATE, RATINGS_CITATION, VERSION, project_citation
from analysis.briefs.blocks import Content, environment
from analysis.export import template
from analysis.export.bundle import BriefExporter, title_of
from analysis.export.offered import CARD, csv_text, offered
from analysis.export.prose import elements
from analysis.export.svg import DARK, dark_rules, darkened, on_page

_FACES: Final = {"400": "BriefSans-Regular.woff2", "600 700": "BriefSans-Semibold.woff2"}
_DOWNLOADS: Final = {"svg": "SVG", "png": "PNG", "csv": "data (CSV)"}


def html_page(
    contents: Sequence[Content],
    files: Sequence[tuple[str, str]] = (),
    assets: Collection[str] | None = None,
) -> str:
    """Return the whole page of a brief from its blocks.

    Parameters
    ----------
    files
        Label and relative address of what belongs to the brief as a whole.
    assets
        Relative addresses of the files of its pictures and tables. Without them the page, which may
        then be all that there is of a brief, carries the values itself.
    """
    blocks = list(_enriched(contents, assets))
    _lead_to_places(blocks)
    # Who publishes the page completes the card's address: where that will be is not known.
    card = f"assets/{CARD}"
    shown = (picture for block in blocks for picture in block.get("pictures", ()))
    prose = ["prose.css"] if any(block["kind"] == "prose" for block in blocks) else []
    page = rendered(
        "page.html.j2",
        stylesheet("brief.css", *prose) + dark_rules(shown),
        contents=blocks,
        sections=[b for b in blocks if b.get("anchor") and b.get("level", 2) == 2],
        head=title_of(contents),
        pdf=next((address for _, address in files if address.endswith(".pdf")), ""),
        card=card if card in (assets or ()) else "",
        files=files,
    )
    return re.sub(r" %(?<=\d %)(?=[ ,.;:)<])", "\u00a0%", page)


class HTMLBriefExporter(BriefExporter):
    """Render the blocks of an executed notebook as a page without script or remote address."""

    export_from_notebook = "Brief (HTML)"
    output_mimetype = "text/html"
    render = staticmethod(html_page)


def _enriched(contents: Sequence[Content], assets: Collection[str] | None) -> Iterator[Content]:
    """Yield the blocks with what only a whole page knows: anchors, downloads, dark mode."""
    offers, sections = iter(offered(contents)), count(1)
    for content in contents:
        if content["kind"] in ("heading", "findings"):
            text = content.get("text") or content.get("heading")
            yield {**content, "anchor": f"section-{next(sections)}", "text": text}
        elif content["kind"] in ("figure", "table"):
            offer = next(offers)
            files = {ending: f"assets/{offer.name}.{ending}" for ending in _DOWNLOADS}
            own = {ending: file for ending, file in files.items() if file in (assets or ())}
            if assets is None and offer.sheet:
                # The mark by which Excel knows UTF-8 comes first.
                values = quote(csv_text(offer.sheet), safe=" /:,;()'!*@$|+=")
                own = {"csv": f"data:text/csv;charset=utf-8,%EF%BB%BF{values}"}
            downloads = [
                {"label": _DOWNLOADS[ending], "href": href, "download": f"{offer.name}.{ending}"}
                for ending, href in own.items()
            ]
            yield {**content, "pictures": _pictures(content), "downloads": downloads}
        else:
            yield content


def _lead_to_places(blocks: Sequence[Content]) -> None:
    """Turn links to headings, which Jupyter addresses by their words, to the page's anchors.

    Of the places that texts name, those are kept that a link leads to, one of a name.
    """

    def plain(words: str) -> str:
        return re.sub(r"\W+", "-", words.lower()).strip("-")

    headings = {plain(b["text"]): b["anchor"] for b in reversed(blocks) if "anchor" in b}
    looks = [e["attributes"] for block in blocks for e in elements(block.get("nodes", ()))]
    links = [look for look in looks if look.get("href", "").startswith("#")]
    wanted = {unquote(look["href"][1:]) for look in links} - {"content", *headings.values()}
    for look in looks:
        if (name := look.pop("id", "")) in wanted:
            look["id"] = name
            wanted.remove(name)
    kept = {look["id"] for look in looks if "id" in look}
    for link in links:
        name = unquote(link["href"][1:])
        if name not in kept and (place := headings.get(plain(name))):
            link["href"] = f"#{place}"


def _pictures(content: Content) -> list[Markup]:
    """Return the elements that show a figure; none where it may only be shown as an image."""
    kinds = {"svg": "nit-wide", "svg_narrow": "nit-narrow"}
    if not content.get("svg_narrow"):
        kinds = {"svg": ""} if content.get("svg") else {}
    try:
        return [on_page(content[key], content["alt"], kind) for key, kind in kinds.items()]
    except ValueError:
        return []


def rendered(name: str, css: str, script: str = "", **values: object) -> str:
    """Return a whole page from its template, with a policy that its style and script satisfy."""
    policy = content_policy(css, script)
    page = page_environment().get_template(name)
    return page.render(values, css=css, script=script, policy=policy)


@cache
def page_environment() -> jinja2.Environment:
    """Return the template engine of whole pages, which knows who made them and when."""
    loaders = [jinja2.PackageLoader("analysis.export"), jinja2.PackageLoader("analysis.briefs")]
    made = environment().overlay(loader=jinja2.ChoiceLoader(loaders))
    citations = RATINGS_CITATION, project_citation()
    known = {"author": AUTHOR, "version": VERSION, "date": DATE, "citations": citations}
    made.globals = {**made.globals, **known}
    return made


@cache
def stylesheet(*names: str) -> str:
    """Return style sheets of templates/ as one, with the fonts before and dark mode after them.

    Dark mode is every colour of the light one turned by `analysis.export.svg.darkened`, on pages as
    in pictures.
    """
    css = "\n".join(map(template, names))
    css = re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    colours = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css)
    turned = "".join(f"--{name}:{darkened(colour)};" for name, colour in colours)
    folder = resources.files("analysis.export") / "fonts"
    faces = "".join(
        f'@font-face{{font-family:"Brief Sans";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{b64encode((folder / name).read_bytes()).decode()})"
        f'format("woff2")}}\n'
        for weight, name in _FACES.items()
    )
    return f"{faces}{css}{DARK}{{:root{{{turned}}}}}\n"


def content_policy(css: str, script: str = "") -> str:
    """Return a content security policy that allows this style, this script, data and no more."""
    style, only = (
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (css, script)
    )
    scripts = f"script-src {only}; " if script else ""
    return (
        f"default-src 'none'; {scripts}style-src {style}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
