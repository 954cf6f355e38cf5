"""Estimates in briefs: what can be counted is, the rest must stand in its stored table."""

import re

from .countries import most_together
from .recomputed import (
    CATEGORIES,
    RANK,
    C,
    D,
    K,
    N,
    P,
    W,
    Y,
    _numbers,
    _pool,
    listed,
    percent,
    says,
    shown,
    stored,
)


def _row(f, name):
    table = stored(name)
    return table[table["country"] == f.name].iloc[0]


says(
    rf"From the {Y} to the {Y} edition, of {W} annual changes known {W} went down and {W} up, "
    rf"net {N} points(?: of the {N} between the first and the last score)?",
    "country",
)(
    lambda f, _m: (
        f.one["edition_first"],
        f.one["edition_last"],
        *(len(f.steps), sum(s < 0 for s in f.steps.values()), sum(s > 0 for s in f.steps.values())),
        sum(f.steps.values()),
        f.one["change"] if f.one["change"] != sum(f.steps.values()) else None,
    )
)
says(
    rf"would have p = {P} \(sign-flip test, blocks of {W} editions\); q = {P} in the family of {D}",
    "country",
)(
    lambda f, _m: (
        *_row(f, "drifts")[["p_value", "block_length", "adjusted_p"]],
        int(stored("drifts")["p_value"].notna().sum()),
    )
)
says(
    rf"drift of the Democracy Score \({Y} to {Y} editions\) is not tested: (.+?)\.(?= Each|$)",
    "country",
)(lambda f, _m: (f.one["edition_first"], f.one["edition_last"], _row(f, "drifts")["refusal"]))


@says(rf"an? (\w+) (decline|improvement) from the {Y} to the {Y} edition \({N} points", "country")
def _episode(f, m):
    rows = stored("episodes")
    row = rows[(rows["country"] == f.name) & (rows["first_edition"] == int(m[3]))].iloc[0]
    own = f.series.set_index("edition")["score"]
    first, last = int(row["first_edition"]), int(row["last_edition"])
    return row["strength"], row["direction"], first, last, own[last] - own[first]


@says(
    rf"finds an? (decline|improvement|rise) in {D} % of countries over {W} editions, "
    rf"a clear one .*?in {D} %",
    "country",
)
def _alarms(_f, m):
    table = stored("episode_false_alarms").set_index(["direction", "strength"])
    way = "decline" if m[1] == "decline" else "improvement"
    share = table.loc[way]["share"] * 100
    return m[1], share["moderate"], table["n_editions"].iloc[0], share["clear"]


@says(
    rf"From the {Y} to the {Y} edition its Democracy Score "
    rf"(?:changed by {N} points|did not change)",
    "country",
)
def _last_change(f, _m):
    row = _row(f, "last_changes")
    own = f.series.set_index("edition")["score"]
    change = own[row["last_edition"]] - own[row["first_edition"]]
    return row["first_edition"], row["last_edition"], change or None


@says(
    rf"Of the {D} steps over {W} editions? that began as an? {K} "
    rf"\({D} countries, its own step included\), "
    rf"{D} [a-z ]+ \(([^)]+)\)",
    "country",
)
def _as_far(f, _m):
    row = _row(f, "last_changes")
    share = row["n_as_far"] / row["n_changes"]
    names = ["n_changes", "span", "from_class", "n_countries", "n_as_far"]
    return *row[names], percent(share)


says(rf"country-editions of {Y} to {Y} of which all seven ratings are known, {D} countries")(
    lambda _f, _m: (2005, 2024, ...)
)
says(r"(Nine) in (ten) of all changes so far .*? \(from the (5) % to the (95) % quantile\)")(
    lambda _f, _m: (9, 10, 5, 95)
)


def _spread_of(table):
    """Return all numbers that a sentence may take from a table: rows, extremes, medians, counts."""
    numbers = [len(table)]
    keys = [k for k in ("level", "kind", "family", "statistic", "headline") if k in table]
    for _, rows in table.groupby(keys) if keys else [((), table)]:
        values = rows.select_dtypes("number")
        numbers += [len(rows), *values.agg(["min", "max", "median"]).to_numpy().ravel()]
        for column in {"adjusted_p", "chosen"} & set(rows):
            numbers += [int((rows[column] <= 0.05).sum()), int(rows[column].sum())]
        if "low" in rows:
            numbers.append(int(((rows["low"] > 0) | (rows["high"] < 0)).sum()))
            numbers.append(len(rows) - numbers[-1])
    return numbers


def _rows_about(f, name):
    table = stored(name)
    if "group" in table:
        table = table[table["group"].str.casefold() == f.name.casefold()]
    return table


def _level(table, level):
    return stored(table)[stored(table)["level"] == level]


KNOWN = r".*?(?= Over \d+ completed|$)"
"""What is said from what is known, up to what completed panels make of it."""
POOLED = {
    **dict.fromkeys(
        (
            rf"(Over all editions the Democracy Score{KNOWN})",
            r"(Counted by the slope.*country-level t)",
        ),
        lambda f: _numbers(_rows_about(f, "trends").query("name == 'DS'")),
    ),
    r"(Leaving out .*? per decade)": lambda f: _spread_of(_rows_about(f, "trend_leave_one_out")),
    r"(average pace differs most.*?annual changes)": lambda _: _numbers(stored("panel_break")),
    rf"(Ratings fell (?:more|less) often than they rose: {KNOWN})": lambda _: _numbers(
        stored("change_rates").query("name == 'all'")
    ),
    rf"(In a year .* of countries moved down{KNOWN})": lambda _: _numbers(
        stored("class_moves").query("from_class == 'all' and move == 'down'")
    ),
    r"(mean over \d+ countries)": lambda _: [int(stored("trends")["n_countries"].max())],
    r"([Rr]ates? rests? on all \d+ countries|All \d+ countries:)": lambda _: [29],
    r"(median correlation is .*)": lambda _: _spread_of(stored("correlations")),
    r"(Within countries, less each edition’s mean, the 21 .*)": lambda _: [
        *_spread_of(_level("correlations", "two_way")),
        *_spread_of(stored("correlation_tests")),
        *_spread_of(stored("over_completed_correlations").query("statistic == 'two_way'")),
    ],
    r"(less each edition’s mean the median .*)": lambda _: _spread_of(stored("correlations")),
    r"((?:In \d+ )?simulated panels .* (?:unrelated|association).*)": lambda _: _numbers(
        stored("calibrated_null")
    ),
    r"(one dimension carries .*)": lambda _: _numbers(stored("dimensions")),
    r"(The pooled alpha of \S+)": lambda _: _numbers(_level("dimensions", "pooled")),
    r"(The order of revisions .*? over the \d+|The largest differences \([^)]+\))": lambda _: (
        _spread_of(stored("lead_lag"))
    ),
    r"(ranges from .* combinations of choices; the one fixed in advance gives \S+)": lambda _: [
        *_spread_of(stored("multiverse")),
        *stored("multiverse").query("chosen == 1")["estimate"],
    ],
    r"(median correlation of 21 pairs)": lambda _: [21],
    r"(21 pairs of categories on three levels|each two categories, on three levels)": lambda _: [
        21
    ],
    r"(\d+ countries, editions .*?; \d+ country-editions with all .* steps)": lambda _: _spread_of(
        stored("correlations")
    ),
    r"(within countries \(\d+, \d+ country-editions\))": lambda _: _spread_of(
        _level("rest_scores", "two_way")
    ),
}
for pattern, numbers in POOLED.items():
    says(pattern, "region")(_pool(lambda f, _m, numbers=numbers: numbers(f)))


@says(
    rf"the {D} correlations lie between {N} and {N}, where (1) is in step and (0) unrelated",
    "region",
)
def _spread_of_pairs(_f, _m):
    r = _level("correlations", "two_way")["r"]
    return len(r), r.min(), r.max(), 1, 0


@says(rf"{C} \({N}, 95 % CI {N} to {N}, country jackknife\)", "region")
def _rest_score(_f, m):
    rows = _level("rest_scores", "two_way").set_index("category")
    row = rows.loc[next(c for c, n in CATEGORIES.items() if n == m[1])]
    return m[1], row["r"], row["low"], row["high"]


@says(rf"{C} before {C} \(difference {N}, 95 % CI {N} to {N}, country jackknife\)", "region")
def _order(_f, m):
    codes = [next(c for c, n in CATEGORIES.items() if n == name) for name in (m[1], m[2])]
    table = stored("lead_lag")
    straight = table[(table["x"] == codes[0]) & (table["y"] == codes[1])]
    row = straight if len(straight) else table[(table["x"] == codes[1]) & (table["y"] == codes[0])]
    d, low, high = row[["difference", "low", "high"]].iloc[0] * (1 if len(straight) else -1)
    return m[1], m[2], d, *sorted((low, high))


@says(
    rf"(Between|Within|Annual)[a-z ]+: {D} pairs from {N} \({C} with {C}\) to {N} \({C} with {C}\)",
    "region",
)
def _pair_range(_f, m):
    rows = _level("correlations", {"Annual": "changes"}.get(m[1], m[1].lower())).sort_values("r")
    ends = [
        v
        for r in (rows.iloc[0], rows.iloc[-1])
        for v in (r["r"], CATEGORIES[r["x"]], CATEGORIES[r["y"]])
    ]
    return m[1], len(rows), *ends


@says(r"^(\w+) moves? to a (less|more) democratic class: (.+)\.$", "region")
def _class_moves(f, m):
    own = f.series.sort_values(["country", "edition"])
    before = own.groupby("country").shift()
    moved = own[(own["edition"] - before["edition"] == 1) & (own["regime"] != before["regime"])]
    down = moved["regime"].map(RANK) > before["regime"][moved.index].map(RANK)
    rows = moved[down if m[2] == "less" else ~down].sort_values(["edition", "country"])
    words = {f"{c} {y}" for c, y in zip(rows["country"], rows["edition"], strict=True)}
    right = {
        w.removeprefix("and ") for w in re.split(r", (?:and )?| and (?=[A-Z][\w ]+ \d{4}$)", m[3])
    }
    return len(rows), m[2], m[3] if right == words else listed(sorted(words))


def _side(low, high):
    return (low > 0) - (high < 0)


@says(
    rf"Over {D} completed panels that satisfy every printed fact, "
    rf"(?:not one ([a-z ]+)|the ([a-z ]+?) of ([A-Z].+?)|{D} of {D} such estimates) changes sign",
    "region country",
)
def _gaps(f, m):
    """Compare signs and sides of zero of what is known with those over completed panels."""
    what = m[2] or m[3] or ""
    trend = "trend" in what
    table = stored(f"over_completed_{'trajectories' if trend else 'correlations'}")
    levels = ["trend"] if trend else ["between", "within", "two_way", "changes"]
    if "within" in what:
        levels = ["within", "changes"] if "changes" in what else ["within"]
    rows = table[table["statistic"].isin(levels)]
    if f.kind == "country":
        rows = rows[rows["name"].isin([" ".join(pair) for pair in most_together(f.name)])]
    turned = [
        r.name_
        for r in rows.rename(columns={"name": "name_"}).itertuples()
        if min(r.known * r.least, r.known * r.greatest) < 0
        or (r.known_low == r.known_low and _side(r.known_low, r.known_high) != _side(r.low, r.high))
    ]
    names = {CATEGORIES.get(code, code) for name in turned for code in name.split()}
    panels = int(table["n_panels"].iloc[0])
    if m[5]:
        return panels, None, None, None, len(turned), len(rows)
    if not turned:
        return panels, m[2] or "none", None, None, None, None
    return panels, None, m[3], names, None, None


@says(
    rf"Over {D} completed panels, which fill every gap as the printed facts allow, "
    r"(.+?) \(Rubin’s rules\)",
    "region",
)
def _filled(f, m):
    """Print the combined intervals again, and how far those of correlations lie apart."""
    bounds = stored("over_completed_trajectories").set_index(["statistic", "name"])[["low", "high"]]

    def ends(*key, scale=1, digits=2, sign=False):
        return " to ".join(shown(scale * end, digits, sign) for end in bounds.loc[key])

    cent = {"scale": 100, "digits": 1}
    groups = {name.casefold(): name for name in bounds.loc["trend of the score"].index}
    key = ("trend", "DS")
    if f.name != "all":
        key = ("trend of the score", groups.get(f.name.casefold(), "Eurasia"))
    apart = stored("over_completed_correlations").query("statistic != 'two_way'")
    apart = max((apart[f"known_{end}"] - apart[end]).abs().max() for end in ("low", "high"))
    any_, down, up = (ends("rate of changes", e, **cent) for e in ("any", "down", "up"))
    told = (
        f"it is {ends(*key, sign=True)}",
        f"it is {ends('rate of moves between classes', 'down', **cent)} %",
        f"{any_} % changed, {down} % fell and {up} % rose",
        f"no end of an interval lies more than {shown(apart)} away",
    )
    return int(stored("over_completed_trajectories")["n_panels"].iloc[0]), (
        m[2] if m[2] in told else " / ".join(told)
    )
