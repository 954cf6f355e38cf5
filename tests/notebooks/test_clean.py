"""Notebook 1 computes what it shows: its frames add up to what is printed and to the grid."""

import matplotlib
import nbformat
import pytest

from analysis.statistics import completion
from analysis.tables.stored import read_processed


@pytest.fixture
def shown(project, monkeypatch):
    """Return the names that the notebook defines, with the committed draws instead of new ones."""
    matplotlib.use("agg")
    monkeypatch.setattr(completion, "store_panels", lambda _: read_processed("completed_panels"))
    notebook = nbformat.read(project / "notebooks" / "1_clean.ipynb", 4)
    names = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    return names


def test_what_is_shown_adds_up(shown):
    printed, panel = shown["printed"], shown["panel"]
    by_kind = shown["by_kind"]
    assert by_kind["cells of tables"].sum() == len(printed.cells)
    assert by_kind["statements of pages"].sum() == len(printed.statements)
    assert shown["figures"]["source_id"].nunique() == len(printed.sources)
    assert shown["by_edition"].sum().sum() == len(panel)
    assert len(panel) + len(shown["bounded"]) == 29 * 20 * 7
    assert len(shown["index"]) == 288, "of 290; two lie between known numbers"
    actions = set(shown["judged"]["action"])
    assert actions | {"derivation", "rescaling"} == set(shown["result"].audit["action"])
