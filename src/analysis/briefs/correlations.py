"""What notebook 3 found, section by section: sentences computed from its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.briefs.blocks import Items, Sentence, bullets
from analysis.briefs.wording import LEVEL_TITLES, counted, fixed, interval, listed, signed
from analysis.correlations.inference import CONFIRMATORY
from analysis.correlations.latent_trait import LatentTrait
from analysis.correlations.multiverse import summary
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared
from analysis.statistics.estimates import Estimate
from analysis.tables.stored import row_at, rows


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
        shown, r = of_level.dropna(subset=["low"]), of_level["r"].dropna()
        sentences.append(
            f"{words} the median of {len(r)} pairs is {fixed(r.median())} "
            f"({interval(r.min(), r.max())}); the 95 % interval leaves out "
            f"zero for {len(clear_of_zero(shown))} of the {len(shown)} that have one "
            f"({'Fisher z' if level == 'between' else 'country jackknife'}, "
            f"{int(of_level['n_units'].max())} countries, {int(of_level['n_rows'].max())} "
            f"{'steps' if level == 'changes' else 'country-editions'})."
            if len(shown)
            else f"{words} no interval can be given; see the reasons at the end."
        )
    differ = other_signs(pairs, "within", "two_way", "changes")
    r_of = pairs.pivot(index=["x", "y"], columns="level", values="r")
    known = len(r_of[["within", "two_way", "changes"]].dropna())
    which = "every pair" if known == len(r_of) else f"the {counted(known, 'pair')} estimated on all"
    agree = f"Levels, two-way and changes agree in sign for {which}." if known else ""
    return bullets(
        *sentences,
        f"In {counted(differ, 'case')} two-way or changes have another sign than levels."
        if differ
        else agree,
        "Quarter-point steps hide small movements: a low correlation of changes does not show that "
        "two categories move apart.",
    )


def other_signs(pairs: pd.DataFrame, level: str, *others: str) -> int:
    """Return in how many cases a pair has another sign on one of the other levels."""
    r_of = pairs.pivot(index=["x", "y"], columns="level", values="r")
    return sum(int((r_of[level] * r_of[other] < 0).sum()) for other in others)


def clear_of_zero(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose interval from ``low`` to ``high`` leaves out zero."""
    return table[(table["low"] > 0) | (table["high"] < 0)]


def support(pairs: pd.DataFrame) -> Items:
    """Return on how few countries the associations rest, and how many contribute nothing."""
    within = pairs[(pairs["level"] == "within")].dropna(subset=["effective_units"])
    if within.empty:
        return bullets("Associations within countries cannot be estimated.")
    units, n_units = within["effective_units"], int(within["n_units"].max())
    fewest = row_at(within, units.idxmin())
    idle = int((within["n_units"] - within["n_contributing"]).max())
    return bullets(
        f"A pair rests on {interval(units.min(), units.max(), 1)} of {n_units} countries in "
        f"effect; the fewest carry {CATEGORIES[fewest['x']]} with {CATEGORIES[fewest['y']]}.",
        f"{idle} of {n_units} countries contribute nothing to some pair, "
        "because one of the two never moved there; they are counted, not dropped.",
    )


def tests(table: pd.DataFrame) -> Items:
    """Return how many pairs of each family of ``correlation_tests`` remain, tested together."""
    return bullets(*(family_sentence(own) for _, own in table.groupby("family", sort=False)))


def family_sentence(tests: pd.DataFrame) -> str:
    """Return how many tests of a family remain, of how many, by which method."""
    size, kept = int(tests["family_size"].max()), int((tests["adjusted_p"] <= 0.05).sum())
    described = declared().families[tests["family"].iloc[0]].description.replace("'", "’")
    if (level := tests["level"].iloc[0]) != CONFIRMATORY:
        described += f"; here of another level than declared: {LEVEL_TITLES[level].lower()}"
    if not size:
        return f"No test could be made ({described}); see the reasons at the end."
    return (
        f"{size} tests were made by turning round whole countries ({described}); "
        f"{kept} {'remains' if kept == 1 else 'remain'} at p ≤ .05 (Holm over the {size})."
    )


def shocks(table: pd.DataFrame) -> Items:
    """Return whether the annual changes of countries go together."""
    known = table.dropna(subset=["cd"])
    if known.empty:
        return bullets("Too few countries changed in common editions to compare their changes.")
    kept = known.loc[known["adjusted_p"] <= 0.05, "name"].replace(CATEGORIES).tolist()
    size = int(known["family_size"].max())
    mean = row_at(table.set_index("name"), "mean")
    return bullets(
        f"The annual changes of two countries’ mean ratings correlate by "
        f"{fixed(mean['mean_r'], 3)} on average ({int(mean['n_pairs'])} pairs of countries; "
        f"Pesaran’s CD {fixed(mean['cd'])}).",
        f"Of the {size} series tested, {listed(kept) if kept else 'none'} "
        f"{'depart' if len(kept) > 1 else 'departs'} from independent countries at p ≤ .05 "
        f"(Holm over the {size}).",
        "Every interval over countries takes such common shocks as given.",
    )


def trait(model: LatentTrait, ratings: pd.DataFrame) -> Items:
    """Return whether the plain mean of seven and a latent trait agree.

    `ratings`, which the model is fitted to, have ``country`` and its index.
    """
    if model.refusal:
        return bullets(f"No latent trait can be estimated: {model.refusal}.")
    scores = model.scores
    within = scores - scores.groupby(ratings.loc[scores.index, "country"]).transform("mean")
    ordered = scores["trait"].corr(scores["mean"], method="spearman")
    moved = within["trait"].corr(within["mean"])
    least, *_, most = model.discrimination.sort_values(kind="stable").rename(CATEGORIES).index
    return bullets(
        f"A graded response model puts {len(scores)} country-editions in the order of the "
        f"plain mean of seven ratings but for a little (rank correlation {fixed(ordered, 3)}; "
        f"correlation of departures from each country’s mean {fixed(moved)}). It counts "
        f"{most} most and {least} least."
    )


def choices(table: pd.DataFrame) -> Items:
    """Return the range of each headline of ``multiverse`` over all declared choices."""
    sentences = []
    for row in rows(summary(table)):
        sentences.append(
            f"The {row.meaning} ranges from {fixed(row.lowest)} to {fixed(row.highest)} over "
            f"{row.n_choices} combinations of choices; the one fixed in advance gives "
            f"{fixed(row.estimate)}, and the choice of {row.most_influential} matters most."
        )
        if row.same_sign < 1:
            sentences.append(f"{fixed(100 * row.same_sign, 0)} % of them have the same sign.")
    return bullets(*(sentences or ["The headlines are estimable under none of the choices."]))


def pair_comparison(difference: Estimate) -> Items:
    """Return the declared comparison of two pairs."""
    first, second = (f"{CATEGORIES[x]} with {CATEGORIES[y]}" for x, y in declared().comparison)
    estimate, low, high = difference.estimate, difference.lower, difference.upper
    if difference.refusal or estimate is None or low is None or high is None:
        return bullets(f"{first}, less {second}: withheld, {difference.refusal}.")
    reading = "the data are compatible with both moving alike and with differences in that range"
    if low > 0 or high < 0:
        reading = f"the {'first' if estimate > 0 else 'second'} pair moves more closely"
    return bullets(
        f"{first}, less {second}: difference {signed(estimate)} on Fisher’s z (95 % "
        f"interval {interval(low, high, sign=True)}, country jackknife of the "
        f"difference, {difference.n_countries} countries, {difference.n_observations} "
        f"country-editions): {reading}."
    )


def order(leads: pd.DataFrame, first_edition: int, last_edition: int) -> Items:
    """Return which category was revised first, or what the table ``lead_lag`` says instead."""
    tested = leads.dropna(subset=["p_value"])
    withheld = leads.loc[leads["refusal"] != "", "refusal"].value_counts()
    return bullets(
        *_tested_orders(tested, f"editions {first_edition} to {last_edition}"),
        *(f"Withheld for {counted(int(n), 'pair')}: {why}." for why, n in withheld.items()),
        Sentence(
            "This is the order in which ratings were revised, not a matter of reasons.",
            "A category rated with a finer trigger also comes first, which is why p is taken "
            "from simulated panels with each category’s own trigger.",
        ),
    )


def _tested_orders(tested: pd.DataFrame, period: str) -> list[str | Sentence]:
    if tested.empty:
        return ["No pair has enough changes in enough editions to compare the order."]
    steps = f"{int(tested['n_steps'].max())} steps of {int(tested['n_countries'].max())} countries"
    size = int(tested["family_size"].max())
    kept = tested[tested["adjusted_p"] <= 0.05].sort_values("adjusted_p", kind="stable")
    many, clear, largest = "none", "no pair", ""
    if len(kept):
        many = counted(len(kept), "pair")
        clear = f"{many} of {size} pairs"
    else:
        widest = tested.loc[tested["difference"].abs().nlargest(3).index]
        largest = (
            f" The largest differences ({steps}) are compatible with a range of values: "
            f"{listed([*map(_order, rows(widest))])}."
        )
    start = f"Revisions came in this order more often than in the other ({steps}): "
    return [
        Sentence(
            f"In {clear} was one category clearly revised before the other.",
            f"The order of revisions was compared in {size} pairs "
            f"({steps}, {period}; {declared().families['leads'].description}); {many} of them "
            f"{'has' if len(kept) < 2 else 'have'} q ≤ .05 over the {size}.{largest}",
        ),
        *(f"{start}{_order(row)}." for row in rows(kept)),
    ]


def _order(row: Any) -> str:
    ahead, behind, low, high = row.x, row.y, row.low, row.high
    if row.difference <= 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return (
        f"{CATEGORIES[ahead]} before {CATEGORIES[behind]} (difference "
        f"{signed(abs(row.difference))}, 95 % CI {interval(low, high, sign=True)}, country "
        "jackknife)"
    )
