"""``nit-brief-pdf``: an executed notebook as a tagged PDF, set by Typst.

The content reaches the template as JSON, so no text is ever read as markup. Typst enforces PDF/UA-1
and PDF/A-2a: a picture without a description stops the build. Only the fonts of the package and of
the typst wheel are used, and the date is that of the data's release, so the bytes are reproducible.
"""

from __future__ import annotations

import copy
import json
import re
import tempfile
import unicodedata
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources as package_files
from pathlib import Path
from typing import Any, Final

import typst

from analysis.briefs.blocks import Content, safe_link
from analysis.export.bundle import BriefExporter
from analysis.export.nodes import nested
from analysis.export.whole import title_of
from analysis.facts.errors import BriefError

STANDARDS: Final = ["ua-1", "a-2a"]
# The stub of the wheel does not know that files may be given by their contents.
_compile: Final[Any] = typst.compile


def pdf_document(contents: list[Content], *, one_page: bool = False) -> bytes:
    """Return a brief as PDF/UA-1 and PDF/A-2a.

    Parameters
    ----------
    contents
        The blocks, as `analysis.export.bundle.brief_content` returns them.
    one_page
        Whether type and pictures are made as small as one page needs them.

    Raises
    ------
    BriefError
        If Typst refuses the document; its message says why.
    """
    prepared = [_for_typst(content) for content in contents]
    files = _picture_files(prepared)
    data = {"head": title_of(contents), "contents": prepared, "one_page": one_page}
    files["brief.json"] = json.dumps(data, ensure_ascii=False).encode()
    try:
        return _compiled(files)
    except typst.TypstError as error:
        files |= _with_names(files, error)
    try:
        return _compiled(files)
    except typst.TypstError as error:
        raise BriefError(f"Typst refused the brief: {str(error).splitlines()[0]}") from None


class PDFBriefExporter(BriefExporter):
    """Render the blocks of an executed notebook as a PDF."""

    export_from_notebook = "Brief (PDF)"
    output_mimetype = "application/pdf"
    render = staticmethod(pdf_document)

    def _file_extension_default(self) -> str:
        return ".pdf"


def _compiled(files: Mapping[str, bytes]) -> bytes:
    # Typst takes texts by their contents, pictures from a folder only.
    texts = {**_templates(), "brief.json": files["brief.json"]}
    fonts = shipped_fonts()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        return bytes(
            _compile(texts, root=folder, format="pdf", font_paths=fonts, pdf_standards=STANDARDS)
        )


def _picture_files(contents: Sequence[Content]) -> dict[str, bytes]:
    """Return the pictures of prose as files, and put their names in place of their bytes."""
    files: dict[str, bytes] = {}
    for content in contents:
        for node in nested(content.get("nodes", ()), "img"):
            media, _, data = node["attributes"]["src"].partition(";base64,")
            ending = media.rpartition("/")[2].removesuffix("+xml")
            name = f"picture-{len(files) + 1}.{ending}"
            files[name] = b64decode(data)
            node["attributes"]["src"] = name
    return files


def _with_names(files: Mapping[str, bytes], error: typst.TypstError) -> dict[str, bytes]:
    """Return texts and drawings with names for characters that no shipped font has, such as emoji.

    A PDF/UA must not show a placeholder, and a text from elsewhere must not stop a batch.
    """
    named = {name: data for name, data in files.items() if name.endswith((".json", ".svg"))}
    for shown in re.findall(r'the text `"(.+?)"` could not be displayed', error.diagnostic):
        lacking = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), shown)
        names = [unicodedata.name(c, f"U+{ord(c):04X}").lower() for c in lacking if c.isprintable()]
        words = f"[{', '.join(names)}]" if names else ""
        named = {k: data.replace(lacking.encode(), words.encode()) for k, data in named.items()}
    return named


def _for_typst(content: Content) -> Content:
    """Drop what only HTML needs and links that are no web addresses."""
    if content["kind"] == "figure":
        return {**content, "svg_narrow": "", "data": None}
    if content["kind"] == "paragraph":
        return {**content, "spans": [_safe(span) for span in content["spans"]]}
    if content["kind"] == "items":
        return {**content, "items": [[_safe(s) for s in item] for item in content["items"]]}
    if content["kind"] == "prose":
        return copy.deepcopy(content)
    return content


def _safe(span: dict[str, str]) -> dict[str, str]:
    href = safe_link(span["href"])
    return {**span, "href": "" if href.startswith("#") else href}


@cache
def _templates() -> dict[str, bytes]:
    folder = package_files.files("analysis.export") / "templates"
    names = {"main.typ": "brief.typ", "prose.typ": "prose.typ", "words.typ": "words.typ"}
    return {name: (folder / file).read_bytes() for name, file in names.items()}


@cache
def shipped_fonts() -> typst.Fonts:
    """Return the fonts; reading them once makes every later page twenty times faster."""
    folder = str(package_files.files("analysis.briefs") / "fonts")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
