"""The declared settings: what they hold, and what is refused in them."""

import pytest
import yaml

from analysis.correlations.cross_products import check_choice
from analysis.correlations.inference import TEST_FAMILIES
from analysis.correlations.multiverse import multiverse, summary
from analysis.facts.errors import ParameterError, SourceError
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import ASSOCIATION_CHOICES, FAMILY_NAMES, declared
from analysis.statistics.estimates import adjusted
from analysis.statistics.group_data import load_group


@pytest.fixture
def edit(project):
    """Change the project's settings.yml by a function of its content."""
    path = project / "data/raw/settings.yml"

    def change(function):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        function(content)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")

    return change


def test_what_is_declared():
    settings = declared()
    assert tuple(settings.families) == FAMILY_NAMES
    assert {f.method for f in settings.families.values()} == {"holm", "fdr_bh"}
    assert list(settings.multiverse.headlines) == ["association", "gap"]
    assert tuple(values[0] for values in ASSOCIATION_CHOICES.values()) == (
        *("complete country-editions", "all editions", "all countries"),
        *("two_way", "country-editions", "points"),
    )
    assert settings.comparison == (("NDG", "LDG"), ("NDG", "JFI"))
    assert set(TEST_FAMILIES) <= set(settings.families)
    text = (raw_folder() / "settings.yml").read_bytes()
    assert settings.digest in __import__("hashlib").sha256(text).hexdigest()


def set_to(*keys, value):
    def function(content):
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return function


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_to("famlies", value={}), "the file: unknown key 'famlies'; did you mean families"),
        (lambda c: c.pop("comparison"), "the file: no key comparison"),
        (lambda c: c["families"].pop("pairs"), "families: no key pairs"),
        (
            set_to("families", "drifts", "adjustment", value="bonferroni"),
            "adjustment of drifts: expected one of holm, fdr_bh, found 'bonferroni'",
        ),
        (
            set_to("multiverse", "windows", value=["last ten edition"]),
            "windows: expected one of all editions, first ten editions, last ten editions, until "
            "the change of format, found 'last ten edition'; did you mean last ten editions",
        ),
        (set_to("multiverse", "scales", value=[]), "scales: expected some of points, ranks"),
        (
            set_to("multiverse", "scales", value=["points", "points"]),
            "scales: a name stands there twice",
        ),
        (
            set_to("multiverse", "weightings", value=["people"]),
            "weightings: expected one of country-editions, countries, found 'people'",
        ),
        (set_to("comparison", "one", value=["NDG"]), "comparison: one: expected two categories"),
        (set_to("comparison", "one", value=["NDG", "XYZ"]), "comparison: one: expected one of NDG"),
        (set_to("simulated_panels", value=10), "simulated_panels: expected a number from 199 to"),
        (
            set_to("simulated_panels", value=10_000_000),
            "simulated_panels: expected a number from 199 to 10000, found 10000000",
        ),
        (set_to("simulated_panels", value="many"), "simulated_panels: expected a number"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(edit, change, message):
    edit(change)
    with pytest.raises(SourceError) as refusal:
        declared()
    assert message in str(refusal.value)
    assert "settings.yml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_or_broken_file_is_named(project):
    path = project / "data/raw/settings.yml"
    path.write_text("families: [", encoding="utf-8")
    with pytest.raises(SourceError, match="not YAML"):
        declared()
    path.unlink()
    with pytest.raises(SourceError, match="no such file, expected the declared settings"):
        declared()


def test_a_changed_adjustment_changes_the_tests(edit):
    import pandas as pd

    tests = pd.DataFrame({"p_value": [0.01, 0.02, 0.03]})
    before = adjusted(tests, "pairs")
    edit(set_to("families", "pairs", "adjustment", value="fdr_bh"))
    after = adjusted(tests, "pairs")
    assert before["adjusted_p"].tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert after["adjusted_p"].tolist() == pytest.approx([0.03, 0.03, 0.03])


def test_a_smaller_grid_is_what_the_multiverse_computes(edit):
    wide = load_group("all", 2005, 2024).wide
    groups = {"all countries": wide["country"].unique()}

    def smaller(content):
        content["multiverse"]["samples"] = ["complete country-editions"]
        content["multiverse"]["windows"] = ["all editions"]
        content["multiverse"]["countries"] = ["all countries"]
        content["multiverse"]["scales"] = ["points"]

    before = declared().digest
    edit(smaller)
    assert declared().digest != before
    table = multiverse(wide, list(CATEGORIES), groups)
    # Two headlines by two weightings and three estimators.
    assert len(table) == 2 * 2 * 3
    assert (summary(table)["n_choices"] + summary(table)["n_refused"]).tolist() == [6] * 2


def test_a_family_that_is_not_tested_is_refused():
    with pytest.raises(ParameterError, match="found 'pair'; did you mean pairs"):
        check_choice("family", "pair", TEST_FAMILIES)
