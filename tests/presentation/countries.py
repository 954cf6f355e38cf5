"""What briefs on one country say, computed again: head, findings, figures."""

from fractions import Fraction
from functools import cache
from itertools import combinations, groupby

import pandas as pd

from .recomputed import (
    AND,
    CATEGORIES,
    CLASSES,
    COUNTS,
    PARTS,
    RANK,
    SHORT,
    WORDS,
    C,
    D,
    K,
    N,
    W,
    Y,
    listed,
    number_of,
    says,
    series,
    shown,
    stored,
)
from .rounding import of_country, other_class

says(rf"{Y} to {Y} editions|editions {Y} to {Y}")(
    lambda _f, m: (
        (2005, 2024) * 2
        if m[1] and m[3]
        else tuple(None if t is None else (2005, 2024)[n % 2] for n, t in enumerate(m.groups()))
    )
)
says(rf"{Y} edition, covering {Y}", "country")(
    lambda f, _m: (f.one["edition_last"], f.one["edition_last"] - 1)
)
says(r"^class (\w+) (.+)", "country")(
    lambda f, _m: (CLASSES[f.one["regime_last"]][0], f.one["regime_last"])
)
says(rf"Democracy Score: {N} ·", "country")(lambda f, _m: f.one["score_last"])
says(rf"Democracy Percentage: {N} ·", "country")(lambda f, _m: (f.one["score_last"] - 1) / 6 * 100)
says(rf"Change of score: {N} · since the {Y} edition, from {N}", "country")(
    lambda f, _m: (f.one["change"], f.one["edition_first"], f.one["score_first"])
)
says(rf"Change of percentage: {N} · since the {Y} edition", "country")(
    lambda f, _m: (f.one["change"] / 6 * 100, f.one["edition_first"])
)
says(
    rf"In the {Y} edition, which covers {Y}, (.+?) has a Democracy Score of {N} on .+: a {K}",
    "country",
)(
    lambda f, _m: (
        f.one["edition_last"],
        f.one["edition_last"] - 1,
        [f.name],
        f.one["score_last"],
        f.one["regime_last"],
    )
)
says(rf"Since the {Y} edition it has (\w+) by {N} points?, from {N}", "country")(
    lambda f, _m: (
        f.one["edition_first"],
        "risen" if f.one["change"] > 0 else "fallen",
        abs(f.one["change"]),
        f.one["score_first"],
    )
)
says(rf"The score is the same as in the {Y} edition", "country")(
    lambda f, _m: f.one["edition_first"] if not f.one["change"] else "not the same"
)


@says(
    rf"; of the {W} steps between adjacent editions( whose scores are known)?{AND}"
    rf"(?:{W} went down)?"
    rf"{AND}(?:{W} went up)?{AND}(?:{W} brought no change)?",
    "country",
)
def _steps(f, _m):
    steps = list(f.steps.values())
    ways = (sum(s < 0 for s in steps), sum(s > 0 for s in steps), sum(s == 0 for s in steps))
    return (len(steps), None if len(steps) == 19 else " whose scores are known", *ways)


def _class_changes(f):
    own = f.series.sort_values("edition")
    pairs = zip(own["regime"], own["regime"].iloc[1:], own["edition"].iloc[1:], strict=False)
    return [
        f"{'down' if RANK[b] > RANK[a] else 'up'} to {b} in the {edition} edition"
        for a, b, edition in pairs
        if a != b
    ]


OTHER = r"\.(?: Were its ratings .+ in another class in (\d+) of 100 cases\.)?$"
says(rf"It changed class (once|twice|\w+ times): ([^.]+?){OTHER}", "country")(
    lambda f, m: (len(_class_changes(f)), listed(_class_changes(f)), other_class(f, m[3]))
)
says(rf"It has been in the same class in (?:all )?{W}(?: editions)? [^.]*known{OTHER}", "country")(
    lambda f, m: (len(f.series) if not _class_changes(f) else 0, other_class(f, m[2]))
)


@says(r"; the largest changes? (?:is|are) in (.+?\))\.", "country")
def _largest(f, _m):
    size = f.net["net"].abs()
    most = f.net[size == size.max()]
    return listed(
        [f"{CATEGORIES[c]} ({shown(e['first'])} to {shown(e['last'])})" for c, e in most.iterrows()]
    )


@says(
    rf"(?:^|[.;] )([A-Z][A-Za-z, ]+?) (?:was|were) unchanged at {N}"
    rf"(?: in (?:all )?{W} editions(?: in which (?:it is|they are) known)?)?",
    "country",
)
def _unmoved(f, m):
    still = f.ends[(f.ends["nunique"] == 1) & (f.ends["size"] > 1)].droplevel(0)
    alike = still[still["first"] == float(number_of(m[2]))]
    names = [CATEGORIES[c] for c in alike.index]
    return names, float(number_of(m[2])), m[3] and int(alike["size"].iloc[0])


says(
    rf"Of the {W} countries whose score is known in the {Y} edition, it (?:is|shares) (\d+)"
    rf"[a-z]+(?: place with {W} others?)?, counted from the most democratic"
    rf"[^.]*\.(?: Each rating is rounded to a quarter point: ranks {D} to {D} are open)?",
    "country",
)(
    lambda f, m: (
        *(f.rank()[2], f.one["edition_last"], f.rank()[0], f.rank()[1]),
        *of_country(f, m[5], m[6]),
    )
)


def _direction(f, up, down, same):
    change = f.one["change"]
    return up if change > 0 else down if change < 0 else same


says(
    rf"score (rose|fell) from {N} to {N} between the {Y} and {Y} editions", "country", "trajectory"
)(
    lambda f, _m: (
        _direction(f, "rose", "fell", "stayed"),
        f.one["score_first"],
        f.one["score_last"],
        f.one["edition_first"],
        f.one["edition_last"],
    )
)
says(rf"score is where it was: {N} in {Y} and {Y}", "country", "trajectory")(
    lambda f, _m: (
        _direction(f, "", "", f.one["score_last"]),
        f.one["edition_first"],
        f.one["edition_last"],
    )
)
says(rf"in grey the other {W} countries", "country", "trajectory")(
    lambda _f, _m: series()["country"].nunique() - 1
)
EDITIONS = r"([\d, to and]+?)"


@says(
    rf"goes from {N} in the {Y} edition to {N} in the {Y} edition, with {W} annual declines? and "
    rf"{W} rises?; (?:among known scores )?it is highest in {EDITIONS} \({N}\) and lowest in "
    rf"{EDITIONS} \({N}\)",
    "country",
    "trajectory",
)
def _trajectory(f, m):
    own = f.series.set_index("edition")["score"]
    ends = [v for e in (own.max(), own.min()) for v in (set(own.index[own == e]), e)]
    _, _, down, up, _ = _steps(f, m)
    one = f.one
    ways = (one["score_first"], one["edition_first"], one["score_last"], one["edition_last"])
    return (*ways, down, up, *ends)


says(r"Regime class(?:es in turn)?: (.+)\.$", "country", "trajectory")(
    lambda f, _m: listed([k for k, g in groupby(f.series.sort_values("edition")["regime"])])
)


@says(r"Pale bars: what the printed facts leave possible \((.+?)\)\.", "country", "trajectory")
def _pale_bars(f, _m):
    gaps = stored("possible_ratings").query("category == 'DS'")
    gaps = gaps[gaps["country"] == f.name]
    ends = zip(gaps["edition"], gaps["lowest"], gaps["highest"], strict=True)
    return "; ".join(f"{y}, {shown(low)} to {shown(high)}" for y, low, high in ends)


says(r"Not known: ([\d, -]+)", "country", "trajectory")(
    lambda f, _m: {*range(2005, 2025)} - set(f.series["edition"])
)
says(r"printed or, in ([\d, and]+), derived", "country", "trajectory")(
    lambda f, _m: set(f.series.loc[f.series["basis"] == "score derived", "edition"])
)
SPAN = rf"(?: from {Y} to {Y}, both known in full)?"


def _span(f):
    """Return the editions between which ratings are compared, where it is not the whole window."""
    return (None, None) if f.shared == (2005, 2024) else f.shared


NOUNS = r"(?: (?:known )?categor(?:y|ies))?"


@says(
    rf"^(?:All )?(?:{W}{NOUNS} fell)?{AND}(?:{W}{NOUNS} rose)?{AND}"
    rf"(?:{W}{NOUNS} ended at the same rating)?{SPAN}$",
    "country",
    "categories",
)
def _ways(f, _m):
    net = f.net["net"]
    return int((net < 0).sum()), int((net > 0).sum()), int((net == 0).sum()), *_span(f)


says(
    rf"^(?:All )?(?:{W}{NOUNS} fell)?{AND}(?:{W}{NOUNS} rose)?{AND}"
    rf"(?:{W}{NOUNS} ended at the same rating)?{SPAN}(?=[;.])",
    "country",
    "findings",
)(_ways)
says(rf"; {W} categories changed most, by {N} points each", "country", "findings")(
    lambda f, _m: (
        (f.net["net"].abs() == f.net["net"].abs().max()).sum(),
        f.net["net"].abs().max(),
    )
)
says(rf"{C} {N} to {N}", "country", "categories")(lambda f, m: (m[1], *_ends_of(f, m[1])[:2]))
says(rf"{C} {N} throughout", "country", "categories")(
    lambda f, m: (m[1], _ends_of(f, m[1])[0] if _ends_of(f, m[1])[3] == 1 else "moved")
)
says(r"(Seven) small line charts", "country", "categories")(lambda f, _m: len(f.ends))


def _ends_of(f, name):
    code = next(c for c in CATEGORIES if name in (CATEGORIES[c], SHORT[c]))
    end = f.of_category(code)
    return end["first"], end["last"], end["net"], end["nunique"]


@says(
    rf"(?:All )?(.+?) (?:had the (?:largest|same) parts? in|led) the (rise|fall){SPAN}: "
    rf"(?:each )?{N} of {N} (?:points )?in all seven",
    "country",
    "decomposition",
)
def _parts(f, m):
    net = f.net["net"]
    way = 1 if net.sum() > 0 else -1
    most = net[way * net == (way * net).max()]
    own = f.series.set_index("edition")["score"]
    first, last = f.shared
    assert 7 * (own[last] - own[first]) == Fraction(net.sum())
    named = [SHORT[c] for c in most.index]
    if (word := m[1].split()[0].lower()) in WORDS:
        named = m[1] if COUNTS[word] == len(named) else named
    direction = "rise" if way > 0 else "fall"
    return named, direction, *_span(f), float(most.iloc[0]), float(net.sum())


says(rf"(?:Change|the change) from {Y} to {Y}, both known in full", "country")(
    lambda f, _m: f.shared
)


@says(rf"(?<=[:,]) {C} {N}(?=[,.] )", "country", "decomposition")
def _sums(f, m):
    return m[1], f.net["net"][next(c for c, name in CATEGORIES.items() if name == m[1])]


def _largest_moves(steps):
    """Return the largest moves: up to three, none where the cut would go through a tie."""
    for n in (3, 2, 1):
        size = sorted(map(abs, steps.values()))[-n] if len(steps) >= n else 0
        chosen = [k for k, s in steps.items() if size and abs(s) >= size]
        if 0 < len(chosen) <= 3:
            return sorted(chosen, key=lambda k: (-abs(steps[k]), k))
    return []


@says(
    r"The score changed most(?:, of the steps known,)? in ((?:\d{4} \([^)]+\)(?:, | and )?)+)",
    "country",
    "decomposition",
)
def _most(f, _m):
    chosen = _largest_moves(f.steps)
    return listed([f"{y} ({shown(f.steps[y], sign=True)})" for y in chosen] or ["none"])


@says(
    rf"The score changed by {N} at most,(?: of the steps known,)? in {W} editions",
    "country",
    "decomposition",
)
def _most_tied(f, _m):
    sizes = list(map(abs, f.steps.values()))
    return max(sizes), sizes.count(max(sizes)) if not _largest_moves(f.steps) else "fewer"


says(rf"Only one category changed: (.+?), by {N} points", "country", "decomposition")(
    lambda f, _m: (lambda net: ([SHORT[c] for c in net.index[net != 0]], net.sum()))(f.net["net"])
)
says(rf"(?:Steps|Known steps) between adjacent editions(?: of .+?)?, {Y} to {Y}", "country")(
    lambda _f, _m: (2005, 2024)
)


@says(
    r"ranks (\d+)[a-z]+( \(shared\))? of (\d+)(?:, (\d+)[a-z]+( \(shared\))? of (\d+) in "
    r"(?:the )?(Central Europe|Balkans|Eurasia))?",
    "country",
    "peers",
)
def _ranks(f, _m):
    part = next(p for p, codes in PARTS.items() if f.series["iso3"].iloc[0] in codes)
    ranks = (f.rank(), f.rank(part))
    return *(v for p, same, n in ranks for v in (p, " (shared)" if same else None, n)), part


WHERE = r"(?: in (?:the )?(?:Central Europe|Balkans|Eurasia))?"


@says(
    rf"regime classes\.(?: The rounding of ratings leaves open ranks {D} to {D} of {D}({WHERE})"
    rf"(?: and {D} to {D} of {D}{WHERE})?\.)?(?= Rests on)",
    "country",
    "peers",
)
def _open_ranks(f, m):
    part = next(p for p, codes in PARTS.items() if f.series["iso3"].iloc[0] in codes)
    whole, near = (None, None, None), (None, None, None)
    if m[1] and not m[4]:
        whole = *of_country(f, m[1], m[2]), f.rank()[2]
        near = *of_country(f, m[5], m[6], part), f.rank(part)[2] if m[7] else None
        return *whole, "", *near
    within = *of_country(f, m[1], m[2], part), f.rank(part)[2] if m[3] else None
    return *within, m[4] and f" in {'the ' if part == 'Balkans' else ''}{part}", *near


says(rf"(?:Democracy Score in|Strip of {W} scores in) the {Y} edition", "country", "peers")(
    lambda f, m: (m[1] and len(f.peers()), f.one["edition_last"])
)


@says(rf", from {N} \((.+?)\) to {N} \((.+?)\); .+? has {N}", "country", "peers")
def _strip(f, _m):
    scores = f.peers().set_index("country")["score"]
    low, high = scores.min(), scores.max()
    names = {end: set(scores.index[scores == end]) for end in (low, high)}
    return low, names[low], high, names[high], f.one["score_last"]


@says(
    rf"In the {Y} edition it (?:ranks|shares) (\d+)[a-z]+( place with \w+ others?)? "
    rf"of the {W} countries of (?:the )?"
    rf"(.+?) whose score is known, (?:{N} points? (above|below)|at) the mean of the {W} others? "
    rf"\({N}\)(?:; rounding leaves ranks {D} to {D} open)?",
    "country",
)
def _place(f, m):
    part = next(p for p, codes in PARTS.items() if f.series["iso3"].iloc[0] in codes)
    place, equal, n = f.rank(part)
    mean = (f.peers(part)["score"].sum() - f.one["score_last"]) / (n - 1)
    gap = f.one["score_last"] - mean
    side = "above" if gap > 0 else "below"
    tied = f" place with {WORDS[equal]} other{'s' * (equal > 1)}" if equal else None
    size = (abs(gap), side) if m[6] else (None, None)
    open_ranks = of_country(f, m[10], m[11], part)
    return (f.one["edition_last"], place, tied, n, part, *size, n - 1, mean, *open_ranks)


def _steps_of(names):
    """Return the signs of the ratings' steps between adjacent editions, one column a category."""
    panel = stored("panel")
    panel = panel[panel["country"].isin(names)]
    wide = panel.pivot(index=["country", "edition"], columns="category", values="rating")
    wide = wide.reindex(pd.MultiIndex.from_product([sorted(names), range(2005, 2025)]))
    steps = wide.groupby(level=0).diff()
    return steps.where(steps.isna(), (steps > 0) * 1 - (steps < 0) * 1)


@cache
def _together(names):
    """Return how often each pair of categories moved together, by codes."""
    steps, counts = _steps_of(names), {}
    for x, y in combinations(CATEGORIES, 2):
        both = steps[[x, y]].dropna()
        product = both[x] * both[y]
        same, opposite = int((product > 0).sum()), int((product < 0).sum())
        either = int((both != 0).any(axis=1).sum())
        counts[x, y] = same, opposite, either - same - opposite, either, len(both)
    return counts


def shown_pairs(counts):
    """Return how many pairs a table of up to six holds without a cut through a tie."""
    sizes = sorted((c[:2] for c in counts.values() if c[0] + c[1]), reverse=True)
    whole = [n for n in range(1, len(sizes) + 1) if sizes[n - 1 : n] != sizes[n : n + 1]]
    return max((n for n in whole if n <= 6), default=whole[0])


def most_together(country):
    """Return the pairs that the table of a country shows, in order."""
    here = _together((country,))
    order = sorted(
        (p for p in here if here[p][0] + here[p][1]), key=lambda p: (-here[p][0], -here[p][1])
    )
    return order[: shown_pairs(here)]


@says(
    rf"Most often together: {C} and {C}, the same way in {D} of {D} (known )?steps",
    "country",
    "moved_together",
)
def _most_together(f, _m):
    counts = _together((f.name,))
    most = max(c[0] for c in counts.values())
    [pair] = [p for p, c in counts.items() if c[0] == most]
    known = None if len(f.full) == 20 else "known "
    return (*(CATEGORIES[c] for c in pair), most, counts[pair][4], known)


@says(
    rf"No pair stands out: {W} pairs of categories changed the same way (twice|\w+ times)",
    "country",
    "moved_together",
)
def _tied_together(f, _m):
    same = [c[0] for c in _together((f.name,)).values()]
    return same.count(max(same)), max(same)


says(r"^No (two) categories changed the same way more than once", "country", "moved_together")(
    lambda f, _m: 2 if max(c[0] for c in _together((f.name,)).values()) == 1 else "more"
)
says(rf"at most {D} of a pair", "country")(
    lambda f, _m: max(c[4] for c in _together((f.name,)).values())
)
says(rf"{W} more pairs? changed together", "country")(
    lambda f, _m: (lambda here: sum(c[0] + c[1] > 0 for c in here.values()) - shown_pairs(here))(
        _together((f.name,))
    )
)
says(rf"In none of the {W} steps between adjacent editions did two", "country")(
    lambda f, _m: (
        max(c[4] for c in _together((f.name,)).values())
        if not any(c[0] + c[1] for c in _together((f.name,)).values())
        else "some"
    )
)
