"""The declared grid: the fixed choices are the headlines, the others do what they say."""

import numpy as np
import pytest

from analysis.correlations.decomposition import pair_correlations
from analysis.correlations.multiverse import CHOICES, left_out, multiverse, summary
from analysis.settings.choices import ASSOCIATION_CHOICES, declared
from analysis.tables.schema import columns

CODES = ["NDG", "EP", "CS", "IM", "LDG", "JFI", "CO"]
EVERYONE = [f"C{i:02d}" for i in range(1, 30)]
GROUPS = {"all countries": EVERYONE, "EU members": EVERYONE[:11], "non-EU": EVERYONE[11:]}
FIXED = {name.removesuffix("s"): values[0] for name, values in ASSOCIATION_CHOICES.items()}
FIXED["countries"] = FIXED.pop("countrie")


@pytest.fixture(scope="module")
def table(wide):
    return multiverse(wide, CODES, GROUPS, [wide.dropna(), wide.dropna()])


def association(table, **choices):
    rows = table[table["headline"] == "association"]
    for name, value in {**FIXED, **choices}.items():
        rows = rows[rows[name] == value]
    return rows["estimate"].tolist()


def median_of(wide, level):
    return pair_correlations(wide, CODES).groupby("level")["r"].median()[level]


def test_the_grid_is_complete(table):
    assert tuple(table.columns) == columns("multiverse")
    assert tuple(FIXED) != () and set(FIXED) == set(CHOICES)
    assert len(table) == 2 * 3 * 4 * 3 * 3 * 2 * 2
    assert table.groupby("headline")["chosen"].sum().to_dict() == {"association": 1, "gap": 1}
    assert not table.duplicated(["headline", *CHOICES]).any()


def test_the_headlines_are_those_of_the_other_modules(table, wide):
    pairs = pair_correlations(wide, CODES).groupby("level")["r"].median()
    chosen = table[table["chosen"] == 1].set_index("headline")["estimate"]
    assert chosen["association"] == pytest.approx(pairs["two_way"], abs=1e-12)
    assert chosen["gap"] == pytest.approx(pairs["between"] - pairs["two_way"], abs=1e-12)


@pytest.mark.parametrize("level", ["within", "two_way", "changes"])
def test_a_set_of_countries_equals_a_panel_of_them(table, wide, level):
    inside = wide[wide["country"].isin(GROUPS["EU members"])]
    estimates = association(table, countries="EU members", estimator=level)
    assert estimates == pytest.approx([median_of(inside, level)])


@pytest.mark.parametrize(
    ("window", "kept"),
    [("first ten editions", slice(0, 10)), ("last ten editions", slice(-10, None))],
)
def test_a_shorter_window_equals_a_shorter_panel(table, wide, window, kept):
    editions = sorted(wide["edition"].unique())[kept]
    short = wide[wide["edition"].isin(editions)]
    estimates = association(table, window=window, estimator="changes")
    assert estimates == pytest.approx([median_of(short, "changes")])


def test_ratings_of_the_pair_enter_where_only_these_are_known(table, wide):
    r = [
        pair_correlations(wide, [x, y]).set_index("level")["r"]["two_way"]
        for i, x in enumerate(CODES)
        for y in CODES[i + 1 :]
    ]
    estimates = association(table, sample="ratings of the pair")
    assert estimates == pytest.approx([np.median(r)])


def test_a_country_left_out_equals_a_panel_without_it(wide):
    medians = left_out(wide, CODES)
    without = wide[wide["country"] != "C09"]
    assert len(medians) == wide.dropna()["country"].nunique()
    assert medians["C09"] == pytest.approx(median_of(without, "two_way"))


@pytest.mark.slow
def test_ranks_leave_the_order_but_not_the_distances(wide):
    stretched = wide.copy()
    stretched[CODES] = np.exp(wide[CODES])
    plain, other = (multiverse(t, CODES, GROUPS) for t in (wide, stretched))
    ranks = (plain["scale"] == "ranks").to_numpy()
    for rows, equal in ((ranks, True), (~ranks, False)):
        same = np.allclose(other["estimate"][rows], plain["estimate"][rows], equal_nan=True)
        assert same == equal


def test_ranks_are_those_of_the_rows_that_enter(table, wide):
    complete = wide.dropna()
    assert len(complete) < len(wide)
    ranked = complete.assign(**complete[CODES].rank())
    assert association(table, scale="ranks") == pytest.approx([median_of(ranked, "two_way")])


def test_the_summary_by_hand(table):
    facts = summary(table).set_index("headline")
    for headline, meaning in declared().multiverse.headlines.items():
        of_headline = table.loc[table["headline"] == headline, ["estimator", "estimate"]]
        values = of_headline["estimate"].astype(float)
        row = facts.loc[headline]
        assert row["meaning"] == meaning
        assert row["median"] == pytest.approx(values.median())
        assert (row["lowest"], row["highest"]) == (values.min(), values.max())
        assert row["same_sign"] == pytest.approx((values * values.median() > 0).mean())
        medians = values.groupby(of_headline["estimator"]).median()
        assert row["moves_by"] >= medians.max() - medians.min() - 1e-12


def test_too_few_countries_are_refused(wide):
    few = wide[wide["country"] < "C08"]
    table = multiverse(few, CODES, GROUPS)
    assert table.loc[table["countries"] == "non-EU", "estimate"].isna().all()
    empty = table["estimate"].isna()
    assert (empty == (table["refusal"] != "")).all()
    assert table.loc[empty, "refusal"].str.startswith("not estimable from").all()
    one = multiverse(few[few["country"] == "C01"], CODES, GROUPS)
    told = one.groupby("countries")["refusal"].unique().map(list).to_dict()
    alone = "not estimable from 1 country"
    assert told["all countries"] == [alone] and told["non-EU"] == ["not estimable from 0 countries"]


def test_completed_panels_give_the_mean_of_their_figures(wide):
    one = wide.dropna()
    other = one.assign(CO=one["CO"].sample(frac=1, random_state=1).to_numpy())
    table = multiverse(wide, CODES, GROUPS, [one, other])
    expected = (median_of(one, "two_way") + median_of(other, "two_way")) / 2
    assert association(table, sample="every tenth completed panel") == pytest.approx([expected])
    assert "every tenth completed panel" not in set(multiverse(wide, CODES, GROUPS)["sample"])


def test_what_cannot_be_estimated_says_why(wide):
    still = multiverse(wide.assign(EP=3.0), CODES, GROUPS)
    assert still["estimate"].isna().any()
    assert (still["estimate"].isna() == (still["refusal"] != "")).all()
    assert "not estimable: a category never moved" in set(still["refusal"])
