"""What a regional brief says about association: the stored results of notebook 3 in sentences.

Everything here is about all countries and editions, as notebook 3 stores it; a brief only slices.
Non-detection is told as an interval, an order of revisions as an order, and a p-value only with the
number of tests that it was picked from.
"""

from __future__ import annotations

import pandas as pd

from analysis.briefs import blocks
from analysis.briefs import correlations as findings
from analysis.briefs.figures.several import correlation_figure
from analysis.briefs.groups import rests_on_complete_cases
from analysis.briefs.left_open import filled_cell, gap_sentence
from analysis.briefs.wording import MISSING, counted, countries, fixed, interval, with_corruption
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION
from analysis.tables.stored import read_processed, row_at, rows, with_texts

_PERIOD = f"editions {FIRST_EDITION} to {LAST_EDITION}"
_OVER = "over_completed_correlations"


def _of_level(level: str) -> pd.DataFrame:
    pairs = read_processed("correlations")
    return pairs[pairs["level"] == level]


def correlations() -> blocks.Figure:
    """Return the correlation matrices between and within countries and of changes."""
    over = read_processed(_OVER)
    gaps = gap_sentence(over, ("within", "changes"), "correlation within countries or of changes")
    rests = f"{gaps} {rests_on_complete_cases()}"
    return correlation_figure(read_processed("correlations"), rests)


def triple() -> blocks.Table:
    """Return every pair between countries, within them and in changes, with intervals."""
    heads, over = ("Between", "Within", "Changes"), read_processed(_OVER)
    of_level = {head: _of_level(head.lower()).set_index(["x", "y"]) for head in heads}
    within, steps = of_level["Within"], of_level["Changes"]
    lines: list[list[str | blocks.Cell]] = []
    for x, y in within.index:
        lines.append([f"{x} – {y}"])
        for head, table in of_level.items():
            r, low, high = row_at(table, (x, y))[["r", "low", "high"]]
            span = filled_cell(over, head.lower(), f"{x} {y}", interval(low, high))
            lines[-1] += [MISSING if pd.isna(r) else fixed(r), span]
    columns = [
        column
        for head in heads
        for column in (blocks.Column(head), blocks.Column("95 %", f"95 % interval, {head.lower()}"))
    ]
    shown = over[over["statistic"].isin(["between", "within", "changes"])]
    withheld = "–: withheld. " * any(table["low"].isna().any() for table in of_level.values())
    moved = max((shown[f"known_{end}"] - shown[end]).abs().max() for end in ("low", "high"))
    return blocks.value_table(
        f"{len(lines)} pairs of categories on three levels",
        ["Pair", *columns],
        lines,
        name="pairs",
        caption=(
            f"{int(within['n_units'].max())} countries, {_PERIOD}; "
            f"{int(within['n_rows'].max())} country-editions with all seven ratings "
            f"and {int(steps['n_rows'].max())} steps between adjacent ones. "
            f"Intervals: Fisher z (between), country jackknife (within, changes). {withheld}"
            f"Over {over['n_panels'].iloc[0]} completed panels, which fill every gap as the "
            f"printed facts allow, no end of an interval lies more than {fixed(moved)} away "
            f"(Rubin’s rules). Initials as in the figure above. {rests_on_complete_cases()}"
        ),
    )


def notes() -> blocks.Items:
    """Return what the levels rest on and what they cannot say."""
    levels = ("between", "within", "two_way", "changes")
    return blocks.bullets(
        "These figures rest on all countries and editions, whatever this brief shows.",
        _two_way_sentence(),
        _support_sentence(),
        _rest_sentence(),
        *_null_sentences(),
        gap_sentence(read_processed(_OVER), levels, "correlation on some level"),
        "Quarter-point steps hide small movements, so that a low correlation of changes does "
        "not show that two categories move apart. Moving together says nothing about which "
        "came first or why. Intervals take what happened to all countries in one year as "
        "given.",
    )


def _support_sentence() -> blocks.Sentence:
    tests, over = read_processed("correlation_tests"), read_processed(_OVER)
    pairs = tests[tests["family"] == "pairs"]
    name = pairs["level"].iloc[0]
    level, filled = _of_level(name), over[over["statistic"] == name]
    r, units = level["r"], level["effective_units"]
    return blocks.Sentence(
        f"Less that path, {'every' if r.min() > 0 else 'not every'} pair of categories went the "
        f"same way within countries: the 21 correlations lie between {fixed(r.min())} and "
        f"{fixed(r.max())}, where 1 is in step and 0 unrelated.",
        "Within countries, less each edition’s mean, the 21 correlations range from "
        f"{interval(r.min(), r.max())} ({int(level['n_units'].max())} countries, "
        f"{int(level['n_rows'].max())} country-editions, {_PERIOD}); a pair rests on "
        f"{interval(units.min(), units.max(), 0)} countries in effect. The 95 % interval (country "
        f"jackknife) leaves out zero for {len(findings.clear_of_zero(level))} of them, over "
        f"completed panels (Rubin’s rules) for {len(findings.clear_of_zero(filled))}. "
        + findings.family_sentence(pairs),
    )


def _two_way_sentence() -> blocks.Sentence:
    pairs = read_processed("correlations")
    signs = findings.other_signs(pairs, "two_way", "changes", "within")
    agree = "All pairs have the same sign on the three levels."
    if signs:
        agree = f"In {counted(signs, 'case')} the sign differs between these levels."
    median = pairs.groupby("level")["r"].median().map(fixed)
    return blocks.Sentence(
        "Part of what goes together within countries is a path that all of them share.",
        "A trend that countries share counts as association within them: less each edition’s mean "
        f"the median of the 21 pairs is {median['two_way']} in place of {median['within']}, of "
        f"annual changes {median['changes']}. {agree}",
    )


def _rest_sentence() -> blocks.Sentence:
    rest = read_processed("rest_scores")
    within = rest[rest["level"] == "two_way"].dropna(subset=["low"])
    if within.empty:
        return blocks.Sentence("The correlations with the rest score are withheld.")
    ends = within.loc[[within["r"].idxmax(), within["r"].idxmin()]].replace(CATEGORIES)
    near, far = ends["category"]
    overlap = "; their intervals overlap" if ends["low"].iloc[0] <= ends["high"].iloc[1] else ""
    closest, loosest = (
        f"{row.category} ({fixed(row.r)}, 95 % CI {interval(row.low, row.high)}, country jackknife)"
        for row in rows(ends)
    )
    return blocks.Sentence(
        with_corruption(
            f"{near} moved most closely with the other categories, {far} least{overlap}."
        ),
        "Each category was compared with its rest score, the mean of the other six, since it is "
        "itself a part of the Democracy Score. Less each edition’s mean, within countries "
        f"({countries(int(within['n_units'].max()))}, {int(within['n_rows'].max())} "
        f"country-editions) the closest to the others is {closest}, the loosest {loosest}.",
    )


def _null_sentences() -> list[blocks.Sentence]:
    null = read_processed("calibrated_null")
    return [
        blocks.Sentence(
            "Unrelated categories would hardly show as much."
            if row.observed > row.null_upper
            else "Unrelated categories could show as much.",
            f"In {int(row.draws)} simulated panels with the same gaps whose categories are "
            "unrelated, the mean correlation within countries, less each edition’s mean, lies "
            f"between {fixed(row.null_lower)} and {fixed(row.null_upper)} in 95 of 100; here it is "
            f"{fixed(row.observed)}. The 95 % intervals hold the true zero in "
            f"{fixed(100 * row.coverage, 0)} % of those pairs.",
        )
        for row in rows(null[null["statistic"] == "two_way"])
    ]


def dimension_notes() -> blocks.Items:
    """Return in how many dimensions categories differ between countries and move within them."""
    estimates = {(row.level, row.measure): row for row in rows(read_processed("dimensions"))}
    sentences: list[str | blocks.Sentence] = []
    for level, method in (("between", "Feldt"), ("within", "country jackknife")):
        share, where = estimates[level, "first_share"], f"{level.capitalize()} countries"
        if pd.isna(share.estimate):
            sentences.append(f"{where}: {share.refusal}.")
            continue
        factors, alpha, also = estimates[level, "factors"], estimates[level, "alpha"], ""
        if pd.notna(factors.estimate):
            n = int(factors.estimate)
            also = f"; {counted(n, 'factor')} {'stands' if n == 1 else 'stand'} out from these"
        if pd.notna(alpha.low):
            span = interval(alpha.low, alpha.high)
            also += f"; alpha is {fixed(alpha.estimate)} (95 % CI {span}, {method})"
        most = "nearly all" if share.estimate > 0.9 else "most" if share.estimate > 0.5 else "some"
        sentences.append(
            blocks.Sentence(
                f"{where} one common scale holds {most} of what the seven categories say.",
                f"{where} one dimension carries {fixed(100 * share.estimate, 0)}"
                " % of the seven categories’ variance, against at most "
                f"{fixed(100 * share.reference, 0)} % in 95 of 100 panels without association"
                f"{also} ({int(share.n_countries)} countries, {int(share.n_rows)} "
                f"country-editions, {_PERIOD}).",
            )
        )
    pooled = estimates.get(("pooled", "alpha"))
    if pooled is not None and pd.notna(pooled.estimate):
        sentences.append(
            blocks.Sentence(
                "That countries can be ranked on one scale does not say that a country’s seven "
                "ratings move as one.",
                f"The pooled alpha of {fixed(pooled.estimate)} repeats the comparison between "
                "countries.",
            )
        )
    return blocks.bullets(*sentences)


def order_notes() -> blocks.Items:
    """Return which category tended to be revised first, or what can be said instead."""
    return findings.order(with_texts(read_processed("lead_lag")), FIRST_EDITION, LAST_EDITION)


def choices() -> blocks.Items:
    """Return the range of the headlines under every declared choice."""
    return findings.choices(read_processed("multiverse"))
