"""What every column of the results of notebook 2 about changes and classes means."""

from __future__ import annotations

from typing import Final

from analysis.tables.data_dictionary import POINTS, Column, Table

_EVENT: Final = Column("event", "string", "any, down, up, or large: half a point or more.")
_N_EVENTS: Final = Column("n_events", "integer", "Events.")
_N_OPPORTUNITIES: Final = Column(
    "n_opportunities", "integer", "Pairs of adjacent editions in which it could happen."
)
_RATE: Final = Column("rate", "number", "Events over opportunities; empty where refused.")
_LOWER: Final = Column("lower", "number", "Lower bound of the 95 % interval; empty where withheld.")
_UPPER: Final = Column("upper", "number", "Upper bound of the 95 % interval; empty where withheld.")
_DESIGN_EFFECT: Final = Column(
    "design_effect", "number", "Variance of the rate over its binomial variance, at least 1."
)
_N_COUNTRIES: Final = Column("n_countries", "integer", "Countries.")
_N_EDITIONS: Final = Column("n_editions", "integer", "Editions.")
_MESSAGES: Final = Column("messages", "string", "What a reader has to know; guards that fired.")
_REFUSAL: Final = Column("refusal", "string", "Why there is no result; else empty.")
_COUNTRY: Final = Column("country", "string", "Country.")
_FROM_CLASS: Final = Column("from_class", "string", "Regime class before; all for all classes.")
_TO_CLASS: Final = Column("to_class", "string", "Regime class after.")

CHANGE_RATES: Final = Table(
    "change_rates",
    "Yearly rates of change",
    "One row a category (or all together) and kind of change.",
    (
        Column("name", "string", "Category, or all."),
        _EVENT,
        _N_EVENTS,
        _N_OPPORTUNITIES,
        _RATE,
        _LOWER,
        _UPPER,
        _DESIGN_EFFECT,
        _N_COUNTRIES,
        _N_EDITIONS,
        _MESSAGES,
        _REFUSAL,
    ),
    ("name", "event"),
)

CHANGES_BY_EDITION: Final = Table(
    "changes_by_edition",
    "Changes by edition",
    "One row an edition: ratings that fell and rose since the edition before.",
    (
        Column("edition", "integer", "Edition.", "year"),
        Column("n_down", "integer", "Ratings that fell."),
        Column("n_up", "integer", "Ratings that rose."),
        _N_OPPORTUNITIES,
    ),
    ("edition",),
)

COUNTRY_CHANGE_RATES: Final = Table(
    "country_change_rates",
    "Rates of change of countries",
    "One row a country: its yearly rate of any change, shrunken towards the common one.",
    (
        _COUNTRY,
        _N_EVENTS,
        _N_OPPORTUNITIES,
        Column("raw_rate", "number", "Changes over opportunities."),
        Column("rate", "number", "Shrunken rate."),
        Column("lower", "number", "Lower end of the central 95 % of its posterior."),
        Column("upper", "number", "Upper end of it."),
        Column("rank", "integer", "1 for the most changes; overlapping intervals may swap."),
        _MESSAGES,
    ),
    ("country",),
)

CHANGE_EFFECTS: Final = Table(
    "change_effects",
    "What goes with a change of rating",
    "One row a kind of change and contrast: average marginal effects.",
    (
        _EVENT,
        Column("variable", "string", "Variable of the model."),
        Column("contrast", "string", "Which of its values are compared."),
        Column("effect", "number", "Difference in the yearly probability of the event."),
        Column("standard_error", "number", "Standard error; empty where refused."),
        _LOWER,
        _UPPER,
        Column("df", "number", "Degrees of freedom."),
        _N_COUNTRIES,
        _N_EDITIONS,
        Column(
            "n_observations", "integer", "Country-years, or annual changes for rates and breaks."
        ),
        _N_EVENTS,
        Column("correlation", "number", "Working correlation of two observations of a country."),
        _MESSAGES,
        _REFUSAL,
    ),
    (),
)

CLASS_MATRIX: Final = Table(
    "class_matrix",
    "Moves between regime classes",
    "One row a pair of classes of adjacent editions.",
    (
        _FROM_CLASS,
        _TO_CLASS,
        Column("count", "integer", "Country-years that moved so."),
        Column("opportunities", "integer", "Country-years in the class before."),
    ),
    ("from_class", "to_class"),
)

CLASS_MOVES: Final = Table(
    "class_moves",
    "Rates of moving between classes",
    "One row a class and move.",
    (
        _FROM_CLASS,
        Column("move", "string", "down, stay or up."),
        _N_EVENTS,
        _N_OPPORTUNITIES,
        _RATE,
        _LOWER,
        _UPPER,
        _DESIGN_EFFECT,
        _N_COUNTRIES,
        _N_EDITIONS,
        _MESSAGES,
        _REFUSAL,
    ),
    ("from_class", "move"),
)

CLASS_EVENTS: Final = Table(
    "class_events",
    "Every move to another class",
    "One row a country and edition.",
    (
        _COUNTRY,
        Column("edition", "integer", "The later edition.", "year"),
        _FROM_CLASS,
        _TO_CLASS,
        Column("direction", "string", "down or up."),
        Column("score_before", "number", "Score before.", POINTS),
        Column("score_after", "number", "Score after.", POINTS),
        Column("margin", "number", "Distance of the new score from the border.", POINTS),
        Column("fragile", "boolean", "Whether a score that is off by 0.02 would undo it."),
    ),
    ("country", "edition"),
)

CLASS_CONTRASTS: Final = Table(
    "class_contrasts",
    "Moves between classes, late less early",
    "One row a direction: yearly rate from the middle of the window on less that before.",
    (
        Column("name", "string", "What is compared."),
        Column("estimate", "number", "Difference of rates within countries; empty where refused."),
        Column("standard_error", "number", "Its standard error."),
        _LOWER,
        _UPPER,
        Column("df", "number", "Degrees of freedom."),
        Column("p_value", "number", "Two-sided p-value, one of two tests."),
        Column("method", "string", "Method of the interval."),
        _N_COUNTRIES,
        _N_EDITIONS,
        Column("n_observations", "integer", "Pairs of adjacent known editions."),
        _MESSAGES,
        _REFUSAL,
    ),
    ("name",),
)

_SAMPLE: Final = Column("sample", "string", "Country-editions that enter.")
_SPAN: Final = Column("span", "integer", "Editions between the two values.")

USUAL_CHANGES: Final = Table(
    "usual_changes",
    "Usual changes",
    "One row a measure, class at the start and span: how far it moved so far.",
    (
        Column("name", "string", "Category, DS for the Democracy Score; all seven categories."),
        _FROM_CLASS,
        _SPAN,
        Column("n_changes", "integer", "Moves."),
        _N_COUNTRIES,
        Column("p_down", "number", "Share of moves that went down."),
        Column("p_stay", "number", "Share that brought no change."),
        Column("p_up", "number", "Share that went up."),
        Column("lowest", "number", "Largest fall, or smallest rise.", POINTS),
        Column("q05", "number", "5 % quantile of the moves, a value that occurred.", POINTS),
        Column("q25", "number", "25 % quantile.", POINTS),
        Column("median", "number", "50 % quantile.", POINTS),
        Column("q75", "number", "75 % quantile.", POINTS),
        Column("q95", "number", "95 % quantile.", POINTS),
        Column("highest", "number", "Largest rise, or smallest fall.", POINTS),
        _SAMPLE,
        _REFUSAL,
    ),
    ("name", "from_class", "span"),
)

LAST_CHANGES: Final = Table(
    "last_changes",
    "Last change of every country's score",
    "One row a country: its last change, placed among all that began in the same class.",
    (
        Column("country", "string", "Country."),
        Column("first_edition", "integer", "Last complete edition but one.", "year"),
        Column("last_edition", "integer", "Last complete edition.", "year"),
        _SPAN,
        _FROM_CLASS,
        Column("change", "number", "Change of the exact score.", POINTS),
        Column("n_changes", "integer", "Moves over as many editions from the same class."),
        _N_COUNTRIES,
        Column(
            "n_as_far",
            "integer",
            "Of these, as far in the same direction; where nothing changed, those that stayed.",
        ),
        _SAMPLE,
    ),
    ("country",),
)

CHANGE_TABLES: Final = (
    CHANGE_RATES,
    CHANGES_BY_EDITION,
    COUNTRY_CHANGE_RATES,
    CHANGE_EFFECTS,
    CLASS_MATRIX,
    CLASS_MOVES,
    CLASS_EVENTS,
    CLASS_CONTRASTS,
    USUAL_CHANGES,
    LAST_CHANGES,
)
