"""What comparison briefs say, computed again."""

import re

import yaml

from .countries import EDITIONS
from .groups import _crossers, _of_class
from .recomputed import (
    CATEGORIES,
    PROCESSED,
    WORDS,
    C,
    K,
    N,
    W,
    Y,
    listed,
    number_of,
    same_names,
    says,
    series,
    shown,
)


def _common(f):
    """Return the scores of the last edition in which most countries have one, highest first."""
    known = f.series.groupby("edition").size()
    best = known[known == known.max()].index.max()
    scores = f.series[f.series["edition"] == best].set_index("country")["score"]
    return int(best), scores.sort_values(ascending=False, kind="stable")


def _holders(scores, value):
    return set(scores.index[scores == value])


@says(rf"(Highest|Lowest) score: {N} · (.+?), {Y}", "comparison")
def _extreme(f, m):
    edition, scores = _common(f)
    value = scores.max() if m[1] == "Highest" else scores.min()
    return m[1], value, _some(_holders(scores, value)), edition


says(rf"Gap: {N} · points between", "comparison")(
    lambda f, _m: _common(f)[1].max() - _common(f)[1].min()
)


def _most_moved(f):
    change = f.spans["change"]
    return set(change.index[change.abs() == change.abs().max()]), change.abs().max()


says(rf"Largest change: {N} · points, (.+)", "comparison")(
    lambda f, _m: (f.spans["change"][next(iter(_most_moved(f)[0]))], _most_moved(f)[0])
)


@says(
    rf"In the {Y} edition (.+?) (?:has|have) the high\w+ Democracy Score"
    rf"(?: \({N}\) and (.+?) the lowest \({N}\), {N} points? apart|: {N}, against {N} for (.+?)\.)",
    "comparison",
)
def _leaders(f, m):
    edition, scores = _common(f)
    top, low = scores.max(), scores.min()
    ends = (_holders(scores, top), _holders(scores, low))
    if m[3]:
        return edition, ends[0], top, ends[1], low, top - low, None, None, None
    return edition, ends[0], None, None, None, None, top, low, ends[1]


@says(rf"From the {Y} to the {Y} edition, (.+?)(; the directions differ)?\.$", "comparison")
def _directions(f, m):
    change = f.spans["change"]
    ways = {"fell": change < 0, "rose": change > 0, "ended": change == 0}
    spoken = re.findall(
        r"(?:^|, and |, | and )((?:(?! fell| rose| ended).)+?) (fell|rose|ended)", m[3]
    )
    right = {verb for _, verb in spoken} == {verb for verb, some in ways.items() if some.any()}
    for names, verb in spoken:
        chosen = set(change.index[ways[verb]])
        count = re.fullmatch(rf"(?:and |all )?{W} scores", names)
        right &= number_of(count[1]) == len(chosen) if count else same_names(names, chosen)
    differ = "; the directions differ" if ways["fell"].any() and ways["rose"].any() else None
    return (
        2005,
        2024,
        m[3] if right else f"{ {v: list(change.index[s]) for v, s in ways.items()} }",
        differ,
    )


@says(r"^(.+?\), .+?|.+?\) and .+?\)) moved most\.", "comparison")
def _movers_tied(f, m):
    names, _ = _most_moved(f)
    told = set(re.findall(r"(?:^|, and |, | and )(?:the )?([^,()]+?) \(([−+\d.]+)\)", m[1]))
    right = {(n, shown(f.spans["change"][n], sign=True)) for n in names}
    return m[1] if told == right else sorted(right)


@says(
    rf"^([^(]+?) moved most: its score (fell|rose) by {N} points?, from {N} \({Y}\) to {N} \({Y}\)",
    "comparison",
)
def _mover(f, _m):
    names, size = _most_moved(f)
    row = f.spans.loc[next(iter(names))]
    verb = "rose" if row["change"] > 0 else "fell"
    ends = (row["score_first"], row["edition_first"], row["score_last"], row["edition_last"])
    return names, verb, size, *ends


def _gaps(f):
    wide = f.series.pivot(index="edition", columns="country", values="score").dropna()
    return wide.max(axis=1) - wide.min(axis=1)


@says(rf"The gap (opened|narrowed) from {N}(?: points)? in {Y} to {N} in {Y}", "comparison")
def _gap(f, _m):
    gap = _gaps(f)
    way = "opened" if gap.iloc[-1] > gap.iloc[0] else "narrowed"
    return way, gap.iloc[0], gap.index[0], gap.iloc[-1], gap.index[-1]


says(rf"The gap is the same in {Y} and {Y}, {N}", "comparison")(
    lambda f, _m: (
        *_gaps(f).index[[0, -1]],
        _gaps(f).iloc[-1] if _gaps(f).iloc[-1] == _gaps(f).iloc[0] else 99,
    )
)


@says(rf"(widest|narrowest) in {EDITIONS} \({N}\)", "comparison")
def _extreme_gap(f, m):
    gap = _gaps(f)
    value = gap.max() if m[1] == "widest" else gap.min()
    return m[1], set(gap.index[gap == value]), value


says(rf"{K}: ((?:[A-Z][^;:]+?|\d+))(?=; |\. |$)", "comparison", "findings")(
    lambda f, m: (m[1], _of_class(f, m[1]) if not m[2].isdigit() else len(_of_class(f, m[1])))
)
says(r"\. (No country|[A-Z][^;:.]+?) ended in another class than (?:it|they) began", "comparison")(
    lambda f, _m: [*_crossers(f, "less"), *_crossers(f, "more")] or "No country"
)
says(rf"(?:Both|All) are in one class by the last known score: {K}", "comparison")(
    lambda f, _m: (
        f.spans["regime_last"].iloc[0] if f.spans["regime_last"].nunique() == 1 else "several"
    )
)
says(rf"^{W} of {W} countries ended in another class", "comparison")(
    lambda f, _m: (len(_crossers(f, "less")) + len(_crossers(f, "more")), len(f.spans))
)


def _spread(f):
    last = f.full.xs(f.shared[1], level="edition")
    return last.max() - last.min()


def _in_full(f):
    """Return how many are known in full in the edition compared, where not all are."""
    n = len(f.full.xs(f.shared[1], level="edition"))
    return (n, len(f.countries)) if n < len(f.countries) else (None, None)


@says(
    rf"the ratings of the {Y} edition"
    rf"(?:, known in full for {W} of {W},|, the last known in full,)? are "
    rf"furthest apart in (.+?) \({N} points?\) and "
    rf"(?:closest in (.+?) \({N} points?\)|the same in (.+?)\.)",
    "comparison",
)
def _apart(f, _m):
    spread = _spread(f)
    ends = [
        [CATEGORIES[c] for c in spread.index[spread == e]] for e in (spread.max(), spread.min())
    ]
    most, least = (n if len(n) <= 3 else f"{WORDS[len(n)]} categories" for n in ends)
    start = f.shared[1], *_in_full(f), most, spread.max()
    if spread.min():
        return *start, least, spread.min(), None
    return *start, None, None, least


says(rf"^Furthest apart in (.+?): {N} points?(?: in {Y}, the last known in full)?", "comparison")(
    lambda f, _m: (
        (lambda n: n if len(n) <= 3 else f"{WORDS[len(n)]} categories")(
            [CATEGORIES[c] for c in _spread(f).index[_spread(f) == _spread(f).max()]]
        ),
        _spread(f).max(),
        None if f.shared[1] == 2024 else f.shared[1],
    )
)
says(
    rf"Rating of each category in the {Y} edition|Ranges in the {Y} edition|"
    rf"change from the {Y} edition",
    "comparison",
    "profile",
)(lambda f, m: tuple(t and f.shared[n < 2] for n, t in enumerate(m.groups())))
says(rf"{C} (?:from )?{N} \(([^)]+?)\)(?: to {N} \(([^)]+?)\))?", "comparison", "profile")(
    lambda f, m: (m[1], *_range_of(f, m[1]))
)


def _range_of(f, name):
    code = next(c for c, n in CATEGORIES.items() if n == name)
    panel = f.panel[(f.panel["edition"] == f.shared[1]) & (f.panel["category"] == code)]
    last = panel.set_index("country")["rating"]
    ends = [(e, _some(_holders(last, e))) for e in (last.min(), last.max())]
    return (*ends[0], *(ends[1] if ends[0] != ends[1] else (None, None)))


def _some(names, noun="countries"):
    """Return names, or how many they are where they are more than three."""
    return (
        names
        if len(names) <= 3
        else f"{WORDS[len(names)]} {noun}"
        if len(names) < 11
        else f"{len(names)} {noun}"
    )


says(rf"(?:Grid|Dot plot|Line chart) of {W} countries(?: by (seven) categories)?", "comparison")(
    lambda f, m: (len(f.spans), m[2] and 7)
)
says(rf"Changes run from {N} \((.+?)\) to {N} \((.+?)\) points", "comparison")(
    lambda f, _m: (
        lambda c: (
            *(c.min(), _some(_holders(c, c.min()))),
            *(c.max(), _some(_holders(c, c.max()))),
        )
    )(f.spans["change"])
)


@says(rf"([A-Z][\w ]+?) {N} \({N} to {N}\)", "comparison", "movers")
def _moved(f, m):
    name = m[1].removeprefix("at the other end ")
    row = f.spans.loc[next(n for n in f.spans.index if n.endswith(name))]
    return m[1], row["change"], row["score_first"], row["score_last"]


@says(rf"([A-Z][\w ]+?) from {N} in {Y} to {N} in {Y}", "comparison", "scores")
def _line(f, m):
    row = f.spans.loc[next(n for n in f.spans.index if n.endswith(m[1]))]
    return m[1], row["score_first"], row["edition_first"], row["score_last"], row["edition_last"]


says(rf"where they are not {Y} and {Y}", "comparison")(lambda _f, _m: (2005, 2024))
says(r"the axis runs from (\d) to (\d) only", "country comparison")(
    lambda f, m: (m[1], m[2] if f.series["score"].between(int(m[1]), int(m[2])).all() else "more")
)
GROUPS = {
    g["name"]: g for g in yaml.safe_load((PROCESSED.parent / "raw" / "groups.yml").read_text())
}


@says(
    rf"^({'|'.join(GROUPS)}): (.+?\.)(?: Members since (.+?)\.)?(?: Source: (.+)\.)?$",
    "comparison",
    "items",
)
def _group(f, _m):
    group = GROUPS[f.name]
    years = {}
    names = series().groupby("iso3")["country"].first()
    for code in group["members"]:
        if isinstance(group["members"], dict):
            years.setdefault(group["members"][code], []).append(names[code])
    since = "; ".join(f"{year} {listed(sorted(who))}" for year, who in sorted(years.items()))
    return f.name, group["meaning"], since or None, group.get("source")
