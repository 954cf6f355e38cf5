"""What notebooks 2 and 3 show of a part: findings and refusals that keep to the rules of wording.

What they show of the whole region is tested where they are executed, in test_notebooks.
"""

import re

import nbformat
import pytest

from analysis import data
from notebook_blocks import blocks_of
from wording_rules import assert_sound

CASES = {
    "a part of it": {"group": "Balkans", "seed": 1, "draws": 99},
    "three editions": {"first_edition": 2022, "last_edition": 2024, "seed": 1, "draws": 99},
}


@pytest.fixture(scope="module", params=["2_trajectories", "3_correlations"])
def name(request):
    return request.param


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.usefixtures("project")
def test_every_block_keeps_to_the_rules(name, case, monkeypatch):
    said = assert_sound([b.content() for b in blocks_of(name, monkeypatch, **CASES[case])])
    if case == "three editions":
        assert "3 of the 12 editions needed" in said or "3 editions: a break needs" in said


def test_every_finding_says_what_it_rests_on(name, project):
    code = [
        cell.source
        for cell in nbformat.read(project / "notebooks" / f"{name}.ipynb", 4).cells
        if cell.cell_type == "code"
    ]
    telling = [cell for cell in code if re.search(r"show\(.*(findings\.|hanging|bullets)", cell)]
    assert len(telling) >= 9
    assert [cell for cell in telling if not re.search(r"show\(.*rests", cell)] == []


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_results_of_other_settings_go_to_a_folder_of_their_own(project, monkeypatch):
    before = {path: path.read_bytes() for path in (project / "data/processed").glob("*.*")}
    blocks_of("3_correlations", monkeypatch, group="Balkans", draws=99)
    assert {path: path.read_bytes() for path in before} == before
    assert list((project / "data/processed/variants").glob("correlations_balkans_2005_2024*.csv"))


@pytest.mark.slow
@pytest.mark.usefixtures("project")
def test_trying_a_cell_of_notebook_2_stores_nothing(project, monkeypatch):
    before = {path: path.read_bytes() for path in (project / "data/processed").rglob("*.csv")}
    stored = []
    monkeypatch.setattr(data, "store", lambda _, name, *__, **___: stored.append(name))
    blocks_of("2_trajectories", monkeypatch, draws=99)
    assert {path: path.read_bytes() for path in before} == before
    assert {"levels", "trend_regression", "rate_contrasts", "rounding"} <= set(stored)
    assert len(stored) == len(set(stored))
