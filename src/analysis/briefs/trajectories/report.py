"""Tables of notebook 2: what was estimated, with its guards, one function a section."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Block, Note, Table, bullets
from analysis.briefs.tables import frame_table
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.wording import fixed, interval, probability
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES
from analysis.trajectories.results import SimulatedResults


def withheld(reason: str) -> Note:
    """Return a refusal as a block."""
    return Note(label="Withheld", text=reason[:1].upper() + reason[1:] + ".")


def _between(table: pd.DataFrame, digits: int = 2, *, sign: bool = True) -> pd.Series:
    """Return intervals as text, empty where withheld."""
    pairs = zip(table["lower"], table["upper"], strict=True)
    texts = ["" if pd.isna(low) else interval(low, high, digits, sign=sign) for low, high in pairs]
    return pd.Series(texts, index=table.index, dtype=object)


def drifts(table: pd.DataFrame) -> Table:
    """Return the drift of every country, the largest fall first."""
    shown = table.sort_values("net_change", kind="stable")
    tests = [
        "not tested"
        if row.refusal
        else f"{probability(row.p_value)}, {probability(row.adjusted_p)}"
        for row in rows(shown)
    ]
    tested = int(table["family_size"].max()) if len(table) else 0
    return frame_table(
        shown.assign(test=tests),
        "Drift of the Democracy Score by country",
        "country: Country | n_changes: Changes | n_downs: Down | n_ups: Up | "
        "±net_change: Net change | ±theil_sen_per_decade: Per decade | test: p, q",
        caption=(
            f"Family of {tested} country tests: p by sign flips of blocks, q by Benjamini and "
            "Hochberg. Not tested: fewer than six blocks with a net change. Slope: Theil and "
            "Sen, a description."
        ),
    )


def contrasts(table: pd.DataFrame, most: int = 10) -> Table:
    """Return the largest differences of average trends."""
    shown = table.sort_values("estimate", key=abs, ascending=False, kind="stable").head(most)
    adjusted = ["" if pd.isna(p) else probability(p) for p in shown["adjusted_p"]]
    between = _between(shown).where(shown["refusal"] == "", shown["refusal"])
    sizes = table.groupby("family")["family_size"].max()
    families = ", ".join(f"{n} in {str(name).replace('_', ' ')}" for name, n in sizes.items())
    return frame_table(
        shown.assign(interval=between, adjusted=adjusted),
        f"The {len(shown)} largest differences of average trends",
        "name: First − second | ±estimate: Points per decade | interval: 95 % interval | "
        "adjusted: Adjusted p | n_countries: Countries",
        dense=True,
        caption=(
            f"95 % interval: paired t within countries, Welch between regions. Family sizes: "
            f"{families}; p adjusted by Holm. A difference picked because it is large is not "
            "confirmed by its interval."
        ),
    )


def regression(table: pd.DataFrame) -> Block:
    """Return the terms of the trend regression with three standard errors, or why there is none."""
    if (table["refusal"] != "").any():
        return withheld("; ".join(table["refusal"].unique()))
    names = {
        "time": "Others, points per decade",
        "time:eu": "Members less others, per decade",
    }
    row = next(rows(table))
    return frame_table(
        table.assign(words=table["term"].map(names), interval=_between(table)),
        "Trend of the Democracy Score in members of the EU and in the others",
        "words: Term | ±estimate: Estimate | interval: 95 % interval | "
        "df_cr2: Degrees of freedom | se_cr1: Error, CR1 | se_cr2: Error, CR2 | "
        "se_cv3: Error, CV3",
        caption=(
            f"Least squares with a level for each country, {row.n_observations} country-years of "
            f"{row.n_clusters} countries as clusters: countries known for longer weigh more than "
            "in the average trend. 95 % interval: CR2 with Satterthwaite's degrees of freedom, "
            "t(df). CV3: leaving out one country. Members as of 2024. " + row.messages
        ),
    )


def growth(estimates: pd.DataFrame) -> Block:
    """Return fixed effects and shares of variance of the growth models, or why there are none."""
    refusals = estimates.loc[estimates["refusal"] != "", "refusal"].unique()
    if len(refusals) and (estimates["refusal"] != "").all():
        return withheld("; ".join(refusals))
    told = estimates[estimates["refusal"] == ""]
    told = told.assign(
        interval=_between(told, 3, sign=False),
        model=told["model"].map({"score": "Democracy Score", "joint": "Categories"}),
        term=told["term"].map(_term),
    )
    notes = [note for note in told["messages"].unique() if note]
    n = int(told["n_countries"].max())
    return frame_table(
        told,
        "Growth-curve models: average lines and shares of variance",
        "model: Model | term: Term | estimate: Estimate | interval: 95 % interval",
        digits=3,
        caption=(
            f"{n} countries; level at the middle edition, slope in points per decade; 95 % "
            f"interval by t({n - 1}). A fit counts only if two optimisers agree. The model draws "
            "lines and splits variance; it does not test whether trends differ. "
            + "; ".join([*notes, *refusals])
        ),
    )


_TERMS = {
    "level": "Level",
    "slope": "Slope",
    "country_level": "Variance of country levels",
    "country_slope": "Variance of country slopes",
    "category_level": "Variance of category levels in a country",
    "category_slope": "Variance of category slopes in a country",
    "level_slope_correlation": "Correlation of levels and slopes",
    "residual": "Residual variance",
    "icc": "Share of variance between countries",
    "r2_marginal": "Share of the average lines",
    "r2_conditional": "Share of all lines",
    "residual_lag_1": "Lag-1 correlation of residuals",
}


def _term(name: str) -> str:
    """Return a term of the growth model in words, such as ``Slope, Civil Society``."""
    part, _, code = name.rstrip("]").partition("[")
    return f"{_TERMS.get(part, part)}, {CATEGORIES[code]}" if code else _TERMS.get(part, part)


def growth_extremes(lines: pd.DataFrame, each: int = 4) -> Block:
    """Return the countries whose shrunken lines fall and rise most."""
    own = lines[lines["model"] == "score"].sort_values("slope_per_decade", kind="stable")
    if own.empty:
        return withheld("no country lines without a fitted model")
    ends = own if len(own) <= 2 * each else pd.concat([own.head(each), own.tail(each)])
    return frame_table(
        ends,
        "Country lines of the growth model, steepest falls and rises",
        "country: Country | level: Level | ±slope_per_decade: Shrunken slope | "
        "±raw_slope_per_decade: Least squares | n_editions: Editions",
        caption="Points per decade; a description, shrunken towards the average line.",
    )


def calibrated(results: SimulatedResults) -> Block:
    """Return the panel's figures among those of driftless panels."""
    if results.refusal:
        return withheld(results.refusal)
    table = results.calibrated
    # A number of countries has no decimals.
    digits = [0 if row.statistic.endswith("count") else 2 for row in rows(table)]
    pairs = list(zip(rows(table), digits, strict=True))
    return frame_table(
        table.assign(
            observed=[fixed(row.observed, n) for row, n in pairs],
            ends=[interval(row.null_lower, row.null_upper, n) for row, n in pairs],
        ),
        "Spread of trends and number of declines against driftless panels",
        "meaning: Figure | observed: Panel | null_mean: Driftless, mean | "
        "ends: Driftless, central 95 % | percentile: Share below",
        dense=True,
        caption=(
            f"{int(table['draws'].max())} panels with the same gaps from the generator fitted to "
            "this panel, its drift set to zero; central 95 % between their quantiles."
        ),
    )


def generator(results: SimulatedResults) -> Block:
    """Return how like the panel the simulated ones are."""
    if results.refusal:
        return withheld(results.refusal)
    moments = results.fit[results.fit["part"] == "moment"]
    return frame_table(
        moments,
        "Real and simulated panels side by side",
        "meaning: Moment | real: Real | fitted: Simulated | spread: Spread | z: z",
        digits=3,
        dense=True,
        caption="z: difference in units of the spread over simulated panels.",
    )


def episodes(table: pd.DataFrame, results: SimulatedResults) -> Table:
    """Return the episodes with the false-alarm rate of the rule."""
    told = table.assign(running=table["censored"].map({True: "yes", False: "no"}).astype(object))
    alarm = say.alarm_sentence(results.alarms) or f"False alarms: {results.refusal}."
    return frame_table(
        told,
        "Episodes of decline and improvement",
        "country: Country | direction: Direction | first_edition: From | last_edition: To | "
        "±change: Change | strength: Strength | running: Cut off or running",
        caption=alarm,
    )


def effects(table: pd.DataFrame, event: str = "down") -> Block:
    """Return average marginal effects on one kind of change, or why there are none."""
    own = table[table["event"] == event]
    refusal = "; ".join(own.loc[own["refusal"] != "", "refusal"].unique())
    if refusal:
        return withheld(refusal)
    told = own.assign(
        interval=_between(own, 3),
        variable=own["variable"].map(say.VARIABLE_NAMES),
        contrast=own["contrast"].map(say.in_words),
    )
    row = next(rows(own))
    return frame_table(
        told,
        f"What goes with {say.EVENT_NAMES[event]} of a rating: differences in yearly probability",
        "variable: Variable | contrast: Contrast | ±effect: Difference | interval: 95 % interval",
        digits=3,
        caption=(
            f"{row.n_events} events in {row.n_observations} country-category-years of "
            f"{row.n_countries} countries; logit with countries as clusters, bias-reduced, "
            f"t({int(row.df)}). {row.messages.capitalize()}. Associations only."
        ),
    )


def refused_effects(table: pd.DataFrame) -> Block:
    """Return which kinds of change have a model and which do not."""
    events = table.drop_duplicates("event")
    return bullets(
        [
            f"{say.EVENT_NAMES[row.event].capitalize()}: "
            f"{row.refusal or f'{row.n_events} events, model fitted'}."
            for row in rows(events)
        ]
    )


def country_rates(table: pd.DataFrame, most: int = 8) -> Table:
    """Return the countries whose ratings changed most often, shrunken."""
    shown = table.head(most)
    return frame_table(
        shown.assign(interval=_between(shown, 3, sign=False)),
        "Countries whose ratings changed most often",
        "rank: Rank | country: Country | n_events: Changes | n_opportunities: Chances | "
        "rate: Shrunken rate | interval: 95 % interval",
        digits=3,
        caption=(
            "Shrunken towards the common rate, 95 % interval of the beta posterior; where "
            "intervals overlap, ranks may swap."
        ),
    )


def class_matrix(table: pd.DataFrame) -> Table:
    """Return the counts of moves between regime classes."""
    wide = table.pivot_table(
        index="from_class", columns="to_class", values="count", sort=False, aggfunc="sum"
    ).reset_index()
    return frame_table(
        wide,
        "Regime class in one edition (rows) and the next (columns)",
        " | ".join(f"{name}: {'Class' if name == 'from_class' else name}" for name in wide.columns),
        caption="Country-years of adjacent editions.",
    )
