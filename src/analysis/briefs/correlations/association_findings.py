"""What notebook 3 found, section by section: sentences computed from its tables."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Items, bullets
from analysis.briefs.region.associations import order_sentences
from analysis.briefs.wording import counted, fixed, signed
from analysis.facts.frames import row_at
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared
from analysis.statistics.estimates import Estimate


def levels(pairs: pd.DataFrame) -> Items:
    """Return how many intervals leave out zero on each level, and whether levels agree."""
    told = []
    for level, words in (
        ("between", "Between countries"),
        ("within", "Within countries"),
        ("two_way", "Within countries, less each edition’s mean,"),
        ("changes", "In annual changes"),
    ):
        own = pairs[pairs["level"] == level]
        shown = own.dropna(subset=["low"])
        if shown.empty:
            told.append(f"{words} no interval can be given; see the reasons at the end.")
            continue
        clear = int(((shown["low"] > 0) | (shown["high"] < 0)).sum())
        told.append(
            f"{words} the median of {len(own)} pairs is {fixed(own['r'].median())} "
            f"({fixed(own['r'].min())} to {fixed(own['r'].max())}); the 95 % interval leaves out "
            f"zero for {clear} of the {len(shown)} that have one "
            f"({'Fisher z' if level == 'between' else 'country jackknife'}, "
            f"{int(own['n_units'].max())} countries, {int(own['n_rows'].max())} "
            f"{'steps' if level == 'changes' else 'country-editions'})."
        )
    r = pairs.pivot(index=["x", "y"], columns="level", values="r")
    differ = int((r["within"] * r["two_way"] < 0).sum() + (r["within"] * r["changes"] < 0).sum())
    told.append(
        "Levels, two-way and changes agree in sign for every pair."
        if differ == 0
        else f"In {counted(differ, 'case')} two-way or changes have another sign than levels."
    )
    told.append(
        "Quarter-point steps hide small movements: a low correlation of changes does not show that "
        "two categories move apart."
    )
    return bullets(told)


def support(pairs: pd.DataFrame) -> Items:
    """Return on how few countries the associations rest, and how many contribute nothing."""
    own = pairs[(pairs["level"] == "within")].dropna(subset=["effective_units"])
    if own.empty:
        return bullets(["No association within countries can be estimated."])
    few = row_at(own, own["effective_units"].idxmin())
    idle = int((own["n_units"] - own["n_contributing"]).max())
    return bullets(
        [
            f"A pair rests on {fixed(own['effective_units'].min(), 1)} to "
            f"{fixed(own['effective_units'].max(), 1)} of {int(own['n_units'].max())} countries in "
            f"effect; the fewest carry {CATEGORIES[few['x']]} with {CATEGORIES[few['y']]}.",
            f"{idle} of {int(own['n_units'].max())} countries contribute nothing to some pair, "
            "because one of the two never moved there; they are counted, not dropped.",
        ]
    )


def pair_comparison(found: Estimate) -> Items:
    """Return the declared comparison of two pairs."""
    one, other = declared().comparison
    names = [f"{CATEGORIES[x]} with {CATEGORIES[y]}" for x, y in (one, other)]
    if found.refusal or found.estimate is None or found.lower is None or found.upper is None:
        return bullets([f"{names[0]}, less {names[1]}: withheld, {found.refusal}."])
    clear = found.lower > 0 or found.upper < 0
    reading = (
        "the first pair moves more closely"
        if clear and found.estimate > 0
        else "the second pair moves more closely"
        if clear
        else "the data are compatible with both moving alike and with differences in that range"
    )
    return bullets(
        [
            f"{names[0]}, less {names[1]}: difference {signed(found.estimate)} on Fisher’s z (95 % "
            f"interval {signed(found.lower)} to {signed(found.upper)}, country jackknife of the "
            f"difference, {found.n_countries} countries, {found.n_observations} "
            f"country-editions): {reading}."
        ]
    )


def order(leads: pd.DataFrame, first_edition: int, last_edition: int) -> Items:
    """Return which category tended to be revised first, or what can be said instead."""
    return bullets(order_sentences(leads, f"editions {first_edition} to {last_edition}"))
