"""Messages of one line that name what is near."""

import pytest

from analysis.facts.errors import AnalysisError, ParameterError, did_you_mean, nearest


def test_nearest_compares_without_case_and_keeps_the_spelling():
    assert nearest("poLND", ["Portugal", "Poland", "Finland"])[0] == "Poland"
    assert nearest("slov", ["Serbia", "Slovenia", "Slovakia"], most=2) == ["Slovenia", "Slovakia"]
    assert nearest("xyzzy", ["Poland"]) == []
    assert nearest("", ["Poland"]) == []


def test_nearest_returns_what_an_alias_stands_for_once():
    meant = {"Macedonia": "North Macedonia", "FYR Macedonia": "North Macedonia"}
    assert nearest("Macedona", meant) == ["North Macedonia"]


@pytest.mark.parametrize(
    ("candidates", "told"),
    [
        ([], ""),
        (["abcde"], "; did you mean abcde?"),
        (["abcd", "abcde"], "; did you mean abcde or abcd?"),
        (["abc", "abcd", "abcde"], "; did you mean abcde, abcd or abc?"),
    ],
)
def test_did_you_mean_reads_as_a_sentence(candidates, told):
    assert did_you_mean("abcdef", candidates) == told


def test_a_notebook_shows_one_line_instead_of_a_traceback():
    assert ParameterError("first is later")._render_traceback_() == [
        "ParameterError: first is later"
    ]
    assert issubclass(ParameterError, AnalysisError)
