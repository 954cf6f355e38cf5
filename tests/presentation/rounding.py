"""What rounding leaves open, by drawing errors: that of a score is the mean of seven up to 1/8."""

import re
from functools import cache

import numpy as np

from .recomputed import CLASSES, RANK, D, Y, number_of, says, series

DRAWS, SLACK = 20_000, 0.005
CUTS = [low / 100 + 0.005 - 0.01 for _, low in CLASSES.values()]
"""The lowest score of each class, as two decimals round it."""


@cache
def _drawn(edition):
    """Return the countries of an edition and their scores without rounding, one column each."""
    table = series()
    table = table[table["edition"] == edition]
    errors = np.random.default_rng(edition).uniform(-1, 1, (7, DRAWS, len(table))).mean(axis=0) / 8
    return table["country"].tolist(), table["score"].astype(float).to_numpy() + errors


@cache
def _ranks(names, edition):
    """Return the drawn ranks of some countries among themselves, by country."""
    countries, scores = _drawn(edition)
    chosen = [name for name in countries if name in names]
    scores = scores[:, [countries.index(name) for name in chosen]]
    ranks = [(scores > scores[:, [i]]).sum(axis=1) + 1 for i in range(len(chosen))]
    return dict(zip(chosen, ranks, strict=True))


def _ends(ranks, slack=0.0):
    levels = [0.025 + slack, 0.975 - slack]
    return np.quantile(ranks, levels, method="inverted_cdf").astype(int)


def _told(ranks, low, high):
    """Return the ends of the central 95 % of ranks: those told, if draws allow them."""
    wide, narrow = _ends(ranks, -SLACK), _ends(ranks, SLACK)
    if low is None:
        return (None, None) if narrow[0] == narrow[1] else tuple(_ends(ranks))
    low, high = int(low), int(high)
    right = wide[0] <= low <= narrow[0] and narrow[1] <= high <= wide[1] and low < high
    return (low, high) if right else tuple(_ends(ranks))


def of_country(f, low, high, part=""):
    """Return the ends of the ranks that rounding leaves to a country, None where it leaves one."""
    edition = int(f.one["edition_last"])
    return _told(_ranks(frozenset(f.peers(part)["country"]), edition)[f.name], low, high)


def other_class(f, cases):
    """Return in how many of 100 cases the class would be another, None where in under five."""
    names, scores = _drawn(int(f.one["edition_last"]))
    at = RANK[f.one["regime_last"]]
    own = scores[:, names.index(f.name)]
    low, high = CUTS[at], CUTS[at - 1] if at else 9
    share = 100 * ((own <= low) | (own > high)).mean()
    if cases is None:
        return None if share < 6 else share
    return int(cases) if abs(share - int(cases)) < 1.5 and share > 4 else share


@says(
    rf"ratings to quarter points leaves ranks in the {Y} edition open"
    rf"(?:: (.+?)\.$|, those of (\w+) of (\w+) countries, at most (\w+) for one)",
    "region comparison",
)
def _open(f, m):
    best, names, ranks = _of_latest(f)
    ends = {name: _ends(ranks[name]) for name in names}
    if m[2]:
        parts = re.findall(r"(?:^|, and |, | and )(?:the )?(\D+?) (\d+) to (\d+)", m[2])
        right = all(_told(ranks[n], a, b) == (int(a), int(b)) for n, a, b in parts)
        whole = {n for n, _, _ in parts} == {n for n in names if np.ptp(ends[n])}
        return best, m[2] if right and whole else str(ends), None, None, None
    sizes = [np.ptp(e) + 1 for e in ends.values()]
    return best, None, sum(s > 1 for s in sizes), len(names), max(sizes)


@says(
    rf"to quarter points, (.+?) would have the higher score in (?:more than )?{D} of 100",
    "comparison",
)
def _order(f, m):
    best, names, _ = _of_latest(f)
    countries, scores = _drawn(best)
    one, other = sorted(names, key=lambda n: -scores[:, countries.index(n)].mean())
    ahead = scores[:, countries.index(one)] > scores[:, countries.index(other)]
    cases = 100 * ahead.mean()
    return [one], m[2] if abs(cases - number_of(m[2])) < 1.5 else cases


def _of_latest(f):
    known = f.series.groupby("edition").size()
    best = int(known[known == known.max()].index.max())
    names = f.series.loc[f.series["edition"] == best, "country"].tolist()
    return best, names, _ranks(frozenset(names), best)
