"""What is so: every quantity of a brief, computed again from the stored tables by plain pandas.

A referee with a pocket calculator: nothing of the package is imported. `quantities` returns name ->
value for one brief; what a brief may say of them stands in `referee`. Scores are whole numbers of
1/28, ratings of 1/4, so that all but the estimates is exact.
"""

import re
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, groupby
from math import comb, factorial
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

DATA = Path(__file__).parents[2] / "data"
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
GROUPS = {g["name"]: g for g in yaml.safe_load((DATA / "raw/groups.yml").read_text())}
EDITIONS = range(2005, 2025)


@cache
def stored(name):
    """Return a stored table."""
    return pd.read_csv(DATA / "processed" / f"{name}.csv")


@cache
def series():
    """Return every known score in whole 1/28, with its class and what it rests on."""
    key = ["country", "iso3", "edition"]
    panel = stored("panel").assign(n=(stored("panel")["rating"] * 4).round().astype(int))
    whole = panel.groupby(key).agg(
        n=("n", "sum"), known=("n", "size"), derived=("status", lambda s: (s == "derived").any())
    )
    whole = whole[whole["known"] == 7]
    whole = whole.assign(basis=whole["derived"].map({True: "derived", False: "printed"}))
    printed = stored("printed_scores").set_index(key)["score"]
    printed = printed[~printed.index.isin(whole.index)]
    only = pd.DataFrame({"n": (printed * 28).round().astype(int), "basis": "score only"})
    editions = stored("country_editions").query("score_status == 'derived'").set_index(key)
    derived = pd.DataFrame({"n": (editions["democracy_score"] * 28).round().astype(int)})
    only = pd.concat([only, derived.assign(basis="score derived")])
    table = pd.concat([whole[["n", "basis"]], only]).sort_index().reset_index()
    table["score"] = table["n"].map(lambda n: Fraction(n, 28))
    return table.assign(regime=table["score"].map(class_of))


def class_of(score):
    """Return the class of a score: that of its two decimals."""
    cents = int(score * 100 + Fraction(1, 2))
    return next(name for name, (_, low) in CLASSES.items() if cents >= low)


def shown(value, digits=2, sign=False):
    """Return a number rounded half up, with a true minus sign, and a plus where asked for."""
    value = Fraction(value).limit_denominator(10**6)
    size = int(abs(value) * 10**digits + Fraction(1, 2))
    text = f"{size / 10**digits:.{digits}f}"
    return text if not size else ("−" if value < 0 else "+" if sign else "") + text


def interval(low, high, digits=2, sign=False):
    """Return an interval; a bound near zero shows its side with as many decimals as that takes."""
    ends = []
    for end in (low, high):
        needed = [n for n in range(digits, 6) if not end or float(shown(abs(end), n))]
        ends.append(shown(end, needed[0] if needed else digits, sign))
    return "–" if low != low else " to ".join(ends)


def counted(n):
    """Return a number as prose has it: a word up to ten."""
    return WORDS[n] if n < len(WORDS) else str(n)


def listed(words):
    """Return ``A, B and C``, with a comma before *and* where a name has one itself."""
    *front, last = words
    comma = "," if any(" and " in word for word in words) and front else ""
    return f"{', '.join(front)}{comma} and {last}" if front else last


def some(names, noun, most=3):
    """Return names, or how many they are where they are more than `most`."""
    return list(names) if len(names) <= most else f"{counted(len(names))} {noun}"


def holders(values, value, names=None):
    """Return the index where a series has a value, by other names if there are."""
    return [names[key] if names else key for key in values.index[values == value]]


# ---- what rounding leaves open: the error of a score is the mean of seven up to 1/8 -----------


def below(x):
    """Return the chance that an error is below x (Irwin and Hall)."""
    x = np.clip(28 * np.asarray(x, dtype=float) + 3.5, 0, 7)
    terms = [(-1) ** k * comb(7, k) * np.maximum(x - k, 0) ** 7 for k in range(8)]
    return sum(terms) / factorial(7)


GRID = np.linspace(-0.125, 0.125, 1601)
WEIGHTS = np.diff(below(GRID))
AT = (GRID[1:] + GRID[:-1]) / 2


@cache
def open_ranks(scores, name):
    """Return least and greatest rank in the central 95 % of cases; None twice where they agree."""
    of = dict(scores)
    chances = np.zeros((len(scores), len(AT)))
    chances[0] = 1
    for other in of.keys() - {name}:
        above = 1 - below(of[name] + AT - of[other])
        chances[1:] = chances[1:] * (1 - above) + chances[:-1] * above
        chances[0] *= 1 - above
    total = np.cumsum(chances @ WEIGHTS)
    low, high = (int(np.searchsorted(total, level)) + 1 for level in (0.025, 0.975))
    return (low, high) if low != high else (None, None)


def ahead(high, low):
    """Return in how many of 100 cases the higher of two scores would be so without rounding."""
    return min(99, round(100 * (WEIGHTS @ below(float(high) + AT - float(low)))))


def of_latest(table):
    """Return the last edition in which most countries have a score, and the scores there."""
    known = table.groupby("edition").size()
    best = int(known.index[known == known.max()].max())
    scores = table[table["edition"] == best].set_index("country")["score"]
    return best, scores.sort_values(ascending=False, kind="stable")


def as_key(scores):
    return tuple((name, float(score)) for name, score in scores.items())


# ---- the brief -------------------------------------------------------------------------------


class Brief:
    """A brief: its kind, the country or group it names, its countries, and tables about them."""

    def __init__(self, kind, name, countries):
        self.kind, self.name, self.countries = kind, name, tuple(countries)
        self.literally = list(rests_on(self))

    def of(self, table):
        return table[table["country"].isin(self.countries)]

    @cached_property
    def series(self):
        return self.of(series()).sort_values(["country", "edition"])

    @cached_property
    def panel(self):
        return self.of(stored("panel"))

    @cached_property
    def spans(self):
        """Return first and last known score of each country, and the exact change."""
        known = self.series.groupby("country")
        table = known.first().add_suffix("_first").join(known.last().add_suffix("_last"))
        return table.assign(change=table["score_last"] - table["score_first"])

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
        return int(shared.min()), int(shared.max())

    @cached_property
    def quantities(self):
        of_kind = {"country": of_country, "region": of_region, "comparison": of_comparison}
        return of_every(self) | of_kind[self.kind](self)


def of_every(f):
    n, status, full = len(f.countries), f.panel["status"].value_counts(), len(f.full)
    known = f.panel.shape[0]
    sources = sources_of(f)
    kinds = sources["kind"].value_counts()
    axes = combinations(range(1, 8), 2)
    axes = [(a, b) for a, b in axes if f.series["score"].between(a, b).all()]
    f.literally += [f"the axis runs from {a} to {b} only" for a, b in axes]
    return {
        "group": "all countries" if f.name == "all" else f.name,
        "always first": 2005,
        "always last": 2024,
        "countries": n,
        "editions": 20,
        "ratings": 140 * n,
        "cells": 20 * n,
        "known in part": known if known < 140 * n else -1,
        "known in full": known if known == 140 * n else -1,
        "unknown": 140 * n - known,
        "whole cells": full,
        "all cells whole": full if full == 20 * n else -1,
        "score alone": len(f.series) - full,
        "known scores": len(f.series),
        "last of any": f.spans["edition_last"].max(),
        **{s: int(status.get(s, 0)) for s in ("printed", "corrected", "derived", "rescaled")},
        "sources": int(kinds.sum()),
        "sources by kind": "; ".join(f"{KINDS[k]}: {kinds[k]}" for k in KINDS if k in kinds),
    }


def sources_of(f):
    """Return the sources that the figures name, with the latest of the reports on a country."""
    named = f.of(stored("printed_scores"))
    ids = pd.concat([f.panel["source_ids"], named["source_ids"]]).str.split(";").explode()
    table = f.of(stored("source_reports"))
    if f.kind == "country":
        table = table[table["source_id"].isin(ids)]
    return table.sort_values("report_edition").drop_duplicates("source_id", keep="last")


def rests_on(f):
    """Yield what can truly be said of how much is known, of all or of a brief's countries."""
    for names in {f.countries, tuple(sorted(set(series()["country"])))}:
        for editions in (EDITIONS, [2024]):
            cells = len(names) * len(editions)
            scores, ratings = (
                t[t["country"].isin(names) & t["edition"].isin(editions)]
                for t in (series(), stored("panel"))
            )
            left = {"scores": (cells - len(scores), cells)}
            left["ratings"] = (7 * cells - len(ratings), 7 * cells)
            told = {w: f"{a} of {b} {w} bounded" if a else f"{w} complete"
                    for w, (a, b) in left.items()}  # fmt: skip
            whole = ratings.groupby(["country", "edition"]).size().eq(7).sum()
            some_left = any(a for a, _ in left.values())
            head = f"Rests on {counted(len(names))} countr{'ies' if len(names) > 1 else 'y'} and "
            head += f"{counted(len(editions))} edition{'s' * (len(editions) > 1)}: "
            yield from (head + t for t in (*told.values(), ", ".join(told.values())))
            yield head + f"{cells - whole} of {cells} country-editions left out"
            yield from [] if some_left else [head + "complete"]


def of_country(f):
    one = f.spans.iloc[0]
    own = f.series.set_index("edition")
    score, first, last = own["score"], int(one["edition_first"]), int(one["edition_last"])
    steps = {y: score[y] - score[y - 1] for y in score.index if y - 1 in score.index}
    change, sizes = one["change"], [abs(s) for s in steps.values()]
    part = next(p for p, codes in PARTS.items() if one["iso3_first"] in codes)
    moved = [
        f"{'down' if RANK[b] > RANK[a] else 'up'} to {b} in the {y} edition"
        for a, b, y in zip(own["regime"], own["regime"].iloc[1:], own.index[1:], strict=False)
        if a != b
    ]
    way = "rose" if change > 0 else "fell" if change < 0 else "stayed"
    basis = own["basis"].str.startswith("score")
    told = {
        "name": f.name,
        "first": first,
        "last": last,
        "covered": last - 1,
        "score": one["score_last"],
        "score first": one["score_first"],
        "percentage": (one["score_last"] - 1) / 6 * 100,
        "class": one["regime_last"],
        "initials": CLASSES[one["regime_last"]][0],
        "change": change,
        "change of percentage": change / 6 * 100,
        "size": abs(change),
        "rose or fell": way,
        "risen or fallen": {"rose": "risen", "fell": "fallen"}.get(way, "stayed"),
        "first of same": first if not change else -1,
        "steps": len(steps),
        "steps are": "" if len(steps) == 19 else " whose scores are known",
        "moves are": "" if len(steps) == 19 else " known",
        "of the steps": "" if len(steps) == 19 else ", of the steps known,",
        "downs": sum(s < 0 for s in steps.values()),
        "ups": sum(s > 0 for s in steps.values()),
        "stays": sum(s == 0 for s in steps.values()),
        "net": sum(steps.values()),
        "net of all": change if change != sum(steps.values()) else None,
        "class moves": len(moved),
        "class moves by name": listed(moved or ["none"]),
        "same class": len(own) if not moved else -1,
        "others": series()["country"].nunique() - 1,
        "highest": score.max(),
        "lowest": score.min(),
        "highest in": set(holders(score, score.max())),
        "lowest in": set(holders(score, score.min())),
        "classes in turn": listed([k for k, _ in groupby(own["regime"])]),
        "unknown scores": {*EDITIONS} - {*own.index},
        "derived scores": set(own.index[own["basis"] == "score derived"]),
        "whole editions": set(own.index[~basis]),
        "score alone in": set(own.index[basis]),
        "largest step": max(sizes),
        "largest steps": sizes.count(max(sizes)) if not largest_moves(steps) else -1,
        "largest by name": listed(
            [f"{y} ({shown(steps[y], sign=True)})" for y in largest_moves(steps)] or ["none"]
        ),
        "part": "the Balkans" if part == "Balkans" else part,
    }
    told["other class"] = other_class(one["score_last"], one["regime_last"])
    return told | ranks_of(f, told, part) | ratings_of(f) | sayings_of(f) | estimates_of(f, score)


def largest_moves(steps):
    """Return the largest moves: up to three, none where the cut would go through a tie."""
    for n in (3, 2, 1):
        size = sorted(map(abs, steps.values()))[-n] if len(steps) >= n else 0
        chosen = [k for k, s in steps.items() if size and abs(s) >= size]
        if 0 < len(chosen) <= 3:
            return sorted(chosen, key=lambda k: (-abs(steps[k]), k))
    return []


def other_class(score, regime):
    """Return in how many of 100 cases the class would be another, None where in under five."""
    cuts = [*(low / 100 - 0.005 - float(score) for _, low in CLASSES.values())]
    high = below(cuts[RANK[regime] - 1]) if RANK[regime] else 1.0
    share = 1 - (high - below(cuts[RANK[regime]]))
    return round(100 * share) if share >= 0.05 else None


def open_classes(scores):
    """Return in how many cases whose class at its first or last known score would be another."""
    ordered = scores.sort_values(["country", "edition"]).groupby("country")
    ends = pd.concat([ordered.head(1), ordered.tail(1)]).drop_duplicates(["country", "edition"])
    ends = ends.sort_values(["country", "edition"])
    cases = [
        (other_class(r.score, r.regime), f"for {r.country} ({r.edition})")
        for r in ends.itertuples()
    ]
    told = [[n, whose] for n, whose in cases if n is not None]
    return [f"{n}{'' if i else ' of 100 cases'} {whose}" for i, (n, whose) in enumerate(told)]


def ranks_of(f, told, part):
    everyone = series()[series()["edition"] == told["last"]]
    told = {}
    for where, table in {
        "": everyone,
        " there": everyone[everyone["iso3"].isin(PARTS[part].split())],
    }.items():
        scores = table.set_index("country")["score"]
        own, n = scores[f.name], len(scores)
        rank, equal = 1 + int((scores > own).sum()), int((scores == own).sum()) - 1
        ends = {10: "th", **dict.fromkeys((11, 12, 13), "th"), 1: "st", 2: "nd", 3: "rd"}
        place = f"{rank}{ends.get(rank, ends.get(rank % 10, 'th') if rank > 20 else 'th')}"
        told |= {
            f"peers{where}": n,
            f"rank{where}": f"{place}{' (shared)' if equal else ''} of {n}",
            f"is{where}": f"is {place}",
            f"ranks{where}": f"ranks {place}",
        }
        if equal:
            tied = f"shares {place} place with {counted(equal)} other{'s' * (equal > 1)}"
            told |= {f"is{where}": tied, f"ranks{where}": tied}
        low, high = open_ranks(as_key(scores), f.name)
        told |= {f"least rank{where}": low, f"greatest rank{where}": high}
        told[f"open{where}"] = f"{low} to {high} of {n}" if low else ""
    wide = [o for o in (told["open"], told["open there"] and f"{told['open there']} in PART") if o]
    told["open ranks told"] = (
        f" The rounding of ratings leaves open ranks {listed(wide)}." if wide else ""
    ).replace("PART", "the Balkans" if part == "Balkans" else part)
    mean = (scores.sum() - own) / (n - 1)
    side = "above" if own > mean else "below" if own < mean else "at"
    extremes = everyone.set_index("country")["score"]
    return told | {
        "gap": abs(own - mean) or None,
        "side": side,
        "mean there": mean,
        "others there": n - 1,
        "lowest of all": extremes.min(),
        "lowest by name": holders(extremes, extremes.min()),
        "highest of all": extremes.max(),
        "highest by name": holders(extremes, extremes.max()),
    }


def ratings_of(f):
    """Return what is said of the ratings of one country over one span known in full."""
    first, last = f.shared
    net = (f.full.loc[(f.name, last)] - f.full.loc[(f.name, first)])[list(CATEGORIES)]
    size = net.abs()
    ends = f.full.loc[f.name].loc[[first, last]]
    whole = (first, last) == (2005, 2024)
    way = 1 if net.sum() > 0 else -1
    largest = holders(way * net, (way * net).max(), SHORT)
    score = f.series.set_index("edition")["score"]
    assert 7 * (score[last] - score[first]) == Fraction(net.sum()), "a sum that does not close"
    known = f.panel.sort_values("edition").groupby("category")["rating"]
    table = known.agg(["first", "last", "size", "nunique"])
    changes = [
        f"{CATEGORIES[c]} ({shown(ends[c][first])} to {shown(ends[c][last])})"
        for c in holders(size, size.max())
    ]
    return {
        "span first": first,
        "span last": last,
        "span": "" if whole else f" from {first} to {last}, both known in full",
        "points": " points" if whole else "",
        "fell": int((net < 0).sum()),
        "rose": int((net > 0).sum()),
        "ended": int((net == 0).sum()),
        "moved most": listed(changes),
        "so many moved most": len(changes),
        "largest net": size.max() if size.min() < size.max() else -1,
        "each moved by": size.max() if size.min() == size.max() else -1,
        "leaders": some(largest, "categories"),
        "rise or fall": "rise" if way > 0 else "fall",
        "part of sum": (way * net).max() * way,
        "sum": net.sum(),
        "only mover": holders(net != 0, True, SHORT)[0] if (net != 0).sum() == 1 else "none",
        "only how": "changed" if (table["nunique"] > 1).sum() == 1 else "ended at another rating",
        "alone": ("rose" if way > 0 else "fell") if (net != 0).sum() == 1 else "none",
        **{f"net {c}": v for c, v in net.items()},
        **{f"first {c}": v for c, v in table["first"].items()},
        **{f"last {c}": v for c, v in table["last"].items()},
        **{f"still {c}": r["first"] if r["nunique"] == 1 else -1 for c, r in table.iterrows()},
        **{f"still known {c}": n for c, n in table["size"].items()},
        **together_of(f),
    }  # fmt: skip


@cache
def together(names):
    """Return how often each pair of categories moved together, by codes."""
    panel = stored("panel")
    panel = panel[panel["country"].isin(names)]
    wide = panel.pivot(index=["country", "edition"], columns="category", values="rating")
    wide = wide.reindex(pd.MultiIndex.from_product([sorted(names), EDITIONS]))
    steps, counts = np.sign(wide.groupby(level=0).diff()), {}
    for x, y in combinations(CATEGORIES, 2):
        both = steps[[x, y]].dropna()
        product = both[x] * both[y]
        same, opposite = int((product > 0).sum()), int((product < 0).sum())
        either = int((both != 0).any(axis=1).sum())
        counts[x, y] = same, opposite, either - same - opposite, either, len(both)
    return counts


def shown_pairs(names):
    """Return the pairs of a table of up to six that is not cut through a tie, and how many more."""
    counts = together(names)
    order = [pair for pair in counts if sum(counts[pair][:2])]
    order.sort(key=lambda pair: counts[pair][:2], reverse=True)
    sizes = [counts[p][:2] for p in order]
    whole = [n for n in range(1, len(sizes) + 1) if sizes[n - 1 : n] != sizes[n : n + 1]]
    return order[: max((n for n in whole if n <= 6), default=(whole or [0])[0])], len(order)


def together_of(f):
    counts = together((f.name,))
    same = [c[0] for c in counts.values()]
    best = max(counts, key=lambda pair: counts[pair][0])
    alone = same.count(max(same)) == 1
    pairs, some_moved = shown_pairs((f.name,))
    f.literally += turned_by_gaps(pairs)
    everywhere = [words for words in rests_on(f) if " 29 countries " in words]
    f.literally += [w.replace("Rests", "The counts of all countries rest") for w in everywhere]
    most_known = max(c[4] for c in counts.values())
    return {
        "pair": " and ".join(CATEGORIES[c] for c in best) if alone else "none",
        "pair together": max(same),
        "pair known": counts[best][4],
        "known steps": "" if len(f.full) == 20 else "known ",
        "pairs alike": same.count(max(same)) if not alone else -1,
        "two at most": 2 if max(same) == 1 else -1,
        "pair at most": most_known,
        "more pairs": some_moved - len(pairs),
        "none of": most_known if not some_moved else -1,
    }


def sayings_of(f):
    """Return what is said of sources and of what is known, mostly word by word."""
    told = {}
    audit = f.of(stored("audit"))
    audit = audit[audit["action"].isin(["conflict", "correction"])]
    for row in audit.itertuples():
        where = CATEGORIES.get(row.category, "Score")
        told_so = f"{where}, {row.edition} edition: {row.reason.rstrip('.')}"
        f.literally += [told_so, told_so.replace("-", "−")]
    sources = sources_of(f)
    for kind in KINDS:
        rows = sources[sources["kind"] == kind]
        hosts = rows["host"].str.removeprefix("www.")
        told[f"n {kind}"] = len(rows)
        told[f"of {kind}"] = [
            f"{y} edition, {host}" for y, host in zip(rows["report_edition"], hosts, strict=True)
        ]
    kinds = stored("source_reports").drop_duplicates("source_id").set_index("source_id")["kind"]
    printed = f.panel[f.panel["status"] == "printed"]
    ids = printed["source_ids"].str.split(";").explode()
    alone = ids.map(kinds).eq("press").groupby(level=0).all()
    gaps = f.of(stored("possible_ratings"))
    bars = gaps[gaps["category"] == "DS"]
    gaps = gaps[gaps["category"] != "DS"]
    narrowed = int(((gaps["lowest"] > 1) | (gaps["highest"] < 7)).sum())
    ends = zip(bars["edition"], bars["lowest"], bars["highest"], strict=True)
    scores = stored("printed_scores").query("agreement == 'unchecked'")
    scores = f.of(scores).set_index("edition")["source_ids"]
    scores = scores.str.split(";").explode().map(kinds).eq("press").groupby(level=0).all()
    return told | {
        "scores of press in": set(scores[scores].index),
        "quarrels": len(audit),
        "more quarrels": len(audit) - 6,
        "press alone": int(alone.sum()),
        "press alone in": set(printed.loc[alone[alone].index, "edition"]),
        "narrowed": narrowed,
        "all narrowed": narrowed if narrowed == len(gaps) else -1,
        "open": len(gaps) - narrowed,
        "pale bars": "; ".join(f"{y}, {shown(a)} to {shown(b)}" for y, a, b in ends) or "none",
    }


def looked_up(brief, place):
    """Return what stands in a stored table: ``table column=value: column aggregate %``.

    An ``@`` is the brief's country or group. None where the table has no such row.
    """
    from . import members

    name, wanted, column, how, percent = TABLE.fullmatch(place).groups()
    rows = members.own(brief, name)
    for key, value in (part.split("=") for part in wanted.split()):
        value = value.replace("@", brief.name).casefold().replace(" ", "_")
        rows = rows[rows[key].astype(str).str.casefold().str.replace(" ", "_") == value]
    values = rows[column]
    assert how or len(values) < 2, place
    value = values.agg(how.strip()) if how else values.item() if len(values) else None
    return 100 * value if percent and len(values) else value


TABLE = re.compile(r"(\w+)((?: \w+=\S+)*): (\w+)( \w+)?( %)?")


def estimates_of(f, score):
    [last] = f.of(stored("last_changes")).to_dict("records")
    for row in f.of(stored("episodes")).itertuples():
        size = shown(score[row.last_edition] - score[row.first_edition], sign=True)
        f.literally.append(
            f"a {row.strength} {row.direction} from the {row.first_edition} to the "
            f"{row.last_edition} edition ({size} points"
        )
    step = score[last["last_edition"]] - score[last["first_edition"]]
    return {
        "step": step or None,
        "last step": ", the last known in full," if last["last_edition"] < 2024 else "",
        "step share": 100 * last["n_as_far"] / last["n_changes"],
        "countries of steps": last["n_countries"],
    }


# ---- several countries -----------------------------------------------------------------------


def of_several(f):
    change = f.spans["change"]
    rank = f.spans["regime_last"].map(RANK)
    crossed = rank - f.spans["regime_first"].map(RANK)
    sides = list(
        {"democracies" if r < 2 else "authoritarian" if r > 2 else "in between" for r in rank}
    )
    best, scores = of_latest(f.series)
    ranks = {name: open_ranks(as_key(scores), name) for name in scores.index}
    ranks = {name: ends for name, ends in ranks.items() if ends[0]}
    known = f.series[f.series["edition"] == best]
    told = {
        "scores": len(f.spans),
        "fell": int((change < 0).sum()),
        "all fell": len(change) if (change < 0).all() else -1,
        "rose": int((change > 0).sum()),
        "same": int((change == 0).sum()),
        "all countries": 29,
        "democracies": int((rank < 2).sum()),
        "between": int((rank == 2).sum()),
        "authoritarian": int((rank > 2).sum()),
        "all on one side": len(rank) if len(sides) == 1 else -1,
        "side of all": f"are {sides[0]}",
        "fewer": int((crossed > 0).sum()),
        "fewer by name": list(crossed.index[crossed > 0]),
        "more": int((crossed < 0).sum()),
        "more by name": list(crossed.index[crossed < 0]),
        "differ": "; the directions differ" if (change < 0).any() and (change > 0).any() else "",
        "crossed": int((crossed != 0).sum()),
        "crossed by name": list(crossed.index[crossed != 0]) or "No country",
        "best": best,
        "democracies then": int((known["regime"].map(RANK) < 2).sum()),
        "others then": int((known["regime"].map(RANK) >= 2).sum()),
        "all democracies then": len(known) if (known["regime"].map(RANK) < 2).all() else -1,
        "no democracies then": len(known) if (known["regime"].map(RANK) >= 2).all() else -1,
        "with open ranks": len(ranks),
        "ranked": len(scores),
        "widest": max((b - a + 1 for a, b in ranks.values()), default=1),
        "ahead": [scores.index[0]],
        "cases ahead": ahead(*scores.iloc[:2]) if len(scores) > 1 else None,
        "open ranks": [f"{name} {a} to {b}" for name, (a, b) in ranks.items()],
        "open classes": open_classes(f.series),
    }
    for way, chosen in (("fell", change < 0), ("rose", change > 0), ("ended", change == 0)):
        names = list(change.index[chosen])
        most = 3 if len(names) < len(f.spans) else 0
        both = len(names) == len(f.spans) == 2
        told[f"who {way}"] = "both scores" if both else some(names, "scores", most) or None
    for number, name in enumerate(CLASSES):
        rows = f.spans[f.spans["regime_last"] == name]
        rows = rows.sort_values("score_last", ascending=False, kind="stable")
        told |= {f"n class {number}": len(rows), f"class {number}": list(rows.index)}
        ends = zip(rows.index, rows["score_last"], rows["edition_last"], strict=True)
        standing = [f"{c} {shown(s)} ({y})" for c, s, y in ends]
        told[f"standing {number}"] = listed(standing or ["none"])
    for edition in EDITIONS:
        counts = f.series[f.series["edition"] == edition]["regime"].value_counts()
        words = "".join(f"{name} {counts.get(name, 0)}, " for name in CLASSES)
        left = len(f.countries) - int(counts.sum())
        told[f"classes of {edition}"] = f"Edition {edition}: {words}not known {left}"
    return told


@cache
def drawn_scores():
    """Return the mean score over completed panels of every country-edition."""
    cell = ["country", "edition", "category"]
    ratings = pd.concat([stored("panel"), stored("completed_panels")])[[*cell, "rating"]]
    return ratings.groupby(cell)["rating"].mean().groupby(["country", "edition"]).sum() / 7


def mean_of(names):
    """Return the first and the last mean score of some countries; gaps by completed panels."""
    known = series()[series()["country"].isin(names)].set_index(["country", "edition"])["score"]
    drawn = drawn_scores()
    drawn = drawn[drawn.index.get_level_values(0).isin(names)]
    mean = known.astype(float).reindex(drawn.index).fillna(drawn).groupby("edition").mean()
    return mean[2005], mean[2024]


def class_moves(f):
    """Return the moves between classes by name, and how many of them are fragile."""
    own, told = f.series, {}
    before = own.groupby("country").shift()
    moved = own[(own["edition"] - before["edition"] == 1) & (own["regime"] != before["regime"])]
    down = moved["regime"].map(RANK) > before.loc[moved.index, "regime"].map(RANK)
    for word, rows in (("less", moved[down]), ("more", moved[~down])):
        names = [f"{c} {y}" for c, y in rows[["country", "edition"]].to_numpy()]
        told |= {f"moves {word}": len(names), f"moves {word} by name": names}
    told["fragile"] = int(f.of(stored("class_events"))["fragile"].sum())
    return told


def of_region(f):
    change = f.spans["change"]
    told = of_several(f)
    for way, side in (("fall", -1), ("rise", 1)):
        moved = (side * change).sort_values(ascending=False, kind="stable")
        moved = moved[moved > 0]
        cut = [n for n in (1, 2, 3) if n <= len(moved)]
        cut = [n for n in cut if n == 1 or (moved >= moved.iloc[n - 1]).sum() <= 3]
        chosen = moved[moved >= moved.iloc[max(cut) - 1]] if cut else moved
        told[f"largest {way}"] = [f"{c} ({shown(side * v, sign=True)})" for c, v in chosen.items()]
    told |= class_moves(f)
    scores = f.of(stored("country_editions"))
    wide = scores.pivot(index="edition", columns="country", values="democracy_score")
    throughout = wide.dropna(axis="columns").mean(axis="columns")
    first, last = mean_of(f.countries)
    gaps = wide.isna()
    told |= {
        "not shown": 29 - len(f.spans),
        "not shown by name": sorted({*series()["country"]} - {*f.spans.index}),
        "mean rose or fell": "rose" if last > first else "fell",
        "mean first": first,
        "mean last": last,
        "mean change": last - first,
        "gap editions": set(wide.index[gaps.any(axis="columns")]),
        "gap countries": list(wide.columns[gaps.any()]),
        "throughout": int((~gaps.any()).sum()),
        "throughout change": throughout.iloc[-1] - throughout.iloc[0],
    }
    for part, codes in PARTS.items():
        names = set(series()[series()["iso3"].isin(codes.split())]["country"])
        told[f"n {part}"] = len(names)
        told[f"first {part}"], told[f"last {part}"] = mean_of(names)
    f.literally += [w for row in stored("lead_lag").to_dict("records") for w in both_ways(row)]
    f.literally += turned_by_gaps()
    return told | category_changes(f) | associations() | of_group(f)


def of_group(f):
    """Return what completed panels make of a group's trend; keep what it says beside the region."""
    from . import members

    f.literally += members.said_beside(f)
    low, high = members.completed(f.countries).loc["DS", ["low", "high"]]
    apart = stored("over_completed_correlations").query("statistic != 'two_way'")
    apart = [(apart[f"known_{end}"] - apart[end]).abs().max() for end in ("low", "high")]
    return {"filled low": low, "filled high": high, "farthest end": max(apart)}


def category_changes(f):
    cell = ["country", "edition", "category"]
    known, drawn = (
        f.of(t)[f.of(t)["edition"].isin([2005, 2024])]
        for t in (stored("panel"), stored("completed_panels"))
    )
    changes = []
    for _, ratings in drawn.groupby("panel_number") if len(drawn) else [(1, drawn)]:
        whole = pd.concat([known[[*cell, "rating"]], ratings.reindex(columns=[*cell, "rating"])])
        mean = whole.groupby(["category", "edition"])["rating"].mean().unstack()
        changes.append((mean[2024] - mean[2005]).round(9))
    table = pd.concat(changes, axis="columns")
    mean = table.mean(axis="columns").round(9)
    told = {}
    for which, end in (("least", mean.min()), ("most", mean.max())):
        rows = table[mean == end]
        low, high = rows.min(axis=None), rows.max(axis=None)
        told |= {f"{which} change": end, f"{which} changed": holders(mean, end, CATEGORIES)}
        ends = (low, high) if shown(low) != shown(high) else (None, None)
        told |= dict(zip((f"{which} change from", f"{which} change to"), ends, strict=True))
        told[f"{which} changed, open"] = told[f"{which} changed"] if ends[0] is not None else None
    return told


def level_of(table, level):
    return stored(table)[stored(table)["level"] == level]


@cache
def associations():
    """Return what is said by name of associations, over all countries in every region."""
    told = {"pairs": 21, "countries of steps": stored("usual_changes")["n_countries"].max()}
    for level in ("between", "within", "changes", "two_way"):
        rows = level_of("correlations", level).sort_values("r")
        for which, row in (("least", rows.iloc[0]), ("most", rows.iloc[-1])):
            told[f"{which} pair {level}"] = f"{CATEGORIES[row['x']]} with {CATEGORIES[row['y']]}"
        told[f"{level} apart"] = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    rows = stored("over_completed_correlations").query("statistic == 'two_way'")
    told["two_way apart when filled"] = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    tests = level_of("correlation_tests", "two_way").query("family == 'pairs'")
    told["found"] = int((tests["adjusted_p"] <= 0.05).sum())
    told["lead"] = int((stored("lead_lag")["adjusted_p"] <= 0.05).sum())
    rest = level_of("rest_scores", "two_way").sort_values("r")
    for which, row in (("loosest", rest.iloc[0]), ("closest", rest.iloc[-1])):
        told |= {f"{which} {column}": row[column] for column in ("r", "low", "high")}
        told[which] = CATEGORIES[row["category"]]
    return told


def both_ways(row):
    """Yield the order of a pair in words, read from either side."""
    for x, y, sign in (("x", "y", 1), ("y", "x", -1)):
        ends = sorted((sign * row["low"], sign * row["high"]))
        yield (
            f"{CATEGORIES[row[x]]} before {CATEGORIES[row[y]]} (difference "
            f"{shown(sign * row['difference'], sign=True)}, 95 % CI {interval(*ends, sign=True)}"
        )


GAPS = {
    "average trend": ("trajectories", ["trend"]),
    "correlation within countries": ("correlations", ["within"]),
    "correlation within countries or of changes": ("correlations", ["within", "changes"]),
    "correlation on some level": ("correlations", ["between", "within", "two_way", "changes"]),
}
"""What a caption calls estimates that gaps could turn -> where they stand."""


def turned_by_gaps(pairs=None):
    """Yield which estimates change sign or side of zero over completed panels, word by word."""
    for what, (key, statistics) in GAPS.items():
        table = stored(f"over_completed_{key}")
        chosen = table["statistic"].isin(statistics)
        chosen &= True if pairs is None else table["name"].isin([" ".join(p) for p in pairs])
        rows = table[chosen].to_dict("records")
        turned = [r["name"].split() for r in rows if _turned(r)]
        words = [" with ".join(CATEGORIES.get(c, c) for c in codes) for codes in turned]
        told = (
            f"the {what} of {listed(list(dict.fromkeys(words)))}" if turned else f"not one {what}"
        )
        many = f"{len(turned)} of {len(rows)} such estimates change"
        told = f"{told} changes" if len(turned) <= 8 else many
        head = f"Over {table['n_panels'].iloc[0]} completed panels that satisfy every printed fact"
        yield f"{head}, {told} sign"


def _turned(row):
    """Return whether an estimate changes its sign or side of zero over completed panels."""
    sides = [int(row[f"{k}low"] > 0) - int(row[f"{k}high"] < 0) for k in ("known_", "")]
    lost = min(row["known"] * row["least"], row["known"] * row["greatest"]) < 0
    return lost or (row["known_low"] == row["known_low"] and sides[0] != sides[1])


@cache
def filled_note(level, pair):
    """Return what the note of a correlation's interval says of completed panels."""
    table = stored("over_completed_correlations").set_index(["statistic", "name"])
    row = table.loc[(level, " ".join(pair))]
    told = []
    if row["low"] == row["low"] and {row["least"], row["greatest"]} != {row["known"]}:
        told.append(
            f"Over {row['n_panels']} completed panels, which fill every gap as the printed facts "
            f"allow, the interval is {interval(row['low'], row['high'])} (Rubin’s rules)."
        )
    return " ".join([*told, *["It hangs on the gaps."] * _turned(row)])


def rating_notes(f):
    """Return how each rating of a country is known and where it is printed, by edition and code."""
    order = [*list(KINDS)[:3], "own", *list(KINDS)[3:]]
    sources = sources_of(f)
    sources = sources.assign(place=sources["kind"].map(order.index))
    sources = sources.sort_values(["place", "report_edition", "source_id"]).to_dict("records")
    said = {"printed": "Printed", "corrected": "Printed, and corrected",
            "derived": "Derived from printed facts",
            "rescaled": "Read from an index on a scale of its own"}  # fmt: skip
    called = {"press": "press on the {} edition", "rescaled": "index of the {} edition"}
    notes = {}
    for row in f.panel.itertuples():
        own = [s for s in sources if s["source_id"] in row.source_ids.split(";")]
        names = [f"{called.get(s['kind'], '{} report').format(s['report_edition'])}, {s['host']}"
                 for s in own[:2]]  # fmt: skip
        if more := len(own) - 2 if len(own) > 2 else 0:
            names.append(f"{counted(more)} more source{'s' * (more > 1)}")
        told = ": ".join([said[row.status], *["; ".join(names)] * bool(names)])
        notes[row.edition, row.category] = told, own[0]["url"] if own else ""
    return notes


def of_comparison(f):
    told, change = of_several(f), f.spans["change"]
    _, scores = of_latest(f.series)
    most = change.abs().max()
    movers = list(change.index[change.abs() == most])
    row = f.spans.loc[movers[0]]
    gaps = f.series.pivot(index="edition", columns="country", values="score").dropna()
    gaps = gaps.max(axis=1) - gaps.min(axis=1)
    told |= {
        "top": scores.max(),
        "bottom": scores.min(),
        "top by name": holders(scores, scores.max()),
        "bottom by name": holders(scores, scores.min()),
        "some top": some(holders(scores, scores.max()), "countries"),
        "some bottom": some(holders(scores, scores.min()), "countries"),
        "apart": scores.max() - scores.min(),
        "movers": movers,
        "moved how": "alone can be compared"
        if len(change) == 1
        else "moved most"
        if len(movers) < len(change)
        else "moved equally far",
        "movers by how much": [f"{n} ({shown(change[n], sign=True)})" for n in movers],
        "largest change": row["change"],
        "largest size": most,
        "mover rose or fell": "rose" if row["change"] > 0 else "fell",
        "mover first": row["score_first"],
        "mover from": row["edition_first"],
        "mover last": row["score_last"],
        "mover to": row["edition_last"],
        "gap first": gaps.iloc[0],
        "gap from": gaps.index[0],
        "gap last": gaps.iloc[-1],
        "gap to": gaps.index[-1],
        "gap opened": "opened" if gaps.iloc[-1] > gaps.iloc[0] else "narrowed",
        "gap same": gaps.iloc[-1] if gaps.iloc[-1] == gaps.iloc[0] else -1,
        "widest gap": gaps.max(),
        "widest in": set(holders(gaps, gaps.max())),
        "narrowest gap": gaps.min(),
        "narrowest in": set(holders(gaps, gaps.min())),
        "one class": f.spans["regime_last"].iloc[0]
        if f.spans["regime_last"].nunique() == 1
        else "several",
        "least change": change.min(),
        "least changed": some(holders(change, change.min()), "countries"),
        "most change": change.max(),
        "most changed": some(holders(change, change.max()), "countries"),
    }
    f.literally += [
        f"{c} {shown(r.change, sign=True)} ({shown(r.score_first)} to {shown(r.score_last)})"
        for c, r in zip(f.spans.index, f.spans.itertuples(), strict=True)
    ]
    f.literally += [
        f"{c} from {shown(r.score_first)} in {r.edition_first} to {shown(r.score_last)} in "
        f"{r.edition_last}"
        if r.change
        else f"{c} {shown(r.score_last)} in {r.edition_first} and in {r.edition_last}"
        for c, r in zip(f.spans.index, f.spans.itertuples(), strict=True)
    ]
    if f.name in (*GROUPS, "all"):
        f.literally += turned_by_gaps()
        told |= class_moves(f) | of_group(f)
    return told | profile(f) | group_words(f)


def profile(f):
    """Return how far categories are apart in the last edition known in full."""
    edition = f.shared[1]
    last = f.full.xs(edition, level="edition")
    spread = last.max() - last.min()
    ends = {w: holders(spread, v, CATEGORIES) for w, v in
            (("furthest", spread.max()), ("closest", spread.min()))}  # fmt: skip
    n, size, told = len(last), len(f.countries), {}
    known = f.panel[f.panel["edition"] == edition]
    for code in CATEGORIES:
        ratings = known[known["category"] == code].set_index("country")["rating"]
        for which, end in (("low", ratings.min()), ("high", ratings.max())):
            same = which == "high" and ratings.min() == ratings.max()
            told[f"{which} {code}"] = None if same else end
            names = some(holders(ratings, end), "countries")
            told[f"{which} {code} by name"] = None if same else names
    return told | {
        "profile edition": edition,
        "as far as known": ", as far as known"
        if len(known) < 7 * size
        else ", the last known in full"
        if edition < 2024
        else "",
        "profile from": f.shared[0],
        "known how": f", known in full for {counted(n)} of {counted(len(f.countries))},"
        if n < len(f.countries)
        else ", the last known in full,"
        if edition < 2024
        else "",
        "spread": spread.max(),
        "least spread": spread.min() or None,
        "same in": some(ends["closest"], "categories") if not spread.min() else "none",
        "not the same in": some(ends["closest"], "categories") if spread.min() else None,
        "furthest": some(ends["furthest"], "categories"),
        "furthest in short": some(holders(spread, spread.max(), SHORT), "categories"),
        "last in full": (f" in {edition}" if edition < 2024 else "")
        + (
            f", {counted(n)} of {counted(size)} known in full"
            if n < size
            else ", all known" * (edition < 2024)
        ),
    }


def group_words(f):
    """Return what is said of a declared group, word by word but for names of its members."""
    if f.name not in GROUPS:
        return {}
    group, years = GROUPS[f.name], {}
    names = series().groupby("iso3")["country"].first()
    if isinstance(group["members"], dict):
        for code, year in group["members"].items():
            years.setdefault(year, []).append(names[code])
    words = f"{f.name}: {group['meaning']}"
    since = "; ".join(f"{year} {listed(sorted(who))}" for year, who in sorted(years.items()))
    words += f" Members since {since}." if since else ""
    words += f" Source: {group['source']}." if group.get("source") else ""
    f.literally.append(words)
    return {}
