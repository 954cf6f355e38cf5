"""The reference of commands, notebooks and modules, each from what it describes."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Final

import typer
import typer.main

from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.publication.handbook.text import table
from analysis.settings.notebooks import Notebook, read_notebook

PARTS: Final = (
    *("Facts", "Sources", "Settings", "Reconciliation", "Tables", "Statistics", "Trajectories"),
    *("Correlations", "Validation", "Briefs", "Export", "Batch", "Publication"),
)
"""Titles of the pages; each has the modules of the package of that name."""


def command_reference(app: typer.Typer) -> str:
    """Return one section a command: what it does, its usage, its arguments and options."""
    group: Any = typer.main.get_command(app)
    return "\n\n".join(_command(name, command) for name, command in group.commands.items())


def _command(name: str, command: Any) -> str:
    context = command.context_class(command, info_name=f"nit {name}")
    usage = " ".join([f"nit {name}", *command.collect_usage_pieces(context)])
    parts = [f"## nit {name} {{ #{name} }}", _prose(command.help or ""), f"```text\n{usage}\n```"]
    body = [
        (f"`{words}`", _capital(meaning))
        for words, meaning in (p.get_help_record(context) for p in command.params)
        if words != "--help"
    ]
    return "\n\n".join([*parts, table(("argument or option", "meaning"), body)] if body else parts)


def _prose(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\b", "").splitlines())


def _capital(meaning: str) -> str:
    """Return a meaning with the default and the bounds as a sentence of their own."""
    said, _, extra = meaning.partition("  [")
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
    paths = sorted((package / title.lower()).rglob("*.py"))
    names = [
        ".".join(("analysis", *path.relative_to(package).with_suffix("").parts))
        for path in paths
        if path.stem not in ("__init__", "__main__") and _has_public(path)
    ]
    return "\n\n".join([f"# {title}", *(f"::: {name}" for name in names)]) + "\n"


def _has_public(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and not node.name.startswith("_") for node in body)
