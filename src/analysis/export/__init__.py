"""nbconvert exporters: an executed notebook becomes an HTML page or a PDF."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def template(name: str) -> str:
    """Return the text of a file in templates/."""
    return (resources.files(__name__) / "templates" / name).read_text(encoding="utf-8")
