"""What briefs say of the members of a group, estimated again by numpy and scipy alone."""

from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from .quantities import (
    CATEGORIES,
    CLASSES,
    category_changes,
    counted,
    interval,
    listed,
    mean_of,
    series,
    shown,
    stored,
)


def _slopes(wide):
    """Return the least-squares slope per decade of each row with three known editions."""
    known = (row.dropna() for _, row in wide.iterrows())
    return np.array([10 * np.polyfit(row.index, row, 1)[0] for row in known if len(row) > 2])


def _trend(wide, name):
    slopes = _slopes(wide)
    n, mean, error = len(slopes), slopes.mean(), stats.sem(slopes)
    low, high = stats.t.interval(0.95, n - 1, mean, error)
    signs = np.sign(slopes.round(9))
    counts = {w: int((signs == s).sum()) for w, s in (("fell", -1), ("rose", 1), ("unchanged", 0))}
    return {"name": name, "estimate": mean, "lower": low, "upper": high, **counts,
            "n_countries": n, "n_observations": int(wide.count().sum()),
            "n_editions": 20}  # fmt: skip


def _wide(table, value):
    return table.pivot(index="country", columns="edition", values=value).astype(float)


def _of_category(panel, code):
    return _wide(panel[panel["category"] == code], "rating")


@cache
def trends(names):
    """Return the average trends of some countries, of the score first."""
    scores, panel = (t[t["country"].isin(names)] for t in (series(), stored("panel")))
    of_categories = [_trend(_of_category(panel, code), code) for code in CATEGORIES]
    return pd.DataFrame([_trend(_wide(scores, "score"), "DS"), *of_categories])


@cache
def left_out(names):
    """Return the trends without each country and without each edition."""
    wide = _wide(series()[series()["country"].isin(names)], "score")
    some = [("country", _slopes(wide.drop(index=c)).mean()) for c in wide.index]
    some += [("edition", _slopes(wide.drop(columns=y)).mean()) for y in wide.columns]
    return pd.DataFrame(some, columns=["kind", "estimate"])


@cache
def rates(names):
    """Return the yearly rates of change of some countries, from country-editions known in full."""
    panel = stored("panel")
    panel = panel[panel["country"].isin(names)]
    n_known = panel.groupby(["country", "edition"])["rating"].transform("size")
    steps = {c: _wide(g, "rating") for c, g in panel[n_known == 7].groupby("category")}
    steps = {c: steps[c].reindex(columns=range(2005, 2025)).diff(axis="columns") for c in steps}
    steps["all"] = pd.concat(steps.values(), axis="columns")
    events = {"any": lambda d: d != 0, "down": lambda d: d < 0, "up": lambda d: d > 0,
              "large": lambda d: d.abs() >= 0.5}  # fmt: skip
    return pd.DataFrame(
        [
            {"name": code, "event": event}
            | _rate((of(d) & d.notna()).sum(axis="columns"), d.count(axis="columns"))
            for code, d in steps.items()
            for event, of in events.items()
        ]
    ).assign(n_editions=20)


def _rate(events, chances):
    """Return a rate with Wilson's interval, on chances less what clustering in countries costs."""
    chances = chances[chances > 0]
    events, size, n = events[chances.index], len(chances), chances.sum()
    rate = events.sum() / n
    spread = ((events - rate * chances) ** 2).sum() * size / (size - 1)
    deff = max(1, spread / (n * rate * (1 - rate))) if 0 < rate < 1 else 1
    z2, m = stats.t.ppf(0.975, size - 1) ** 2, n / deff
    half = np.sqrt(z2) * np.sqrt(rate * (1 - rate) / m + z2 / (4 * m * m)) / (1 + z2 / m)
    middle = (rate + z2 / (2 * m)) / (1 + z2 / m)
    ends = {"lower": max(middle - half, 0), "upper": min(middle + half, 1)}
    return {"rate": rate, **ends, "n_opportunities": int(n), "n_countries": size}


@cache
def moved_down(names):
    """Return the yearly rate of moves to a less democratic class."""
    own = series()[series()["country"].isin(names)]
    rank = _wide(own.assign(rank=own["regime"].map(list(CLASSES).index)), "rank")
    steps = rank.diff(axis="columns")
    down, chances = (steps > 0).sum(axis="columns"), steps.count(axis="columns")
    row = _rate(down, chances) | {"n_events": int(down.sum())}
    return pd.DataFrame([{"from_class": "all", "move": "down"} | row])


@cache
def pace(names):
    """Return the numbers of the largest difference in pace, with its band by flipping signs."""
    if len(names) < 6:
        return stored("panel_break")[:0]
    scores = series()[series()["country"].isin(names)]
    steps = _wide(scores, "score").diff(axis="columns").iloc[:, 1:].to_numpy()
    flips = np.random.default_rng(0).choice(np.array([-1.0, 1.0]), size=(9999, len(steps)))
    found, largest = [], np.zeros(len(flips))
    for split in range(3, steps.shape[1] - 2):
        known = np.isfinite(steps)
        both = known[:, :split].any(axis=1) & known[:, split:].any(axis=1)
        paces = [np.nanmean(part[both], axis=1) for part in np.split(steps, [split], axis=1)]
        change, n = paces[1] - paces[0], both.sum()
        found.append((abs(change.mean()) / stats.sem(change), 2005 + split + 1,
                      *map(np.mean, paces), stats.sem(change)))  # fmt: skip
        mean = flips[:, both] @ change / n
        t = mean / np.sqrt(((change**2).mean() - mean**2) / (n - 1))
        largest = np.maximum(largest, abs(t))
    _, edition, before, after, error = max(found)
    half = np.quantile(largest, 0.95, method="higher") * error
    difference = after - before
    return pd.DataFrame(
        [
            {
                "edition": edition,
                "before": before,
                "after": after,
                "difference": difference,
                "lower": difference - half,
                "upper": difference + half,
                "n_countries": len(steps),
                "n_observations": int(np.isfinite(steps).sum()),
            }
        ]
    )


def turned(names):
    """Return the trends whose sign or side of zero is another over the completed panels."""
    table = completed(names)
    return set(table.index[table["turned"]])


@cache
def completed(names):
    """Return the intervals of the trends over the completed panels, and which of them turned."""
    cell = ["category", "country", "edition"]
    known, drawn = (
        t[t["country"].isin(names)].set_index(cell)["rating"]
        for t in (stored("panel"), stored("completed_panels").sort_values("panel_number"))
    )
    cells = pd.MultiIndex.from_product([CATEGORIES, sorted(names), range(2005, 2025)])
    worlds = np.tile(known.reindex(cells).to_numpy(), (max(drawn.groupby(cell).size()), 1))
    for at, ratings in drawn.groupby(cell):
        worlds[:, cells.get_loc(at)] = ratings
    worlds = worlds.reshape(len(worlds), 7, len(names), 20)
    years = np.arange(20) - 9.5
    slopes = 10 * worlds @ years / (years @ years)
    of_all = {
        "DS": slopes.mean(axis=1),
        **dict(zip(CATEGORIES, slopes.swapaxes(0, 1), strict=True)),
    }
    first = trends(names).set_index("name")
    rows = {code: _completed(first.loc[code], some) for code, some in of_all.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "turned"])


def _completed(known, slopes):
    """Combine trends by Rubin's rules with Barnard's freedom; tell whether they hang on gaps.

    A trend that is the same in every panel and in what is known has the interval of the latter.
    """
    means, errors = slopes.mean(axis=1), stats.sem(slopes, axis=1)
    if np.allclose(means, known["estimate"]):
        return known["lower"], known["upper"], False
    size, df = len(means), slopes.shape[1] - 1
    total = (errors**2).mean() + (1 + 1 / size) * means.var(ddof=1)
    share = 1 - (errors**2).mean() / total
    inside = (df + 1) / (df + 3) * df * (1 - share)
    half = stats.t.ppf(0.975, 1 / (share**2 / (size - 1) + 1 / inside)) * np.sqrt(total)
    ends = known["lower"], known["upper"], means.mean() - half, means.mean() + half
    sides = [int(low > 0) - int(high < 0) for low, high in (ends[:2], ends[2:])]
    other = bool((means * known["estimate"] < 0).any()) or sides[0] != sides[1]
    return *ends[2:], other


OWN = {
    "trends": trends,
    "trend_leave_one_out": left_out,
    "change_rates": rates,
    "class_moves": moved_down,
    "panel_break": pace,
}
"""Stored tables about the region -> the same of the members of a group."""


def own(f, name):
    """Return a stored table, or what it would be for the members of a brief's group."""
    if f.kind == "country" or f.name == "all" or name not in OWN:
        return stored(name)
    return OWN[name](f.countries).assign(group=f.name)


def said_beside(f):
    """Yield what a group's brief says of the region, and of its own mean and categories."""
    score = stored("trends").query("group == 'all' and name == 'DS'").iloc[0]
    yield (
        f"All 29 countries: {shown(score['estimate'], sign=True)} points per decade on average "
        f"(range {interval(score['lower'], score['upper'], sign=True)})."
    )
    rate = stored("change_rates").query("name == 'all'").set_index("event")["rate"] * 100
    yield f"All 29 countries: {shown(rate['down'], 1)} % fell and {shown(rate['up'], 1)} % rose."
    pace_of = own(f, "panel_break")
    few = f"Whether the pace of change broke is not tested ({len(f.countries)} countries: a break "
    yield (
        few + "is tested over at least 6)."
        if pace_of.empty
        else (f"rom the {pace_of['edition'][0]} edition on scores changed at another pace")
    )
    codes = turned(f.countries)
    names = [CATEGORIES.get(code, code) for code in ("DS", *CATEGORIES) if code in codes]
    told = f"the average trend of {listed(names)}" if names else "not one average trend"
    yield f"Over 200 completed panels that satisfy every printed fact, {told} changes sign"
    changes = category_changes(f)
    ends = [
        f"{shown(changes[f'{k} change'], sign=True)} ({listed(changes[f'{k} changed'])})"
        for k in ("least", "most")
    ]
    text = f"from the 2005 to the 2024 edition ranges from {' to '.join(ends)}"
    spans = [
        f"{' to '.join(shown(changes[f'{k} change {end}'], sign=True) for end in ('from', 'to'))} "
        f"({listed(changes[f'{k} changed'])})"
        for k in ("least", "most")
        if changes[f"{k} change from"] is not None
    ]
    text += f"; over completed panels {listed(spans)}" if spans else "."
    yield text
    paths = []
    for names_of in (f.countries, {*series()["country"]}):
        first, last = mean_of(names_of)
        paths.append(f"{'rose' if last > first else 'fell'} from {shown(first)} (2005) to "
                     f"{shown(last)} (2024)")  # fmt: skip
    beside = "" if f.name == "all" else f"; that of all 29 countries {paths[1]}"
    yield f"score of the {counted(len(f.countries))} countries {paths[0]}{beside}."
