"""What every column of the results of notebook 2 about drifts and trends means."""

from __future__ import annotations

from typing import Final

from analysis.tables.data_dictionary import POINTS, Column, Table

_COUNTRY: Final = Column("country", "string", "Country.")
_N_EDITIONS: Final = Column("n_editions", "integer", "Editions.")
_MESSAGES: Final = Column("messages", "string", "What a reader has to know; guards that fired.")
_REFUSAL: Final = Column("refusal", "string", "Why there is no result; else empty.")
_FAMILY: Final = Column("family", "string", "Family of tests, declared in advance.")
_FAMILY_SIZE: Final = Column("family_size", "integer", "Tests made in the family.")
_ADJUSTMENT: Final = Column(
    "adjustment", "string", "holm, or fdr_bh (Benjamini-Hochberg); empty for a single test."
)
_ADJUSTED_P: Final = Column(
    "adjusted_p", "number", "p-value adjusted for the family; q if the adjustment is fdr_bh."
)
_GROUP: Final = Column("group", "string", "Group of countries; all, or a part of the region.")
_STANDARD_ERROR: Final = Column("standard_error", "number", "Standard error; empty where refused.")
_LOWER: Final = Column("lower", "number", "Lower bound of the 95 % interval; empty where withheld.")
_UPPER: Final = Column("upper", "number", "Upper bound of the 95 % interval; empty where withheld.")
_DF: Final = Column("df", "number", "Degrees of freedom.")
_P_VALUE: Final = Column(
    "p_value", "number", "Two-sided p-value; empty where refused or not tested."
)
_METHOD: Final = Column("method", "string", "Method of the interval.")
_N_COUNTRIES: Final = Column("n_countries", "integer", "Countries.")
_N_OBSERVATIONS: Final = Column(
    "n_observations", "integer", "Country-years, or annual changes for rates and breaks."
)

DRIFTS: Final = Table(
    "drifts",
    "Drift of every country's score",
    "One row a country: movement of its Democracy Score, and the sign-flip test where possible.",
    (
        _COUNTRY,
        Column("first_edition", "integer", "First known edition.", "year"),
        Column("last_edition", "integer", "Last known edition.", "year"),
        _N_EDITIONS,
        Column("n_changes", "integer", "Pairs of adjacent known editions."),
        Column("n_ups", "integer", "Annual changes upwards."),
        Column("n_downs", "integer", "Annual changes downwards."),
        Column("net_change", "number", "Last minus first score.", POINTS),
        Column(
            "slope_per_decade", "number", "Theil-Sen slope per ten editions, a description.", POINTS
        ),
        Column("block_length", "integer", "Editions in a block of the test."),
        Column("n_blocks", "integer", "Blocks with a net change; six are needed."),
        Column("p_value", "number", "Sign-flip p-value; empty where refused."),
        Column("p_block_1", "number", "The same with blocks of one edition."),
        Column("p_block_3", "number", "The same with blocks of three editions."),
        _MESSAGES,
        _REFUSAL,
        _FAMILY,
        _FAMILY_SIZE,
        _ADJUSTMENT,
        _ADJUSTED_P,
    ),
    ("country",),
)

TRENDS: Final = Table(
    "trends",
    "Average trends",
    "One row a group and measure: mean over countries of the least-squares slope per ten editions.",
    (
        _GROUP,
        Column("name", "string", "Category, DS for the Democracy Score."),
        Column("estimate", "number", "Mean slope per decade; empty where refused.", POINTS),
        _STANDARD_ERROR,
        _LOWER,
        _UPPER,
        _DF,
        _P_VALUE,
        _METHOD,
        _N_COUNTRIES,
        _N_EDITIONS,
        _N_OBSERVATIONS,
        _MESSAGES,
        _REFUSAL,
        Column("fell", "integer", "Countries with a negative slope."),
        Column("rose", "integer", "Countries with a positive slope."),
        Column("unchanged", "integer", "Countries with slope zero."),
        Column("wilcoxon_p", "number", "p-value of the signed-rank test over countries."),
        Column("sign_flip_p", "number", "p-value of sign flips over countries."),
        _FAMILY,
        _FAMILY_SIZE,
        _ADJUSTMENT,
        _ADJUSTED_P,
    ),
    ("group", "name"),
)

TREND_LEAVE_ONE_OUT: Final = Table(
    "trend_leave_one_out",
    "Average trend with one left out",
    "One row a group and country or edition left out of the average trend of the score.",
    (
        _GROUP,
        Column("kind", "string", "country or edition."),
        Column("left_out", "string", "Which one."),
        Column("estimate", "number", "Mean slope per decade without it.", POINTS),
        _N_COUNTRIES,
        _REFUSAL,
    ),
    ("group", "kind", "left_out"),
)

TREND_CONTRASTS: Final = Table(
    "trend_contrasts",
    "Differences of average trends",
    "One row a pair of categories (within countries) or of regions.",
    (
        Column("name", "string", "First minus second."),
        Column("estimate", "number", "Difference of mean slopes per decade.", POINTS),
        _STANDARD_ERROR,
        _LOWER,
        _UPPER,
        _DF,
        _P_VALUE,
        _METHOD,
        _N_COUNTRIES,
        _N_EDITIONS,
        _N_OBSERVATIONS,
        _MESSAGES,
        _REFUSAL,
        Column("first", "string", "First category or region."),
        Column("second", "string", "Second category or region."),
        _FAMILY,
        _FAMILY_SIZE,
        _ADJUSTMENT,
        _ADJUSTED_P,
    ),
    ("family", "name"),
)

TREND_REGRESSION: Final = Table(
    "trend_regression",
    "Trends of members of the EU and of the others",
    "One row a term of the score on time (decades), membership (2024) and their product.",
    (
        Column("term", "string", "Intercept, time, eu, time:eu."),
        Column("estimate", "number", "Least-squares coefficient; empty where refused."),
        Column("se_cr1", "number", "Standard error by countries as clusters, CR1."),
        Column("p_cr1", "number", "Its p-value, t(G - 1)."),
        Column("se_cr2", "number", "Standard error CR2 (Bell & McCaffrey)."),
        Column("df_cr2", "number", "Its Satterthwaite degrees of freedom."),
        Column("p_cr2", "number", "Its p-value."),
        _LOWER,
        _UPPER,
        Column("se_cv3", "number", "Standard error by leaving out one country, CV3."),
        Column("p_cv3", "number", "Its p-value, t(G - 1)."),
        Column("p_wild", "number", "Wild cluster bootstrap p-value, null imposed."),
        Column("message", "string", "What holds for the term."),
        Column("n_clusters", "integer", "Countries."),
        _N_OBSERVATIONS,
        _MESSAGES,
        _REFUSAL,
    ),
    ("term",),
)

GROWTH: Final = Table(
    "growth",
    "Growth-curve mixed models",
    "One row a model and term: fixed effects and shares of variance.",
    (
        Column("model", "string", "score, or joint for the seven categories."),
        Column("part", "string", "fixed or variance."),
        Column("term", "string", "Fixed effect or component of variance."),
        Column("estimate", "number", "Estimate to three decimals."),
        _STANDARD_ERROR,
        _LOWER,
        _UPPER,
        _DF,
        _N_COUNTRIES,
        _N_EDITIONS,
        _N_OBSERVATIONS,
        _MESSAGES,
        _REFUSAL,
    ),
    ("model", "part", "term"),
)

GROWTH_LINES: Final = Table(
    "growth_lines",
    "Country lines of the growth models",
    "One row a model and country: its line, shrunken towards the average one.",
    (
        Column("model", "string", "score, or joint: of the mean over categories."),
        _COUNTRY,
        Column("level", "number", "Level at the middle edition.", POINTS),
        Column("slope_per_decade", "number", "Shrunken slope per decade.", POINTS),
        Column("raw_slope_per_decade", "number", "Least-squares slope per decade.", POINTS),
        _N_EDITIONS,
    ),
    ("model", "country"),
)

GENERATOR_FIT: Final = Table(
    "generator_fit",
    "Generator of simulated panels",
    "One row a fitted setting, or a moment of the real panel and of simulated ones.",
    (
        Column("part", "string", "setting or moment."),
        Column(
            "name", "string", "Setting (a number for each category where they differ) or moment."
        ),
        Column("meaning", "string", "What the moment is."),
        Column(
            "fitted", "number", "Value of the setting; mean of the moment over simulated panels."
        ),
        Column("real", "number", "Moment of the real panel."),
        Column("spread", "number", "Standard deviation of the moment over simulated panels."),
        Column("z", "number", "(real - fitted) / spread."),
    ),
    ("part", "name"),
)

CALIBRATED_TRENDS: Final = Table(
    "calibrated_trends",
    "Figures among those of driftless panels",
    "One row a figure of the panel, placed among simulated panels without drift.",
    (
        Column("statistic", "string", "Name of the figure."),
        Column("meaning", "string", "What it is."),
        Column("observed", "number", "The panel's figure."),
        Column("null_mean", "number", "Mean over simulated panels."),
        Column("null_lower", "number", "Lower end of the central 95 % of simulated panels."),
        Column("null_upper", "number", "Upper end of them."),
        Column("percentile", "number", "Share of simulated panels with a smaller figure."),
        Column("p_value", "number", "Share of simulated panels with at least this figure."),
        Column("draws", "integer", "Random draws."),
        _N_COUNTRIES,
        _N_EDITIONS,
    ),
    ("statistic",),
)

TREND_TABLES: Final = (
    DRIFTS,
    TRENDS,
    TREND_LEAVE_ONE_OUT,
    TREND_CONTRASTS,
    TREND_REGRESSION,
    GROWTH,
    GROWTH_LINES,
    GENERATOR_FIT,
    CALIBRATED_TRENDS,
)
