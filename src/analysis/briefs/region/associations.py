"""What a regional brief says about association: the stored results of notebook 3 in sentences.

Everything here is about all countries and editions, as notebook 3 stores it; a brief only slices.
Non-detection is told as an interval, an order of revisions as an order, and a p-value only with the
number of tests that it was picked from.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.briefs.blocks import Cell, Column, Items, Table, bullets
from analysis.briefs.figures.multiverse import headline_sentences
from analysis.briefs.wording import counted, fixed, listed, signed
from analysis.correlations.multiverse import summary
from analysis.facts.files import read_processed
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION
from analysis.settings.choices import declared

_PERIOD = f"editions {FIRST_EDITION} to {LAST_EDITION}"


@dataclass(frozen=True)
class Associations:
    """The stored results of notebook 3; see `tables.correlation_dictionary`."""

    pairs: pd.DataFrame
    tests: pd.DataFrame
    rest: pd.DataFrame
    dimensions: pd.DataFrame
    null: pd.DataFrame
    leads: pd.DataFrame
    multiverse: pd.DataFrame


def load_associations() -> Associations:
    """Read the stored results.

    Raises
    ------
    analysis.facts.errors.AnalysisError
        If notebook 3 has not run.
    """
    return Associations(
        pairs=read_processed("correlations"),
        tests=read_processed("correlation_tests"),
        rest=read_processed("rest_scores"),
        dimensions=read_processed("dimensions"),
        null=read_processed("calibrated_null"),
        leads=read_processed("lead_lag"),
        multiverse=read_processed("multiverse"),
    )


def interval(low: float, high: float) -> str:
    """Return ``0.26 to 0.74``, or a dash where it is withheld."""
    return "–" if pd.isna(low) or pd.isna(high) else f"{fixed(low)} to {fixed(high)}"


def triple(found: Associations) -> Table:
    """Return every pair between countries, within them and in changes, with intervals."""
    levels = {level: table.set_index(["x", "y"]) for level, table in found.pairs.groupby("level")}
    lines = []
    for x, y in levels["within"].index:
        cells = [Cell(f"{x} – {y}")]
        for level in ("between", "within", "changes"):
            row = row_at(levels[level], (x, y))
            shown = "–" if pd.isna(row["r"]) else fixed(row["r"])
            cells += [Cell(shown), Cell(interval(row["low"], row["high"]))]
        lines.append(cells)
    within = found.pairs[found.pairs["level"] == "within"]
    changes = found.pairs[found.pairs["level"] == "changes"]
    heads = ("Between", "Within", "Changes")
    return Table(
        name="pairs",
        title=f"{len(lines)} pairs of categories on three levels",
        columns=[
            Column("Pair", align="left"),
            *(
                column
                for head in heads
                for column in (Column(head), Column("95 %", f"95 % interval, {head.lower()}"))
            ),
        ],
        rows=lines,
        caption=(
            f"{int(within['n_units'].max())} countries, {_PERIOD}; "
            f"{int(within['n_rows'].max())} country-editions with all seven ratings and "
            f"{int(changes['n_rows'].max())} steps between adjacent ones. Intervals: Fisher z "
            "(between), country jackknife (within, changes). –: withheld. "
            + " · ".join(f"{code} {name}" for code, name in CATEGORIES.items())
        ),
        dense=True,
    )


def notes(found: Associations) -> Items:
    """Return what the levels rest on and what they cannot say."""
    return bullets(
        [
            "These figures rest on all countries and editions, whatever this brief shows.",
            _support_sentence(found),
            _two_way_sentence(found),
            _rest_sentence(found),
            *_null_sentences(found),
            "Quarter-point steps hide small movements, so that a low correlation of changes does "
            "not show that two categories move apart. Moving together says nothing about which "
            "came first or why. Intervals take what happened to all countries in one year as "
            "given.",
        ]
    )


def _level(found: Associations, level: str) -> pd.DataFrame:
    return found.pairs[found.pairs["level"] == level]


def _support_sentence(found: Associations) -> str:
    within = _level(found, "within")
    tests = found.tests[found.tests["family"] == "pairs"]
    kept = int((tests["adjusted_p"] <= 0.05).sum())
    size = int(tests["family_size"].max())
    fewest, most = within["effective_units"].min(), within["effective_units"].max()
    clear = int(((within["low"] > 0) | (within["high"] < 0)).sum())
    return (
        f"Within countries the 21 correlations range from {fixed(within['r'].min())} to "
        f"{fixed(within['r'].max())} ({int(within['n_units'].max())} countries, "
        f"{int(within['n_rows'].max())} country-editions, {_PERIOD}); a pair rests on "
        f"{fixed(fewest, 0)} to {fixed(most, 0)} countries in effect. The 95 % interval (country "
        f"jackknife) leaves out zero for {clear} of them. {size} pairs were tested by "
        f"turning round whole countries; {kept} remain at p ≤ .05 (Holm over the {size})."
    )


def _two_way_sentence(found: Associations) -> str:
    within, two_way = _level(found, "within")["r"], _level(found, "two_way")["r"]
    changes = _level(found, "changes")["r"]
    signs = int((two_way * changes < 0).sum() + ((within * two_way) < 0).sum())
    agree = (
        "All pairs have the same sign on the three levels."
        if signs == 0
        else f"In {counted(signs, 'case')} the sign differs between these levels."
    )
    return (
        "A trend that countries share counts as association within them: less each edition’s mean "
        f"the median of the 21 pairs is {fixed(two_way.median())} in place of "
        f"{fixed(within.median())}, of annual changes {fixed(changes.median())}. {agree}"
    )


def _rest_sentence(found: Associations) -> str:
    own = found.rest[(found.rest["level"] == "within")].dropna(subset=["low"])
    if own.empty:
        return "The correlations with the rest score are withheld."
    high, low = row_at(own, own["r"].idxmax()), row_at(own, own["r"].idxmin())
    told = [
        f"{CATEGORIES[row['category']]} ({fixed(row['r'])}, 95 % CI "
        f"{interval(row['low'], row['high'])}, country jackknife)"
        for row in (high, low)
    ]
    return (
        "Each category was compared with its rest score, the mean of the other six, since it is "
        "itself a part of the Democracy Score. Within countries "
        f"({int(own['n_units'].max())}, {int(own['n_rows'].max())} country-editions) the closest "
        f"to the others is {told[0]}, the loosest {told[1]}."
    )


def _null_sentences(found: Associations) -> list[str]:
    own = found.null.set_index("statistic")
    if "within" not in own.index:
        return []
    row = row_at(own, "within")
    return [
        f"In {int(row['draws'])} simulated panels with the same gaps whose categories are "
        f"unrelated, the mean correlation within countries lies between {fixed(row['null_lower'])} "
        f"and {fixed(row['null_upper'])} in 95 of 100; here it is {fixed(row['observed'])}. The "
        f"95 % intervals hold the true zero in {fixed(100 * row['coverage'], 0)} % of those pairs."
    ]


def dimension_notes(found: Associations) -> Items:
    """Return in how many dimensions categories differ between countries and move within them."""
    own = found.dimensions

    def row(level: str, measure: str) -> pd.Series | None:
        known = own[(own["level"] == level) & (own["measure"] == measure)]
        return None if known.empty else known.iloc[0]

    sentences = []
    for level, words in (("between", "Between countries"), ("within", "Within countries")):
        share, factors, alpha = (row(level, m) for m in ("first_share", "factors", "alpha"))
        if share is None or pd.isna(share["estimate"]):
            reason = "not estimable" if share is None else share["refusal"]
            sentences.append(f"{words}: {reason}.")
            continue
        sentences.append(
            f"{words} one dimension carries {fixed(100 * share['estimate'], 0)} % of the seven "
            f"categories’ variance, against at most {fixed(100 * share['reference'], 0)} % in 95 "
            f"of 100 panels without association"
            + _factor_words(factors)
            + _alpha_words(alpha)
            + f" ({int(share['n_countries'])} countries, {int(share['n_rows'])} country-editions, "
            f"{_PERIOD})."
        )
    pooled = row("pooled", "alpha")
    if pooled is not None and pd.notna(pooled["estimate"]):
        sentences.append(
            f"The pooled alpha of {fixed(pooled['estimate'])} repeats the comparison between "
            "countries: that they can be ranked on one scale does not say that a country’s seven "
            "ratings move as one."
        )
    return bullets(sentences)


def _factor_words(factors: pd.Series | None) -> str:
    if factors is None or pd.isna(factors["estimate"]):
        return ""
    n = int(factors["estimate"])
    return f"; {counted(n, 'factor')} {'stands' if n == 1 else 'stand'} out from these"


def _alpha_words(alpha: pd.Series | None) -> str:
    if alpha is None or pd.isna(alpha["low"]):
        return ""
    method = "country jackknife" if alpha["level"] == "within" else "Feldt"
    return (
        f"; alpha is {fixed(alpha['estimate'])} (95 % CI {interval(alpha['low'], alpha['high'])}, "
        f"{method})"
    )


def order_notes(found: Associations) -> Items:
    """Return which category tended to be revised first, or what can be said instead."""
    return bullets(order_sentences(found.leads, _PERIOD))


def order_sentences(leads: pd.DataFrame, period: str) -> list[str]:
    """Return what a table ``lead_lag`` says, over a period such as ``editions 2005 to 2024``."""
    known = leads.dropna(subset=["p_value"])
    refused = leads.loc[leads["refusal"].notna() & (leads["refusal"] != ""), "refusal"]
    sentences = []
    if known.empty:
        sentences.append("No pair has enough changes in enough editions to compare the order.")
    else:
        size = int(known["family_size"].max())
        kept = known[known["adjusted_p"] <= 0.05].sort_values("adjusted_p", kind="stable")
        many = counted(len(kept), "pair") if len(kept) else "none"
        sentences.append(
            f"The order of revisions was compared in {size} pairs "
            f"({_steps(known)}, {period}; {declared().families['leads'].description}); "
            f"{many} of them {'has' if len(kept) < 2 else 'have'} q ≤ .05 over the {size}."
        )
        sentences += [_order_sentence(row, _steps(known)) for row in rows(kept)]
        if kept.empty:
            widest = known.assign(size=known["difference"].abs()).nlargest(3, "size")
            sentences.append(
                f"The largest differences ({_steps(known)}) are compatible with a range of values: "
                + listed([_order_words(row) for row in rows(widest)], "and")
                + "."
            )
    for reason, n in refused.value_counts().items():
        sentences.append(f"Withheld for {counted(int(n), 'pair')}: {reason}.")
    sentences.append(
        "This describes the order in which ratings were revised, not reasons; a category rated "
        "with a finer trigger also comes first, which is why p is taken from simulated panels "
        "with each category’s own trigger."
    )
    return sentences


def _order_words(row: pd.Series) -> str:
    ahead, behind = (row.x, row.y) if row.difference > 0 else (row.y, row.x)
    low, high = (row.low, row.high) if row.difference > 0 else (-row.high, -row.low)
    return (
        f"{CATEGORIES[ahead]} before {CATEGORIES[behind]} (difference "
        f"{signed(abs(row.difference))}, 95 % CI {signed(low)} to {signed(high)}, country "
        "jackknife)"
    )


def _order_sentence(row: pd.Series, steps: str) -> str:
    return (
        f"Revisions came in this order more often than in the other ({steps}): {_order_words(row)}."
    )


def _steps(leads: pd.DataFrame) -> str:
    return f"{int(leads['n_steps'].max())} steps of {int(leads['n_countries'].max())} countries"


def choices(found: Associations) -> Items:
    """Return the range of the headlines under every choice, and what that grid was."""
    facts = summary(found.multiverse)
    total, refused = int(facts["n_choices"].sum()), int(facts["n_refused"].sum())
    return bullets(
        [
            f"The headlines were computed under {total} combinations of choices (period, set of "
            f"countries, estimator, weighting, scale); {_estimable(refused)}. The grid was "
            f"declared before looking (hash {declared().digest}).",
            *headline_sentences(found.multiverse),
        ]
    )


def _estimable(refused: int) -> str:
    return f"{refused} more could not be estimated" if refused else "all could be estimated"
