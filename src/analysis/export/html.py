"""``nit-brief-html``: an executed notebook as one self-contained, accessible HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from analysis.briefs.blocks import Content, environment
from analysis.export.bundle import BriefExporter
from analysis.export.head import content_policy, metadata, page_title, stylesheet
from analysis.export.offered import offered
from analysis.export.spreadsheet import csv_text
from analysis.export.svg import dark_rules, on_page
from analysis.export.whole import title_of


def html_page(
    contents: Sequence[Content],
    files: Sequence[tuple[str, str]] = (),
    assets: Mapping[str, Sequence[str]] | None = None,
    card: str = "",
) -> str:
    """Return the whole page of a brief.

    Parameters
    ----------
    contents
        The blocks, as `analysis.export.bundle.brief_content` returns them.
    files
        Label and relative address of what belongs to the brief as a whole.
    assets
        Name of each picture and table -> relative addresses of its files. Without them the page,
        which may then be all that there is of a brief, carries the values itself.
    card
        Relative address of the brief's picture for messengers, or empty.
    """
    head = title_of(list(contents))
    blocks = list(_enriched(contents, assets))
    shown = (picture for block in blocks for picture in block.get("pictures", ()))
    prose = ["prose.css"] if any(block["kind"] == "prose" for block in blocks) else []
    css = stylesheet("brief.css", *prose) + dark_rules(shown)
    addresses = [address for _, address in files]
    page = (
        page_environment()
        .get_template("page.html.j2")
        .render(
            contents=blocks,
            sections=[b for b in blocks if b.get("anchor") and b.get("level", 2) == 2],
            head=head,
            title=page_title(head),
            metadata=metadata(head, next((a for a in addresses if a.endswith(".pdf")), ""), card),
            files=files,
            css=css,
            policy=content_policy(css),
        )
    )
    return re.sub(r"(?<=\d) %(?=[ ,.;:)<])", "\u00a0%", page)


class HTMLBriefExporter(BriefExporter):
    """Render the blocks of an executed notebook as a page without script or remote address."""

    export_from_notebook = "Brief (HTML)"
    output_mimetype = "text/html"
    render = staticmethod(html_page)

    def _file_extension_default(self) -> str:
        return ".html"


def _enriched(
    contents: Sequence[Content], assets: Mapping[str, Sequence[str]] | None
) -> Iterator[Content]:
    """Yield the blocks with what only a whole page knows: anchors, downloads, dark mode."""
    offers = iter(offered(contents))
    sections = 0
    for content in contents:
        if content["kind"] in ("heading", "findings"):
            sections += 1
            text = content.get("text") or content.get("heading")
            yield {**content, "anchor": f"section-{sections}", "text": text}
        elif content["kind"] in ("figure", "table"):
            offer = next(offers)
            pictures = _pictures(content) if offer.svg else {}
            if assets is not None:
                downloads = [_file(address) for address in assets[offer.name]]
            elif offer.sheet:
                downloads = [_carried(f"{offer.name}.csv", csv_text(offer.sheet))]
            else:
                downloads = []
            yield {**content, **pictures, "downloads": downloads}
        else:
            yield content


def _pictures(content: Content) -> dict[str, list[Markup]]:
    """Return the elements that show a figure; nothing where it may only be shown as an image."""
    kinds = (
        {"svg": "nit-wide", "svg_narrow": "nit-narrow"} if content["svg_narrow"] else {"svg": ""}
    )
    shown = [on_page(content[key], content["alt"], kind) for key, kind in kinds.items()]
    return {"pictures": [p for p in shown if p]} if all(shown) else {}


def _file(address: str) -> dict[str, str]:
    ending = address.rpartition(".")[2]
    label = "data (CSV)" if ending == "csv" else ending.upper()
    return {"label": label, "href": address, "download": address.rpartition("/")[2]}


def _carried(name: str, text: str) -> dict[str, str]:
    # The mark by which Excel knows UTF-8.
    address = "data:text/csv;charset=utf-8,%EF%BB%BF" + quote(text, safe=" /:,;()'!*@$|+=")
    return {"label": "data (CSV)", "href": address, "download": name}


@cache
def page_environment() -> jinja2.Environment:
    """Return the template engine of whole pages; see `analysis.briefs.blocks`."""
    loaders = [
        jinja2.PackageLoader("analysis.export"),
        jinja2.PackageLoader("analysis.briefs"),
    ]
    return environment().overlay(loader=jinja2.ChoiceLoader(loaders))
