"""What a finding rests on, counted from the tables by hand."""

import pytest

from analysis import data
from analysis.briefs.groups import support
from analysis.settings.groups import group_members
from analysis.statistics.group_data import load_group


@pytest.mark.parametrize("group", ["all", "Balkans", "EU members"])
def test_what_is_not_known_of_a_group_is_counted(group):
    said = [block.spans[0].text for block in support(load_group(group, 2015, 2024)).values()]
    n = len(group_members(group))
    cases = data.country_editions(group, 2015, 2024)
    ratings = len(data.panel(group, 2015, 2024))
    full = (cases["score_status"] == "computed").sum()
    missing = cases["democracy_score"].isna().sum()
    head = {29: "29 countries", 7: "seven countries", 11: "11 countries"}[n]
    scores = f"{missing} of {10 * n} scores bounded" if missing else "scores complete"
    assert said == [
        f"Rests on {head} and ten editions: {what}."
        for what in (
            scores,
            f"{70 * n - ratings} of {70 * n} ratings bounded",
            f"{10 * n - full} of {10 * n} country-editions left out",
        )
    ]


def test_where_nothing_is_missing_it_is_complete():
    said = {block.spans[0].text for block in support(load_group("all", 2005, 2014)).values()}
    head = "Rests on 29 countries and ten editions"
    assert said == {f"{head}: {w}." for w in ("scores complete", "ratings complete", "complete")}
