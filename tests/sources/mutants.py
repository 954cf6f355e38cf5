"""Mutants of reports: a piece cut out, swapped with another, doubled, or glued to the next.

A mutant may be refused or read with doubts. It must never give, without a doubt, a rating that the
intact report does not print.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from analysis.facts.errors import SourceError
from analysis.facts.rating_system import parse_number
from analysis.sources import Reading, read_source
from analysis.sources.known import Known
from sources.synthetic_reports import (
    HEADLINES,
    LAYOUTS,
    RATING_FORMS,
    PageForm,
    as_html,
    country_report,
    random_figures,
    score_page,
)

SLOWEST = 1.0
"""Seconds of processor time that one mutant may take."""


def synthetic_text(rng: Random) -> str:
    """Return a made-up report in a random layout."""
    if rng.random() < 0.6:
        figures = random_figures(rng, rng.randint(2006, 2018), rng.randint(4, 10))
        style = rng.choice(("full", "short", "mixed"))
        layout = rng.choice(LAYOUTS)
        text = country_report(
            figures,
            layout,
            "full" if layout == "last first" else style,
            rng,
            sections=rng.random() < 0.7,
        )
    else:
        figures = random_figures(rng, rng.randint(2016, 2024), 3)
        form = PageForm(
            rng.choice(sorted(HEADLINES)), rng.random() < 0.7, rng.choice(sorted(RATING_FORMS))
        )
        text = score_page(figures, form)
    return as_html(text) if rng.random() < 0.15 else text


def _spans(text: str, rng: Random, count: int) -> list[tuple[int, int]]:
    """Return disjoint pieces of `text` in order: characters, lines or long pieces."""
    longest = rng.choice((2, 6, 30, 200, 2000))
    cuts = sorted(rng.randrange(len(text) + 1) for _ in range(2 * count))
    return [(a, min(b, a + longest)) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]


def cut(text: str, rng: Random) -> str:
    ((a, b),) = _spans(text, rng, 1)
    return text[:a] + text[b:]


def swap(text: str, rng: Random) -> str:
    (a, b), (c, d) = _spans(text, rng, 2)
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def duplicate(text: str, rng: Random) -> str:
    ((a, b),) = _spans(text, rng, 1)
    place = rng.choice((b, rng.randrange(len(text) + 1)))
    return text[:place] + text[a:b] + text[place:]


def glue(text: str, rng: Random) -> str:
    ((a, b),) = _spans(text, rng, 1)
    return text[:a] + "".join(text[a:b].split()) + text[b:]


def swap_lines(text: str, rng: Random) -> str:
    lines = text.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    if re.sub(r"\d", "", lines[a]) == re.sub(r"\d", "", lines[b]):
        # Two ratings printed in the same words change places: another report, and nothing in it
        # says that it is not the right one.
        return text
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


MUTATIONS: tuple[Callable[[str, Random], str], ...] = (cut, swap, duplicate, glue, swap_lines)


def mutant(text: str, rng: Random) -> str:
    """Return `text` after one to three mutations."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        text = rng.choice(MUTATIONS)(text, rng)
    return text


def ratings(reading: Reading) -> set[tuple[str, str, str]]:
    """Return edition, category and 7=best value of all ratings and scores that are read."""
    found = set()
    for cell in reading.cells:
        found.add((cell.rated_edition, cell.category, _best(cell.printed, cell.scale)))
    for row in reading.statements:
        kind, _, code = row.field.partition("_")
        edition = str(row.report_edition)
        if kind in ("RATING", "CHANGE", "DS") and row.printed_to and row.scale:
            code = "DS" if kind == "DS" else code
            found.add((edition, code, _best(row.printed_to, row.scale)))
            if row.printed_from:
                before = str(row.report_edition - 1)
                found.add((before, code, _best(row.printed_from, row.scale)))
    return found


def _best(printed: str, scale: str) -> str:
    value = parse_number(printed)
    return str(value if scale == "7=best" else 8 - value)


def verdict(path: Path, text: str, intact: Reading) -> tuple[str, str]:
    """Return how a mutant is read, and what is wrong with that; empty if nothing is."""
    path.write_text(text, encoding="utf-8")
    start = time.process_time()
    try:
        reading = read_source(path, known=Known())
    except SourceError as error:
        return "refused", "a message of several lines" if "\n" in str(error) else ""
    how = "read with doubts" if reading.doubts else "read"
    if time.process_time() - start > SLOWEST:
        return how, f"takes {time.process_time() - start:.1f} s"
    if reading.countries != intact.countries and not reading.doubts:
        return how, f"is read as {reading.countries}"
    invented = ratings(reading) - ratings(intact)
    about_numbers = [item for item in reading.doubts if item.says not in _says(intact)]
    if invented and not about_numbers:
        return how, f"gives {sorted(invented)[:4]} without a doubt"
    return how, ""


def _says(intact: Reading) -> set[str]:
    """Return the doubts of the intact report that say nothing of its numbers."""
    return {item.says for item in intact.doubts if "checks" not in item.says}
