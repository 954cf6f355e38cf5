"""One notebook: run by papermill, saved also on failure, free of what differs from run to run."""

import nbformat
import nbformat.v4 as nb
import papermill
import pytest

from analysis.batch.execute import NotebookError, execute, without_volatile
from analysis.batch.inside import read_record
from analysis.facts.errors import AnalysisError
from analysis.settings.notebooks import notebook_path

from .small_notebooks import BLOCK, FAILING, put


def test_two_runs_give_the_same_file(project):
    path = put(project, "small", "import sys; print('x', file=sys.stderr)", BLOCK)
    outputs = []
    for name in ("a.ipynb", "another.ipynb"):
        execute(path, project / name, {"country": "Poland"})
        outputs.append((project / name).read_bytes())
    assert outputs[0] == outputs[1]
    executed = nbformat.reads(outputs[0].decode(), 4)
    assert "papermill" not in str(executed.metadata)
    assert executed.cells[-1].outputs[0].data["text/plain"] == "<title>"
    assert not [o for cell in executed.cells for o in cell.outputs if o.get("name") == "stderr"]
    assert b"Poland" in outputs[0]
    assert str(project).encode() not in outputs[0]


def test_a_failing_cell_is_one_line_and_the_notebook_is_kept(project):
    path = put(project, "failing", "1 + 1", FAILING)
    with pytest.raises(NotebookError) as failure:
        execute(path, project / "out.ipynb", {})
    assert str(failure.value) == "cell 3: ValueError: no such thing second line"
    saved = nbformat.read(project / "out.ipynb", 4)
    assert any(o.output_type == "error" for cell in saved.cells for o in cell.get("outputs", ()))


@pytest.mark.parametrize("end", ["sys.exit(0)", "sys.exit()"])
def test_a_notebook_that_ends_itself_well_is_no_error_as_for_papermill(project, end):
    path = put(project, "early", f"import sys\n{end}", "print('not reached')")
    execute(path, project / "out.ipynb", {})
    papermill.execute_notebook(path, project / "stock.ipynb", kernel_name="python3")
    for name in ("out", "stock"):
        cells = nbformat.read(project / f"{name}.ipynb", 4).cells[1:]
        names = [[o.get("ename") for o in c.outputs if o.get("name") != "stderr"] for c in cells]
        assert names == [["SystemExit"], []]


def test_a_kernel_that_ends_before_the_first_cell_says_how_and_leaves_no_file(
    project, monkeypatch, tmp_path
):
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "ends.py").write_text("import os; os._exit(3)")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with pytest.raises(NotebookError, match="status 3") as refusal:
        execute(put(project, "small", BLOCK), project / "out.ipynb", {})
    assert refusal.value.cell == 0
    assert not (project / "out.ipynb").exists()


def test_an_error_that_the_tag_of_its_cell_allows_is_none(project):
    path = put(project, "allowed", "1 / 0", "print('reached')")
    source = nbformat.read(path, 4)
    source.cells[1].metadata["tags"] = ["raises-exception"]
    nbformat.write(source, path)
    execute(path, project / "out.ipynb", {})
    saved = nbformat.read(project / "out.ipynb", 4)
    assert [c.cell_type for c in saved.cells] == ["code"] * 3
    assert saved.cells[1].outputs[0].ename == "ZeroDivisionError"
    assert saved.cells[2].outputs[0].text == "reached\n"


def test_what_was_looked_for_in_vain_is_an_input(project):
    raw = project / "data" / "raw"
    (raw / "rescaled_scores.csv").unlink()
    looks = "from analysis.facts.files import raw_folder as raw; list((raw() / 'none').glob('*'))"
    reading = "from analysis.sources.own_csv import read_own_csv; read_own_csv(raw());"
    path, reads = put(project, "looks", looks, reading), project / "reads"
    execute(path, project / "out.ipynb", {}, reads=reads)
    assert {"data/raw/none/", "data/raw/rescaled_scores.csv"} <= {*read_record(reads)[0]}


def test_a_folder_may_have_braces_in_its_name(project):
    folder = project / "a {b} {0}"
    folder.mkdir()
    execute(put(project, "small", BLOCK), folder / "out.ipynb", {"country": "Poland"})
    assert "Poland" in (folder / "out.ipynb").read_text(encoding="utf-8")


def test_an_unknown_notebook_is_named(project):
    assert notebook_path("1_clean") == project.resolve() / "notebooks" / "1_clean.ipynb"
    with pytest.raises(AnalysisError, match=r"no notebook .*9_none\.ipynb"):
        notebook_path("9_none")


def test_what_differs_from_run_to_run_goes_and_the_original_stays():
    cell = nb.new_code_cell("x = 1", metadata={"tags": ["injected-parameters"]})
    cell.metadata |= {"papermill": {"duration": 1.5}, "execution": {"started": "now"}}
    cell.outputs = [
        nb.new_output("stream", name="stderr", text="a warning"),
        nb.new_output("stream", name="stdout", text="kept"),
    ]
    notebook = nb.new_notebook(
        cells=[cell],
        metadata={
            "papermill": {"start_time": "now"},
            "language_info": {"name": "python", "version": "3.11.7"},
        },
    )
    before = nbformat.writes(notebook)
    clean = without_volatile(notebook)
    assert nbformat.writes(notebook) == before
    assert clean.metadata == {"language_info": {"name": "python"}}
    assert clean.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert [o.text for o in clean.cells[0].outputs] == ["kept"]
    cell["id"] = "another"
    assert without_volatile(notebook).cells[0]["id"] == clean.cells[0]["id"]
