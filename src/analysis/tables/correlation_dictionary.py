"""What every column of the stored results of notebook 3 means."""

from __future__ import annotations

from typing import Final

from analysis.facts.rating_system import CATEGORIES
from analysis.tables.data_dictionary import Column, Table

_CODES: Final = "; ".join(f"{code} {name}" for code, name in CATEGORIES.items())
_LEVEL: Final = Column(
    "level",
    "string",
    "between: of country means; within: of departures from the country's mean; two_way: the same "
    "less each edition's mean; changes: of steps between adjacent editions; pooled: of all "
    "country-editions, never to be read alone.",
)
_X: Final = Column("x", "string", _CODES, "", {"enum": [*CATEGORIES]})
_Y: Final = Column("y", "string", "The other category.", "", {"enum": [*CATEGORIES]})
_REFUSAL: Final = Column(
    "refusal", "string", "Why an estimate or an interval is withheld; else empty."
)
_FAMILY: Final = (
    Column("adjusted_p", "number", "p-value adjusted for the family; q if the method is fdr_bh."),
    Column("adjustment", "string", "holm, or fdr_bh (Benjamini-Hochberg)."),
    Column("family", "string", "Family of tests, declared in advance."),
    Column("family_size", "integer", "Tests made in the family."),
)
_ESTIMATE: Final = (
    Column("r", "number", "Correlation; empty where not estimable.", "", {"minimum": -1}),
    Column("low", "number", "Lower bound of the 95 % interval; empty where withheld."),
    Column("high", "number", "Upper bound of the 95 % interval; empty where withheld."),
    Column("n_units", "integer", "Countries."),
    Column("n_contributing", "integer", "Countries in which both moved."),
    Column(
        "effective_units",
        "number",
        "Effective number of countries that the association rests on (within, two_way, changes).",
    ),
    Column("n_rows", "integer", "Country-editions, or steps between adjacent ones."),
    _REFUSAL,
)

CORRELATIONS: Final = Table(
    "correlations",
    "Correlations of the categories",
    "One row a level and pair of categories.",
    (_LEVEL, _X, _Y, *_ESTIMATE),
    ("level", "x", "y"),
)

REST_SCORES: Final = Table(
    "rest_scores",
    "Categories and their rest scores",
    "One row a level and category: its correlation with the mean of the other six.",
    (
        _LEVEL,
        Column("category", "string", _CODES, "", {"enum": [*CATEGORIES]}),
        *_ESTIMATE,
        Column(
            "r_with_mean",
            "number",
            "Correlation with the mean of all seven, of which the category is a part: about .38 "
            "even if nothing is associated; never to be read without r.",
        ),
    ),
    ("level", "category"),
)

CORRELATION_TESTS: Final = Table(
    "correlation_tests",
    "Tests of association within countries",
    "One row a family and test.",
    (
        Column("family", "string", "pairs, or rest_scores; declared in advance."),
        _X,
        Column("y", "string", "The other category, or rest score."),
        Column("r", "number", "Correlation within countries."),
        Column("effective_units", "number", "Effective number of countries it rests on."),
        Column("p_sign_flip", "number", "Two-sided p-value by turning round whole countries."),
        *(column for column in _FAMILY if column.name != "family"),
        Column("q_sign_flip", "number", "Share of false findings at this p_sign_flip."),
        Column("p_max_t", "number", "p-value for the family, by its largest correlation."),
        Column("p_jackknife", "number", "p-value of t with effective_units - 1 df; unadjusted."),
        Column("bootstrap_low", "number", "Percentile interval over resampled countries: a check."),
        Column("bootstrap_high", "number", "Its upper bound; covers two to five points short."),
        Column("draws", "integer", "Random sign patterns, and resampled sets of countries."),
        _REFUSAL,
    ),
    ("family", "x", "y"),
)

LEVEL_CONTRASTS: Final = Table(
    "level_contrasts",
    "Between against within",
    "One row a pair of categories: two correlations of the same countries compared.",
    (
        _X,
        _Y,
        Column("one", "string", "Level of the first correlation."),
        Column("other", "string", "Level of the second."),
        Column("r_one", "number", "First correlation."),
        Column("r_other", "number", "Second correlation."),
        Column("name", "string", "What is compared."),
        Column("estimate", "number", "First less second, as Fisher's z."),
        Column("standard_error", "number", "By country jackknife."),
        Column("lower", "number", "Lower bound of the 95 % interval."),
        Column("upper", "number", "Upper bound of the 95 % interval."),
        Column("df", "number", "Degrees of freedom: effective number of countries less one."),
        Column("p_value", "number", "Two-sided p-value."),
        Column("method", "string", "Method of the interval."),
        Column("n_countries", "integer", "Countries."),
        Column("n_editions", "integer", "Editions."),
        Column("n_observations", "integer", "Country-editions."),
        Column("messages", "string", "Guards that fired."),
        _REFUSAL,
        *(_FAMILY[i] for i in (2, 3, 1, 0)),
    ),
    ("x", "y"),
)

DIMENSIONS: Final = Table(
    "dimensions",
    "Dimensions and reliability",
    "One row a level, measure and item.",
    (
        _LEVEL,
        Column(
            "measure",
            "string",
            "eigenvalue, first_share (of the first eigenvalue), alpha, omega, loading (on one "
            "factor), factors (leading eigenvalues above their reference), constant (left out).",
        ),
        Column("item", "string", "Rank of the eigenvalue, or the category."),
        Column("estimate", "number", "Its value; empty where not estimable."),
        Column("low", "number", "Lower bound of the 95 % interval; empty where there is none."),
        Column("high", "number", "Upper bound of the 95 % interval; empty where there is none."),
        Column("reference", "number", "95th percentile without association."),
        Column("n_countries", "integer", "Countries."),
        Column("n_rows", "integer", "Country-editions."),
        _REFUSAL,
    ),
    ("level", "measure", "item"),
)

CALIBRATED_NULL: Final = Table(
    "calibrated_null",
    "Headline figures among unrelated panels",
    "One row a figure: where the panel stands among simulated panels with the same gaps in which "
    "categories move without relation.",
    (
        Column("statistic", "string", "Code of the figure."),
        Column("meaning", "string", "What it is."),
        Column("observed", "number", "The panel's figure."),
        Column("null_mean", "number", "Mean of the simulated panels."),
        Column("null_lower", "number", "2.5th percentile of the simulated panels."),
        Column("null_upper", "number", "97.5th percentile of the simulated panels."),
        Column("percentile", "number", "Share of simulated panels with a smaller figure."),
        Column("p_value", "number", "Share of simulated panels with at least this figure."),
        Column("coverage", "number", "How often the 95 % intervals hold zero in those panels."),
        Column("draws", "integer", "Simulated panels."),
        Column("n_countries", "integer", "Countries."),
        Column("n_editions", "integer", "Editions."),
    ),
    ("statistic",),
)

LEAD_LAG: Final = Table(
    "lead_lag",
    "Order of revisions",
    "One row a pair of categories: annual changes less each edition's mean.",
    (
        _X,
        _Y,
        Column("forward", "number", "Correlation of a change of x with the next change of y."),
        Column("backward", "number", "Correlation of a change of y with the next change of x."),
        Column("difference", "number", "forward less backward."),
        Column("low", "number", "Lower bound of its 95 % interval, country jackknife, t(G-1)."),
        Column("high", "number", "Upper bound of its 95 % interval."),
        Column("forward_null_high", "number", "95th percentile of forward without order."),
        Column("backward_null_high", "number", "95th percentile of backward without order."),
        Column("null_low", "number", "2.5th percentile of the difference without order."),
        Column("null_high", "number", "97.5th percentile of the difference without order."),
        Column("p_value", "number", "Two-sided place of the difference among simulated ones."),
        *_FAMILY,
        Column("changes_x", "integer", "Changes of x in the panel."),
        Column("changes_y", "integer", "Changes of y in the panel."),
        Column("n_countries", "integer", "Countries."),
        Column("n_editions", "integer", "Editions."),
        Column("n_steps", "integer", "Steps between adjacent editions."),
        Column("draws", "integer", "Simulated panels."),
        _REFUSAL,
    ),
    ("x", "y"),
)

MULTIVERSE: Final = Table(
    "multiverse",
    "Headlines under every choice",
    "One row a headline and combination of choices.",
    (
        Column("headline", "string", "trend, association or gap."),
        Column("period", "string", "From which edition."),
        Column("countries", "string", "Which countries."),
        Column("estimator", "string", "OLS, Theil-Sen, net change; within, two_way, changes."),
        Column("weighting", "string", "Whether countries or country-editions count alike."),
        Column("scale", "string", "points, or ranks spread over the same points."),
        Column("estimate", "number", "The headline's figure under these choices."),
        Column("n_countries", "integer", "Countries."),
        Column("n_rows", "integer", "Country-editions."),
        Column("chosen", "integer", "1 for the combination fixed in advance."),
        _REFUSAL,
    ),
    ("headline", "period", "countries", "estimator", "weighting", "scale"),
)

VALIDATION_CORRELATIONS: Final = Table(
    "validation_correlations",
    "Validation of the correlation estimators",
    "One row a figure measured on simulated panels with a known truth.",
    (
        Column("estimator", "string", "What was measured; sanity: a method that must fail."),
        Column("scenario", "string", "On which simulated panels."),
        Column("metric", "string", "Coverage, size, power."),
        Column("required", "string", "What it must be."),
        Column("measured", "number", "What it is."),
        Column("monte_carlo_error", "number", "Standard error of the measurement."),
        Column("passed", "boolean", "Whether it lies in the range."),
        Column("note", "string", "Why another range is required than the one designed."),
    ),
    ("estimator", "scenario", "metric"),
)

CORRELATION_TABLES: Final = (
    CORRELATIONS,
    REST_SCORES,
    CORRELATION_TESTS,
    LEVEL_CONTRASTS,
    DIMENSIONS,
    CALIBRATED_NULL,
    LEAD_LAG,
    MULTIVERSE,
    VALIDATION_CORRELATIONS,
)
