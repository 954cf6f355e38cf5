"""What notebook 2 found, section by section: sentences computed from its tables.

Where nothing could be estimated the sentence says so; the reasons stand in the tables.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.briefs import trajectory_sentences as sentences
from analysis.briefs import wording as say
from analysis.briefs.blocks import Items, bullets
from analysis.briefs.groups import open_ranks
from analysis.briefs.left_open import SURE
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.tables.stored import rows
from analysis.trajectories.driftless import DriftlessPanels
from analysis.trajectories.moves import FEWEST_CHANGES


def levels(table: pd.DataFrame) -> Items:
    """Return how many series fell, rose and never moved, and the largest changes."""
    ratings = table[table["category"] != SCORE]
    net = ratings["net_change"]
    seen = ratings["n_editions"] > 1
    still = int(ratings[seen][["n_up", "n_down", "n_over_gaps"]].sum(axis=1).eq(0).sum())
    alone = "" if seen.all() else f", of {(~seen).sum()} only one edition is known"
    each = [
        f"{CATEGORIES[row.category]} in {row.country}, "
        f"{say.fixed(row.first)} to {say.fixed(row.last)}"
        for row in rows(ratings[(net < 0) & (net == net.min())])
    ]
    return bullets(
        f"Of {len(ratings)} series of ratings {int((net < 0).sum())} end lower than they began, "
        f"{int((net > 0).sum())} higher; {still} never moved{alone}.",
        f"The largest fall is {say.points(net.min())}: {'; '.join(each)}." if each else "",
    )


def drifts(table: pd.DataFrame) -> Items:
    """Return how many countries were tested and which of them remain."""
    tested = table[table["refusal"] == ""]
    left = tested[tested["adjusted_p"] <= 0.05]
    told = [f"{say.capitalised(say.countries(len(tested)))} could be tested."]
    if len(tested):
        names = f": {say.listed(left['country'].tolist())}" if len(left) else ""
        told.append(
            f"q is at most .05 for {len(left) or 'none'} in the family of {len(tested)} tests"
            f"{names}. In {'the others' if len(left) else 'all of them'} the changes are "
            "compatible with falls and rises being equally likely, and with a drift that so few "
            "changes cannot show."
        )
    reasons = (
        table.loc[table["refusal"] != "", "refusal"].str.split(r":| at | \(", regex=True).str[0]
    )
    for reason, n in reasons.value_counts(sort=False).items():
        told.append(f"Not tested for {say.countries(int(n))}: {reason}.")
    return bullets(*told)


def contrasts(table: pd.DataFrame) -> Items:
    """Return how many differences of trends remain in each family."""
    told = []
    for name, own in table.groupby("family", sort=False):
        p_values = own.loc[own["refusal"] == "", "adjusted_p"]
        what = "categories" if name == "category_contrasts" else "regions"
        told.append(
            f"{say.capitalised(say.counted(len(p_values), 'difference'))} between {what} "
            f"{'was' if len(p_values) == 1 else 'were'} tested; adjusted p (Holm) is "
            f"at most .05 for {(p_values <= 0.05).sum() or 'none'}."
            if len(p_values)
            else f"Differences between {what} could not be tested."
        )
    return bullets(*told)


def growth(estimates: pd.DataFrame) -> Items:
    """Return how the variance splits."""
    told = []
    for model, words in (("score", "the Democracy Score"), ("joint", "the seven categories")):
        own = estimates[(estimates["model"] == model) & (estimates["part"] == "variance")]
        if own.empty:
            refusal = estimates.loc[estimates["model"] == model, "refusal"].iloc[0]
            told.append(f"The model of {words} is withheld: {refusal}.")
            continue
        value = own.set_index("term")["estimate"].astype(float)
        average, both = value["r2_marginal"], value["r2_conditional"]
        told.append(
            f"In the model of {words} the average lines carry {say.percent(average)} of the "
            f"variance and the countries' own lines {say.percent(both - average)}. Residuals of "
            f"adjacent editions go together by {say.fixed(value['residual_lag_1'])}, which the "
            "model leaves out: its errors are those of countries."
        )
    return bullets(*told)


def calibrated(results: DriftlessPanels) -> Items:
    """Return whether the panel stands out from driftless ones."""
    if results.refusal:
        return bullets(f"Nothing can be said without simulated panels: {results.refusal}.")
    told = []
    for row in rows(results.calibrated):
        n = 0 if row.statistic.endswith("count") else 2
        reading = "so that driftless ratings are enough to give it"
        if not row.null_lower <= row.observed <= row.null_upper:
            which = "more" if row.observed > row.null_upper else "less"
            reading = f"{which} than driftless ratings give"
        told.append(
            f"{say.capitalised(row.meaning)}: {say.fixed(row.observed, n)}, against "
            f"{say.fixed(row.null_lower, n)} to {say.fixed(row.null_upper, n)} in the central 95 % "
            f"of driftless panels, {reading}."
        )
    return bullets(*told)


def episodes(table: pd.DataFrame, alarms: pd.DataFrame, n_countries: int) -> Items:
    """Return how many countries had episodes, how many are cut off, and how many are by chance."""
    told = []
    for direction in ("decline", "improvement"):
        own = table[table["direction"] == direction]
        if own.empty:
            told.append(f"No country of {n_countries} had an episode of {direction}.")
            continue
        clear = own.loc[own["strength"] == "clear", "country"].nunique()
        cut_off = int(own["censored"].sum())
        told.append(
            f"{say.capitalised(say.countries(own['country'].nunique()))} of {n_countries} had an "
            f"episode of {direction}, {clear or 'none'} a clear one; of "
            f"{say.counted(len(own), 'such episode')} {say.so_many(cut_off)} "
            f"{'is' if cut_off == 1 else 'are'} not known to have ended."
        )
    return bullets(
        *told, *(sentences.alarm_sentence(alarms, way) for way in ("decline", "improvement"))
    )


def trends(table: pd.DataFrame, left_out: pd.DataFrame, group: str) -> Items:
    """Return the average trend of a group and of its parts, with the range of the former."""
    told = []
    for row in rows(table[table["name"] == SCORE]):
        whole = row.group == group
        told.append(sentences.trend_sentence(row, "" if whole else f"{row.group}: "))
        if whole:
            told.append(sentences.left_out_sentence(left_out[left_out["group"] == group]))
    return bullets(*told)


def choices(table: pd.DataFrame, left_out: pd.DataFrame, group: str) -> Items:
    """Return how far the average trend of a group moves with the declared choices."""
    own = table[(table["group"] == group) & (table["refusal"] == "")]
    if own.empty:
        return bullets("No combination of choices gives a trend.")
    estimates, headline = own["estimate"].astype(float), ""
    low, middle, high = estimates.quantile([0, 0.5, 1])
    alike = int((np.sign(estimates) == np.sign(middle)).sum())
    if (own["chosen"] == 1).any():
        chosen = say.signed(estimates[own["chosen"] == 1].iloc[0])
        headline = f"The headline, {chosen} points a decade, is one of them. "
    kept = left_out[(left_out["group"] == group) & (left_out["kind"] == "country")]["estimate"]
    return bullets(
        f"{len(own)} combinations of choices give {estimates.round(6).nunique()} different "
        f"trends, from {say.signed(low)} to {say.signed(high)} with the median "
        f"{say.signed(middle)}; {alike} have the sign of the median. {headline}Leaving out one "
        f"country gives {say.signed(float(kept.min()))} to {say.signed(float(kept.max()))}."
    )


def format_change(table: pd.DataFrame) -> Items:
    """Return whether ratings changed as often after the change of format as before."""
    told, names = [], {"any": "Any change", "down": "A fall", "up": "A rise"}
    for row in rows(table[table["event"] != "large"]):
        if row.refusal:
            return bullets(f"Before and after 2020 are not compared: {row.refusal}.")
        told.append(
            f"{names[row.event]}: {say.percent(row.before, 1)} of ratings a year before, "
            f"{say.percent(row.after, 1)} from the 2020 edition on, {_difference(row, 'steps')}."
        )
    return bullets(*told, "The format and whatever else changed in 2019 cannot be told apart.")


def _difference(row: Any, observed: str) -> str:
    """Return a difference of two shares with its interval, or why it is withheld."""
    if row.refusal:
        return f"withheld, {row.refusal}"
    return (
        f"difference {say.signed(100 * row.estimate, 1)} percentage points (95 % interval "
        f"{say.signed(100 * row.lower, 1)} to {say.signed(100 * row.upper, 1)}, {row.method}, "
        f"{row.n_countries} countries, {row.n_observations} {observed})"
    )


def class_contrast(table: pd.DataFrame) -> Items:
    """Return whether moves between classes were as frequent late as early."""
    told = [(say.capitalised(row.name), _difference(row, "country-years")) for row in rows(table)]
    return bullets(*(f"{name}: {difference}." for name, difference in told))


def rounding(table: pd.DataFrame) -> Items:
    """Return how many ranks and classes of the last edition rounding leaves open."""
    edition = table["edition"].max()
    latest = table[table["edition"] == edition].set_index("country")
    classes = latest.index[latest["p_class"] < SURE].tolist()
    names = f"{len(classes)}: {say.listed(classes)}" if classes else "none"
    ranks = open_ranks(latest["score"].rename(edition))
    return bullets(ranks, f"The chance that the class is the same is under 95 % for {names}.")


def ends(table: pd.DataFrame, by: str) -> str:
    """Return the mean score of each part of a table in its first and last edition."""
    ends = table.groupby([by, "edition"])["democracy_score"].mean().groupby(level=0)
    told = zip(ends.first().items(), ends.last(), strict=True)
    return "; ".join(
        f"{name}: {say.fixed(first)} to {say.fixed(last)}" for (name, first), last in told
    )


def effects(table: pd.DataFrame) -> Items:
    """Return which differences in the probability of a fall leave out zero."""
    own = table[(table["event"] == "down") & (table["refusal"] == "")]
    if own.empty:
        return bullets("No model of downgrades; counts and rates stand above.")
    row, named = next(rows(own)), []
    names = {"level": "level before", "changed_before": "changed the year before"}
    for one in rows(own[(own["lower"] > 0) | (own["upper"] < 0)]):
        contrast = " ".join(CATEGORIES.get(word, word) for word in one.contrast.split(" "))
        what = names.get(one.variable, one.variable.replace("_", " ").lower())
        ends = f"{say.signed(one.lower, 3)} to {say.signed(one.upper, 3)}"
        named.append(f"{what}, {contrast} ({say.signed(one.effect, 3)}, {ends})")
    return bullets(
        f"Of {len(own)} differences in the yearly probability of a fall, the 95 % interval "
        f"(bias-reduced GEE, {row.n_countries} countries, {row.n_observations} "
        f"country-category-years) leaves out zero for {len(named) or 'none'}"
        f"{': ' if named else ''}{'; '.join(named)}."
    )


def usual(last: pd.DataFrame) -> Items:
    """Return how many last changes of a score were rare among those from the same class."""
    if last.empty:
        return bullets("No change of a score between editions known in full.")
    last = last[last["n_changes"] >= FEWEST_CHANGES]
    if last.empty:
        return bullets(f"No last change of a score has {FEWEST_CHANGES} to be placed among.")
    rare = last[last["n_as_far"] < 0.05 * last["n_changes"]]
    names = f": {say.listed(rare['country'].tolist())}" if len(rare) else ""
    return bullets(
        f"Of {say.counted(len(last), 'last change', 'last changes')} of a score, each placed among "
        "all that began in the same regime class, fewer than one in twenty went as far in the "
        f"same direction for {len(rare) or 'none'}{names}."
    )


def regression(table: pd.DataFrame, outcome: str = "democracy_score") -> Items:
    """Return how the trend of one group of countries differs; `outcome` is the formula's."""
    unit = "points" if outcome.strip() == "democracy_score" else outcome.strip()
    if table.empty:
        return bullets("Each term rests on one country: nothing can be said of countries.")
    if refusal := table["refusal"].iloc[0]:
        return bullets(f"Withheld: {refusal}.")
    own = table[table["term"].isin(["time:eu_member", "eu_member:time"])]
    if own.empty:
        return bullets(
            "The formula has no term time:eu_member: members and others are not compared."
        )
    return bullets(
        *(
            f"The trend of members less that of the others is {say.signed(one.estimate)} {unit} "
            f"per decade (95 % interval {say.signed(one.lower)} to {say.signed(one.upper)}, CR2 "
            f"with t({say.fixed(one.df_cr2, 1)}), {one.n_clusters} countries, {one.n_observations} "
            f"country-years); the standard error is {say.fixed(one.se_cr1)} by CR1, "
            f"{say.fixed(one.se_cr2)} by CR2 and {say.fixed(one.se_cv3)} by leaving out one "
            "country."
            for one in rows(own)
        )
    )
