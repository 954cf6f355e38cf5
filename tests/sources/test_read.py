from __future__ import annotations

import csv
import io
import json
import zipfile
from csv import DictReader
from random import Random

import pytest

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError
from analysis.sources import read_source, reading_as_csv, reading_as_json
from analysis.sources.known import Known
from analysis.sources.own_csv import read_figures
from analysis.sources.read import LARGEST_TEXT
from analysis.tables.schema import columns
from sources.synthetic_reports import country_report, random_figures, score_page


def refusal(path, **overrides) -> str:
    with pytest.raises(SourceError) as caught:
        read_source(path, known=Known(), **overrides)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FREEDOM_REPORT = (
    "Freedom in the World 2020\nLatvia\nPolitical Rights 37 / 40\n"
    "Was the head of government elected? 4 / 4\nCivil Liberties 52 / 60\n"
)
BAD_FILES = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "pdf": (b"%PDF-1.7 ...", "a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n....", "a picture"),
    "binary": (bytes(range(256)) * 20, "binary data"),
    "null bytes": (b"Latvia\nDemocracy\x00Score", "line 2: binary data"),
    "latin-1": ("Latvia\nScore of the café 5.79".encode("latin-1"), "line 2: not UTF-8"),
    "utf-16": ("Latvia Democracy Score 5.79 7".encode("utf-16"), "UTF-16 text"),
    "error page": (b"<html><title>404 Not Found</title><h1>Sorry</h1></html>", "an error page"),
    "block page": (b"<!DOCTYPE html><title>Just a moment...</title><p>wait</p>", "an error page"),
    "other text": (b"Nothing about ratings.", "no ratings table"),
    "json": (b'[{"Country": "Latvia"}]', 'which begin \'[{"Country": "Latvia"}]\''),
    "rich text": (rb"{\rtf1 Latvia}", "rich text; save it as plain text"),
    "parquet": (b"PAR1\x15\x04", "a data file; save it as .csv"),
    "other report": (FREEDOM_REPORT.encode(), "a Freedom in the World report"),
    "zip": (zip_of(readme=b"text"), "without a workbook"),
    "cut zip": (zip_of(**{"xl/workbook.xml": b"x" * 999})[:60], "damaged"),
    "zip bomb": (zip_of(**{"xl/workbook.xml": b"\0" * 70_000_000}), "zip bomb"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_files_are_refused_in_one_line(tmp_path, kind):
    content, reason = BAD_FILES[kind]
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "nothing.txt")
    assert "a folder" in refusal(tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        file.truncate(20 * LARGEST_TEXT)  # sparse: reading it would take seconds
    assert "200 MB" in refusal(path)


def test_two_countries_in_one_file_are_refused(tmp_path):
    figures = random_figures(Random(1), 2016)
    one, two = find_country("Latvia"), find_country("Serbia")
    reports = [
        country_report(figures.__class__(country, figures.years, figures.ratings))
        for country in (one, two)
    ]
    path = tmp_path / "report.txt"
    path.write_text("".join(reports), encoding="utf-8")
    message = refusal(path)
    assert "two countries" in message
    assert "Latvia" in message
    assert "Serbia" in message


def test_a_truncated_report_is_refused_or_keeps_to_what_it_prints(tmp_path):
    figures = random_figures(Random(2), 2016)
    text = country_report(figures, sections=False)
    printed = figures.cells()
    path = tmp_path / "report.txt"
    for end in range(200, len(text), 97):
        path.write_text(text[:end], encoding="utf-8")
        try:
            reading = read_source(path, known=Known())
        except SourceError:
            continue
        for cell in reading.cells:
            same = float(printed[cell.rated_edition, cell.category]) == float(cell.printed)
            assert same or reading.doubts


def test_overrides_replace_what_the_text_says_and_are_told(tmp_path):
    figures = random_figures(Random(3), 2016)
    path = tmp_path / "report.txt"
    path.write_text(country_report(figures, sections=False), encoding="utf-8")
    other = "Latvia" if figures.country.name != "Latvia" else "Serbia"
    reading = read_source(path, country=other, known=Known())
    assert reading.countries == (other,)
    assert any(item.about == "country" for item in reading.doubts)
    assert {c.scale for c in read_source(path, scale="7=best", known=Known()).cells} == {"7=best"}


def test_json_has_the_documented_keys(tmp_path):
    figures = random_figures(Random(4), 2016)
    path = tmp_path / "report.txt"
    path.write_text(country_report(figures), encoding="utf-8")
    document = json.loads(reading_as_json(read_source(path, known=Known())))
    assert {"cells", "statements", "facts", "changes", "sections", "evidence"} <= set(document)
    first = document["cells"][0]
    keys = ["country", "report_edition", "rated_edition", "category", "printed", "scale"]
    assert list(first) == keys
    assert len(document["cells"]) == len(figures.cells())


def test_csv_can_be_read_again(tmp_path):
    figures = random_figures(Random(5), 2021, 3)
    path, table = tmp_path / "page.txt", tmp_path / "figures.csv"
    path.write_text(score_page(figures), encoding="utf-8")
    reading = read_source(path, known=Known())
    table.write_text(reading_as_csv(reading), encoding="utf-8")
    assert len(list(DictReader(table.open(encoding="utf-8")))) == len(reading.statements)
    again = read_source(table, known=Known())
    assert again.layout == "project CSV"
    assert again.statements == reading.statements
    assert again.source_id == reading.source_id
    again_read = read_figures(table, table.read_text(encoding="utf-8"))
    assert again_read == (reading.cells, reading.statements)


def test_figures_that_are_not_utf8_are_refused(tmp_path):
    table = tmp_path / "figures.csv"
    row = "S1,Latvia,2021,CS,5.00,5.25,7=best,yes,café\n"
    table.write_bytes((",".join(columns("printed_pages")) + "\n" + row).encode("cp1252"))
    assert "not a UTF-8 CSV file" in refusal(table)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_figures_that_a_spreadsheet_saved_again_are_read(tmp_path, separator):
    figures = random_figures(Random(5), 2021, 3)
    path, table = tmp_path / "page.txt", tmp_path / "figures.csv"
    path.write_text(score_page(figures), encoding="utf-8")
    reading = read_source(path, known=Known())
    rows = list(csv.reader(reading_as_csv(reading).splitlines()))
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    again = read_source(table, known=Known())
    assert again.layout == "project CSV"
    assert again.statements == reading.statements


def test_the_same_content_has_the_same_source_id(tmp_path):
    figures = random_figures(Random(6), 2016)
    names = []
    for name in ("a.txt", "b.txt"):
        path = tmp_path / name
        path.write_text(country_report(figures), encoding="utf-8")
        names.append(read_source(path, known=Known()).source_id)
    assert names[0] == names[1]


@pytest.mark.parametrize("keep", [3, 14, 17])
def test_a_text_that_ends_in_its_table_is_refused(tmp_path, keep):
    figures = random_figures(Random(7), 2016)
    text = country_report(figures, sections=False)
    row = text.index("\nCorruption ") + len("\nCorruption ")
    path = tmp_path / "report.txt"
    path.write_text(text[: row + keep], encoding="utf-8")
    assert "truncated" in refusal(path)


def test_spaces_of_all_kinds_are_spaces(tmp_path):
    figures = random_figures(Random(8), 2016)
    text = country_report(figures, "spaced")
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    plain = read_source(path, known=Known())
    for space in ("\t", "\u00a0", "\u2009", " \u200b"):
        path.write_text(text.replace(" ", space).replace("\n", "\r\n"), encoding="utf-8")
        other = read_source(path, known=Known())
        assert [c.printed for c in other.cells] == [c.printed for c in plain.cells]
        assert (other.changes, other.facts) == (plain.changes, plain.facts)
