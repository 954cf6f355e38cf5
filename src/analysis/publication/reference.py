"""The reference of the documentation: commands, notebooks and modules, from what they describe.

The notebooks of results are pages too: executed as they are, code, tables and figures in place.
"""

from __future__ import annotations

import ast
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
from analysis.settings.notebooks import Notebook, read_notebook

PARTS: Final = (
    *("Facts", "Sources", "Settings", "Reconciliation", "Tables", "Statistics", "Trajectories"),
    *("Correlations", "Validation", "Briefs", "Export", "Batch", "Publication"),
)
"""Titles of the pages; each has the modules of the package of that name."""
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
    return "\n\n".join(_command(name, command) for name, command in group.commands.items())


def _command(name: str, command: Any) -> str:
    context = command.context_class(command, info_name=f"nit {name}")
    usage = " ".join([f"nit {name}", *command.collect_usage_pieces(context)])
    lines = (command.help or "").replace("\b", "").splitlines()
    prose = "\n".join(line.strip() for line in lines)
    parts = [f"## nit {name} {{ #{name} }}", prose, f"```text\n{usage}\n```"]
    body = [
        (f"`{words}`", _meaning(told))
        for words, told in (p.get_help_record(context) for p in command.params)
        if words != "--help"
    ]
    return "\n\n".join([*parts, table(("argument or option", "meaning"), body)] if body else parts)


def _meaning(told: str) -> str:
    """Return a meaning with the default and the bounds as a sentence of their own."""
    said, _, extra = told.partition("  [")
    return f"{said} ({extra.rstrip(']').replace('; ', ', ')})" if extra else said


def notebook_reference() -> str:
    """Return one section a notebook: its question, its parameters, how to run it.

    Raises
    ------
    AnalysisError
        If a parameter is not typed and commented.
    """
    paths = sorted((project_root() / "notebooks").glob("[0-9]*_*.ipynb"))
    return "\n\n".join(_notebook(read_notebook(path.stem)) for path in paths)


def _notebook(notebook: Notebook) -> str:
    name, texts, declared = notebook.path.stem, notebook.texts, notebook.parameters
    title = texts[0].splitlines()[0].lstrip("# ")
    prose = next((p for text in texts for p in text.split("\n\n") if not p.startswith("#")), "")
    for parameter in declared:
        if not (parameter.type and parameter.written and parameter.help):
            raise AnalysisError(
                f"{name}.ipynb: expected `name: type = default  # help` for {parameter.name}"
            )
    body = [(f"`{p.name}`", p.type, f"`{p.written}`", p.help) for p in declared]
    told = table(("parameter", "type", "default", "meaning"), body) if body else "No parameters."
    first = f" -p {declared[0].name} {declared[0].written}" if declared else ""
    run = f"```sh\n.venv/bin/papermill notebooks/{name}.ipynb out.ipynb{first}\n```"
    return f"## {name}: {title} {{ #{name} }}\n\n{prose}\n\n{told}\n\n{run}"


def module_pages(package: Path) -> dict[str, str]:
    """Return the pages of the reference: address below reference/api -> Markdown.

    Parameters
    ----------
    package
        The folder of the package `analysis`.
    """
    return {f"{title.lower()}.md": _page(package, title) for title in PARTS}


def _page(package: Path, title: str) -> str:
    names = [
        ".".join(("analysis", *path.relative_to(package).with_suffix("").parts))
        for path in sorted((package / title.lower()).rglob("*.py"))
        if path.stem not in ("__init__", "__main__") and _has_public(path)
    ]
    return "\n\n".join([f"# {title}", *(f"::: {name}" for name in names)]) + "\n"


def _has_public(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and not node.name.startswith("_") for node in body)


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
        names = {"output_files_dir": name, "unique_key": name}
        text, resources = exporter.from_notebook_node(notebook, names)
        made |= {f"{name}.md": text, **resources["outputs"]}
    return made


def _executed(project: Path, name: str) -> NotebookNode:
    output = project / f"{name}.ipynb"
    return execute(project / "notebooks" / output.name, output, {}, engine="warm")
