"""What a brief or a notebook may say, as rules on the text that a reader sees.

`problems_of` takes a block's content (the JSON that exporters render) and returns what is wrong
with it, one line each; an empty list is the goal. The rules:

1. no word that claims more than association, no "significant", no denial of an effect;
2. no "nan", "None" or "inf" where a number or a reason should stand;
3. an estimate stands with its interval, in the same sentence or, in a table, the same row;
4. an interval names its level and its method, the number of countries and what was counted;
5. a p-value or q-value stands with the number of tests of its family;
6. a closed series is not forecast: nothing is said of editions to come.

Facts (levels, counts, changes, ranks) carry no interval and are none of these rules' business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

Content = dict[str, Any]

MIME = "application/vnd.nit.brief+json"
SILENT = ("svg", "svg_narrow", "href", "kind", "mark", "align", "style", "level", "date")
"""Fields of a block that nobody reads."""

FORBIDDEN = re.compile(
    r"significan|\bcaus(?:e|es|ed|ing|al|ally|ation)\b|\bdriv(?:e|es|en|er|ers|ing)\b"
    r"|\blead(?:s|ing)? to\b|\bled to\b|\bdue to\b|\bowing to\b|\bthanks to\b"
    r"|\bresult(?:s|ed)? in\b"
    r"|\bprove[sdn]?\b|\bproof\b|\binfluenc|\bgranger\b"
    r"|\bno (?:effect|trend|drift|difference|association|relation(?:ship)?|correlation)\b"
    r"|(?-i:\bnan\b|\bNaN\b|\bNaT\b|\bNone\b|\binf\b|<NA>)",
    re.IGNORECASE,
)
NUMBER = r"[+−-]?\d*\.?\d+"
RANGE = re.compile(rf"{NUMBER}(?: %)? to {NUMBER}")
"""``0.26 to 0.74``: an interval, or the range without one country."""
LEVEL = re.compile(r"\b(?:80|95) % (?:intervals?|CI|band)|in brackets (?:the )?95 % intervals?")
METHOD = re.compile(
    r"country-level t|country jackknife|leaving out one country|leave-one-country"
    r"|Wilson|Fisher|Feldt|[Ss]ign flips|paired t|Welch|bias-reduced|beta|shrunken"
    r"|bootstrap|REML|Rubin|\bt\(|quantiles?"
)
COUNTRIES = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|all) (?:\w+ )?countries\b"
    r"|countries \(\d+"
)
COUNTED = re.compile(
    r"country-years?|country-editions?|country-category-years|annual changes?|\bsteps?\b"
    r"|ratings that could change|country-years"
)
ESTIMATE = re.compile(
    rf"points per decade|points a year"
    rf"|(?:trend|slope|alpha|omega|(?<!median )correlation|rate) (?:is|was) {NUMBER}"
    rf"|of countries moved (?:down|up)|\bdifference {NUMBER}|\bratio {NUMBER}"
)
PROBABILITY = re.compile(rf"\b[pq] (?:=|<|≤|>|of|under|below) ?(?:under )?{NUMBER}|\bp-values? \d")
FAMILY = re.compile(
    r"family of \d+|over the \d+|over \d+|\b\d+ (?:country )?tests\b|\b\d+ pairs\b|\b\d+ figures\b"
    r"|Family sizes: \d+"
)
FORECAST = re.compile(r"[Ff]orecast|the next edition\b(?! \()|outlook|editions? ahead\b")
SENTENCE = re.compile(r"(?<=[a-z)\d%])[.;] (?=[A-Z0-9])")
ESTIMATE_HEADS = re.compile(
    r"^(?:r|Trend|Points per decade|Per decade, mean|Difference(?: of z)?|Correlation|Effect"
    r"|Between|Within|Changes, r|Alpha|Omega|Shrunken rate|Rate)$"
)
PROBABILITY_HEADS = re.compile(r"^(?:p|q)\b|[Aa]djusted p|\bp-value")


def texts(content: Any) -> Iterator[str]:
    """Yield every text of a block's content that a reader sees, spans of one text joined."""
    if isinstance(content, dict):
        if "spans" in content:
            yield _joined(content["spans"])
            return
        for name, value in content.items():
            if name not in SILENT:
                yield from texts(value)
    elif isinstance(content, list | tuple):
        if content and all(isinstance(part, dict) and "href" in part for part in content):
            yield _joined(content)
            return
        for value in content:
            yield from texts(value)
    elif isinstance(content, str) and not content.startswith("http"):
        yield content


def _joined(spans: Any) -> str:
    """Join spans; an address that is shown as such is its owner's wording."""
    return "".join(span["text"] for span in spans if not span["text"].startswith("http"))


def problems(text: str) -> list[str]:
    """Return what is wrong with one text: a paragraph, a list item, a caption."""
    found = [f"forbidden {word.group()!r}: {text}" for word in FORBIDDEN.finditer(text)]
    for sentence in SENTENCE.split(text):
        if ESTIMATE.search(sentence) and re.search(r"\d", sentence) and not RANGE.search(sentence):
            found.append(f"estimate without interval: {sentence}")
    if LEVEL.search(text) and RANGE.search(text):
        found += [
            f"interval without {what}: {text}"
            for what, rule in (("method", METHOD), ("countries", COUNTRIES), ("n", COUNTED))
            if not rule.search(text)
        ]
    if PROBABILITY.search(text) and not FAMILY.search(text):
        found.append(f"p without its family: {text}")
    if FORECAST.search(text) and re.search(r"\d", text):
        found.append(f"forecast: {text}")
    return found


def problems_of(content: Content) -> list[str]:
    """Return what is wrong with a block."""
    if content["kind"] == "table":
        return _table_problems(content)
    return [problem for text in texts(content) for problem in problems(text)]


def _table_problems(table: Content) -> list[str]:
    heads = [column["head"] for column in table["columns"]]
    names = [column["name"] for column in table["columns"]]
    cells = [cell["text"] for row in table["rows"] for cell in row]
    about = " ".join([table["title"], table["caption"], *heads, *names])
    bounds = any(RANGE.search(text) for text in cells) or (
        "to" in heads and any(head.lower().endswith("from") for head in heads)
    )
    levels = re.search(r"\b95 %", about) is not None
    found = [
        f"forbidden {word.group()!r}: {text}"
        for text in (about, *cells)
        for word in FORBIDDEN.finditer(text)
    ]
    tested = any(PROBABILITY_HEADS.search(head) for head in heads) or PROBABILITY.search(about)
    estimates = any(ESTIMATE_HEADS.match(head) for head in heads) or ESTIMATE.search(about)
    for wrong, what in (
        (estimates and not (bounds and levels), "estimates without interval"),
        (bounds and levels and not METHOD.search(about), "interval without method"),
        (tested and not FAMILY.search(about), "p without its family"),
        (FORECAST.search(about), "forecast"),
    ):
        if wrong:
            found.append(f"{what}: table {table['title']!r}")
    return found


def contents(notebook: Any) -> list[Content]:
    """Return the blocks of an executed notebook."""
    return [
        output["data"][MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    ]


def prose(notebook: Any) -> list[str]:
    """Return the text cells of a notebook."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def assert_sound(contents: list[Content]) -> str:
    """Fail if a notebook of results breaks a rule or shows few findings; return all it says."""
    assert [problem for content in contents for problem in problems_of(content)] == []
    said = re.sub(r'"svg(_narrow)?": "(\\.|[^"\\])*"', "", json.dumps(contents))
    assert re.findall(r"\b(nan|NaN|NaT|None|inf)\b", said) == []
    # The notebooks show their frames themselves; their findings are blocks.
    assert [content["kind"] for content in contents].count("items") >= 5
    return said
