"""Groups of countries cut out of the stored tables; results of other settings kept apart."""

import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.facts.files import read_processed
from analysis.statistics.group_data import load_group, store_result


@pytest.mark.usefixtures("project")
def test_a_group_is_cut_to_its_countries_and_editions():
    data = load_group("Balkans", 2010, 2012)
    panel = read_processed("panel")
    mine = panel[
        panel["country"].isin(c.name for c in data.members)
        & panel["edition"].isin([2010, 2011, 2012])
    ]
    assert len(data.panel) == len(mine) == 7 * 3 * 7
    assert set(data.series["edition"]) == {2010, 2011, 2012}
    wide = data.wide.set_index(["country", "edition"])
    for row in mine.itertuples():
        assert wide.at[(row.country, row.edition), row.category] == row.rating


def test_a_result_of_another_setting_never_replaces_the_one_that_briefs_read(project):
    before = (project / "data/processed/levels.csv").read_bytes()
    table = pd.DataFrame({"x": [1.5]})
    path = store_result(table, "levels", load_group("EU members", 2005, 2024))
    assert path.relative_to(project).parts[:3] == ("data", "processed", "variants")
    assert path.read_text() == "x\n1.5\n"
    assert (project / "data/processed/levels.csv").read_bytes() == before
    assert path != store_result(table, "levels", load_group("all", 2006, 2024))


def test_the_whole_group_in_all_editions_is_what_briefs_read(project):
    data = load_group("All", 2005, 2024)
    path = store_result(read_processed("means"), "means", data)
    assert path == project.resolve() / "data/processed/means.csv"


@pytest.mark.usefixtures("project")
def test_an_unusable_group_or_window_is_refused():
    with pytest.raises(ParameterError, match="unknown group 'Baltics'"):
        load_group("Baltics", 2005, 2024)
    with pytest.raises(ParameterError, match="later than"):
        load_group("Balkans", 2012, 2010)
