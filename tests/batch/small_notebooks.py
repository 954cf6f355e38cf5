"""Notebooks of a few cells, one behaviour each."""

import nbformat
import nbformat.v4 as nb

from analysis.batch.plan import Target
from analysis.batch.work import Job
from analysis.settings.batches import Limits

BLOCK = """\
from analysis.briefs.blocks import Title
Title(title=country)
"""
FAILING = "raise ValueError('no such thing\\nsecond line')"


def notebook(*sources):
    """Return a notebook with a parameter cell and these code cells."""
    cells = [
        nb.new_code_cell('country: str = "Kosovo"', metadata={"tags": ["parameters"]}),
        *(nb.new_code_cell(source) for source in sources),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def put(project, name, *sources):
    """Write a notebook into the project's folder and return its path."""
    path = project / "notebooks" / f"{name}.ipynb"
    nbformat.write(notebook(*sources), path)
    return path


def put_small_project(project):
    """Replace the project's notebooks by small ones that write nothing; return the project."""
    for path in (project / "notebooks").glob("*.ipynb"):
        path.unlink()
    for name in ("1_clean", "2_trajectories", "3_correlations"):
        nbformat.write(
            nb.new_notebook(cells=[nb.new_code_cell("1", id="a")]),
            project / "notebooks" / f"{name}.ipynb",
        )
    put(project, "good", BLOCK, "print('text of', country)")
    return project


def job(project, name, formats=("html", "pdf"), **limits):
    """Return the job of one of the project's notebooks."""
    return Job(
        target=Target(name, name, name, {"country": "Poland"}, limits=Limits(**limits)),
        root=str(project),
        formats=formats,
        engine="warm",
        scratch=str(project / "scratch"),
    )


def batch(project, *briefs, name="batch", more=""):
    """Write a batch of (name, notebook, parameters) and return its path."""
    lines = [
        f"  - {{notebook: {notebook}, name: {brief}, title: {brief.upper()}, "
        f"parameters: {parameters}}}"
        for brief, notebook, parameters in briefs
    ]
    path = project / f"{name}.yml"
    path.write_text("briefs:\n" + "\n".join(lines) + f"\n{more}", encoding="utf-8")
    return path


def files(folder):
    """Return path -> contents of all files below a folder but for the state of runs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".state" not in path.parts
    }
