"""Notebooks of briefs executed in this process: the outputs of papermill without its kernel.

A kernel would have to be started and to import the package for every notebook; a test of what is
made from the outputs does not need one.
"""

import ast
import contextlib
import io
from pathlib import Path

import nbformat
import nbformat.v4 as nb

from analysis.briefs import blocks

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def executed(name, **parameters):
    """Return a notebook with the outputs that its code cells display."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)
    variables, shown = {}, []
    # One list for all cells: the first one imports `show`, and later ones call it.
    show, blocks.show = blocks.show, lambda *made: shown.extend(made)
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                shown.clear()
                cell.outputs = _run(cell.source, variables, shown)
                if "parameters" in cell.metadata.get("tags", ()):
                    assert set(parameters) <= set(variables), "the notebook has no such parameter"
                    variables |= parameters
    finally:
        blocks.show = show
    return notebook


def _run(source, variables, shown):
    """Execute a cell and return what it shows: printed text, `show`n blocks, its last value."""
    printed = io.StringIO()
    body = ast.parse(source).body
    closing = ast.Expression(body.pop().value) if isinstance(body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), variables)
        value = eval(compile(closing, "cell", "eval"), variables) if closing else None
    outputs = [nb.new_output("display_data", block._repr_mimebundle_()) for block in shown]
    if value is not None:
        bundle = getattr(value, "_repr_mimebundle_", lambda: {"text/plain": repr(value)})()
        outputs.append(nb.new_output("execute_result", bundle))
    if printed.getvalue():
        outputs.insert(0, nb.new_output("stream", name="stdout", text=printed.getvalue()))
    return outputs
