"""The tables of briefs, computed again cell by cell."""

from fractions import Fraction
from itertools import combinations

from .countries import _together, most_together
from .estimates import _level, _row
from .recomputed import CATEGORIES, CLASSES, TABLES, number_of, percent, series, shown, stored


def _ratings(f, content):
    wide = f.panel.pivot(index="edition", columns="category", values="rating")
    status = f.panel.pivot(index="edition", columns="category", values="status")
    own = f.series.set_index("edition")
    marks = {True: "up", False: "down"}
    gaps = stored("possible_ratings")
    gaps = gaps[gaps["country"] == f.name].set_index(["edition", "category"])
    open_text = {key: _range(*ends) for key, *ends in gaps[["lowest", "highest"]].itertuples()}
    expected = []
    for edition, cells in zip(range(2024, 2004, -1), content["rows"], strict=True):
        row = [edition]
        for code, cell in zip(CATEGORIES, cells[1:8], strict=True):
            now, before = (wide[code].get(y, float("nan")) for y in (edition, edition - 1))
            if now != now:
                row.append(open_text[edition, code] if cell["mark"] == "open" else "a range")
                continue
            mark = "" if now == before or before != before or now != now else marks[now > before]
            derived = now == now and status[code][edition] in ("derived", "rescaled")
            right = (cell["mark"], cell["derived"]) == (mark, derived)
            row.append(now if right else f"mark {mark}, derived {derived}")
        known = edition in own.index
        row.append(own["score"][edition] if known else open_text.get((edition, "DS"), "–"))
        row.append(CLASSES[own["regime"][edition]][0] if known else _classes(gaps, edition))
        expected.append(row)
    return expected


def _classes(gaps, edition):
    """Return the classes that a score that is not known can have, the least democratic first."""
    ends = gaps.loc[(edition, "DS"), ["lowest", "highest"]]
    cents = [int(Fraction(round(28 * end), 28) * 100 + Fraction(1, 2)) for end in ends]
    names = [next(name for name, low in CLASSES.values() if cent >= low) for cent in cents]
    return "–".join(dict.fromkeys(names))


def _range(low, high):
    """Return between what a rating that is not known must lie."""
    return "open" if (low, high) == (1, 7) else f"{shown(low)}–{shown(high)}"


def _usual_changes(f, content):
    table, first = stored("usual_changes"), content["columns"][0]["head"]
    if f.kind == "country":
        table = table[
            (table["from_class"] == _row(f, "last_changes")["from_class"])
            & (table["name"] != "all")
        ]
    else:
        table = table[table["name"] == "DS"]
    label = "name" if first == "Measure" else "from_class"
    names = CATEGORIES | {"DS": "Democracy Score", "all": "All"}
    expected = []
    for name, rows in table.groupby(label, sort=False):
        one = rows[rows["span"] == 1].iloc[0]
        shares = [percent(v) if v == v else "–" for v in one[["p_down", "p_stay", "p_up"]]]
        ranges = [_interval(r.q05, r.q95, sign=True) for r in rows.sort_values("span").itertuples()]
        expected.append([names.get(name, name), *ranges, *shares, int(one["n_changes"])])
    return expected


def _interval(low, high, digits=2, sign=False):
    """Return an interval; a bound near zero shows its side with as many decimals as that takes."""
    if low != low:
        return "–"
    ends = []
    for end in (low, high):
        needed = [n for n in range(digits, 6) if float(number_of(shown(end, n))) or not end]
        ends.append(shown(end, needed[0] if needed else digits, sign))
    return " to ".join(ends)


def _moved_together(f, _content):
    here, every = _together((f.name,)), _together(tuple(series()["country"].unique()))
    within = _level("correlations", "within").set_index(["x", "y"])
    expected = []
    for pair in most_together(f.name):
        r, low, high = within.loc[pair, ["r", "low", "high"]]
        bounds = "interval withheld" if low != low else _interval(low, high)
        together = f"{every[pair][0]} of {every[pair][3]}"
        expected.append([" – ".join(pair), *here[pair][:3], together, f"{shown(r)} ({bounds})"])
    return expected


def _movers_table(f, _content):
    spans = f.spans.sort_values("change", kind="stable")
    return [
        [
            c,
            CLASSES[r["regime_last"]][0],
            r["score_first"],
            r["edition_first"],
            r["score_last"],
            r["edition_last"],
            r["change"],
        ]
        for c, r in spans.iterrows()
    ]


def _category_trends(_f, _content):
    rows = stored("trends")
    rows = rows[(rows["group"] == "all") & rows["name"].isin(CATEGORIES)]
    over = stored("over_completed_trajectories").query("statistic == 'trend'").set_index("name")
    return [
        [
            CATEGORIES[r.name_],
            r.estimate,
            _interval(r.lower, r.upper, sign=True),
            _interval(*over.loc[r.name_, ["low", "high"]], sign=True),
            r.fell,
            r.rose,
            r.unchanged,
            r.n_observations,
        ]
        for r in rows.rename(columns={"name": "name_"}).itertuples()
    ]


def _rates(_f, _content):
    table = stored("change_rates").set_index(["name", "event"])
    over = stored("over_completed_trajectories").query("statistic == 'rate of changes'")
    over = over.set_index("name")[["pooled", "low", "high"]]
    known = table[["rate", "lower", "upper"]]
    events = ("any", "down", "up", "large")

    def cells(of):
        values = (100 * of.loc[event] for event in events)
        return [f"{shown(r, 1)} ({_interval(low, high, 1)})" for r, low, high in values]

    expected = [
        [
            CATEGORIES.get(code, "All seven"),
            *cells(known.loc[code]),
            table.loc[(code, "any"), "n_opportunities"],
        ]
        for code in (*CATEGORIES, "all")
    ]
    return [*expected, ["All, completed", *cells(over), 29 * 19 * 7]]


def _pairs(_f, _content):
    tables = [
        _level("correlations", x).set_index(["x", "y"]) for x in ("between", "within", "changes")
    ]
    return [
        [" – ".join(pair)]
        + [v for t in tables for v in (t.loc[pair, "r"], _interval(*t.loc[pair, ["low", "high"]]))]
        for pair in combinations(CATEGORIES, 2)
    ]


def _scores(f, content):
    wide = f.series.pivot(index="edition", columns="iso3", values="score").reindex(
        range(2024, 2004, -1)
    )
    codes = [column["head"] for column in content["columns"][1:]]
    gaps = stored("possible_ratings").query("category == 'DS'").set_index(["edition", "iso3"])
    return [
        [y]
        + [
            _range(*gaps.loc[(y, code), ["lowest", "highest"]]) if v != v else v
            for code, v in zip(codes, row, strict=True)
        ]
        for y, row in zip(wide.index, wide[codes].to_numpy(), strict=True)
    ]


TABLES.update(
    {
        "ratings": _ratings,
        "usual_changes": _usual_changes,
        "moved_together": _moved_together,
        "movers": _movers_table,
        "category_trends": _category_trends,
        "rates": _rates,
        "pairs": _pairs,
        "scores": _scores,
    }
)
