"""The notebooks of results as pages: executed as they are, code, tables and figures in place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from nbconvert import MarkdownExporter
from nbformat import NotebookNode

from analysis.batch.execute import execute
from analysis.batch.plan import RESULT_NOTEBOOKS
from analysis.batch.verify import temporary_project
from analysis.facts.files import project_root

_PICTURES: Final = """
{%- extends 'markdown/index.md.j2' -%}
{% block data_png %}
{% set words = output.metadata.get('image/png', {}).get('alt', '') %}
![{{ words.split() | join(' ') }}]({{ output.metadata.filenames['image/png'] }})
{% endblock data_png %}
"""
"""The template of nbconvert calls every picture ``png``: here it has its alt text."""


def executed_pages() -> dict[str, str | bytes]:
    """Return the pages and pictures of the executed notebooks: address below notebooks -> content.

    They run in a copy of the project, so that nothing is written here.
    """
    with temporary_project(project_root(), True) as copy, ThreadPoolExecutor() as pool:
        # The first makes the tables that the others read.
        first, *others = RESULT_NOTEBOOKS
        executed = [_executed(copy, first), *pool.map(partial(_executed, copy), others)]
        made: dict[str, str | bytes] = {}
        for name, notebook in zip(RESULT_NOTEBOOKS, executed, strict=True):
            exporter = MarkdownExporter(raw_template=_PICTURES)  # type: ignore[no-untyped-call]
            text, resources = exporter.from_notebook_node(
                notebook, {"output_files_dir": name, "unique_key": name}
            )
            made |= {f"{name}.md": text, **resources["outputs"]}
    return made


def _executed(project: Path, name: str) -> NotebookNode:
    output = project / f"{name}.ipynb"
    return execute(project / "notebooks" / output.name, output, {}, engine="warm")
