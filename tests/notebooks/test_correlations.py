"""Notebook 3 computes in sight: its cells can be changed where they stand."""

import re

import pytest
from nbclient import NotebookClient

from changed_notebooks import notebook_with

NAME = "notebooks/3_correlations.ipynb"
SMALL = {"group": "Balkans", "first_edition": 2008, "draws": 99, "seed": 1}
CHANGES = {
    "another kind": {"kind": "Spearman"},
    "countries left out": {"without": "Kosovo; Serbia"},
}
IN_THE_CELL = {
    'scatter=False, color="black"': 'scatter=False, color="crimson"',
    '"Departures from country means" + (f": r = {r:.2f}" if r == r else "")': '"My own title"',
    'x, y = "NDG", "JFI"': 'x, y = "CS", "IM"',
}


def run(project, parameters, changed=()):
    """Execute the notebook and return what each code cell shows, as plain text."""
    notebook = notebook_with(project / NAME, parameters, changed)
    NotebookClient(notebook, resources={"metadata": {"path": str(project)}}).execute()
    shown = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        assert not [o for o in outputs if o.get("name") == "stderr"], cell.source
        shown += [o["data"].get("text/plain", "") for o in outputs if "data" in o]
    return shown


@pytest.mark.slow
def test_a_reader_changes_kind_countries_colour_and_title(project):
    processed = project / "data/processed"
    before = {path: path.read_bytes() for path in processed.glob("*.csv")}
    parameters = {**SMALL, **CHANGES["another kind"], **CHANGES["countries left out"]}
    shown = run(project, parameters, IN_THE_CELL)
    words = "\n".join(shown)
    assert re.findall(r"\b(nan|NaN|NaT|None|inf)\b", words) == []
    assert "Ratings of five countries" in words
    assert "Spearman correlations" in words
    assert "My own title" in words
    assert "CS with IM" in words
    # Trying something out never changes what the briefs read.
    assert all(path.read_bytes() == content for path, content in before.items())
    assert list((processed / "variants").glob("correlations_balkans_2008_2024_*kind_spearman*.csv"))


@pytest.mark.slow
def test_a_category_that_never_moved_has_no_loading(project):
    shown = run(project, {"first_edition": 2023, "draws": 99})
    [table] = [text for text in shown if text.startswith("Loadings on one factor")]
    own = [line.split()[-2:] for line in table.splitlines()[2:]]
    assert len(own) == 7
    assert all(ours == theirs for ours, theirs in own)
    assert ["–", "–"] in own
