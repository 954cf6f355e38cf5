"""What the briefs say about trajectories, beside the rules of tests/wording_rules.py."""

import pytest

from analysis.briefs import trajectories as findings
from analysis.briefs.country import brief as country_brief
from analysis.briefs.country import results as country_results
from analysis.briefs.country.story import load_country
from analysis.briefs.figures import style
from analysis.briefs.region import brief as region_brief
from analysis.briefs.region.story import load_region
from analysis.briefs.trajectory_sentences import rate_sentence, stored_result
from analysis.facts.countries import COUNTRIES
from analysis.settings.groups import group_names
from wording_rules import problems_of, texts


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch):
    monkeypatch.setattr(style, "svg_of", lambda *_, **__: "<svg/>")


@pytest.mark.parametrize("country", [c.name for c in COUNTRIES])
def test_country_briefs_keep_to_the_rules(country):
    story = load_country(country, 2005, 2024)
    blocks = [
        *(
            make(story)
            for make in (
                country_brief.title,
                country_brief.findings,
                country_brief.trajectory,
                country_brief.categories,
                country_brief.knowledge,
            )
        ),
        country_results.direction(story),
        country_results.last_change(story),
    ]
    every = [text for block in blocks for text in texts(block.content())]
    assert [problem for block in blocks for problem in problems_of(block.content())] == []
    drift = stored_result("drifts").set_index("country").loc[country]
    told = " ".join(every)
    assert (drift["refusal"] in told) if drift["refusal"] else ("family of" in told)
    last = stored_result("last_changes").set_index("country").loc[country]
    assert f"{last['n_as_far']} " in told and f"Of the {last['n_changes']} steps over" in told
    assert f"From the {last['first_edition']} to the {last['last_edition']} edition" in told


def test_a_score_that_ended_where_it_began_is_not_said_to_have_moved_far():
    told = " ".join(texts(country_results.direction(load_country("Georgia", 2005, 2024)).content()))
    assert "net 0.00 points. Falls and rises cancel out: no lasting direction is shown." in told


@pytest.mark.parametrize(
    ("country", "told"),
    [
        (
            "Hungary",
            "Chance alone would rarely move this score as far, yet it could move one of so",
        ),
        ("Poland", "Chance alone could move one of so many scores as far: no lasting"),
    ],
)
def test_a_direction_that_only_the_number_of_scores_leaves_open_is_told_apart(country, told):
    p_value = stored_result("drifts").set_index("country").loc[country, "p_value"]
    assert ("rarely" in told) == (p_value <= 0.05)
    said = " ".join(texts(country_results.direction(load_country(country, 2005, 2024)).content()))
    assert told in said


@pytest.mark.parametrize(
    ("country", "told"),
    [
        ("Azerbaijan", "From the 2015 to the 2016 edition, the last known in full, its Democracy"),
        ("Hungary", "From the 2023 to the 2024 edition its Democracy Score did not change."),
    ],
)
def test_a_last_step_that_is_not_that_of_the_last_edition_says_why(country, told):
    assert told in country_results.last_change(load_country(country, 2005, 2024)).caption


def test_a_line_that_falls_in_every_country_falls_in_all():
    told = " ".join(texts(region_brief.direction(load_region("Visegrad", 2005, 2024)).content()))
    assert "by country, the line through them falls in all four." in told


@pytest.mark.parametrize("group", group_names())
def test_regional_briefs_keep_to_the_rules(group):
    story = load_region(group, 2005, 2024)
    blocks = [
        region_brief.title(story),
        region_brief.findings(story),
        region_brief.direction(story),
        region_brief.category_trends(story),
        region_brief.changes(story),
        region_brief.rate_table(story),
        region_brief.usual_scores(story),
    ]
    every = [text for block in blocks for text in texts(block.content())]
    assert [problem for block in blocks for problem in problems_of(block.content())] == []
    told = " ".join(every)
    assert "country-level t" in told
    assert "shocks common to all" in told
    broke = "95 % band over all editions" if len(story.members) >= 6 else "break is tested over at"
    assert broke in told


def test_place_within_the_region_is_that_of_the_published_scores():
    story = load_country("Slovenia", 2005, 2024)
    told = " ".join(texts(country_results.direction(story).content()))
    edition = int(story.last["edition"])
    names = {c.name for c in COUNTRIES if c.region == "Central Europe"}
    now = story.series[(story.series["edition"] == edition) & story.series["country"].isin(names)]
    scores = dict(zip(now["country"], now["score"], strict=True))
    own = scores.pop("Slovenia")
    better = sum(score > own + 1e-9 for score in scores.values())
    assert sum(abs(score - own) < 1e-9 for score in scores.values()) == 1, "Latvia"
    mean = sum(scores.values()) / len(scores)
    assert f"shares {_ordinal(better + 1)} place with one other of the ten countries" in told
    assert len(now) == 10
    assert f"{abs(own - mean):.2f} points {'above' if own > mean else 'below'} the mean" in told


def _ordinal(n):
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(n, f"{n}th")


def test_other_editions_are_told_apart():
    story = load_country("Slovenia", 2010, 2020)
    told = " ".join(texts(country_results.direction(story).content()))
    assert "Where no other edition is named" in told


@pytest.mark.parametrize(
    ("fell", "words"),
    [(0.15, "more often than"), (0.1, "as often as"), (0.05, "less often than")],
)
def test_rates_that_tie_are_said_to_be_the_same(fell, words):
    rates = stored_result("change_rates")
    every = rates["name"] == "all"
    rates.loc[every & (rates["event"] == "up"), "rate"] = 0.1
    rates.loc[every & (rates["event"] == "down"), "rate"] = fell
    assert f"Ratings fell {words} they rose:" in rate_sentence(rates).text


def test_the_product_of_time_and_membership_is_found_in_either_order():
    table = stored_result("trend_regression")
    turned = table.replace({"term": {"time:eu_member": "eu_member:time"}})
    told = [findings.regression(one).content() for one in (table, turned)]
    assert "The trend of members less that of the others is" in str(told[0])
    assert told[0] == told[1]
    assert " np.log(y) per decade" in str(findings.regression(table, "np.log(y) ").content())
    without = findings.regression(table[table["term"] == "time"])
    assert "no term time:eu_member" in str(without.content())
    assert "Each term rests on one country" in str(findings.regression(table[:0]).content())


def said(items):
    return " ".join(texts(items.content()))


def test_a_series_known_once_has_neither_moved_nor_stayed():
    table = stored_result("levels")
    assert "only one edition" not in said(findings.levels(table))
    once = table.assign(n_editions=1, n_up=0, n_down=0, n_over_gaps=0, net_change=0.0)
    assert "; 0 never moved, of 203 only one edition is known." in said(findings.levels(once))


def test_what_a_small_group_lacks_is_said_with_its_reason():
    table = stored_result("growth")
    none = table.groupby("model").head(1).assign(part="", refusal="3 countries")
    told = said(findings.growth(none))
    assert "The model of the Democracy Score is withheld: 3 countries." in told
    alarms, episodes = stored_result("episode_false_alarms"), stored_result("episodes")
    one = said(findings.episodes(episodes[episodes["censored"] == 1][:1], alarms, 3))
    assert "of one such episode one is not known to have ended." in one
    told = said(findings.episodes(episodes[:0], alarms, 3))
    assert told.startswith("No country of 3 had an episode of decline. No country of 3 had")
    few = stored_result("drifts").assign(
        refusal=[f"too few changes to test ({n % 5 + 1} blocks; at least 6)" for n in range(29)]
    )
    reasons = "Not tested for 29 countries: too few changes to test."
    assert said(findings.drifts(few)) == f"No countries could be tested. {reasons}"
    drifts, contrasts = stored_result("drifts"), stored_result("trend_contrasts")
    assert "In all of them the changes" in said(findings.drifts(drifts.assign(adjusted_p=0.5)))
    assert "In the others the changes" in said(
        findings.drifts(drifts.assign(adjusted_p=[0] + [1] * 28))
    )
    one = contrasts[contrasts["family"] == "group_contrasts"][:1]
    assert "One difference between regions was tested; adjusted" in said(findings.contrasts(one))
    last = stored_result("last_changes")
    told = said(findings.usual(last.assign(n_changes=19)))
    assert told == "No last change of a score has 20 to be placed among."
    assert said(findings.usual(last.assign(n_changes=[19] * 28 + [20]))).startswith("Of one last")
    assert "No change of a score" in said(findings.usual(stored_result("last_changes")[:0]))
