"""What all briefs say of what is known and of their sources, computed again."""

import pandas as pd

from .recomputed import AND, CATEGORIES, KINDS, C, D, W, Y, number_of, says, series, stored

STATUS = {
    "printed": "printed in a source",
    "corrected": "printed and corrected",
    "derived": "derived from printed changes and scores",
    "rescaled": "read from an index that prints ratings on a scale of its own",
}
SHAPE = rf"(?:{W} countries, {W} editions, )?seven categories(?: in {W} editions)?"


@says(
    rf"Of {D} ratings \({SHAPE}\) "
    rf"{AND.join(f'(?:{D} (?:is|are) {words})?' for words in STATUS.values())}"
    rf"{AND}(?:{D} (?:is|are) not known|none is missing)"
)
def _known(f, m):
    n = len(f.countries)
    status = f.panel["status"].value_counts()
    shape = (n, 20, None) if m[2] else (None, None, 20)
    return (140 * n, *shape, *(int(status.get(s, 0)) for s in STATUS), 140 * n - len(f.panel))


def _editions_by_basis(f, basis):
    return set(f.series.loc[f.series["basis"].str.startswith("score") == basis, "edition"])


RANGES = r"([\d, -]+|none)"
says(rf"All seven ratings are known for: {RANGES}", "country")(
    lambda f, _m: _editions_by_basis(f, False)
)
says(rf"Only the Democracy Score is fully known for: {RANGES}", "country")(
    lambda f, _m: _editions_by_basis(f, True)
)
says(rf"No Democracy Score is known for: {RANGES}", "country")(
    lambda f, _m: {*range(2005, 2025)} - set(f.series["edition"])
)
says(
    rf"Of {D} country-editions {D} have all seven ratings; of {D} more only the Democracy Score "
    rf"is known"
)(
    lambda f, _m: (
        len(f.countries) * 20,
        int((~f.series["basis"].str.startswith("score")).sum()),
        int(f.series["basis"].str.startswith("score").sum()),
    )
)


def _quarrels(f):
    audit = stored("audit")
    return audit[
        audit["country"].isin(f.countries) & audit["action"].isin(["conflict", "correction"])
    ]


says(rf"contradict each other, or are corrected, in {W} cases?", "country")(
    lambda f, _m: len(_quarrels(f))
)
says(rf"{D} more are in data/processed/audit.csv", "country")(lambda f, _m: len(_quarrels(f)) - 6)


@says(rf"^({C[1:-1]}|Score), {Y} edition: (.+)\.$", "country")
def _quarrel(f, m):
    code = next((c for c, name in CATEGORIES.items() if name == m[1]), None)
    rows = _quarrels(f)
    rows = rows[(rows["edition"] == int(m[2])) & ((rows["category"] == code) | (code is None))]
    told = m[3].replace("−", "-")
    return (
        m[1],
        m[2],
        m[3] if told in {r.rstrip(".") for r in rows["reason"]} else rows["reason"].tolist(),
    )


def _sources(f):
    """Return the sources that the figures name, with the latest of the reports on a country."""
    named = stored("printed_scores")
    named = named[named["country"].isin(f.countries)]
    ids = pd.concat([f.panel["source_ids"], named["source_ids"]]).str.split(";").explode()
    table = stored("source_reports")
    table = table[table["country"].isin(f.countries)]
    if f.kind == "country":
        table = table[table["source_id"].isin(ids)]
    return table.sort_values("report_edition").drop_duplicates("source_id", keep="last")


@says(rf"^({'|'.join(KINDS.values())}) \({D}\): (.+)$", "country")
def _source_list(f, m):
    rows = _sources(f)
    rows = rows[rows["kind"].map(KINDS) == m[1]]
    hosts = rows["host"].str.removeprefix("www.")
    told = sorted(
        f"{y} edition, {host}" for y, host in zip(rows["report_edition"], hosts, strict=True)
    )
    return m[1], len(rows), m[3] if sorted(m[3].split("; ")) == told else "; ".join(told)


@says(rf"{D} sources print the figures of these countries \((.+?)\)", "region comparison")
def _source_counts(f, _m):
    kinds = _sources(f)["kind"].value_counts()
    return int(kinds.sum()), "; ".join(f"{KINDS[k]}: {kinds[k]}" for k in KINDS if k in kinds)


@says(rf"For {W} ratings? only the press speaks, no copy of a report: {RANGES}", "country")
def _press_alone(f, _m):
    kinds = stored("source_reports").drop_duplicates("source_id").set_index("source_id")["kind"]
    printed = f.panel[f.panel["status"] == "printed"]
    ids = printed["source_ids"].str.split(";").explode()
    alone = ids.map(kinds).eq("press").groupby(level=0).all()
    return int(alone.sum()), set(printed.loc[alone[alone].index, "edition"])


@says(
    rf"Of the {D} ratings that are not known {W} (?:lies|lie) between bounds that the printed "
    rf"facts set; {W} can have any value",
    "country",
)
def _bounded(f, _m):
    gaps = stored("possible_ratings").query("category != 'DS'")
    gaps = gaps[gaps["country"].isin(f.countries)]
    bounded = int(((gaps["lowest"] > 1) | (gaps["highest"] < 7)).sum())
    return 140 - len(f.panel), bounded, len(gaps) - bounded


@says(rf"^(?:All {D}|{D} of {D}) ratings are known\.")
def _known_ratings(f, m):
    known, total = len(f.panel), len(f.countries) * 20 * 7
    return (total if known == total else -1, None, None) if m[1] else (None, known, total)


CASES = "country-editions left out"


@says(rf"Rests on {W} countr(?:y|ies) and {W} editions?: ([^.]+)")
def _rests_on(f, m):
    """Count what is not known of the countries and editions that the phrase is about."""
    n_countries = int(number_of(m[1]))
    everyone = n_countries != len(f.countries) or CASES in m[3]
    names = set(series()["country"]) if everyone else set(f.countries)
    editions = {2024} if m[2] == "one" else set(range(2005, 2025))
    cells = len(names) * len(editions)
    scores, ratings = series(), stored("panel")
    scores, ratings = (
        t[t["country"].isin(names) & t["edition"].isin(editions)] for t in (scores, ratings)
    )
    open_ = {"scores": cells - len(scores), "ratings": 7 * cells - len(ratings)}
    of = {"scores": cells, "ratings": 7 * cells}
    full = ratings.groupby(["country", "edition"]).size().eq(7).sum()
    whats = [what for what in open_ if what in m[3]] or list(open_)
    parts = [f"{open_[w]} of {of[w]} {w} bounded" if open_[w] else f"{w} complete" for w in whats]
    told = ", ".join(parts)
    if CASES in m[3]:
        told = f"{cells - full} of {cells} {CASES}"
    if m[3] == "complete":
        told = told if any(open_.values()) else "complete"
    return len(names), len(editions), told
