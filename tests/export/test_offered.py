"""Tables and the values behind pictures, as CSV and as a workbook."""

import csv
import io
import zipfile

import pytest
import python_calamine

from analysis.briefs import blocks
from analysis.briefs.blocks import Cell, Column
from analysis.export.offered import csv_text, offered, sheet_names, workbook

from .hostile import SVG, TEXTS, blocks_with

TABLE = blocks.Table(
    name="ratings",
    title="Ratings",
    caption="As printed.",
    columns=[Column("Edition"), Column("NDG", "National Democratic Governance"), Column("Change")],
    rows=[
        [Cell("2024"), Cell("3.00", derived=True), Cell("−0.25")],
        [Cell("2023"), Cell("3.25"), Cell("+1.50")],
        [Cell("2022"), Cell("–"), Cell("4 of 7")],
    ],
)
FIGURE = blocks.Figure(
    name="line", title="t", subtitle="s", caption="c", alt="a", svg=SVG,
    data=blocks.Data(["edition", "score"], [[2005, 6.0357], [2006, None]]),
)  # fmt: skip


def contents_of(*made):
    return [block.content() for block in made]


def opened(document):
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(document))


def test_a_table_s_numbers_are_numbers_and_derived_values_are_told():
    [offer] = offered(contents_of(TABLE))
    assert csv_text(offer.sheet) == (
        "Edition,National Democratic Governance,Change,Derived,Remarks\n"
        "2024,3.0,-0.25,National Democratic Governance,\n"
        "2023,3.25,1.5,,\n"
        "2022,,,,Change: 4 of 7\n"
    )


def test_intervals_have_two_columns_and_shares_are_numbers():
    table = blocks.Table(
        name="t",
        title="t",
        columns=[Column("Share"), Column("95 %"), Column("Range")],
        rows=[
            [Cell("51 %"), Cell("−0.51 to +0.18"), Cell("1.50–2.25")],
            [Cell("–"), Cell("–"), Cell("–")],
        ],
    )
    [offer] = offered(contents_of(table))
    assert csv_text(offer.sheet) == (
        '"Share, %","95 %, from","95 %, to","Range, from","Range, to"\n'
        "51,-0.51,0.18,1.5,2.25\n"
        ",,,,\n"
    )


def test_estimates_with_intervals_and_counts_of_so_many_are_numbers_of_their_own():
    table = blocks.Table(
        name="t",
        title="t",
        columns=[Column("Any"), Column("Same way")],
        rows=[[Cell("29.0 (23.6 to 34.9)"), Cell("58 of 214")], [Cell("–"), Cell("–")]],
    )
    [offer] = offered(contents_of(table))
    assert csv_text(offer.sheet) == (
        'Any,"Any, from","Any, to",Same way,"Same way, of"\n29.0,23.6,34.9,58,214\n,,,,\n'
    )


def test_a_picture_s_values_are_as_they_are_and_gaps_are_empty():
    [offer] = offered(contents_of(FIGURE))
    assert csv_text(offer.sheet) == "edition,score\n2005,6.0357\n2006,\n"


def test_a_picture_without_values_has_no_sheet():
    bare = blocks.Figure(title="t", subtitle="s", caption="c", alt="a", svg=SVG)
    [offer] = offered(contents_of(bare))
    assert (offer.name, offer.sheet) == ("figure", None)


def test_no_two_names_of_a_brief_are_the_same():
    other = {**TABLE.content(), "name": "line"}
    bare = {**TABLE.content(), "name": ""}
    odd = {**TABLE.content(), "name": "../x"}
    offers = offered([*contents_of(FIGURE, TABLE), other, bare, odd])
    assert [o.name for o in offers] == ["line", "ratings", "line-2", "table", "table-2"]


def test_sheets_of_long_names_stay_apart():
    long = [{**TABLE.content(), "name": "a" * 35 + end} for end in "xyz"]
    names = sheet_names(offered(long))
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= 31 for name in names)


def test_the_workbook_holds_what_the_tables_hold():
    head = blocks.Title(title="Hungary", subtitle="Democracy ratings").content()
    offers = offered(contents_of(FIGURE, TABLE))
    book = opened(workbook(head, offers))
    assert book.sheet_names == ["About", "line", "ratings"]
    assert book.get_sheet_by_name("line").to_python() == [
        ["edition", "score"],
        [2005, 6.0357],
        [2006, ""],
    ]
    assert book.get_sheet_by_name("ratings").to_python()[1] == [
        2024, 3.0, -0.25, "National Democratic Governance", "",
    ]  # fmt: skip
    about = [row[0] for row in book.get_sheet_by_name("About").to_python()]
    assert about[:2] == ["Hungary", "Democracy ratings"]
    assert "ratings: Ratings | As printed." in about


def test_two_workbooks_are_the_same_bytes():
    head = blocks.Title(title="x").content()
    offers = offered(contents_of(FIGURE, TABLE))
    assert workbook(head, offers) == workbook(head, offers)
    parts = zipfile.ZipFile(io.BytesIO(workbook(head, offers)))
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-11-21T00:00:00Z" in parts.read("docProps/core.xml")


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_is_a_text_in_csv_and_in_the_workbook(text):
    contents = contents_of(*blocks_with(text))
    offers = offered(contents)
    for offer in offers:
        rows = list(csv.reader(io.StringIO(csv_text(offer.sheet))))
        assert len({len(row) for row in rows}) == 1
        for value in {cell for row in rows for cell in row}:
            assert not value.lstrip(" ").startswith(tuple("=+-@\t\r\n"))
        assert {rows[0][0], rows[1][0]} <= {text, f"'{text}"}
    made = workbook(contents[0], offers)
    for name in ("picture", "numbers"):
        assert opened(made).get_sheet_by_name(name).to_python()[1][0] == text
    for part in (parts := zipfile.ZipFile(io.BytesIO(made))).namelist():
        assert b"<f>" not in parts.read(part)
        assert b"hyperlink" not in parts.read(part).replace(b"HYPERLINK", b"")
        assert "externalLink" not in part
