"""What every column of the results of notebook 2 about episodes and breaks means."""

from __future__ import annotations

from typing import Final

from analysis.tables.data_dictionary import POINTS, Column, Table

_COUNTRY: Final = Column("country", "string", "Country.")
_DIRECTION: Final = Column("direction", "string", "decline or improvement.")
_N_EDITIONS: Final = Column("n_editions", "integer", "Editions.")
_EDITION: Final = Column("edition", "integer", "First edition of the later pace.", "year")
_BEFORE: Final = Column("before", "number", "Mean annual change before.", POINTS)
_AFTER: Final = Column("after", "number", "Mean annual change from then on.", POINTS)
_N_COUNTRIES: Final = Column("n_countries", "integer", "Countries.")
_MESSAGES: Final = Column("messages", "string", "What a reader has to know; guards that fired.")
_REFUSAL: Final = Column("refusal", "string", "Why there is no result; else empty.")

EPISODES: Final = Table(
    "episodes",
    "Episodes of decline and improvement",
    "One row an episode by the rule of `analysis.trajectories.episodes`.",
    (
        _COUNTRY,
        _DIRECTION,
        Column("first_edition", "integer", "Last edition before the first step.", "year"),
        Column("last_edition", "integer", "Edition of the last step.", "year"),
        Column("change", "number", "Change of the score over the episode.", POINTS),
        Column("strength", "string", "moderate (0.5 points or more) or clear (0.75 or more)."),
        Column("censored", "boolean", "Running at the last known edition or cut off by a gap."),
    ),
    ("country", "direction", "first_edition"),
)

EPISODE_FALSE_ALARMS: Final = Table(
    "episode_false_alarms",
    "False alarms of the episode rule",
    "One row a strength and direction: how often the rule finds an episode where nothing drifts.",
    (
        Column("strength", "string", "moderate or stronger; clear."),
        _DIRECTION,
        Column("share", "number", "Share of driftless series with at least one."),
        Column("monte_carlo_error", "number", "Its simulation error."),
        _N_EDITIONS,
        Column("n_series", "integer", "Simulated series."),
    ),
    ("strength", "direction"),
)

PANEL_BREAK: Final = Table(
    "panel_break",
    "Strongest difference in pace",
    "One row: the edition from which the average pace of change differs most from before.",
    (
        _EDITION,
        _BEFORE,
        _AFTER,
        Column("difference", "number", "After minus before.", POINTS),
        Column(
            "lower",
            "number",
            "Lower end of the 95 % band that holds for all editions at once.",
            POINTS,
        ),
        Column("upper", "number", "Upper end of that band.", POINTS),
        Column("statistic", "number", "Largest |t| over the editions."),
        Column("p_value", "number", "Sign-flip p-value of the largest |t|."),
        _N_COUNTRIES,
        _N_EDITIONS,
        Column(
            "n_observations", "integer", "Country-years, or annual changes for rates and breaks."
        ),
        Column("draws", "integer", "Random draws."),
        _MESSAGES,
        _REFUSAL,
    ),
    ("n_countries",),
)

PANEL_BREAK_PROFILE: Final = Table(
    "panel_break_profile",
    "Difference in pace by edition",
    "One row an edition that could divide the period.",
    (
        _EDITION,
        _BEFORE,
        _AFTER,
        Column("difference", "number", "After minus before, over countries with both.", POINTS),
        Column("t", "number", "Its t over countries; not a test of one edition."),
        _N_COUNTRIES,
    ),
    ("edition",),
)

SEGMENTATION: Final = Table(
    "segmentation",
    "Best split of every country's score",
    "One row a country: a description, not a test.",
    (
        _COUNTRY,
        Column("edition", "integer", "First edition of the second segment.", "year"),
        Column("mean_before", "number", "Mean score before.", POINTS),
        Column("mean_after", "number", "Mean score after.", POINTS),
        Column("shift", "number", "After minus before.", POINTS),
        Column("stability", "number", "Share of leave-one-edition-out fits within one edition."),
        _N_EDITIONS,
        _MESSAGES,
        _REFUSAL,
    ),
    ("country",),
)

EPISODE_TABLES: Final = (
    EPISODES,
    EPISODE_FALSE_ALARMS,
    PANEL_BREAK,
    PANEL_BREAK_PROFILE,
    SEGMENTATION,
)
