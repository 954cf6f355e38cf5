"""Made-up reports in every layout, written for the tests: what goes in must be read back.

A `Figures` holds the truth; the functions below it print it as the layouts do. No sentence stands
in a real report.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

from analysis.facts.countries import COUNTRIES, Country
from analysis.facts.rating_system import (
    CATEGORIES,
    democracy_percentage,
    regime_class,
    rounded,
)

TABLE_ORDER = ("EP", "CS", "IM", "GOV", "NDG", "LDG", "JFI", "CO")
NAMES = {**CATEGORIES, "GOV": "Governance*", "DS": "Democracy Score"}
BROKEN = {
    "NDG": ("National Democratic", "Governance"),
    "LDG": ("Local Democratic", "Governance"),
    "JFI": ("Judicial Framework", "and Independence"),
}
OLD_WORDS = "(1 = best, 7 = worst)"
NEW_WORDS = "Here 7 = best and 1 is the lowest mark."
AUTHORS = ("Ada Lindqvist", "Bruno Takács", "Chiara Novak", "Dušan Petrov")
REASONS = (
    "due to a new law on gatherings",
    "because two broadcasters closed",
    "after the court reform was carried out",
    "owing to fewer audits of public purchases",
)
BULLETS = (
    "The council met nine times and settled the budget late.",
    "Three mayors were replaced by appointed officials.",
    "Observers counted fewer complaints than in the round before.",
    "A register of owners was opened to the public.",
)
FILLER = (
    "The assembly debated the plan for several weeks before the recess and sent it back twice. "
    "Towns with small budgets asked for a slower calendar, and the ministry agreed to wait. "
)


@dataclass(frozen=True)
class Figures:
    """The truth of one made-up report; ratings on ``1=best``, None where none was given."""

    country: Country
    years: tuple[str, ...]
    ratings: dict[str, tuple[Fraction | None, ...]]
    author: str = AUTHORS[0]
    reasons: tuple[str, ...] = REASONS

    @property
    def edition(self) -> int:
        return int(self.years[-1])

    def score(self, column: int) -> Fraction:
        values = [row[column] for row in self.ratings.values()]
        given = [value for value in values if value is not None]
        return sum(given, Fraction(0)) / len(given)

    def printed_score(self, column: int, new: bool = False) -> Decimal:
        score = self.score(column)
        return rounded(8 - score if new else score)

    def cells(self, categories: tuple[str, ...] = TABLE_ORDER) -> dict[tuple[str, str], Fraction]:
        """Return the expected value of each printed cell by rated edition and category."""
        expected = {
            (year, code): value
            for code in categories
            for year, value in zip(self.years, self.ratings[code], strict=True)
            if value is not None
        }
        for column, year in enumerate(self.years):
            expected[year, "DS"] = Fraction(self.printed_score(column))
        return expected

    def changes(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Return the changes of the last edition, ``1=best``."""
        return {
            code: (before, after)
            for code in CATEGORIES
            if (before := self.ratings[code][-2]) != (after := self.ratings[code][-1])
            and before is not None
            and after is not None
        }


def random_figures(rng: Random, last: int, columns: int = 10) -> Figures:
    """Return figures of a random country: each rating moves by up to half a point a year."""
    years: list[str] = []
    year = last
    while len(years) < columns:
        if year != 2000:
            years.insert(0, str(year))
        year -= 1
    ratings: dict[str, tuple[Fraction | None, ...]] = {}
    for code in TABLE_ORDER:
        value = rng.randint(6, 26)  # quarter points, away from the ends
        row: list[Fraction | None] = []
        for name in years:
            value = min(28, max(4, value + rng.choice((0, 0, 0, 1, -1, 2))))
            given = code not in ("GOV", "NDG", "LDG") or (int(name) < 2005) == (code == "GOV")
            row.append(Fraction(value, 4) if given else None)
        ratings[code] = tuple(row)
    return Figures(rng.choice(COUNTRIES), tuple(years), ratings, rng.choice(AUTHORS))


def number(value: Fraction | Decimal | None, style: str, rng: Random) -> str:
    """Return a printed number: ``full`` has two decimals, ``short`` none that is zero."""
    if value is None:
        return "n/a"
    text = str(value) if isinstance(value, Decimal) else str(rounded(value))
    short = text.rstrip("0").rstrip(".")
    if style == "short" or (style == "mixed" and rng.random() < 0.3):
        # A glued integer could belong to either neighbour of a score, so it keeps a decimal.
        return short if "." in short or not isinstance(value, Decimal) else text
    return text


def rows(figures: Figures, order: tuple[str, ...] = TABLE_ORDER) -> list[tuple[str, list]]:
    """Return code and values of the printed rows; Governance only where it was rated."""
    found: list[tuple[str, list]] = []
    for code in order:
        values = list(figures.ratings[code])
        if any(value is not None for value in values):
            found.append((code, values))
    scores = [figures.printed_score(column) for column in range(len(figures.years))]
    return [*found, ("DS", scores)]


LAYOUTS = ("spaced", "glued", "bars", "one a line", "flat", "broken", "last first")


def table(figures: Figures, layout: str, style: str, rng: Random, header: bool = True) -> str:
    """Return the main table of ratings."""
    heads = list(figures.years) if header else []
    lines: list[str] = []
    if layout == "glued":
        lines = ["NIT Edition" + "".join(heads)] if header else []
    elif layout == "bars":
        lines = [" | ".join(["NIT Edition", *heads]) + " |"] if header else []
    elif layout == "one a line":
        lines = ["\n\n".join(heads)] if header else []
    elif header:
        lines = [" ".join(heads)]
    for code, values in rows(figures):
        printed = [number(value, style, rng) for value in values]
        lines.append(_row(code, printed, layout))
    joined = {"flat": " ", "broken": " ", "last first": " ", "one a line": "\n\n"}
    return joined.get(layout, "\n").join(lines)


def _row(code: str, printed: list[str], layout: str) -> str:
    name = NAMES[code]
    if layout == "glued":
        return name + "".join(printed)
    if layout == "bars":
        return " | ".join([name, *printed]) + " |"
    if layout == "one a line":
        return "\n\n".join([name, *printed])
    if code in BROKEN and layout == "broken":
        first, second = BROKEN[code]
        return " ".join([first, *printed, second])
    if code in BROKEN and layout == "last first" and len(printed) > 2:
        first, second = BROKEN[code]
        return " ".join([first, printed[-1], second, *printed[:-1]])
    return " ".join([name, *printed])


def country_report(
    figures: Figures,
    layout: str = "spaced",
    style: str = "full",
    rng: Random | None = None,
    *,
    header: bool = True,
    sections: bool = True,
    scale_words: bool = True,
) -> str:
    """Return a whole report in the old layout, 1=best."""
    rng = rng or Random(0)
    last = len(figures.years) - 1
    regime = regime_class(8 - figures.score(last)).name
    parts = [
        f"Nations in Transit {figures.edition} - {figures.country.name}",
        f"Regime Classification: {regime}",
        f"Democracy Score: {figures.printed_score(last)} {OLD_WORDS if scale_words else '/ 7'}",
        f"Capital: {figures.country.capitals[0]}",
        "Population: 4.2 million\nGNI/capita, PPP: $12,345",
        "Nations in Transit Ratings and Averaged Scores",
        table(figures, layout, style, rng, header),
        "Score Changes:",
        *(f"• {line}" for line in change_lines(figures, new=False)),
        f"By {figures.author}",
        f"Executive Summary:\n\n{FILLER}",
        f"Outlook for {figures.edition}:\n\n{FILLER}",
    ]
    if sections:
        parts += _sections(figures, rng)
    return "\n\n".join(parts) + "\n"


def change_lines(figures: Figures, new: bool) -> list[str]:
    """Return one line a change, and the sentence on the score."""
    lines = []
    for position, (code, (before, after)) in enumerate(figures.changes().items()):
        verb = "declined" if after > before else "improved"
        values = (8 - before, 8 - after) if new else (before, after)
        reason = figures.reasons[position % len(figures.reasons)]
        old, now = (rounded(value) for value in values)
        lines.append(f"{CATEGORIES[code]} rating {verb} from {old} to {now} {reason}")
    before, after = (figures.printed_score(column, new) for column in (-2, -1))
    if lines and before != after:
        verb = "improved" if (after > before) == new else "declined"
        lines.append(
            f"In sum, {figures.country.name}'s Democracy Score {verb} from {before} to {after}."
        )
    return lines


def _sections(figures: Figures, rng: Random) -> list[str]:
    parts = []
    for mark, (code, name) in enumerate(CATEGORIES.items(), start=1):
        given = [
            (year, value)
            for year, value in zip(figures.years, figures.ratings[code], strict=True)
            if value is not None
        ]
        head = " ".join(year for year, _ in given)
        body = " ".join(number(value, "full", rng) for _, value in given)
        bullets = "\n\n".join(f"• {bullet}[{mark}]" for bullet in BULLETS)
        parts.append(f"{name}:\n\n{head}\n{body}\n\n{bullets}")
    notes = "\n\n".join(f"{mark} Daily Gazette, page {mark + 3}" for mark in range(1, 8))
    return [*parts, f"Notes:\n\n{notes}"]


@dataclass(frozen=True)
class PageForm:
    """The forms in which a score page may print the same facts."""

    headline: str = "web"
    with_ratings: bool = True
    rating_form: str = "both rounded"
    no_changes: str = "No score changes in {edition}."


RATING_FORMS = {
    "both rounded": "{value}{whole} 7.007",
    "slash": "{value} / 7.00",
    "plain": "{value} 7.00",
}
HEADLINES = {
    "web": (
        "DEMOCRACY-PERCENTAGE Democracy Percentage {percentage} 100\n"
        "DEMOCRACY-SCORE Democracy Score {score} 7\n"
        "Last Year's Democracy Percentage & Status\n{last} 100 {last_regime}"
    ),
    "slash": (
        "Democracy Percentage {percentage} / 100\nDemocracy Score {score} / 7\n"
        "LAST YEAR'S DEMOCRACY PERCENTAGE & STATUS\n{last} / 100 {last_regime}"
    ),
}


def page_facts(figures: Figures) -> dict[str, str]:
    """Return what the headline of a score page prints, by statement field, ``7=best``."""
    last = len(figures.years) - 1
    now, before = 8 - figures.score(last), 8 - figures.score(last - 1)
    return {
        "DS": str(rounded(now)),
        "DP": str(rounded(democracy_percentage(now))),
        "REGIME": regime_class(now).name,
        "LAST_DP": str(rounded(democracy_percentage(before), 0)),
        "LAST_REGIME": regime_class(before).name,
    }


def score_page(figures: Figures, form: PageForm | None = None) -> str:
    """Return a score page, 7=best."""
    form = form or PageForm()
    facts = page_facts(figures)
    head = HEADLINES[form.headline].format(
        percentage=facts["DP"],
        score=facts["DS"],
        last=facts["LAST_DP"],
        last_regime=facts["LAST_REGIME"],
    )
    changes = [f"  • {line}" for line in change_lines(figures, new=True)]
    edition = figures.edition
    parts = [
        figures.country.name,
        facts["REGIME"] + "\n" + head + "\n" + NEW_WORDS,
        f"header1 Score changes in {edition}",
        *(changes or [f"  • {form.no_changes.format(edition=edition)}"]),
        f"header2 Executive Summary\n\nBy {figures.author}\n\n{FILLER}",
    ]
    if form.with_ratings:
        for code, name in CATEGORIES.items():
            value = rounded(8 - (figures.ratings[code][-1] or Fraction(1)))
            rating = RATING_FORMS[form.rating_form].format(value=value, whole=round(value))
            bullets = "\n".join(f"  • {bullet}" for bullet in BULLETS)
            parts.append(f"{name} 1.00-7.00 pts0-7 pts\nLooks at this field. {rating}\n{bullets}")
    parts.append(f"On {figures.country.name}\n\n  • Global Freedom Score\n\n    41 100 partly free")
    return "\n\n".join(parts) + "\n"


def as_html(text: str) -> str:
    """Return lines of text as an HTML page: bars become table cells, bullets list items."""
    blocks = []
    for line in text.split("\n"):
        plain = line.strip().replace("&", "&amp;").replace("<", "&lt;")
        if plain.endswith("|"):
            cells = "".join(f"<td>{cell.strip()}</td>" for cell in plain[:-1].split("|"))
            blocks.append(f"<tr>{cells}</tr>")
        elif plain.startswith("•"):
            blocks.append(f"<li>{plain[1:].strip()}</li>")
        elif plain:
            blocks.append(f"<p>{plain}</p>")
    script = "<script>var score = 'Democracy Score 9.99 7';</script>"
    return f"<!DOCTYPE html><html><head>{script}</head><body>{''.join(blocks)}</body></html>"
