"""What regional briefs say, computed again."""

import re
from functools import cache

import pandas as pd

from .recomputed import (
    AND,
    CATEGORIES,
    CLASSES,
    PARTS,
    RANK,
    D,
    K,
    N,
    W,
    Y,
    listed,
    says,
    series,
    shown,
    stored,
)

GROUP = "region comparison"
says(rf"Democracy ratings of {W} countries", GROUP)(lambda f, _m: len(f.countries))
says(rf"Scores that (fell|rose): {D} · of {D}, {Y} to {Y}", "region")(
    lambda f, m: (m[1], f.moves[m[1] == "rose"], len(f.spans), 2005, 2024)
)
SIDES = {"Democracies": (0, 1), "Authoritarian": (3, 4)}
says(rf"(Democracies|Authoritarian): {D} ·", "region")(
    lambda f, m: (m[1], int(f.spans["regime_last"].map(RANK).isin(SIDES[m[1]]).sum()))
)
says(
    rf"From the {Y} to the {Y} edition, of {W} scores? {W} fell, {W} rose and {W} stayed the same",
    "region",
)(lambda f, _m: (2005, 2024, len(f.spans), *f.moves))


@says(r"[Tt]he largest (falls?|rises?) (?:is that|are those) of (.+?\))(?=[.;])", "region")
def _movers(f, m):
    """Take up to three, fewer where the last of them would be one of several that tie."""
    way = -1 if m[1].startswith("fall") else 1
    change = (way * f.spans["change"]).sort_values(ascending=False, kind="stable")
    change = change[change > 0]
    n = max(
        n
        for n in (1, 2, 3)
        if n == 1 or (change >= change.iloc[min(n, len(change)) - 1]).sum() <= 3
    )
    chosen = change[change >= change.iloc[min(n, len(change)) - 1]]
    told = set(re.findall(r"[^,()]+? \([−+\d.]+\)", m[2].replace(" and ", ", ")))
    expected = {f"{c} ({shown(way * v, sign=True)})" for c, v in chosen.items()}
    same = {t.strip(" ,") for t in told} == {
        e.replace(" and ", ", ").split(", ")[-1] for e in expected
    }
    return m[1], m[2] if same else listed(sorted(expected))


@says(
    rf"{W} (?:country|countries) ended in a (less|more) democratic class "
    rf"than (?:it|they) began \((.+?)\)",
    "region",
)
def _crossed(f, m):
    names = _crossers(f, m[2])
    return len(names), m[2], names


def _crossers(f, way):
    steps = f.spans["regime_last"].map(RANK) - f.spans["regime_first"].map(RANK)
    return list(steps.index[steps > 0 if way == "less" else steps < 0])


says(
    rf"^{W} countr\w+ ended in a less democratic class than at the start, {W} in a more", "region"
)(lambda f, _m: (len(_crossers(f, "less")), len(_crossers(f, "more"))))


@says(
    rf"the average change from the {Y} to the {Y} edition ranges from {N} \((.+?)\) to {N} "
    rf"\((.+?)\)(?:; over the completed panels they lie in {N} to {N} and {N} to {N})?",
    "region",
)
def _category_changes(f, _m):
    cell = ["country", "edition", "category"]
    known, drawn = (
        t[t["country"].isin(f.countries) & t["edition"].isin([2005, 2024])]
        for t in (stored("panel"), stored("completed_panels"))
    )
    changes = []
    for _, ratings in drawn.groupby("panel_number") if len(drawn) else [(1, drawn)]:
        whole = pd.concat([known[[*cell, "rating"]], ratings.reindex(columns=[*cell, "rating"])])
        mean = whole.groupby(["category", "edition"])["rating"].mean().unstack()
        changes.append((mean[2024] - mean[2005]).round(9))
    table = pd.concat(changes, axis="columns")
    mean = table.mean(axis="columns").round(9)
    ends = [table[mean == end] for end in (mean.min(), mean.max())]
    told = [v for end in (mean.min(), mean.max()) for v in (end, _names_at(mean, end))]
    spans = [(end.min(axis=None), end.max(axis=None)) for end in ends]
    fixed = all(shown(low) == shown(high) for low, high in spans)
    return 2005, 2024, *told, *((None,) * 4 if fixed else [v for span in spans for v in span])


def _names_at(values, end):
    return [CATEGORIES[code] for code in values.index[values == end]]


@says(
    rf"^(?:{W} (?:is a democrac|are democrac)\w+)?{AND}(?:{W} (?:is|are) in between)?"
    rf"{AND}(?:{W} (?:is|are) authoritarian)?, of {W} countries",
    "region",
    "map",
)
def _map(f, _m):
    rank = f.spans["regime_last"].map(RANK)
    counts = (int((rank < 2).sum()), int((rank == 2).sum()), int((rank > 2).sum()))
    return (*counts, len(rank))


says(rf"Tile map of {W} countries by regime class, last known edition, {Y} unless", "region")(
    lambda f, _m: (29, f.spans["edition_last"].max())
)
says(rf"; {Y} unless a year is given", "region")(lambda f, _m: f.spans["edition_last"].max())
says(rf"(?:^|[.;:] ){K}, {D}: ([^;.]+)", "region", "map")(
    lambda f, m: (m[1], *(lambda names: (len(names), names))(_of_class(f, m[1])))
)
says(rf"not shown or not known, {D}: ([^;.]+)", "region", "map")(
    lambda f, _m: (29 - len(f.spans), {*series()["country"]} - {*f.spans.index})
)


def _of_class(f, name):
    return set(f.spans.index[f.spans["regime_last"] == name])


@says(
    rf"In the {Y} edition {W} countr\w+ (?:is|are) (?:a )?democrac\w+, {W} (?:is|are) not", "region"
)
def _democracies(f, _m):
    known = f.series.groupby("edition").size()
    best = known[known == known.max()].index.max()
    rank = f.series.loc[f.series["edition"] == best, "regime"].map(RANK)
    return int(best), int((rank < 2).sum()), int((rank >= 2).sum())


says(rf"regime class by edition, of {D}", "region")(lambda f, _m: len(f.countries))


@says(rf"Edition {Y}: ((?:[A-Z][\w -]+ \d+, )+)not known {D}", "region", "class_counts")
def _class_counts(f, m):
    counts = f.series[f.series["edition"] == int(m[1])]["regime"].value_counts()
    words = "".join(f"{name} {counts.get(name, 0)}, " for name in CLASSES)
    return m[1], words, len(f.countries) - int(counts.sum())


says(rf"Grid of {W} countries by {W} editions with {W} known scores")(
    lambda f, _m: (len(f.spans), 20, len(f.series))
)


@says(rf"{K}, {D}: ((?:[^;.(]+ \d\.\d\d \(\d+\)(?:, | and |, and )?)+|none)", GROUP, "standing")
def _standing(f, m):
    rows = f.spans[f.spans["regime_last"] == m[1]].sort_values(
        "score_last", ascending=False, kind="stable"
    )
    words = [
        f"{c} {shown(s)} ({y})"
        for c, s, y in zip(rows.index, rows["score_last"], rows["edition_last"], strict=True)
    ]
    return m[1], len(words), listed(words) if words else "none"


says(rf"Scores ended lower than they began in {W} of {W}", "region")(
    lambda f, _m: (f.moves[0], len(f.spans))
)


@cache
def _drawn_scores():
    """Return the mean score over completed panels of every country-edition."""
    cell = ["country", "edition", "category"]
    ratings = pd.concat([stored("panel"), stored("completed_panels")])[[*cell, "rating"]]
    return ratings.groupby(cell)["rating"].mean().groupby(["country", "edition"]).sum() / 7


def _means(names):
    """Return the mean score of all of some countries by edition, and what the gaps leave open."""
    known = series()[["country", "edition", "n"]].assign(low=lambda t: t["n"] / 28)
    known = known.assign(high=known["low"], mean=known["low"])
    gaps = stored("possible_ratings").query("category == 'DS'")
    gaps = gaps.assign(low=gaps["lowest"], high=gaps["highest"])
    keys = pd.MultiIndex.from_frame(gaps[["country", "edition"]])
    gaps = gaps.assign(mean=_drawn_scores().reindex(keys).to_numpy())
    table = pd.concat([known, gaps])
    return table[table["country"].isin(names)].groupby("edition")[["mean", "low", "high"]].mean()


@says(
    rf"The mean score (rose|fell) from {N} to {N} between the {Y} and {Y} editions",
    "region",
    "means",
)
def _mean_change(f, _m):
    mean = _means(f.countries)["mean"]
    way = "rose" if mean.iloc[-1] > mean.iloc[0] else "fell"
    return way, mean.iloc[0], mean.iloc[-1], 2005, 2024


says(rf"Means over all {W} countries, each counted once", "region", "means")(
    lambda f, _m: len(f.countries)
)


@says(
    r"In ([\d, and to]+) the score of (.+?) is not known: the band holds .+? The "
    rf"{W} countries known throughout changed by {N}, all by {N}",
    "region",
    "means",
)
def _mean_gaps(f, _m):
    scores = stored("country_editions")
    scores = scores[scores["country"].isin(f.countries)]
    wide = scores.pivot(index="edition", columns="country", values="democracy_score")
    check = wide.dropna(axis="columns").mean(axis="columns")
    mean = _means(f.countries)["mean"]
    gaps = wide.isna()
    return (
        set(wide.index[gaps.any(axis="columns")]),
        set(wide.columns[gaps.any()]),
        int((~gaps.any()).sum()),
        check.iloc[-1] - check.iloc[0],
        mean.iloc[-1] - mean.iloc[0],
    )


@says(rf"([A-Z][\w ]+|all countries) \({D}\) from {N} in {Y} to {N} in {Y}", "region", "means")
def _mean_line(f, m):
    codes = PARTS.get(m[1])
    table = series()
    names = set(table[table["iso3"].isin(codes.split())]["country"]) if codes else f.countries
    mean = _means(names)["mean"]
    return m[1], len(names), mean.iloc[0], 2005, mean.iloc[-1], 2024


@says(rf"(Of these moves|Of this one move) {W} would vanish", "region")
def _fragile(f, m):
    events = stored("class_events")
    return m[1], int(events[events["country"].isin(f.countries)]["fragile"].sum())
