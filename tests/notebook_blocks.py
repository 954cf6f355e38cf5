"""Notebooks run in this process: what their cells show, without a kernel.

A kernel would have to be started and to import the package for every notebook; a test of what is
shown, or made from it, does not need one.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from analysis.briefs import blocks
from analysis.briefs.figures import style

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MADE: list[Path] = []
"""The folder of what `contents_of` has made; conftest.py gives one to all workers."""


def stored(name: str) -> NotebookNode:
    """Return a notebook as it is stored."""
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)


def cells_run(
    notebook: NotebookNode, **parameters: object
) -> Iterator[tuple[NotebookNode, list[Any]]]:
    """Run a notebook's code with `parameters`; yield each cell with all that it shows, in order."""
    variables: dict[str, Any] = {}
    shown: list[Any] = []
    # One list for all cells: the first one imports `show`, and later ones call it.
    original, blocks.show = blocks.show, lambda *several: shown.extend(several)
    try:
        for cell in notebook.cells:
            shown.clear()
            if cell.cell_type == "code":
                last = run_cell(cell.source, variables)
                shown += [] if last is None else [last]
            if "parameters" in cell.metadata.get("tags", ()):
                assert set(parameters) <= set(variables), "the notebook has no such parameter"
                variables |= parameters
            yield cell, list(shown)
    finally:
        blocks.show = original


def executed(name: str, **parameters: object) -> NotebookNode:
    """Return a brief's notebook with the outputs that papermill would leave in it."""
    notebook = stored(name)
    for cell, shown in cells_run(notebook, **parameters):
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", one._repr_mimebundle_()) for one in shown]
    return notebook


def blocks_of(name: str, monkeypatch: Any, **parameters: object) -> list[blocks.Block]:
    """Return the blocks that a notebook's cells show, without drawing; frames are none."""
    monkeypatch.setattr(style, "svg_of", lambda *_, **__: "<svg/>")
    shown = [one for _, several in cells_run(stored(name), **parameters) for one in several]
    return [one for one in shown if isinstance(one, blocks.Block)]


def contents_of(name: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the contents of a brief of the committed tables, made once in a run of the tests."""
    path = MADE[0] / f"{name} {'; '.join(parameters.values())}.json"
    if not path.exists():
        with pytest.MonkeyPatch.context() as patch:
            contents = [block.content() for block in blocks_of(name, patch, **parameters)]
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(contents), encoding="utf-8")
        part.replace(path)
    made: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return made


def run_cell(source: str, variables: dict[str, Any]) -> object:
    """Execute a cell and return the value of its last line if that is an expression."""
    tree = ast.parse(source)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        exec(compile(tree, "<cell>", "exec"), variables)
        return None
    last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, "<cell>", "exec"), variables)
    return eval(compile(last, "<cell>", "eval"), variables)
