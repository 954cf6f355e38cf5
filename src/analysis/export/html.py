"""``nit-brief-html``: an executed notebook as one self-contained, accessible HTML page."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib import resources as package_files
from typing import Any

import jinja2
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from analysis.export.bundle import brief_content, title_of
from analysis.presentation.blocks import Content
from analysis.presentation.fragments import environment


class HTMLBriefExporter(Exporter):
    """Render the blocks of an executed notebook as a page without script or remote address."""

    export_from_notebook = "Brief (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources.

        Raises
        ------
        analysis.errors.BriefError
            If the notebook cannot be shown as a brief.
        """
        notebook, extended = super().from_notebook_node(nb, resources, **kw)
        return html_page(brief_content(notebook)), extended


def html_page(contents: list[Content]) -> str:
    """Return the whole page of a brief.

    Parameters
    ----------
    contents
        The blocks, as `analysis.export.bundle.brief_content` returns them.
    """
    template = page_environment().get_template("page.html.j2")
    css = stylesheet()
    return template.render(
        contents=contents, head=title_of(contents), css=css, policy=content_policy(css)
    )


@cache
def stylesheet() -> str:
    """Return the style sheet that every page carries."""
    folder = package_files.files("analysis.export") / "templates"
    return (folder / "brief.css").read_text(encoding="utf-8")


def content_policy(css: str) -> str:
    """Return a content security policy that allows this style sheet, data pictures and no more."""
    digest = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def page_environment() -> jinja2.Environment:
    """Return the template engine of whole pages; see `analysis.presentation.fragments`."""
    loaders = [
        jinja2.PackageLoader("analysis.export"),
        jinja2.PackageLoader("analysis.presentation"),
    ]
    return environment().overlay(loader=jinja2.ChoiceLoader(loaders))
