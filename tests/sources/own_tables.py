"""Tables of made-up ratings as people keep them, and what must be read from them."""

from __future__ import annotations

from random import Random

import pytest

from analysis.facts.countries import BY_NAME
from analysis.facts.errors import SourceError
from analysis.facts.rating_system import CATEGORIES, democracy_score, parse_number, rounded
from analysis.sources import read_source
from analysis.sources.known import known_of

NAMES = ("Estonia", "Georgia", "Tajikistan")
YEARS = range(2011, 2019)


def sticky_ratings(seed=0, names=NAMES, years=YEARS):
    """Return ratings that move little, as real ones do: country, year -> seven values."""
    rng = Random(seed)
    ratings = {}
    for name in names:
        best = {"Central Europe": 24, "Balkans": 16, "Eurasia": 8}[BY_NAME[name].region]
        now = [best + rng.randint(-2, 2) for _ in CATEGORIES]
        for year in years:
            now = [min(28, max(4, value + rng.choice((0, 0, 0, 1, -1)))) for value in now]
            ratings[name, year] = [parse_number(str(value / 4)) for value in now]
    return ratings


RATINGS = sticky_ratings()


def known_from(ratings):
    rows = [
        {"source_id": "k", "country": name, "rated_edition": str(year), "category": code}
        | {"printed": str(rounded(value)), "scale": "7=best"}
        for (name, year), values in ratings.items()
        for code, value in zip(CATEGORIES, values, strict=True)
    ]
    return known_of(rows, [])


KNOWN = known_from(RATINGS)


def table(heads=CATEGORIES, country="Country", year="Year", ratings=RATINGS, score=True):
    """Return one row a country and year, under heads of some spelling."""
    rows = [[country, year, *heads.values(), *(["Democracy Score"] if score else [])]]
    for (name, edition), values in ratings.items():
        mean = [str(rounded(democracy_score(values)))] if score else []
        rows.append([name, str(edition), *(f"{float(v):.2f}" for v in values), *mean])
    return rows


def text_of(rows, separator=","):
    return "".join(separator.join(row) + "\n" for row in rows)


def read_text(tmp_path, text, name="table.csv", known=KNOWN, encoding="utf-8", **told):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return read_source(path, known=known, **told)


def refusal(tmp_path, text, **told):
    with pytest.raises(SourceError) as caught:
        read_text(tmp_path, text, **told)
    message = str(caught.value)
    assert "\n" not in message
    return message


def ratings_of(reading):
    """Return the ratings on 7=best, without the scores."""
    return {
        (cell.country, int(cell.rated_edition), cell.category): parse_number(cell.printed)
        for cell in reading.cells
        if cell.category != "DS"
    }


def expected(ratings=RATINGS, codes=tuple(CATEGORIES)):
    return {
        (name, year, code): value
        for (name, year), values in ratings.items()
        for code, value in zip(CATEGORIES, values, strict=True)
        if code in codes
    }
