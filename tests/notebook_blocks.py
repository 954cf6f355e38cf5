"""The blocks that a brief's notebook shows, without a kernel and without pictures.

Hundreds of briefs are checked for what they say; a kernel and a drawing for each would take an
hour. The cells run here in one process, in order, and every block that they show is collected.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.briefs import blocks
from analysis.briefs.figures import style

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MADE: list[Path] = []
"""The folder of what `contents_of` has made; conftest.py gives one to all workers."""


def of_blocks(several: Iterable[object]) -> list[blocks.Block]:
    """Return those of several shown things that are blocks; frames and figures are none."""
    return [one for one in several if isinstance(one, blocks.Block)]


def blocks_of(name: str, monkeypatch: Any, **parameters: object) -> list[blocks.Block]:
    """Run a notebook's code with `parameters` and return the blocks that its cells show."""
    shown: list[blocks.Block] = []
    monkeypatch.setattr(style, "svg_of", lambda *_, **__: "<svg/>")
    monkeypatch.setattr(blocks, "show", lambda *several: shown.extend(of_blocks(several)))
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)
    variables: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        last = run_cell(cell.source, variables)
        if "parameters" in cell.metadata.get("tags", ()):
            variables |= parameters
        if isinstance(last, blocks.Block):
            shown.append(last)
    return shown


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
