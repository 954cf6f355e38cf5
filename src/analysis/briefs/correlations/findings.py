"""What notebook 3 found, section by section: sentences computed from its tables."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Items, Sentence, bullets
from analysis.briefs.tables import given_reasons
from analysis.briefs.wording import counted, fixed, interval, listed, signed
from analysis.correlations.latent_trait import LatentTrait
from analysis.correlations.multiverse import summary
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


def tests(table: pd.DataFrame) -> Items:
    """Return how many pairs of each family remain when all of them are tested together.

    Parameters
    ----------
    table
        The table ``correlation_tests``.
    """
    return bullets(
        [family_sentence(table[table["family"] == name]) for name in table["family"].unique()]
    )


def family_sentence(tests: pd.DataFrame) -> str:
    """Return how many tests of a family remain, of how many, by which method."""
    size, kept = int(tests["family_size"].max()), int((tests["adjusted_p"] <= 0.05).sum())
    described = declared().families[tests["family"].iloc[0]].description
    if not size:
        return f"No test could be made ({described}); see the reasons at the end."
    return (
        f"{size} tests were made by turning round whole countries ({described}); {kept} remain at "
        f"p ≤ .05 (Holm over the {size})."
    )


def shocks(table: pd.DataFrame) -> Items:
    """Return whether the annual changes of countries go together."""
    known = table.dropna(subset=["cd"])
    if known.empty:
        return bullets(["Too few countries changed in common editions to compare their changes."])
    kept = known[known["adjusted_p"] <= 0.05]["name"].map(lambda name: CATEGORIES.get(name, name))
    size = int(known["family_size"].max())
    mean = row_at(table.set_index("name"), "mean")
    return bullets(
        [
            f"The annual changes of two countries’ mean ratings correlate by "
            f"{fixed(mean['mean_r'], 3)} on average ({int(mean['n_pairs'])} pairs of countries; "
            f"Pesaran’s CD {fixed(mean['cd'])}).",
            f"Of the {size} series tested, {listed(list(kept)) if len(kept) else 'none'} "
            f"{'depart' if len(kept) > 1 else 'departs'} from independent countries at p ≤ .05 "
            f"(Holm over the {size}).",
            "Every interval over countries takes such common shocks as given.",
        ]
    )


def trait(model: LatentTrait, ratings: pd.DataFrame) -> Items:
    """Return whether the plain mean of seven and a latent trait agree.

    Parameters
    ----------
    model
        Fitted to `ratings`.
    ratings
        ``country`` and the same index.
    """
    if model.refusal:
        return bullets([f"No latent trait can be estimated: {model.refusal}."])
    scores = model.scores
    within = scores - scores.groupby(ratings.loc[scores.index, "country"]).transform("mean")
    ordered = scores["trait"].corr(scores["mean"], method="spearman")
    moved = within["trait"].corr(within["mean"])
    by_weight = [
        CATEGORIES[str(name)] for name in model.discrimination.sort_values(kind="stable").index
    ]
    return bullets(
        [
            f"A graded response model puts {len(scores)} country-editions in the order of the "
            f"plain mean of seven ratings but for a little (rank correlation {fixed(ordered, 3)}; "
            f"correlation of departures from each country’s mean {fixed(moved)}). It counts "
            f"{by_weight[-1]} most and {by_weight[0]} least."
        ]
    )


def choices(table: pd.DataFrame) -> Items:
    """Return the range of each headline over all declared choices.

    Parameters
    ----------
    table
        The table ``multiverse``.
    """
    sentences = []
    for row in rows(summary(table)):
        sentences.append(
            f"The {row.meaning} ranges from {fixed(row.lowest)} to {fixed(row.highest)} over "
            f"{row.n_choices} combinations of choices; the one fixed in advance gives "
            f"{fixed(row.estimate)}, and the choice of {row.most_influential} matters most."
        )
        if row.same_sign < 1:
            sentences.append(f"{fixed(100 * row.same_sign, 0)} % of them have the same sign.")
    return bullets(sentences or ["The headlines are estimable under none of the choices."])


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
    sentences: list[str | Sentence] = [
        "No pair has enough changes in enough editions to compare the order."
    ]
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
            Sentence(
                "This is the order in which ratings were revised, not a matter of reasons.",
                "A category rated with a finer trigger also comes first, which is why p is taken "
                "from simulated panels with each category’s own trigger.",
            ),
        ]
    )


def _tested_orders(tested: pd.DataFrame, steps: str, period: str) -> list[str | Sentence]:
    size = int(tested["family_size"].max())
    kept = tested[tested["adjusted_p"] <= 0.05].sort_values("adjusted_p", kind="stable")
    many = counted(len(kept), "pair") if len(kept) else "none"
    pairs = f"In {many} of {size} pairs" if len(kept) else "In no pair"
    widest = tested.assign(size=tested["difference"].abs()).nlargest(3, "size")
    about = Sentence(
        f"{pairs} was one category clearly revised before the other.",
        f"The order of revisions was compared in {size} pairs "
        f"({steps}, {period}; {declared().families['leads'].description}); "
        f"{many} of them {'has' if len(kept) < 2 else 'have'} q ≤ .05 over the {size}."
        + (
            ""
            if len(kept)
            else f" The largest differences ({steps}) are compatible with a range of values: "
            f"{listed([_order(row) for row in rows(widest)])}."
        ),
    )
    if len(kept):
        start = f"Revisions came in this order more often than in the other ({steps}): "
        return [about, *(f"{start}{_order(row)}." for row in rows(kept))]
    return [about]


def _order(row: pd.Series) -> str:
    ahead, behind, low, high = row.x, row.y, row.low, row.high
    if row.difference <= 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return (
        f"{CATEGORIES[ahead]} before {CATEGORIES[behind]} (difference "
        f"{signed(abs(row.difference))}, 95 % CI {interval(low, high, sign=True)}, country "
        "jackknife)"
    )
