"""What a brief may say: every sentence with places for quantities, every table by its cells.

A text is laid beside the sentences of ``sentences.txt``. Where one fits, what stands in its places
must be what `quantities` computes again; words in places, such as ``fell``, must be just these.
What is left of the text may hold no number: a number that no sentence accounts for is a problem.
"""

import re
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pandas as pd

from . import members
from .quantities import (
    CATEGORIES,
    CLASSES,
    EDITIONS,
    KINDS,
    PARTS,
    WORDS,
    class_of,
    filled_note,
    interval,
    level_of,
    looked_up,
    rating_notes,
    series,
    shown,
    shown_pairs,
    stored,
    together,
)

COUNTS = {"none": 0, "once": 1, "twice": 2, "both": 2} | {w: n for n, w in enumerate(WORDS)}
NUMBER = rf"([−+]?\d+(?:\.\d+)?|under 0\.001|\b(?i:{'|'.join(COUNTS)})\b)"
YEARS = r"(\d{4}(?:(?:, and |, | and | to |–)\d{4})*|none)"
STATUS = {
    "printed": "printed in a source",
    "corrected": "printed and corrected",
    "derived": "derived from printed changes and scores",
    "rescaled": "read from an index that prints ratings on a scale of its own",
}
AND = r"(?:,? and |, )?"
MACROS = {
    "STATUS": AND.join(f"(?:{{{s}}} (?:is|are) {words})?" for s, words in STATUS.items())
    + AND
    + "(?:{unknown} (?:is|are) not known|none is missing)",
    "AND": AND,
    "NOUN": r"(?: (?:known )?categor(?:y|ies))?",
    "CI": "95 % CI",
}
EACH = {
    "CODE": {"CATEGORY": CATEGORIES},
    "PLACE": {"CLASS": dict(enumerate(CLASSES))},
    "PART": {"PART": {part: part for part in PARTS}},
    "SOURCE": {"KIND": KINDS},
    "EDITION": {"EDITION": {edition: str(edition) for edition in EDITIONS}},
}


def _sentences():
    """Return the sentences that have places, one for each category, class or part, and the rest."""
    said, fixed = (Path(__file__).parent / "sentences.txt").read_text().split("---\n")
    lines = said.splitlines()
    for key, each in EACH.items():
        [(word, names)] = each.items()
        lines = [
            line.replace(word, name).replace(key, str(code)) if key in line else line
            for line in lines
            for code, name in (names.items() if key in line else [("", "")])
        ]
    for macro, words in MACROS.items():
        lines = [re.sub(rf"\b{macro}\b|{macro}(?=\()|(?<=\)){macro}", lambda _, w=words: w, line)
                 for line in lines]  # fmt: skip
    return lines, [re.compile(line) for line in fixed.splitlines()]


SENTENCES, FIXED = _sentences()
PLACE = re.compile(r"\{([a-zA-Z][^{}]*)\}")
LOOKED_UP = {place for line in SENTENCES for place in PLACE.findall(line) if ": " in place}


def number_of(token):
    """Return the value of ``12``, ``+0.25``, ``seven`` or ``twice``."""
    word = token.lower()
    return COUNTS[word] if word in COUNTS else Fraction(token.replace("−", "-").strip("+ %"))


def agrees(token, value):
    """Return whether what is printed is the value, to the decimals that are printed."""
    if token is None or value is None:
        return token is None and not value
    if isinstance(value, set):
        years = re.findall(r"(\d{4})(?:(?:–| to )(\d{4}))?", token)
        return {y for a, b in years for y in range(int(a), int(b or a) + 1)} == value
    if isinstance(value, list):
        return _holds_just(token, value)
    if isinstance(value, str):
        return token == value
    if token.startswith("under "):
        return 0 < value < number_of(token[6:])
    if not re.search(r"\d", token):
        return number_of(token) == value
    digits = len(token.strip(" %").partition(".")[2])
    return shown(number_of(token), digits) == shown(value, digits)


def _holds_just(token, items):
    """Return whether a list in prose holds these items and no other, in any order."""
    for item in sorted(items, key=len, reverse=True):
        if item not in token:
            return False
        token = token.replace(item, "", 1)
    return bool(items) and not token.replace("and", "").replace("the", "").strip(" ,;")


def _pattern(value):
    """Return what stands in the place of a value: words as they are, numbers and lists as such."""
    if isinstance(value, str):
        return f"(?i:{re.escape(value)})"
    if isinstance(value, set):
        return YEARS
    if isinstance(value, list):
        return r"(.+?)" if any(re.search(r"\d", item) for item in value) else r"([^;:\d]+?)"
    return r"(\d{4})" if value in EDITIONS else NUMBER


def rules_of(brief):
    """Return what the brief may say: patterns, and the values that their groups must have."""
    known = dict(brief.quantities)
    known |= {p: v for p in LOOKED_UP if (v := looked_up(brief, p)) is not None}
    rules = [(re.compile(re.escape(text)), ()) for text in brief.literally]
    for line in SENTENCES:
        places = PLACE.findall(line)
        if all(place in known for place in places):
            pattern = PLACE.sub(lambda m: _pattern(known[m[1]]), line)
            values = [known[p] for p in places if not isinstance(known[p], str)]
            rules.append((re.compile(pattern), values))
    return [*rules, *((fixed, ()) for fixed in FIXED)]


def problems(brief, contents):
    """Return what a brief says that is not so, or that no sentence accounts for."""
    rules = rules_of(brief)
    return [
        f"{content.get('name') or content['kind']}: {problem}"
        for content in contents
        for problem in _of_block(brief, rules, content)
    ]


def _of_block(brief, rules, content):
    for text in texts(content):
        yield from _of_text(rules, text.replace("\xa0", " "))
    if content["kind"] == "table":
        yield from _of_table(brief, content)
    elif content["kind"] == "figure":
        yield from _of_data(brief, content)


def _of_text(rules, text):
    left = text
    for pattern, values in rules:
        for match in pattern.finditer(text):
            start, end = match.span()
            left = left[:start] + "·" * (end - start) + left[end:]
            for token, value in zip(match.groups(), values, strict=True):
                if not agrees(token, value):
                    told = shown(value, 4) if isinstance(value, (int, float, Fraction)) else value
                    yield f"{token!r} is {told!r} in {text!r}"
    if rest := re.search(r"(?i)\d|\b(?:two|three|four|five|six|eight|nine|ten|twice)\b", left):
        yield f"nothing accounts for {rest.group()!r} in {left.strip()!r} of {text!r}"


def texts(content):
    """Yield what is said, less the cells of tables and the data behind figures."""
    kind = content["kind"]
    if kind == "title":
        yield from (content[part] for part in ("subtitle", "description", "class_note"))
        yield f"class {content['class_initials']} {content['class_name']}"
        yield from (f"{fact['label']}: {fact['value']} · {fact['detail']}"
                    for fact in content["facts"])  # fmt: skip
    elif kind in ("figure", "table"):
        yield from (content[p] for p in ("title", "subtitle", "caption", "alt") if p in content)
    elif kind == "items":
        yield from ("".join(span["text"] for span in item) for item in content["items"])
    elif kind == "paragraph":
        yield "".join(span["text"] for span in content["spans"])
    elif kind == "findings":
        yield from (*content["sentences"], content["how"])
    else:
        yield content.get("text", "")


def _of_data(brief, content):
    """Check the ratings and scores behind a figure."""
    data = pd.DataFrame(content["data"]["rows"], columns=content["data"]["columns"])
    if "edition" not in data:
        return
    data = data if "country" in data else data.assign(country=brief.name)
    for name, table in (("score", series()), ("rating", stored("panel"))):
        told = {"score": "democracy_score"}.get(name, name)
        keys = ["country", "edition", *(["category"] if name == "rating" else [])]
        if told in data:
            known = data[[*keys, told]].rename(columns={told: "told"})
            known = known.merge(table[[*keys, name]], on=keys, how="left")
            for row in known.itertuples(index=False):
                if not agrees(f"{row.told:.2f}", row[-1]):
                    yield f"data of the figure: {row}"


# ---- tables ----------------------------------------------------------------------------------


def _of_table(brief, content):
    expected = TABLES[content["name"]](brief, content)
    printed = [[cell["text"] for cell in row] for row in content["rows"]]
    if len(expected) != len(printed):
        yield f"{len(printed)} rows, expected {len(expected)}"
    for row, told in zip(printed, expected, strict=False):
        if wrong := [(p, v) for p, v in zip(row, told, strict=True) if not agrees(p, v)]:
            yield f"row {row}: printed and recomputed {wrong}"
    # A row too many is told above, and nothing says what its notes must be.
    counted = content["rows"][: len(expected)]
    for row, told in zip(counted, _notes(brief, content), strict=False):
        for cell, note in zip(row, told, strict=True):
            if (cell["how"], cell["href"]) != note:
                yield f"note {cell['how']!r}, {cell['href']!r} of {cell['text']!r} is {note}"


def _notes(f, content):
    """Return what the note of every cell must say, and where a cell must lead."""
    name, rows = content["name"], content["rows"]
    none, known = ("", ""), rating_notes(f) if content["name"] == "ratings" else {}
    for number, row in enumerate(rows):
        if name == "ratings":
            notes = [known.get((int(row[0]["text"]), code), none) for code in CATEGORIES]
            links = [cell["mark"] in ("up", "down") for cell in row[1:8]]
            notes = [(how, url if linked else "")
                     for (how, url), linked in zip(notes, links, strict=True)]  # fmt: skip
            yield [none, *notes, none, none]
        elif name == "pairs":
            pair = list(combinations(CATEGORIES, 2))[number]
            levels = [(filled_note(x, pair), "") for x in ("between", "within", "changes")]
            yield [none, *(note for level in levels for note in (none, level))]
        elif name == "moved_together":
            pair = shown_pairs((f.name,))[0][number]
            yield [*[none] * 5, (filled_note("within", pair), "")]
        else:
            yield [none] * len(row)


def _ratings(f, content):
    wide, status = (
        f.panel.pivot(index="edition", columns="category", values=v) for v in ("rating", "status")
    )
    own = f.series.set_index("edition")
    gaps = f.of(stored("possible_ratings")).set_index(["edition", "category"])
    expected = []
    for edition, cells in zip(sorted(EDITIONS, reverse=True), content["rows"], strict=True):
        row = [edition]
        for code, cell in zip(CATEGORIES, cells[1:8], strict=True):
            now, before = (wide[code].get(y, float("nan")) for y in (edition, edition - 1))
            if now != now:
                text = _open(gaps, edition, code)
                row.append(text if cell["mark"] == "open" else "a range")
                continue
            mark = "" if now == before or before != before else "up" if now > before else "down"
            derived = status[code][edition] in ("derived", "rescaled")
            right = (cell["mark"], cell["derived"]) == (mark, derived)
            row.append(now if right else f"mark {mark}, derived {derived}")
        if edition in own.index:
            row += [own["score"][edition], CLASSES[own["regime"][edition]][0]]
        else:
            ends = gaps.loc[(edition, "DS"), ["lowest", "highest"]]
            classes = [CLASSES[class_of(Fraction(round(28 * end), 28))][0] for end in ends]
            row += [_open(gaps, edition, "DS"), "–".join(dict.fromkeys(classes))]
        expected.append(row)
    return expected


def _open(gaps, edition, key):
    """Return between what a rating or a score that is not known must lie."""
    low, high = gaps.loc[(edition, key), ["lowest", "highest"]]
    return "open" if (low, high) == (1, 7) else f"{shown(low)}–{shown(high)}"


def _usual_changes(f, content):
    table, first = stored("usual_changes"), content["columns"][0]["head"]
    if f.kind == "country":
        began = looked_up(f, "last_changes country=@: from_class")
        table = table[(table["from_class"] == began) & (table["name"] != "all")]
    else:
        table = table[table["name"] == "DS"]
    names = CATEGORIES | {"DS": "Democracy Score", "all": "All"}
    expected = []
    for name, rows in table.groupby("name" if first == "Measure" else "from_class", sort=False):
        one = rows[rows["span"] == 1].iloc[0]
        shares = [f"{shown(100 * v, 0)} %" if v == v else "–"
                  for v in one[["p_down", "p_stay", "p_up"]]]  # fmt: skip
        ranges = [interval(r.q05, r.q95, sign=True) for r in rows.sort_values("span").itertuples()]
        expected.append([names.get(name, name), *ranges, *shares, int(one["n_changes"])])
    return expected


def _moved_together(f, _content):
    here, every = together((f.name,)), together(tuple(series()["country"].unique()))
    within = level_of("correlations", "within").set_index(["x", "y"])
    expected = []
    for pair in shown_pairs((f.name,))[0]:
        r, low, high = within.loc[pair, ["r", "low", "high"]]
        bounds = "interval withheld" if low != low else interval(low, high)
        both = f"{every[pair][0]} of {every[pair][3]}"
        expected.append([" – ".join(pair), *here[pair][:3], both, f"{shown(r)} ({bounds})"])
    return expected


def _movers(f, _content):
    spans = f.spans.assign(initials=f.spans["regime_last"].map(lambda name: CLASSES[name][0]))
    columns = ["initials", "score_first", "edition_first", "score_last", "edition_last", "change"]
    return [[c, *r[columns]] for c, r in spans.sort_values("change", kind="stable").iterrows()]


def _category_trends(f, content):
    rows = stored("trends").query("group == 'all'").set_index("name")
    beside = [rows["estimate"]] if len(content["columns"]) > 8 else []
    rows = rows if f.name == "all" else members.trends(f.countries).set_index("name")
    over = members.completed(f.countries)
    bounds = [(t, *ends) for t, *ends in ((rows, "lower", "upper"), (over, "low", "high"))]
    counts = ["fell", "rose", "unchanged", "n_observations"]
    return [
        [CATEGORIES[code], rows["estimate"][code]]
        + [interval(t[low][code], t[high][code], sign=True) for t, low, high in bounds]
        + [*rows.loc[code, counts], *(region[code] for region in beside)]
        for code in CATEGORIES
    ]


EVENTS = ["any", "down", "up", "large"]


def _rates(f, _content):
    known = members.own(f, "change_rates")
    over = stored("over_completed_trajectories").query("statistic == 'rate of changes'")
    over, n = over.set_index("name")[["pooled", "low", "high"]], 7 * 19 * 29
    tables = [("All, completed", over, n)]
    if f.name != "all":
        rows = stored("change_rates").query("name == 'all'").set_index("event")
        n = rows.loc["any", "n_opportunities"]
        tables = [("All seven, 29 countries", rows[["rate", "lower", "upper"]], n)]
    for code in ("all", *reversed(CATEGORIES)):
        rows = known.query("name == @code").set_index("event")
        n, name = rows.loc["any", "n_opportunities"], CATEGORIES.get(code, "All seven")
        tables.insert(0, (name, rows[["rate", "lower", "upper"]], n))
    return [
        [name]
        + [f"{shown(r, 1)} ({interval(low, high, 1)})"
           for r, low, high in (100 * rows.loc[EVENTS]).to_numpy()]
        + [n]
        for name, rows, n in tables
    ]  # fmt: skip


def _pairs(_f, _content):
    tables = [level_of("correlations", x).set_index(["x", "y"])
              for x in ("between", "within", "changes")]  # fmt: skip
    return [
        [" – ".join(pair)]
        + [v for t in tables for v in (t.loc[pair, "r"], interval(*t.loc[pair, ["low", "high"]]))]
        for pair in combinations(CATEGORIES, 2)
    ]


def _scores(f, content):
    wide = f.series.pivot(index="edition", columns="iso3", values="score").reindex(EDITIONS)[::-1]
    gaps = stored("possible_ratings").query("category == 'DS'").set_index(["edition", "iso3"])
    codes = [column["head"] for column in content["columns"][1:]]
    return [
        [y, *(_open(gaps, y, c) if v != v else v for c, v in row[codes].items())]
        for y, row in wide.iterrows()
    ]


TABLES = {
    "ratings": _ratings,
    "usual_changes": _usual_changes,
    "moved_together": _moved_together,
    "movers": _movers,
    "category_trends": _category_trends,
    "rates": _rates,
    "pairs": _pairs,
    "scores": _scores,
}
