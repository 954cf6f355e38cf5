"""The reference of the documentation: commands, notebooks and modules, from what they describe.

The notebooks of results are pages too: executed as they are, code, tables and figures in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import typer
import typer.main
from nbconvert import MarkdownExporter
from nbformat import NotebookNode

from analysis.batch.execute import execute
from analysis.batch.plan import RESULT_NOTEBOOKS
from analysis.batch.verify import temporary_project
from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.settings.notebooks import read_notebook

PARTS: Final = (
    *("Facts", "Settings", "Tables", "Sources", "Reconciliation", "Data", "Statistics"),
    *("Trajectories", "Correlations", "Validation", "Briefs", "Export", "Batch", "Publication"),
)
"""Titles of the pages; each has the modules of the room of that name."""
_PICTURES: Final = """
{%- extends 'markdown/index.md.j2' -%}
{% block data_png %}
{% set words = output.metadata.get('image/png', {}).get('alt', '') %}
![{{ words.split() | join(' ') }}]({{ output.metadata.filenames['image/png'] }})
{% endblock data_png %}
"""
"""The template of nbconvert calls every picture ``png``: here it has its alt text."""


def table(heads: Sequence[str], body: Iterable[Sequence[object]], align: str = "") -> str:
    """Return a table in Markdown; `align` has one of ``l``, ``r`` a column, all left if empty."""
    rule = ["---:" if side == "r" else "---" for side in align or "l" * len(heads)]
    lines = [
        [" ".join(str(v).replace("|", "\\|").split()) for v in line] for line in (heads, *body)
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def command_reference(app: typer.Typer) -> str:
    """Return one section a command: what it does, its usage, its arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = []
    for name, command in group.commands.items():
        context = command.context_class(command, info_name=f"nit {name}")
        usage = " ".join([f"nit {name}", *command.collect_usage_pieces(context)])
        lines = (command.help or "").replace("\b", "").splitlines()
        prose = "\n".join(line.strip() for line in lines)
        parts += [f"## nit {name} {{ #{name} }}", prose, f"```text\n{usage}\n```"]
        body = []
        for words, told in (p.get_help_record(context) for p in command.params):
            # The default and the bounds stand in brackets after the meaning.
            meaning, _, extra = told.partition("  [")
            extra = f" ({extra.rstrip(']').replace('; ', ', ')})" if extra else ""
            body += [(f"`{words}`", f"{meaning}{extra}")] if words != "--help" else []
        parts += [table(("argument or option", "meaning"), body)] if body else []
    return "\n\n".join(parts)


def notebook_reference() -> str:
    """Return one section a notebook: its question, its parameters, how to run it.

    Raises
    ------
    AnalysisError
        If a parameter is not typed and commented.
    """
    sections = []
    for path in sorted((project_root() / "notebooks").glob("[0-9]*_*.ipynb")):
        name, notebook = path.stem, read_notebook(path.stem)
        texts, declared = notebook.texts, notebook.parameters
        title = texts[0].splitlines()[0].lstrip("# ")
        prose = next((p for t in texts for p in t.split("\n\n") if not p.startswith("#")), "")
        for p in declared:
            if not (p.type and p.written and p.help):
                raise AnalysisError(
                    f"{name}.ipynb: expected `name: type = default  # help` for {p.name}"
                )
        body = [(f"`{p.name}`", p.type, f"`{p.written}`", p.help) for p in declared]
        heads = ("parameter", "type", "default", "meaning")
        told = table(heads, body) if body else "No parameters."
        first = f" -p {declared[0].name} {declared[0].written}" if declared else ""
        run = f"```sh\n.venv/bin/papermill notebooks/{name}.ipynb out.ipynb{first}\n```"
        sections.append(f"## {name}: {title} {{ #{name} }}\n\n{prose}\n\n{told}\n\n{run}")
    return "\n\n".join(sections)


def module_pages(package: Path) -> dict[str, str]:
    """Return the pages of the reference: address below reference/api -> Markdown."""
    pages = {}
    for title in PARTS:
        room = package / title.lower()
        lines = [f"# {title}"] + [
            f"::: {'.'.join(('analysis', *path.relative_to(package).with_suffix('').parts))}"
            for path in sorted(room.rglob("[!_]*.py")) or [room.with_suffix(".py")]
            # It has a public function or class.
            if re.search("^(def|class) [^_]", path.read_text(encoding="utf-8"), re.MULTILINE)
        ]
        pages[f"{room.name}.md"] = "\n\n".join(lines) + "\n"
    return pages


def executed_pages() -> dict[str, str | bytes]:
    """Return the pages and pictures of the executed notebooks: address below notebooks -> content.

    They run in a copy of the project, so that nothing is written here.
    """
    with temporary_project(project_root()) as copy, ThreadPoolExecutor() as pool:
        # The first makes the tables that the others read.
        first, *others = RESULT_NOTEBOOKS
        executed = [_executed(copy, first), *pool.map(partial(_executed, copy), others)]
    made: dict[str, str | bytes] = {}
    for name, notebook in zip(RESULT_NOTEBOOKS, executed, strict=True):
        exporter = MarkdownExporter(raw_template=_PICTURES)  # type: ignore[no-untyped-call]
        names = {"output_files_dir": name, "unique_key": name}
        text, resources = exporter.from_notebook_node(notebook, names)
        made |= {f"{name}.md": text, **resources["outputs"]}
    return made


def _executed(project: Path, name: str) -> NotebookNode:
    output = project / f"{name}.ipynb"
    return execute(project / "notebooks" / output.name, output, {}, engine="warm")
