from __future__ import annotations

from fractions import Fraction

from analysis.sources.known import Known, known_of, project_known, registered_source

CELL = {"source_id": "a", "country": "Latvia", "rated_edition": "2010", "category": "EP"}
PAGE = {"source_id": "b", "country": "Latvia", "report_edition": "2021", "printed_from": ""}


def test_values_are_kept_on_the_new_scale():
    known = known_of(
        [{**CELL, "printed": "2.00", "scale": "1=best"}],
        [
            {**PAGE, "field": "CHANGE_CS", "printed_from": "5.75", "printed_to": "6.00"}
            | {"scale": "7=best"},
            {**PAGE, "field": "LAST_DP", "printed_to": "80", "scale": ""},
            {**PAGE, "field": "DS", "printed_to": "5.82", "scale": "7=best"},
        ],
    )
    assert known.values["Latvia", "2010", "EP"] == {Fraction(6)}
    assert known.values["Latvia", "2020", "CS"] == {Fraction("5.75")}
    assert known.values["Latvia", "2021", "CS"] == {Fraction(6)}
    assert known.fits_percentage("Latvia", 2020, Fraction(80)) is True
    assert known.fits_percentage("Latvia", 2021, Fraction("80.36")) is True
    assert known.fits_percentage("Latvia", 2021, Fraction(70)) is False
    assert known.fits_percentage("Latvia", 2005, Fraction(70)) is None
    printed = [(("Latvia", "2010", "EP"), Fraction(2)), (("Latvia", "2011", "EP"), Fraction(2))]
    assert known.agreement(printed, "1=best") == (1, 0)
    assert known.agreement(printed, "7=best") == (0, 1)


def test_the_project_s_own_figures_are_known():
    assert len(project_known().values) > 4000


def test_without_a_project_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setenv("NIT_ROOT", str(tmp_path))
    assert project_known() == Known()
    assert registered_source("https://example.org") == ""


def test_a_registered_address_has_its_source_id():
    address = "https://freedomhouse.org/country/kazakhstan/nations-transit/2021"
    assert registered_source(address) == "S426"
