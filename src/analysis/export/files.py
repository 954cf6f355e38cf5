"""All files of one brief, made from its executed notebook.

The one place that knows what a brief consists of: whoever runs notebooks asks for the files and
puts them in place, whoever adds a format adds it here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from analysis.briefs.blocks import Content
from analysis.export.bundle import brief_content, title_of
from analysis.export.html import html_page
from analysis.export.offered import CARD, csv_text, offered, workbook
from analysis.export.pdf import card_png, one_page_document, pdf_document, png_files, score_picture
from analysis.export.svg import svg_file
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.groups import members_of
from analysis.settings.notebooks import declared_parameters


def brief_files(
    name: str, notebook: NotebookNode, formats: Collection[str], folder: Path | None = None
) -> dict[str, bytes]:
    """Return the files of a brief: path in its folder, with ``/`` between its parts -> contents.

    Parameters
    ----------
    name
        Of the brief: its folder in reports/ and the stem of its files.
    notebook
        As executed, in its reproducible form.
    formats
        Any of ``html``, ``pdf``, ``onepage`` and ``assets``: pictures as SVG and PNG, values as CSV
        and in one workbook. The executed notebook is part of the brief in any case.
    folder
        Where the notebook that was executed lies, for the pictures beside it.

    Raises
    ------
    BriefError
        If the notebook cannot be shown as a brief.
    """
    contents = brief_content(notebook, folder)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    files = {f"{name}.ipynb": f"{text}\n".encode()}
    if "pdf" in formats:
        files[f"{name}.pdf"] = pdf_document(contents)
    if "onepage" in formats:
        files[f"{name}-onepage.pdf"] = one_page_document(contents)
    assets = asset_files(name, contents) if "assets" in formats else {}
    files |= assets
    if "html" in formats:
        whole = {
            "All briefs": "../index.html",
            "Compare": f"../explore.html{_choice(notebook)}",
            "PDF": f"{name}.pdf",
            "One page": f"{name}-onepage.pdf",
            "Notebook": f"{name}.ipynb",
            "All data (XLSX)": f"assets/{name}.xlsx",
        }
        links = [(said, path) for said, path in whole.items() if path[:3] == "../" or path in files]
        files[f"{name}.html"] = html_page(contents, links, assets or None).encode()
    return files


def asset_files(name: str, contents: Sequence[Content]) -> dict[str, bytes]:
    """Return path and contents of the pictures, the tables and the workbook of a brief."""
    offers = offered(contents)
    pictures = [offer for offer in offers if offer.content.get("svg")]
    files = {f"assets/{o.name}.svg": svg_file(o).encode() for o in pictures}
    drawn = zip(pictures, png_files(pictures), strict=True)
    files |= {f"assets/{offer.name}.png": png for offer, png in drawn}
    if shown := score_picture(contents):
        files[f"assets/{CARD}"] = card_png(title_of(contents), shown)
    sheets = [(offer.name, offer.sheet) for offer in offers if offer.sheet]
    files |= {f"assets/{n}.csv": csv_text(sheet).encode("utf-8-sig") for n, sheet in sheets}
    if sheets:
        files[f"assets/{name}.xlsx"] = workbook(title_of(contents), offers)
    return files


def _choice(notebook: NotebookNode) -> str:
    """Return the part of the address of the page to explore that chooses what a brief is about."""
    tags = {"parameters", "injected-parameters"}
    cells = [c.source for c in notebook.cells if tags & {*c.metadata.get("tags", ())}]
    declared = declared_parameters("\n".join(cells), Path("the notebook"))
    given = {parameter.name: parameter.default for parameter in declared}
    codes = ",".join(country.iso3 for country in members_of(given))
    ends = (("from", "first_edition", FIRST_EDITION), ("to", "last_edition", LAST_EDITION))
    window = (f"&{key}={given[name]}" for key, name, end in ends if given.get(name, end) != end)
    return f"#c={codes}{''.join(window)}" if codes else ""
