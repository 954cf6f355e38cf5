"""Notebook 2 computes in sight: it runs with other parameters, and its cells can be changed."""

import re

import pytest
from nbclient import NotebookClient

from changed_notebooks import notebook_with
from notebook_blocks import run_cell

NAME = "notebooks/2_trajectories.ipynb"


def run(notebook, project):
    """Execute the cells in an ordinary kernel and return what each shows, as plain text."""
    NotebookClient(notebook, resources={"metadata": {"path": str(project)}}).execute()
    shown = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        assert not [o for o in outputs if o.get("name") == "stderr"], cell.source
        texts = [o["data"].get("text/plain", "") for o in outputs if "data" in o]
        streams = [o["text"] for o in outputs if o.output_type == "stream"]
        shown.append("\n".join([*texts, *streams]))
    return shown


SMALL = {"group": "Balkans", "first_edition": 2020, "last_edition": 2022, "seed": 1, "draws": 99}


@pytest.mark.slow
def test_a_group_in_a_short_window_runs_and_refuses(project):
    processed = project / "data/processed"
    before = {path: path.read_bytes() for path in processed.glob("*") if path.is_file()}
    words = "\n".join(run(notebook_with(project / NAME, SMALL), project))
    assert re.findall(r"\b(nan|NaN|NaT|None|inf)\b", words) == []
    assert "0x" not in words, "an object told by its place in memory"
    # Trying other parameters never changes what the briefs read.
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (processed / "variants/levels_balkans_2020_2022_draws_99_seed_1.csv").is_file()


CHANGES = {
    "a quadratic term": {
        "fitted = cluster_regression(frame, formula,": (
            'fitted = cluster_regression(frame, formula + " + I(time**2)",'
        )
    },
    "other countries": {
        'eu_members = [country.name for country in group_members("EU members")]': (
            'eu_members = ["Poland", "Hungary", "Slovakia", "Bulgaria"]'
        )
    },
    "another colour and title": {
        'sns.lineplot(profile, x="edition", y="difference", color=palette.ACCENT, ax=axes)': (
            'sns.lineplot(profile, x="edition", y="difference", color="darkred", ax=axes)'
        ),
        'picture(fig, "Difference in pace by edition"': 'picture(fig, "Faster or slower?"',
    },
    "two countries": {
        'lines = scores.assign(region=scores["country"].map(region))': (
            'lines = scores[scores["country"].isin(["Poland", "Hungary"])]'
        ),
        'hue="region"': 'hue="country"',
    },
}


@pytest.mark.slow
def test_a_reader_changes_the_cells_where_they_stand(project):
    changed = {old: new for change in CHANGES.values() for old, new in change.items()}
    assert all(len(change) < 10 for change in CHANGES.values())
    notebook = notebook_with(project / NAME, {"draws": 99, "covariates": "eu_member"}, changed)
    kept = [cell for cell in notebook.cells if "data.store(" not in cell.source]
    before = len(notebook.cells)
    notebook.cells = kept
    assert len(kept) == before - 1
    words = "\n".join(run(notebook, project))
    assert "I(time ** 2)" in words
    assert "Faster or slower?" in words
    assert "Democracy Scores of two countries" in words
    assert re.search(r"eu_member +yes against no", words)


def test_a_group_is_called_as_it_is_declared_however_it_is_spelt(project):
    """Under another spelling the release's tables would have a group that no brief finds."""
    cells = notebook_with(project / NAME, {"group": "ALL"}).cells
    variables = {}
    for cell in [cell for cell in cells if cell.cell_type == "code"][:3]:
        run_cell(cell.source, variables)
    assert (variables["group"], next(iter(variables["groups"]))) == ("all", "all")


def test_another_estimator_reaches_contrasts_and_leaves_the_growth_model(project, monkeypatch):
    monkeypatch.chdir(project)
    choice = {"group": "Balkans", "draws": 99, "estimator": "net change"}
    variables = {}
    for cell in notebook_with(project / NAME, choice).cells:
        if cell.cell_type != "code":
            continue
        run_cell(cell.source, variables)
        if "growth_tables(" in cell.source:
            band = variables["axes"].patches[0]
        if "category_contrasts(" in cell.source:
            break
    growth = variables["growth"].query("model == 'score' and term == 'slope'")
    assert growth[["lower", "upper"]].to_numpy(float).ravel() == pytest.approx(
        [band.get_x(), band.get_x() + band.get_width()]
    )
    own = variables["of_categories"].set_index("name")["estimate"]
    for row in variables["contrasts"].query("family == 'category_contrasts'").itertuples():
        assert row.estimate == pytest.approx(own[row.first] - own[row.second])
