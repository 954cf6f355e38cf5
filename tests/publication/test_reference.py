"""Executed notebooks as pages of the documentation."""

import nbformat

from analysis.publication import reference

TABLE = "from analysis import data\ndata.countries().query('iso3 == \"EST\"')"
PICTURE = """from matplotlib import pyplot as plt
from analysis.briefs.labelled import picture

fig, axes = plt.subplots()
axes.plot([1, 2])
picture(fig, "Up", alt="From 1\\nto 2")"""


def test_a_page_has_code_table_and_picture_and_nothing_is_written(project, monkeypatch):
    notebook = nbformat.v4.new_notebook()
    cells = [nbformat.v4.new_code_cell(source) for source in (TABLE, PICTURE)]
    notebook.cells = [nbformat.v4.new_markdown_cell("# Small"), *cells]
    nbformat.write(notebook, project / "notebooks/small.ipynb")
    monkeypatch.setattr(reference, "RESULT_NOTEBOOKS", ("small",))
    before = sorted(path for path in project.rglob("*"))
    pages = reference.executed_pages()
    assert sorted(path for path in project.rglob("*")) == before
    page = pages.pop("small.md")
    assert page.startswith("# Small")
    assert TABLE in page
    assert "<td>Estonia</td>" in page
    [(name, content)] = pages.items()
    assert f"![From 1 to 2]({name})" in page
    assert content.startswith(b"\x89PNG")


def test_the_reference_has_every_public_module_of_the_rooms_once():
    package = reference.project_root() / "src" / "analysis"
    pages = reference.module_pages(package)
    named = [line[4:] for page in pages.values() for line in page.splitlines() if line[:3] == ":::"]
    assert len(named) == len(set(named))
    assert {"analysis.data", "analysis.sources.report.read", "analysis.cli"} & {*named} == {
        "analysis.data",
        "analysis.sources.report.read",
    }
    rooms = {path.stem for path in package.iterdir() if not path.name.startswith("_")}
    assert rooms - {page.removesuffix(".md") for page in pages} == {"cli"}
