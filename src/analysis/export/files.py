"""All files of one brief, made from its executed notebook.

The one place that knows what a brief consists of: whoever runs notebooks asks for the files and
puts them in place, whoever adds a format adds it here.
"""

from __future__ import annotations

from collections.abc import Collection

import nbformat
from nbformat import NotebookNode

from analysis.export.bundle import brief_content
from analysis.export.html import html_page
from analysis.export.pdf import pdf_document


def brief_files(name: str, notebook: NotebookNode, formats: Collection[str]) -> dict[str, bytes]:
    """Return the files of a brief.

    Parameters
    ----------
    name
        Of the brief: its folder in reports/ and the stem of its files.
    notebook
        As executed, in its reproducible form.
    formats
        ``html``, ``pdf`` or both; the executed notebook is part of the brief in any case.

    Returns
    -------
    dict
        Path relative to the brief's folder, with ``/`` between its parts -> contents.

    Raises
    ------
    analysis.errors.BriefError
        If the notebook cannot be shown as a brief.
    """
    contents = brief_content(notebook)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    files = {f"{name}.ipynb": f"{text}\n".encode()}
    if "html" in formats:
        files[f"{name}.html"] = html_page(contents).encode()
    if "pdf" in formats:
        files[f"{name}.pdf"] = pdf_document(contents)
    return files
