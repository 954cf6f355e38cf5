"""Every number of a brief, computed again from the stored tables by plain pandas.

A referee with a pocket calculator: nothing of the package is imported. Each sentence, fact,
title, caption, alternative text and cell is matched with a rule that computes its numbers and names
again from ``panel.csv`` and ``printed_scores.csv``; what differs is a problem, and so is a number
that no rule accounts for. Estimates (intervals, p-values, trends) must be those of the stored table
that their sentence is about.

Scores are whole numbers of 1/28, ratings whole numbers of 1/4: everything here is exact.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
CATEGORIES = {
    "NDG": "National Democratic Governance",
    "EP": "Electoral Process",
    "CS": "Civil Society",
    "IM": "Independent Media",
    "LDG": "Local Democratic Governance",
    "JFI": "Judicial Framework and Independence",
    "CO": "Corruption",
}
SHORT = dict(zip(CATEGORIES, ("National governance", "Electoral process", "Civil society",
    "Independent media", "Local governance", "Judiciary", "Corruption"), strict=True))  # fmt: skip
CLASSES = {
    "Consolidated Democracy": ("CD", 501),
    "Semi-Consolidated Democracy": ("SCD", 401),
    "Transitional or Hybrid Regime": ("THR", 301),
    "Semi-Consolidated Authoritarian Regime": ("SCAR", 201),
    "Consolidated Authoritarian Regime": ("CAR", 0),
}
RANK = {name: place for place, name in enumerate(CLASSES)}
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
COUNTS = {"none": 0, "once": 1, "twice": 2, "both": 2} | {w: n for n, w in enumerate(WORDS)}
KINDS = {
    "publisher": "Freedom House",
    "archive": "Archived pages of Freedom House",
    "copy": "Copies of reports elsewhere",
    "press": "Press",
    "rescaled": "Indices that print ratings on a scale of their own",
}
PARTS = {"Central Europe": "BGR CZE EST HUN LVA LTU POL ROU SVK SVN",
         "Balkans": "ALB BIH HRV XKX MNE MKD SRB",
         "Eurasia": "ARM AZE BLR GEO KAZ KGZ MDA RUS TJK TKM UKR UZB"}  # fmt: skip


@cache
def stored(name):
    """Return a stored table."""
    return pd.read_csv(PROCESSED / f"{name}.csv", keep_default_na=True)


@cache
def series():
    """Return every known score in whole 1/28, with its class and what it rests on."""
    key = ["country", "iso3", "edition"]
    panel = stored("panel").assign(n=(stored("panel")["rating"] * 4).round().astype(int))
    whole = panel.groupby(key).agg(
        n=("n", "sum"), known=("n", "size"), derived=("status", lambda s: (s == "derived").any())
    )
    whole = whole[whole["known"] == 7].assign(basis=lambda t: t["derived"].map(BASIS))
    printed = stored("printed_scores").set_index(key)["score"]
    printed = printed[~printed.index.isin(whole.index)]
    only = pd.DataFrame({"n": (printed * 28).round().astype(int), "basis": "score only"})
    editions = stored("country_editions").query("score_status == 'derived'").set_index(key)
    derived = pd.DataFrame({"n": (editions["democracy_score"] * 28).round().astype(int)})
    only = pd.concat([only, derived.assign(basis="score derived")])
    table = pd.concat([whole[["n", "basis"]], only]).sort_index().reset_index()
    rounded = table["n"].map(lambda n: int(Fraction(n, 28) * 100 + Fraction(1, 2)))
    table["regime"] = [next(k for k, (_, low) in CLASSES.items() if r >= low) for r in rounded]
    return table.assign(score=table["n"].map(lambda n: Fraction(n, 28)))


BASIS = {True: "derived", False: "printed"}


def shown(value, digits=2, sign=False):
    """Return a number rounded half up, with a true minus sign, and a plus where asked for."""
    value = Fraction(value).limit_denominator(10**6)
    size = int(abs(value) * 10**digits + Fraction(1, 2))
    text = f"{size / 10**digits:.{digits}f}"
    return text if not size else ("−" if value < 0 else "+" if sign else "") + text


def percent(share, digits=0):
    """Return a share as a brief prints it."""
    return f"{shown(100 * Fraction(share).limit_denominator(10**6), digits)} %"


def listed(words):
    """Return ``A, B and C``, with a comma before *and* where a name has one itself."""
    *front, last = words
    comma = "," if any(" and " in word for word in words) and front else ""
    return f"{', '.join(front)}{comma} and {last}" if front else last


def number_of(token):
    """Return the value of ``12``, ``+0.25``, ``seven`` or ``twice``."""
    word = token.lower().removesuffix(" times")
    return COUNTS[word] if word in COUNTS else Fraction(token.replace("−", "-").strip("+ %"))


def agrees(token, value):
    """Return whether what is printed is the value, to the decimals that are printed."""
    if token is None or value is None:
        return value in (None, 0, "", False) if token is None else False
    if value is ...:
        return True
    if isinstance(value, str):
        return token == value
    if isinstance(value, (set, list, tuple)):
        return same_names(token, value)
    if token.startswith("under "):
        return 0 < value < number_of(token[6:])
    if not re.search(r"\d", token):
        return number_of(token) == value
    return shown(number_of(token), _digits(token)) == shown(value, _digits(token))


def _digits(token):
    return len(token.strip(" %").partition(".")[2])


def same_names(token, names):
    """Return whether a list of names, editions or ranges of editions holds just these."""
    years = re.findall(r"(\d{4})(?:(?:-| to )(\d{4}))?", token)
    if years:
        return {y for a, b in years for y in range(int(a), int(b or a) + 1)} == set(names)
    found = []
    for name in sorted({*series()["country"], *CATEGORIES.values(), *SHORT.values()}, key=len)[
        ::-1
    ]:
        if name in token:
            token = token.replace(name, "")
            found.append(name)
    return set(found) == set(names)


@dataclass(frozen=True)
class Facts:
    """What a brief is about, and its numbers computed again.

    Attributes
    ----------
    kind
        ``country``, ``region`` or ``comparison``.
    name
        The country's or the group's name, or the countries' by commas.
    countries
        Those that it is about.
    """

    kind: str
    name: str
    countries: tuple

    @cached_property
    def series(self):
        table = series()
        return table[table["country"].isin(self.countries)]

    @cached_property
    def panel(self):
        panel = stored("panel")
        return panel[panel["country"].isin(self.countries)]

    @cached_property
    def spans(self):
        """Return first and last known score of each country, and the exact change."""
        known = self.series.sort_values("edition", kind="stable").groupby("country")
        first, last = known.first(), known.last()
        table = first.add_suffix("_first").join(last.add_suffix("_last"))
        return table.assign(change=table["score_last"] - table["score_first"])

    @cached_property
    def steps(self):
        """Return the exact steps of the score between adjacent editions, by edition."""
        own = self.series.set_index("edition")["score"]
        return {y: own[y] - own[y - 1] for y in own.index if y - 1 in own.index}

    @cached_property
    def ends(self):
        """Return first and last known rating of each country and category."""
        known = self.panel.sort_values("edition").groupby(["country", "category"])["rating"]
        table = known.agg(["first", "last", "size", "nunique"])
        return table.assign(net=table["last"] - table["first"])

    @cached_property
    def full(self):
        """Return the country-editions known in full, one row each and one column a category."""
        wide = self.panel.pivot(index=["country", "edition"], columns="category", values="rating")
        return wide.dropna()[list(CATEGORIES)]

    @cached_property
    def shared(self):
        """Return the first and the last edition that is known in full of nine in ten countries."""
        n_full = self.full.groupby("edition").size()
        shared = n_full.index[10 * n_full >= 9 * len(self.countries)]
        return shared.min(), shared.max()

    @cached_property
    def net(self):
        """Return first and last rating of a country brief's categories over one span."""
        own = self.full.loc[self.name]
        first, last = (own.loc[edition] for edition in self.shared)
        return pd.DataFrame({"first": first, "last": last, "net": last - first})

    @cached_property
    def moves(self):
        """Return how many scores fell, rose and stayed from first to last known edition."""
        change = self.spans["change"]
        return tuple(int(s) for s in ((change < 0).sum(), (change > 0).sum(), (change == 0).sum()))

    @property
    def one(self):
        """Return the row of `spans` of a country brief."""
        return self.spans.iloc[0]

    def of_category(self, code):
        """Return first and last rating of a category of a country brief."""
        return self.ends.loc[(self.name, code)]

    def peers(self, part=""):
        """Return all scores of the country's last edition, or those of its part of the region."""
        table = series()
        table = table[table["edition"] == self.one["edition_last"]]
        return table[table["iso3"].isin(PARTS[part].split())] if part else table

    def rank(self, part=""):
        """Return place, countries that share it and countries compared."""
        scores = self.peers(part)["score"]
        own = self.one["score_last"]
        return 1 + int((scores > own).sum()), int((scores == own).sum()) - 1, len(scores)


# ---- what every brief says ------------------------------------------------------------------

N, D, Y = r"([−+]?\d+\.\d+)", r"(\d+)", r"(\d{4})"
W = rf"(\d+|{'|'.join(COUNTS)}|{'|'.join(w.capitalize() for w in COUNTS)})"
K = rf"({'|'.join(sorted(CLASSES, key=len)[::-1])})"
C = rf"({'|'.join(CATEGORIES.values())})"
P = r"(under 0\.001|\d\.\d{3})"
AND = r"(?:,? and |, )?"
RULES = []
"""Kinds of brief, names of blocks, pattern of what is said, function of facts and match."""
TABLES = {}
"""Name of a table -> function of facts and the printed table: what its cells must be."""


def says(pattern, kinds="country region comparison", block=""):
    """Register a rule: the function returns what the groups of its pattern must be."""

    def register(rule):
        RULES.append((kinds.split(), block, re.compile(pattern), rule))
        return rule

    return register


FIXED = [
    re.compile(text)
    for text in (
        r"1 = least democratic, 7 = most democratic",
        r"from 1 \(least\) to 7 \(most democratic\)|from 0 to 100|7 = best|on which 7 is most",
        r"the 2024 edition rates 2023|editions since 2020|Editions to 2018|\(1 = most democratic\)",
        r"as 8 minus|\(score − 1\) / 6 × 100|differ by 0\.01|±0\.05|rounded to two decimals",
        r"steps of 0\.25|0\.5 points or more|0\.75 points or more|\bone of the two\b|95 % \w+",
        r"Release [\d.]+ of [\d-]+|[Dd]ata \w{12}; code \w{12}; settings \(.*\) \w{12}",
        r"(?:Country|Regional|Comparison) brief, version [\d.]+|(?:maintainers\. |year = \{)2026",
        r"version [\d.]+ \(2026\)|editions 2005 to 2024 \(Washington|the difference of two scores",
        r"data/raw/\S+|data/processed/\S+|off by 0\.02|hash \w{12}|in 95 of 100|95 %",
        r"0\.5 or more|XKX|mean of the other six|of the 21 pairs|two categories move apart",
        r"^Three triangular",
    )
]


def problems(facts, contents):
    """Return what a brief says that is not so, or that no rule accounts for."""
    return [
        f"{content.get('name') or content['kind']}: {problem}"
        for content in contents
        for problem in _of_block(facts, content)
    ]


def _of_block(facts, content):
    for text in _texts(content):
        yield from _of_text(facts, content.get("name") or content["kind"], text)
    if content["kind"] == "table":
        yield from _of_table(facts, content)
    elif content["kind"] == "figure":
        yield from _of_data(facts, content)


def _of_table(facts, content):
    expected = TABLES[content["name"]](facts, content)
    printed = [[cell["text"] for cell in row] for row in content["rows"]]
    if len(expected) != len(printed):
        yield f"{len(printed)} rows, expected {len(expected)}"
    for row, told in zip(printed, expected, strict=False):
        if wrong := [(p, v) for p, v in zip(row, told, strict=True) if not agrees(p, v)]:
            yield f"row {row}: printed and recomputed {wrong}"


def _of_data(facts, content):
    """Check the ratings and scores behind a figure."""
    data = pd.DataFrame(content["data"]["rows"], columns=content["data"]["columns"])
    if "edition" not in data:
        return
    data = data if "country" in data else data.assign(country=facts.name)
    for name, table in (("democracy_score", series()), ("rating", stored("panel"))):
        keys = ["country", "edition", *(["category"] if name == "rating" else [])]
        if name in data:
            known = data[[*keys, name]].merge(
                table.rename(columns={"score": "democracy_score"})[[*keys, name]],
                on=keys,
                how="left",
                suffixes=("", "_again"),
            )
            wrong = [r for r in known.itertuples(index=False) if not agrees(f"{r[-2]:.2f}", r[-1])]
            if wrong:
                yield f"data of the figure: {wrong[:3]}"


def _texts(content):
    """Yield what is said, less the cells of tables and the data behind figures."""
    kind = content["kind"]
    if kind == "title":
        yield from (content[part] for part in ("subtitle", "description", "class_note"))
        yield f"class {content['class_initials']} {content['class_name']}"
        yield from (
            f"{fact['label']}: {fact['value']} · {fact['detail']}" for fact in content["facts"]
        )
    elif kind in ("figure", "table"):
        yield from (
            content[part] for part in ("title", "subtitle", "caption", "alt") if part in content
        )
    elif kind == "items":
        yield from ("".join(span["text"] for span in item) for item in content["items"])
    elif kind == "paragraph":
        yield "".join(span["text"] for span in content["spans"])
    elif kind == "findings":
        yield from (*content["sentences"], content["how"])
    else:
        yield content.get("text", "")


def _of_text(facts, block, text):
    left = text = text.replace("\xa0", " ")
    for kinds, where, pattern, rule in RULES:
        if facts.kind in kinds and where in ("", block):
            for match in pattern.finditer(text):
                left = _without(left, match.span())
                yield from _differences(match, rule(facts, match), text)
    for fixed in FIXED:
        for match in fixed.finditer(text):
            left = _without(left, match.span())
    if rest := re.search(r"(?i)\d|\b(?:two|three|four|five|six|eight|nine|ten|twice)\b", left):
        yield f"nothing accounts for {rest.group()!r} in {left.strip()!r} of {text!r}"


def _without(text, span):
    """Return a text with what is accounted for blotted out, as long as before."""
    return text[: span[0]] + "·" * (span[1] - span[0]) + text[span[1] :]


def _differences(match, expected, text):
    expected = expected if isinstance(expected, tuple) else (expected,)
    if len(expected) != len(match.groups()):
        raise ValueError(f"{len(expected)} values for {match.re.pattern}")
    for token, value in zip(match.groups(), expected, strict=True):
        if not agrees(token, value):
            told = shown(value, 4) if isinstance(value, (int, float, Fraction)) else value
            yield f"{token!r} is {told!r} in {text!r}"


def _pool(rule):
    """Return a rule: every number of the sentence is a number of these rows, as it is printed."""

    def check(facts, match):
        numbers = [
            v for v in rule(facts, match) if isinstance(v, (int, float, Fraction)) and v == v
        ]
        values = {*numbers, *(100 * v for v in numbers)}
        tokens = re.findall(r"under 0\.001|[−+]?\d+(?:\.\d+)?", _without_fixed(match.group(1)))
        wrong = [
            t
            for t in tokens
            if not any(agrees(t, Fraction(v).limit_denominator(10**6)) for v in values)
        ]
        return match.group(1) if not wrong else f"({', '.join(wrong)} not in the stored table)"

    return check


def _without_fixed(text):
    for fixed in FIXED:
        text = fixed.sub(" ", text)
    return re.sub(r"[pq] ≤ \.05|editions \d{4} to \d{4}", " ", text)


def _numbers(*tables):
    """Return all numbers of some tables, and how many rows each has."""
    return [v for t in tables for v in (len(t), *t.select_dtypes("number").to_numpy().ravel())]
