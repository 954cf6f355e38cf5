"""What every column of the forecasts, their backtest and the validation means."""

from __future__ import annotations

from typing import Final

from analysis.tables.data_dictionary import POINTS, Column, Table

_NAME: Final = Column("name", "string", "Category, DS for the Democracy Score.")
_HORIZON: Final = Column("horizon", "integer", "Editions ahead.")
_REFUSAL: Final = Column("refusal", "string", "Why there is no result; else empty.")
_N_COUNTRIES: Final = Column("n_countries", "integer", "Countries.")
_CANDIDATE: Final = Column(
    "candidate", "string", "Method of forecasting; all that were tried are listed."
)
_LOWER: Final = Column("lower", "number", "Lower bound of the 95 % interval; empty where withheld.")
_UPPER: Final = Column("upper", "number", "Upper bound of the 95 % interval; empty where withheld.")
_LOSS_DIFFERENCE: Final = Column(
    "loss_difference",
    "number",
    "Loss of the yardstick less its own, over countries; above 0 is better.",
)
_P_VALUE: Final = Column(
    "p_value", "number", "Two-sided p-value; empty where refused or not tested."
)
_N_FORECASTS: Final = Column("n_forecasts", "integer", "Forecasts that could be checked.")

FORECASTS: Final = Table(
    "forecasts",
    "Forecasts",
    "One row a measure, country and horizon: no change, with the range of past changes.",
    (
        _NAME,
        Column("country", "string", "Country."),
        Column("origin", "integer", "Last known edition.", "year"),
        _HORIZON,
        Column("edition", "integer", "Edition that is forecast.", "year"),
        Column("point", "number", "No change: the last known value.", POINTS),
        Column("lower_80", "number", "Lower bound of the 80 % interval.", POINTS),
        Column("upper_80", "number", "Upper bound.", POINTS),
        Column("lower_95", "number", "Lower bound of the 95 % interval.", POINTS),
        Column("upper_95", "number", "Upper bound.", POINTS),
        Column("p_down", "number", "Share of past changes that went down."),
        Column("p_stay", "number", "Share that brought no change."),
        Column("p_up", "number", "Share that went up."),
        Column("eb_drift", "number", "Forecast with the country's shrunken drift.", POINTS),
        Column("n_changes", "integer", "Past changes of all countries."),
        Column("messages", "string", "What a reader has to know; guards that fired."),
        _REFUSAL,
        _N_COUNTRIES,
    ),
    ("name", "country", "horizon"),
)

BACKTEST_POINTS: Final = Table(
    "backtest_points",
    "Backtest of forecasts",
    "One row a measure, candidate and horizon.",
    (
        _NAME,
        _CANDIDATE,
        _HORIZON,
        Column("mae", "number", "Mean absolute error.", POINTS),
        Column("mae_ratio", "number", "Over that of no change; below 1 is better."),
        _LOWER,
        _UPPER,
        _LOSS_DIFFERENCE,
        _P_VALUE,
        _N_COUNTRIES,
        _REFUSAL,
        Column("n_origins", "integer", "Editions from which was forecast."),
        _N_FORECASTS,
    ),
    ("name", "candidate", "horizon"),
)

BACKTEST_INTERVALS: Final = Table(
    "backtest_intervals",
    "Backtest of intervals",
    "One row a measure, horizon and level.",
    (
        _NAME,
        _HORIZON,
        Column("level", "number", "Nominal coverage."),
        Column("coverage", "number", "Share of outcomes inside."),
        _LOWER,
        _UPPER,
        Column("mean_width", "number", "Mean width.", POINTS),
        Column("pinball", "number", "Mean pinball loss of both ends."),
        _N_COUNTRIES,
        _N_FORECASTS,
    ),
    ("name", "horizon", "level"),
)

BACKTEST_PROBABILITIES: Final = Table(
    "backtest_probabilities",
    "Backtest of probabilities of a change",
    "One row a measure and candidate, for the next edition.",
    (
        _NAME,
        _CANDIDATE,
        Column("brier", "number", "Brier score."),
        Column("skill", "number", "Share of the base rate's Brier score that is saved."),
        _LOSS_DIFFERENCE,
        _P_VALUE,
        _N_COUNTRIES,
        _REFUSAL,
        _N_FORECASTS,
    ),
    ("name", "candidate"),
)

VALIDATION_TRAJECTORIES: Final = Table(
    "validation_trajectories",
    "Validation of the trajectory estimators",
    "One row a check of an estimator on simulated panels with a known truth.",
    (
        Column("estimator", "string", "What is checked."),
        Column("scenario", "string", "Settings of the simulated panels."),
        Column("metric", "string", "What is measured."),
        Column("required", "string", "Range that is required."),
        Column("measured", "number", "What was measured."),
        Column("monte_carlo_error", "number", "Its simulation error."),
        Column("passed", "boolean", "Whether it lies in the range."),
        Column("note", "string", "Why another range is required than the one designed."),
    ),
    (),
)

FORECAST_TABLES: Final = (
    FORECASTS,
    BACKTEST_POINTS,
    BACKTEST_INTERVALS,
    BACKTEST_PROBABILITIES,
    VALIDATION_TRAJECTORIES,
)
