"""The header in YAML with which Quarto, Jupytext and Jupyter Book begin a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from nbformat import NotebookNode

from analysis.briefs.blocks import Title


def front_matter(cell: NotebookNode) -> tuple[Title | None, str, str]:
    """Return the title and abstract in the header of a notebook's first cell, and its other text.

    Parameters
    ----------
    cell
        A raw cell or one of Markdown; others have no header.
    """
    before, _, rest = cell.source.lstrip().partition("\n")
    header, closing, text = f"{rest}\n".partition("\n---\n")
    if cell.cell_type == "code" or before.rstrip() != "---" or not closing:
        return None, "", cell.source
    try:
        told = yaml.safe_load(header)
    except yaml.YAMLError:
        told = None
    if not isinstance(told, dict) or not told.get("title"):
        return None, "", cell.source
    below = (
        told.get("subtitle"),
        *_names(told.get("author") or told.get("authors")),
        told.get("date"),
    )
    subtitle = " · ".join(str(part) for part in below if part)
    abstract = "\n\n".join(str(told[key]) for key in ("abstract", "description") if told.get(key))
    return Title(title=str(told["title"]), subtitle=subtitle), abstract, text.strip()


def _names(authors: Any) -> Iterator[str]:
    """Yield the names of authors, each a text or a mapping with a name."""
    for author in authors if isinstance(authors, list) else [authors]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str):
            yield name
