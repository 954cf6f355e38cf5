from __future__ import annotations

from fractions import Fraction

import pytest

from analysis.facts.errors import SourceError
from analysis.sources.known import Known
from analysis.sources.reading import Change, Request
from analysis.sources.report.changes import scale_of_change
from analysis.sources.report.checks import prove_scale
from analysis.sources.report.headline import ReportText

NUMBER = [("2016", "EP", Fraction(4))]


def proved(text: str = "", values=NUMBER, **request) -> ReportText:
    report = ReportText(text, Request(**request), country="Latvia", edition=2016)
    prove_scale(report, values)
    return report


def prove(text: str = "", values=NUMBER, **request) -> str:
    return proved(text, values, **request).scale


def head(score: str, percentage: str = "", regime: str = "") -> str:
    lines = [f"Democracy Score {score} / 7"]
    lines += [f"Democracy Percentage {percentage} / 100"] if percentage else []
    return "\n".join([*lines, regime, ""])


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("from 1 to 7, with 1 representing the highest level", "1=best"),
        ("from 1 to 7, with 7 representing the highest level", "7=best"),
        ("(1 = best, 7 = worst)", "1=best"),
        ("1=Most Democratic, 7=Least Democratic", "1=best"),
        ("numbers only, scale 7=best", "7=best"),
    ],
)
def test_the_sentence_decides(text, scale):
    assert prove(text=text) == scale


def test_score_and_percentage_decide():
    # (2.07 - 1) / 6 is 17.83 %, (8 - 2.07 - 1) / 6 is 82.17 %
    assert prove(head("2.07", "82.17")) == "1=best"
    assert prove(head("5.93", "82.14")) == "7=best"


def test_score_and_regime_decide():
    assert prove(head("6.71", regime="Consolidated Authoritarian Regime")) == "1=best"
    assert prove(head("6.04", regime="CONSOLIDATED DEMOCRACY")) == "7=best"
    semi = prove(head("3.39", regime="Semi - Consolidated Democracy"))
    assert semi == "1=best"


def test_known_ratings_decide():
    values = [(str(year), "EP", Fraction(5, 4)) for year in range(2010, 2016)]
    known = Known({("Latvia", year, "EP"): frozenset({Fraction(27, 4)}) for year, _, _ in values})
    assert prove(known=known, values=values) == "1=best"


def test_known_scores_of_other_editions_decide():
    known = Known({("Latvia", str(y), "DS"): frozenset({Fraction(6)}) for y in (2010, 2011)})
    assert prove(known=known, values=[("2016", "EP", Fraction(2))]) == "1=best"
    assert prove(known=known, values=[("2016", "EP", Fraction(6))]) == "7=best"


def test_verbs_decide_where_nothing_else_does():
    assert prove("Civil Society rating declined from 3.00 to 3.25") == "1=best"
    assert prove("Civil Society rating improved from 3.00 to 3.25") == "7=best"


def test_undecided_and_contradictory_sources_are_refused():
    with pytest.raises(SourceError, match="read both ways"):
        prove()
    with pytest.raises(SourceError, match="contradicts itself"):
        prove("7 = best\n" + head("6.71", regime="Consolidated Authoritarian Regime"))
    with pytest.raises(SourceError, match="fit neither"):
        prove(head("2.07", "50"))


def test_an_override_wins_and_contradictions_are_told():
    report = proved("1 = best", scale="7=best")
    assert report.scale == "7=best"
    assert [item.uncertain for item in report.remarks] == [False, True]


def test_scale_of_change():
    assert scale_of_change(Change("CO", "4.25", "4.50", "declined")) == "1=best"
    assert scale_of_change(Change("CO", "4.50", "4.25", "dropped")) == "7=best"
    assert scale_of_change(Change("CO", "4.25", "4.25", "declined")) is None
    assert scale_of_change(Change("CO", "", "", "declined")) is None
