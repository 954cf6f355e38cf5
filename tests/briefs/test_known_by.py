"""Each rating says how it is known; a step links to the most trusted source that prints it."""

import csv
import re
from pathlib import Path

import pytest

from analysis.briefs.country.brief import ratings
from analysis.briefs.country.story import load_country

ROOT = Path(__file__).parents[2]
KINDS = ("publisher", "archive", "copy", "own", "press", "rescaled")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCES = {row["source_id"]: row for row in rows_of(ROOT / "data" / "raw" / "sources.csv")}
PANEL = rows_of(ROOT / "data" / "processed" / "panel.csv")


@pytest.mark.parametrize("country", ["Hungary", "Latvia", "Turkmenistan", "Albania"])
def test_each_rating_is_known_by_its_own_sources(country):
    table = ratings(load_country(country, 2005, 2024))
    heads = [column.head for column in table.columns]
    cells = {
        (row[0].text, head): cell
        for row in table.rows
        for head, cell in zip(heads, row, strict=True)
    }
    for row in (row for row in PANEL if row["country"] == country):
        cell = cells[row["edition"], row["category"]]
        used = [SOURCES[name] for name in row["source_ids"].split(";")]
        begins = {"printed": "Printed: ", "derived": "Derived ", "rescaled": "Read from an index"}
        assert cell.how.startswith(begins.get(row["status"], "Printed, and corrected"))
        named = re.findall(r"(press|index|(?=\d{4} report))[^,;]*, ([^;]+)", cell.how)
        assert len(named) == min(2, len(used))
        said = {source["host"] or source["url"]: source["kind"] for source in used}
        for kind, host in named:  # a page of the press or of an index is no report
            assert kind == {"press": "press", "rescaled": "index"}.get(said[host], "")
        if cell.mark in ("up", "down"):
            best = min(KINDS.index(source["kind"]) for source in used)
            assert cell.href in {s["url"] for s in used if KINDS.index(s["kind"]) == best}
        else:
            assert cell.href == ""
