"""`nit read` and `nit add` on files of one's own: what is refused, labelled, made harmless."""

import csv
import io
from random import Random

import pytest

from analysis import cli
from analysis.facts.errors import one_line
from analysis.reconciliation import intake
from analysis.sources import read_source
from analysis.sources.known import Known
from sources.synthetic_reports import random_figures, score_page

CONTRADICTORY = """Nations in Transit 2021 - Latvia

Estonia by Mari Example

Capital: Vilnius
Democracy Score 5.79 7
Democracy Percentage 79.76 100
Consolidated Democracy
"""


def put(project, name, text):
    path = project / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("more", [[], ["--yes"]])
def test_a_file_that_names_several_countries_is_not_added(project, capsys, more):
    path = put(project, "mixed.txt", CONTRADICTORY)
    assert cli.run(["add", str(path), *more]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert all(name in said for name in ("Latvia", "Estonia", "Lithuania"))
    assert not list((project / "data" / "raw").glob("reports/*"))


@pytest.mark.parametrize("name", [".report.txt", "georgia.settings.yml", "README.md"])
def test_files_that_a_build_passes_over_are_not_added(project, capsys, name):
    assert cli.run(["add", str(put(project, name, CONTRADICTORY)), "--yes"]) == 2
    assert "are not read as sources: rename it" in capsys.readouterr().err
    assert not intake.own_files(project / "data" / "raw")


def test_a_file_of_ones_own_is_labelled_as_such(project):
    path = put(project, "latvia.txt", score_page(random_figures(Random(3), 2021, 3)))
    raw = project / "data" / "raw"
    reading = read_source(path, known=Known())
    printed = intake.with_reading(intake.read_all(raw), reading, path)
    assert printed.sources.iloc[-1][["url", "kind"]].tolist() == ["own copy: latvia.txt", "own"]


def test_what_is_printed_is_safe_for_a_terminal_and_a_spreadsheet(project, capsys):
    rows = [["source_id", "country", "report_edition", "rated_edition", "category", "printed"]]
    rows[0] += ["scale", "note"]
    rows.append(["=HYPERLINK(1)", "Latvia", "2018", "2018", "CS", "1.75", "1=best", "@SUM(A1)"])
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    assert cli.run(["read", str(put(project, "own.csv", buffer.getvalue()))]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["source_id"], row["note"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    odd = put(project, "a\x1b[31m\nb.txt", "Nothing of ratings.")
    assert cli.run(["read", str(odd)]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_one_line_keeps_words_and_escapes_controls():
    assert one_line("Chişinău – 3.25") == "Chişinău – 3.25"
    assert one_line("a\x1b[1mb\nc\u202ed\x9b") == "a\\x1b[1mb\\nc\\u202ed\\x9b"
    assert len(one_line("x" * 5000)) == 1001
