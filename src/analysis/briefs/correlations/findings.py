"""What notebook 3 found, section by section: sentences computed from its tables."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Items, bullets
from analysis.briefs.tables import given_reasons
from analysis.briefs.wording import counted, fixed, interval, listed, signed
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared
from analysis.statistics.estimates import Estimate


def levels(pairs: pd.DataFrame) -> Items:
    """Return how many intervals leave out zero on each level, and whether levels agree."""
    sentences = []
    for level, words in (
        ("between", "Between countries"),
        ("within", "Within countries"),
        ("two_way", "Within countries, less each edition’s mean,"),
        ("changes", "In annual changes"),
    ):
        of_level = pairs[pairs["level"] == level]
        shown = of_level.dropna(subset=["low"])
        if shown.empty:
            sentences.append(f"{words} no interval can be given; see the reasons at the end.")
            continue
        r = of_level["r"]
        sentences.append(
            f"{words} the median of {len(r)} pairs is {fixed(r.median())} "
            f"({interval(r.min(), r.max())}); the 95 % interval leaves out "
            f"zero for {len(clear_of_zero(shown))} of the {len(shown)} that have one "
            f"({'Fisher z' if level == 'between' else 'country jackknife'}, "
            f"{int(of_level['n_units'].max())} countries, {int(of_level['n_rows'].max())} "
            f"{'steps' if level == 'changes' else 'country-editions'})."
        )
    r_of = pairs.pivot(index=["x", "y"], columns="level", values="r")
    differ = sum(int((r_of["within"] * r_of[name] < 0).sum()) for name in ("two_way", "changes"))
    return bullets(
        [
            *sentences,
            f"In {counted(differ, 'case')} two-way or changes have another sign than levels."
            if differ
            else "Levels, two-way and changes agree in sign for every pair.",
            "Quarter-point steps hide small movements: a low correlation of changes does not show "
            "that two categories move apart.",
        ]
    )


def clear_of_zero(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose interval from ``low`` to ``high`` leaves out zero."""
    return table[(table["low"] > 0) | (table["high"] < 0)]


def support(pairs: pd.DataFrame) -> Items:
    """Return on how few countries the associations rest, and how many contribute nothing."""
    within = pairs[(pairs["level"] == "within")].dropna(subset=["effective_units"])
    if within.empty:
        return bullets(["No association within countries can be estimated."])
    units, n_units = within["effective_units"], int(within["n_units"].max())
    fewest = row_at(within, units.idxmin())
    idle = int((within["n_units"] - within["n_contributing"]).max())
    return bullets(
        [
            f"A pair rests on {interval(units.min(), units.max(), 1)} of {n_units} countries in "
            f"effect; the fewest carry {CATEGORIES[fewest['x']]} with {CATEGORIES[fewest['y']]}.",
            f"{idle} of {n_units} countries contribute nothing to some pair, "
            "because one of the two never moved there; they are counted, not dropped.",
        ]
    )


def pair_comparison(difference: Estimate) -> Items:
    """Return the declared comparison of two pairs."""
    first, second = (f"{CATEGORIES[x]} with {CATEGORIES[y]}" for x, y in declared().comparison)
    estimate, low, high = difference.estimate, difference.lower, difference.upper
    if difference.refusal or estimate is None or low is None or high is None:
        return bullets([f"{first}, less {second}: withheld, {difference.refusal}."])
    reading = "the data are compatible with both moving alike and with differences in that range"
    if low > 0 or high < 0:
        reading = f"the {'first' if estimate > 0 else 'second'} pair moves more closely"
    return bullets(
        [
            f"{first}, less {second}: difference {signed(estimate)} on Fisher’s z (95 % "
            f"interval {interval(low, high, sign=True)}, country jackknife of the "
            f"difference, {difference.n_countries} countries, {difference.n_observations} "
            f"country-editions): {reading}."
        ]
    )


def order(leads: pd.DataFrame, first_edition: int, last_edition: int) -> Items:
    """Return which category tended to be revised first, or what can be said instead.

    Parameters
    ----------
    leads
        The table ``lead_lag``.
    first_edition, last_edition
        The period that it is about.
    """
    tested = leads.dropna(subset=["p_value"])
    sentences = ["No pair has enough changes in enough editions to compare the order."]
    if len(tested):
        steps = f"{int(tested['n_steps'].max())} steps of {int(tested['n_countries'].max())}"
        period = f"editions {first_edition} to {last_edition}"
        sentences = _tested_orders(tested, f"{steps} countries", period)
    return bullets(
        [
            *sentences,
            *(
                f"Withheld for {counted(int(n), 'pair')}: {reason}."
                for reason, n in given_reasons(leads).value_counts().items()
            ),
            "This describes the order in which ratings were revised, not reasons; a category rated "
            "with a finer trigger also comes first, which is why p is taken from simulated panels "
            "with each category’s own trigger.",
        ]
    )


def _tested_orders(tested: pd.DataFrame, steps: str, period: str) -> list[str]:
    size = int(tested["family_size"].max())
    kept = tested[tested["adjusted_p"] <= 0.05].sort_values("adjusted_p", kind="stable")
    many = counted(len(kept), "pair") if len(kept) else "none"
    about = (
        f"The order of revisions was compared in {size} pairs "
        f"({steps}, {period}; {declared().families['leads'].description}); "
        f"{many} of them {'has' if len(kept) < 2 else 'have'} q ≤ .05 over the {size}."
    )
    if len(kept):
        start = f"Revisions came in this order more often than in the other ({steps}): "
        return [about, *(f"{start}{_order(row)}." for row in rows(kept))]
    widest = tested.assign(size=tested["difference"].abs()).nlargest(3, "size")
    return [
        about,
        f"The largest differences ({steps}) are compatible with a range of values: "
        f"{listed([_order(row) for row in rows(widest)])}.",
    ]


def _order(row: pd.Series) -> str:
    ahead, behind, low, high = row.x, row.y, row.low, row.high
    if row.difference <= 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return (
        f"{CATEGORIES[ahead]} before {CATEGORIES[behind]} (difference "
        f"{signed(abs(row.difference))}, 95 % CI {interval(low, high, sign=True)}, country "
        "jackknife)"
    )
