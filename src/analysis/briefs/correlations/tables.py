"""Tables and figures of notebook 3: pairs, tests, comparisons, dimensions, order, choices."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Block, Figure, Items, Note, Table, bullets
from analysis.briefs.figures.correlations import LEVEL_TITLES, correlation_figure, ordered_figure
from analysis.briefs.tables import frame_table, given_reasons
from analysis.briefs.wording import CATEGORY_KEY, MISSING, counted, fixed
from analysis.correlations.decomposition import LEVELS
from analysis.correlations.multiverse import summary
from analysis.correlations.results import NullResults
from analysis.facts.frames import row_at
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import declared

_LEVELS = {**LEVEL_TITLES, "pooled": "Pooled (misleading)"}


def matrices(table: pd.DataFrame) -> Figure:
    """Return the heat-maps of the three levels that say something."""
    within = table.loc[table["level"] == "within", "r"].dropna()
    between = table.loc[table["level"] == "between", "r"].dropna()
    title = "Too few countries for correlations"
    if len(within) and len(between):
        title = (
            f"Between countries the median correlation is {fixed(between.median())}, "
            f"within them {fixed(within.median())}"
        )
    return correlation_figure(table, title)


def together(table: pd.DataFrame) -> Figure:
    """Return the within matrix with categories that moved together side by side."""
    within = table[table["level"] == "within"].dropna(subset=["r"])
    title = "Too few countries for correlations within them"
    if len(within):
        first = row_at(within, within["r"].idxmax())
        title = (
            f"{CATEGORIES[first['x']]} and {CATEGORIES[first['y']]} moved together most closely "
            f"({fixed(first['r'])})"
        )
    return ordered_figure(table, title)


def support(table: pd.DataFrame) -> Table:
    """Return every pair within countries with its interval and what it rests on."""
    within = _with_pair(table[table["level"] == "within"])
    return frame_table(
        within,
        "Within-country correlations, 95 % interval by country jackknife",
        "pair: Pair | r: r | low: from | high: to | "
        "n_contributing: Countries that moved in both | effective_units: Effective number",
        caption=f"{len(within)} pairs looked at together; {CATEGORY_KEY}",
        reasons=True,
    )


def levels_compared(table: pd.DataFrame, shares: pd.DataFrame) -> Table:
    """Return median and range of the pairs' correlations on each level.

    Parameters
    ----------
    table
        the table ``correlations``.
    shares
        The exact split of each pair's pooled products (`cross_product_shares`).
    """
    by_level = table.groupby("level")["r"].agg(["median", "min", "max"]).reindex(list(LEVELS))
    between = (shares["between"] / shares["total"]).median()
    return frame_table(
        by_level.rename(index=_LEVELS).rename_axis("level").reset_index(),
        "Correlations of 21 pairs of categories on each level",
        "level: Level | median: Median | min: Lowest | max: Highest",
        caption=(
            "A pair’s pooled sum of products is exactly its sum between countries plus that within "
            f"them; in the median pair {fixed(100 * between, 0)} % of it lies between countries."
            if pd.notna(between)
            else ""
        ),
    )


def _with_pair(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(pair=table["x"] + " – " + table["y"])


def p_text(value: float, draws: int = 0) -> str:
    """Return a p-value with three decimals, or that it lies below what the draws can tell."""
    least = max(1 / (draws + 1) if draws else 0.0, 0.001)
    if pd.isna(value):
        return MISSING
    return f"< {fixed(0.001, 3)}" if value < least + 1e-9 and value <= 0.001 else fixed(value, 3)


def family_table(tests: pd.DataFrame, family: str) -> Table:
    """Return the tests of one family with their adjusted p-values.

    Parameters
    ----------
    tests
        the table ``correlation_tests``.
    family
        ``pairs`` or ``rest_scores``.
    """
    shown = _with_pair(tests[tests["family"] == family])
    size, draws = (int(shown[name].max()) for name in ("family_size", "draws"))
    kept = int((shown["adjusted_p"] <= 0.05).sum())
    for name in ("p_sign_flip", "adjusted_p", "q_sign_flip", "p_max_t", "p_jackknife"):
        shown[name] = shown[name].map(lambda value: p_text(value, draws))
    return frame_table(
        shown,
        f"{size} tests: {declared().families[family].description}; "
        f"adjusted p is at most .05 for {kept} of them",
        f"pair: Pair | r: r | p_sign_flip: p, sign flips | adjusted_p: p, Holm, {size} | "
        "q_sign_flip: q | p_max_t: p, max-T | p_jackknife: p, jackknife | "
        "bootstrap_low: Bootstrap from | bootstrap_high: to",
        caption=(
            f"Within countries. Sign flips: whole countries turned round, {draws} times. The "
            "bootstrap (95 % percentiles over resampled countries) is a cross-check and covers two "
            f"to five points too little. {CATEGORY_KEY}"
        ),
        reasons=True,
    )


def rest_score_table(rest: pd.DataFrame) -> Table:
    """Return each category's correlation with its rest score, beside that with the score."""
    shown = rest[rest["level"].isin(["within", "changes"])]
    return frame_table(
        shown.assign(level=shown["level"].map(LEVEL_TITLES)),
        "Each category with the mean of the other six, its rest score",
        "level: Level | category: Category | r: r | low: from | high: to | "
        "r_with_mean: r with the Democracy Score",
        caption=(
            "95 % interval by country jackknife. A category is part of the Democracy Score and "
            "correlates with it by about .38 even if nothing is associated: read the rest score."
        ),
        reasons=True,
    )


def contrast_table(contrasts: pd.DataFrame) -> Table:
    """Return between against within for every pair."""
    size = int(contrasts["family_size"].max())
    return frame_table(
        _with_pair(contrasts).assign(p=contrasts["adjusted_p"].map(p_text)),
        "Correlation between countries compared with that within them",
        "pair: Pair | r_one: Between | r_other: Within | estimate: Difference of z | "
        f"lower: from | upper: to | p: p, Holm, {size}",
        caption=(
            f"{size} pairs tested. 95 % interval of the difference by country jackknife, never by "
            "two intervals."
        ),
        reasons=True,
    )


def dimension_summary(dimensions: pd.DataFrame) -> Table:
    """Return eigenvalue shares, factors, alpha and omega on the three levels."""
    measures = {
        "first_share": "Share of the first eigenvalue",
        "factors": "Factors above chance",
        "alpha": "Alpha",
        "omega": "Omega",
        "constant": "Left out",
    }
    shown = dimensions[dimensions["measure"].isin(list(measures))]
    return frame_table(
        shown.assign(level=shown["level"].map(_LEVELS), measure=shown["measure"].map(measures)),
        "Dimensions and reliability on three levels",
        "level: Level | measure: Measure | estimate: Value | low: from | high: to | "
        "reference: Without association, 95 %",
        caption=(
            "Within: country jackknife, t(G_eff-1); between: Feldt’s interval. Reference: country "
            "paths turned round (within) or dealt out anew (between). –: withheld, with the reason "
            "at the end."
        ),
    )


def loading_table(dimensions: pd.DataFrame) -> Table:
    """Return the loadings on one factor, between and within countries."""
    loadings = dimensions[dimensions["measure"] == "loading"]
    wide = loadings.pivot(index="item", columns="level", values="estimate").reindex(
        index=list(CATEGORIES), columns=["between", "within"]
    )
    return frame_table(
        wide.rename_axis("item").reset_index(),
        "Loadings on one factor",
        "item: Category | between: Between countries | within: Within countries",
        caption="Maximum likelihood; the sum of the loadings is positive.",
    )


def order_table(leads: pd.DataFrame) -> Table:
    """Return the order of revisions of every pair, refusals included."""
    size = int(leads["family_size"].max())
    return frame_table(
        _with_pair(leads).assign(p=leads["p_value"].map(p_text), q=leads["adjusted_p"].map(p_text)),
        f"Order of revisions of {len(leads)} pairs, {size} of them tested",
        "pair: Pair: first – second | forward: First, then second | "
        "backward: Second, then first | difference: Difference | low: from | high: to | "
        f"null_low: Without order, from | null_high: to | p: p, calibrated | q: q, {size}",
        caption=(
            "Correlation of a change with the other’s next change, both less the edition’s mean. "
            "95 % interval by country jackknife; p from simulated panels in which categories move "
            "together without order, each with its own trigger; q by Benjamini-Hochberg. The order "
            f"of revisions, not of reasons: a finer trigger also comes first. {CATEGORY_KEY}"
        ),
        reasons=True,
    )


def null_table(null: NullResults) -> Block:
    """Return where the panel stands among unrelated panels, or why that cannot be told."""
    if null.refusal:
        return Note(label="Withheld", text=f"No simulated panels: {null.refusal}.")
    table = null.headlines
    draws = int(table["draws"].iloc[0])
    return frame_table(
        table.assign(p=table["p_value"].map(lambda value: p_text(value, draws))),
        "The panel among simulated panels whose categories are unrelated",
        "meaning: Figure | observed: Panel | null_mean: Simulated, mean | null_lower: from | "
        "null_upper: to | percentile: Percentile | p: p | coverage: Coverage",
        caption=(
            f"{draws} panels with the same gaps, from a generator fitted to the panel; from and to "
            "are their 2.5 and 97.5 % quantiles. p: share of "
            f"simulated panels with at least this figure, one test a figure, {len(table)} figures, "
            "unadjusted. Coverage: how often the 95 % interval holds the true zero there."
        ),
    )


def moment_table(null: NullResults) -> Block:
    """Return how alike simulated panels and the panel are."""
    if null.refusal:
        return Note(label="Withheld", text=f"No simulated panels: {null.refusal}.")
    return frame_table(
        null.moments,
        "What the generator was fitted to",
        "meaning: Moment | real: Panel | fitted: Simulated | z: Distance in sd",
        caption="A moment further than two is not reproduced by the simulated panels.",
    )


def multiverse_summary(multiverse: pd.DataFrame) -> Table:
    """Return median, range, sign and most influential choice of each headline."""
    table = summary(multiverse)
    return frame_table(
        table.assign(same_sign=(100 * table["same_sign"]).round().astype(int)),
        "Headlines under all declared choices",
        "meaning: Headline | estimate: As fixed in advance | median: Median | lowest: Lowest | "
        "highest: Highest | same_sign: Same sign, % | n_choices: Choices | "
        "most_influential: Matters most | moves_by: by",
        caption=f"The grid was declared before looking; its file has the hash {declared().digest}.",
    )


def refusals(**tables: pd.DataFrame) -> Items:
    """Return what could not be estimated, and why, counted over the tables given by name."""
    lines = [
        f"{name.replace('_', ' ')}: {counted(int(n), 'row')} – {reason}"
        for name, table in tables.items()
        for reason, n in given_reasons(table).value_counts(sort=False).items()
    ]
    return bullets(lines or ["Nothing was withheld."])
