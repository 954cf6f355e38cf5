"""How the difference of two files is told."""

import json

import pytest

from analysis.batch.compare import MOST_ROWS, close, difference

HEAD = "country,edition,category,rating\n"
ROWS = [
    f"Poland,{year},EP,{rating}\n" for year, rating in zip(range(2005, 2010), "45656", strict=True)
]


def table(rows):
    return (HEAD + "".join(rows)).encode()


def test_the_same_contents_differ_in_nothing():
    assert difference(b"x", b"x", "a.csv") == ""


def test_one_cell_is_told_with_row_column_and_both_values():
    changed = [*ROWS[:2], "Poland,2007,EP,7\n", *ROWS[3:]]
    told = difference(table(ROWS), table(changed), "panel.csv")
    assert told == "row 3 (Poland, 2007, EP, 6), rating: - '6' + '7'"


def test_every_row_that_differs_is_told_on_a_line_of_its_own():
    changed = ["Poland,2005,EP,1\n", *ROWS[1:4], "Poland,2009,CS,2\n"]
    told = difference(table(ROWS), table(changed), "panel.csv").splitlines()
    assert told[1:] == [
        "  row 1 (Poland, 2005, EP, 4), rating: - '4' + '1'",
        "  row 5 (Poland, 2009, EP, 6), category: - 'EP' + 'CS'; rating: - '6' + '2'",
    ]


def test_a_row_that_came_or_went_does_not_make_the_others_differ():
    assert difference(table(ROWS), table(ROWS[1:]), "panel.csv") == (
        "row 1 (Poland, 2005, EP, 4) is not made again"
    )
    assert difference(table(ROWS[1:]), table(ROWS), "panel.csv") == (
        "row 1 (Poland, 2005, EP, 4) is not here"
    )


def test_many_rows_are_counted():
    many = [f"Poland,{n},EP,1\n" for n in range(50)]
    other = [f"Poland,{n},EP,2\n" for n in range(50)]
    told = difference(table(many), table(other), "panel.csv").splitlines()
    assert len(told) == MOST_ROWS + 2
    assert told[-1] == f"  and {50 - MOST_ROWS} rows more"


@pytest.mark.parametrize(
    ("ours", "theirs", "name", "told"),
    [
        (b"a,b\n1,2\n", b"a,c\n1,2\n", "x.csv", "columns - 'a,b' + 'a,c'"),
        (b"a\nb\n", b"a\nc\n", "x.html", "line 2: - 'b' + 'c'"),
        (b"\xff\x01", b"\xff\x02", "x.pdf", "byte 1 of 2 and 2"),
        (b'{"a": {"b": 1}}', b'{"a": {"b": 2}}', "x.json", "a / b: - '1' + '2'"),
        # One of them is not what its ending says, as after one byte was changed.
        (b"a\n1\n", b"", "x.csv", "byte 0 of 4 and 0"),
        (b"a\n1\n", b"a\n\xff\n", "x.csv", "byte 2 of 4 and 4"),
        (b"a\n1\n", b'a\n"' + b"1" * 200_000, "x.csv", "byte 2 of 4 and 200003"),
        (b'{"cells": [{}]}', b'{"cells": [[]]}', "x.ipynb", "byte 11 of 15 and 15"),
        (b"{}", b"[" * 100_000, "x.json", "byte 0 of 2 and 100000"),
    ],
)
def test_other_files_are_told_by_their_first_difference(ours, theirs, name, told):
    assert difference(ours, theirs, name) == told


@pytest.mark.parametrize("other", [b"a\n1\n2\n", b"a\n1,2\n", b"a\nx\n", b"a\n\xff\n", b'a\n"'])
def test_tables_are_close_only_where_all_is_a_number(other):
    assert close(b"a\n1\n", b"a\n1.002\n", 0.002)
    assert not close(b"a\n1\n", b"a\n1.002001\n", 0.002)
    assert not close(b"a\n1\n", other, 0.002)


def test_a_notebook_is_told_by_its_cell():
    cells = [{"source": "1", "outputs": []}, {"source": "2", "outputs": ["x"]}]
    ours = json.dumps({"cells": cells}).encode()
    theirs = json.dumps({"cells": [cells[0], {**cells[1], "outputs": ["y"]}]}).encode()
    assert difference(ours, theirs, "x.ipynb").startswith("cell 2, outputs: - ")
