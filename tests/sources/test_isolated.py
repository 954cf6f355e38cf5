"""Files that exhaust a parser: one line, in bounded time and memory, and the next file is read."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
from random import Random

import pytest

from analysis.facts.errors import SourceError
from analysis.sources import isolated, read_source
from analysis.sources.known import Known
from sources.workbook_writer import data_rows, random_ratings, write_workbook

FORMULA = b"<row r='900'><c r = 'B900'><f>A1+1</f><v>2</v></c></row></sheetData>"
PREFIXED = b'<x:f xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">A1</x:f>'


def rewritten(path, change):
    """Apply `change` to the name and the content of each part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(*change(name, content))


def with_end_of_sheet(end):
    return lambda name, content: (name, content.replace(b"</sheetData>", end))


def in_folder(folder):
    def change(name, content):
        content = content.replace(b"</sheetData>", FORMULA).replace(b"worksheets/", folder + b"/")
        return name.replace("worksheets", folder.decode()), content

    return change


def far_cell(place):
    return with_end_of_sheet(b'<row><c r="' + place + b'"><v>1</v></c></row></sheetData>')


CRAFTED = {
    "single quotes and spaces": (with_end_of_sheet(FORMULA), "cell B900 holds a formula"),
    "letter case": (in_folder(b"WorkSheets"), "cell B900 holds a formula"),
    "another folder": (in_folder(b"tables"), "cell B900 holds a formula"),
    "another prefix": (
        with_end_of_sheet(FORMULA.replace(b"<f>A1+1</f>", PREFIXED)),
        "cell B900 holds a formula",
    ),
    "an error": (
        with_end_of_sheet(b'<row><c r="C9" t="e"><v>#REF!</v></c></row></sheetData>'),
        "cell C9 holds the error #REF!",
    ),
    "a cell far down": (far_cell(b"AX1048576"), "MB of memory"),
    "the last cell": (far_cell(b"XFD1048576"), "MB of memory"),
    "a row of 13 digits": (
        with_end_of_sheet(
            b'<row r="9999999999999"><c r="A9999999999999"><v>1</v></c></row></sheetData>'
        ),
        "memory",
    ),
}


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"Data": data_rows(random_ratings(Random(1), [2023]))})
    return path


def refusal(path) -> str:
    with pytest.raises(SourceError) as caught:
        read_source(path, known=Known())
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize("kind", CRAFTED)
def test_crafted_workbooks_are_refused_and_the_next_one_is_read(workbook, tmp_path, kind):
    change, says = CRAFTED[kind]
    crafted = tmp_path / "crafted.xlsx"
    crafted.write_bytes(workbook.read_bytes())
    rewritten(crafted, change)
    assert says in refusal(crafted)
    assert len(read_source(workbook, known=Known()).cells) == 29 * 8


def test_a_formula_of_an_open_document_is_refused(tmp_path):
    cell = '<table:table-cell table:formula="of:=[.C3]+1" office:value="4"/>'
    names = 'xmlns:office="urn:office" xmlns:table="urn:table"'
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as archive:
        content = f"<office:document-content {names}>{cell}</office:document-content>"
        archive.writestr("content.xml", content)
    assert "content.xml holds the formula 'of:=[.C3]+1' in a cell" in refusal(path)


def test_a_long_name_of_a_sheet_is_bounded(workbook):
    name = b'name="' + b"D" * 5_000_000 + b'"'
    rewritten(workbook, lambda part, content: (part, content.replace(b'name="Data"', name)))
    try:
        reading = read_source(workbook, known=Known())
    except SourceError as error:
        assert len(str(error)) < 600
    else:
        assert all(len(item.says) < 600 for item in reading.evidence)


TEXTS = {
    "half-open tags": ("page.html", "<html>" + "<!" * 1_000_000, "seconds to parse"),
    "instructions": ("page.html", "<html>" + "<?" * 2_000_000, "seconds to parse"),
    "columns": ("own.csv", "Country,Year" + ",CS" * 200_000 + "\n", "200002 columns"),
    "an open quote": ("own.csv", 'Country,Year,CS\n"Latvia,2010,3.00\n' * 5, "quotation mark"),
    "a long open quote": ("own.csv", 'Country,Year,CS\n"' + "x" * 2_000_000, "quotation mark"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_texts_that_exhaust_a_parser_are_refused(tmp_path, kind):
    name, text, says = TEXTS[kind]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert says in refusal(path)


def test_pipes_and_devices_are_refused_unread(tmp_path):
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert "a pipe or a device, expected a file" in refusal(pipe)


def test_one_process_serves_many_files_and_has_its_limits():
    first = isolated.parsed("delimited", b"a,b\n1,2\n", "one")
    number = isolated._running[os.getpid()].pid
    assert (
        isolated.parsed("delimited", b"a,b\n1,2\n", "two")
        == first
        == {",": [["a", "b"], ["1", "2"]]}
    )
    assert isolated._running[os.getpid()].pid == number
    limit, _ = resource.prlimit(number, resource.RLIMIT_AS)
    assert limit == isolated.MEMORY
    seconds, _ = resource.prlimit(number, resource.RLIMIT_CPU)
    assert seconds <= 2 * isolated.SECONDS + 60
    isolated._end()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_hard_limit_of_time_set_by_a_cluster_is_kept():
    code = (
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600)); "
        "import analysis.sources.isolated as i; os.setuid(65534); "
        "i._serve(sys.stdin.buffer, sys.stdout.buffer)"
    )
    text = b"html 9\n<p>hi</p>"
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, check=True)
    assert json.loads(done.stdout)["parsed"].strip() == "hi"
