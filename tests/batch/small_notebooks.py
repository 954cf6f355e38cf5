"""Notebooks of a few cells, one behaviour each."""

import nbformat
import nbformat.v4 as nb

BLOCK = """\
from analysis.presentation.blocks import Title
Title(title=country)
"""
FAILING = "raise ValueError('no such thing\\nsecond line')"


def notebook(*sources):
    """Return a notebook with a parameter cell and these code cells."""
    cells = [
        nb.new_code_cell('country: str = "Kosovo"', metadata={"tags": ["parameters"]}),
        *(nb.new_code_cell(source) for source in sources),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def put(project, name, *sources):
    """Write a notebook into the project's folder and return its path."""
    path = project / "notebooks" / f"{name}.ipynb"
    nbformat.write(notebook(*sources), path)
    return path
