"""The results of notebook 2 for a group of countries, stored where the briefs read them.

Each function makes one or two tables from the group's panel, stores them under their names and
returns them as a brief will read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.facts.countries import REGIONS, fold
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.choices import FORMAT_CHANGE, declared
from analysis.settings.groups import group_members
from analysis.statistics.arrays import panel_cube
from analysis.statistics.estimates import table as estimate_table
from analysis.statistics.group_data import GroupData, stored
from analysis.statistics.simulation.fitted import fitted_generator
from analysis.tables.schema import columns
from analysis.trajectories.breaks import panel_break
from analysis.trajectories.change_model import change_model
from analysis.trajectories.change_rates import (
    EVENTS,
    change_rate_table,
    changes_by_edition,
    rate_contrasts,
    shrunken_rates,
)
from analysis.trajectories.contrasts import category_contrasts, group_contrasts
from analysis.trajectories.drift import drift_table
from analysis.trajectories.episodes import episode_table, false_alarms
from analysis.trajectories.growth import growth_model
from analysis.trajectories.heterogeneity import calibrated_table
from analysis.trajectories.regression import ClusterRegression, cluster_regression
from analysis.trajectories.rounding import rounding_table
from analysis.trajectories.samples import (
    ALL_RATINGS,
    ALL_SCORES,
    COMPLETE,
    SIMULATED,
    complete_editions,
)
from analysis.trajectories.transitions import (
    Transitions,
    class_transitions,
    transition_contrast,
)
from analysis.trajectories.trend_choices import trend_choices
from analysis.trajectories.trends import group_trends, leave_one_out, trend_table
from analysis.trajectories.usual_changes import last_changes, usual_changes

_EU = ("EU members", "Non-EU")


def scores_of(data: GroupData) -> pd.DataFrame:
    """Return ``country``, ``edition`` and ``democracy_score`` (exact, ``7=best``) of a group."""
    return data.series.rename(columns={"score": "democracy_score"})[
        ["country", "edition", "democracy_score"]
    ]


def drifts(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the drift of every country's score."""
    table = drift_table(scores_of(data), seed=seed, draws=draws).assign(sample=ALL_SCORES)
    return stored(table, "drifts", data, seed=seed, draws=draws)


def trends(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store average trends: of the score by group, of each category over all.

    The score's trend is the one headline test of its group and belongs to no family.
    """
    whole = group_trends(scores_of(data), groups_of(data), seed=seed, draws=draws)
    categories = trend_table(_ordered(data), seed=seed, draws=draws)
    table = pd.concat(
        [
            whole.assign(sample=ALL_SCORES).astype(object),
            categories.assign(group=data.group, sample=ALL_RATINGS).astype(object),
        ],
        ignore_index=True,
    )
    return stored(table[list(columns("trends"))], "trends", data, seed=seed, draws=draws)


def groups_of(data: GroupData) -> dict[str, list[str]]:
    """Return the group and, where it is the whole region, its parts: name -> countries."""
    groups = {data.group: data.members}
    if fold(data.group) == "all":
        groups |= {name: group_members(name) for name in (*REGIONS, *_EU)}
    return {name: [country.name for country in members] for name, members in groups.items()}


def _ordered(data: GroupData) -> pd.DataFrame:
    """Return the panel with the categories in their usual order."""
    return data.panel.sort_values(
        "category", key=lambda c: c.map(list(CATEGORIES).index), kind="stable"
    )


def left_out(data: GroupData) -> pd.DataFrame:
    """Return and store the average trend of the score without each country and each edition."""
    scores = scores_of(data)
    tables = [
        leave_one_out(scores[scores["country"].isin(countries)]).assign(group=name)
        for name, countries in groups_of(data).items()
    ]
    table = _first(pd.concat(tables, ignore_index=True), "group").assign(sample=ALL_SCORES)
    return stored(table, "trend_leave_one_out", data)


def contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store differences of average trends between categories and between regions."""
    regions = {
        country.name: region
        for region in REGIONS
        for country in group_members(region)
        if country in data.members
    }
    tables = [
        category_contrasts(_ordered(data)).assign(sample=ALL_RATINGS),
        group_contrasts(scores_of(data), regions).assign(sample=ALL_SCORES),
    ]
    return stored(pd.concat(tables, ignore_index=True), "trend_contrasts", data)


def _first(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[[name, *table.columns.drop(name)]]


def episodes(data: GroupData) -> pd.DataFrame:
    """Return and store the episodes of decline and improvement."""
    return stored(episode_table(scores_of(data)).assign(sample=ALL_SCORES), "episodes", data)


def breaks(data: GroupData, seed: int, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and store the strongest difference in pace (one row), and that of every edition."""
    strongest = panel_break(scores_of(data), seed=seed, draws=draws)
    row = {name: getattr(strongest, name, ALL_SCORES) for name in columns("panel_break")}
    row["messages"] = "; ".join(strongest.messages)
    table = stored(pd.DataFrame([row]), "panel_break", data, seed=seed, draws=draws)
    profile = strongest.profile.assign(sample=ALL_SCORES)
    return table, stored(profile, "panel_break_profile", data, seed=seed, draws=draws)


def _complete(table: Callable[[pd.DataFrame], pd.DataFrame], data: GroupData) -> pd.DataFrame:
    """Return a table of the complete country-editions."""
    return table(complete_editions(data.panel)).assign(sample=COMPLETE)


def rate_change(data: GroupData) -> pd.DataFrame:
    """Return and store whether ratings changed as often after the change of format as before."""
    table = rate_contrasts(complete_editions(data.panel), FORMAT_CHANGE).assign(sample=COMPLETE)
    return stored(table, "rate_contrasts", data)


def rounding(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the ranks and classes that rounding leaves open."""
    table = rounding_table(scores_of(data), seed=seed, draws=draws).assign(sample=ALL_SCORES)
    return stored(table, "rounding", data, seed=seed, draws=draws)


def choices(data: GroupData) -> pd.DataFrame:
    """Return and store the average trend under every combination of declared choices."""
    grid = declared().trend_choices
    table = trend_choices(scores_of(data), data.panel, groups_of(data), grid)
    return stored(table, "trend_choices", data)


def change_rates(data: GroupData) -> pd.DataFrame:
    """Return and store the yearly rate of every kind of change, by category."""
    return stored(_complete(change_rate_table, data), "change_rates", data)


def yearly_changes(data: GroupData) -> pd.DataFrame:
    """Return and store the number of changes in each edition."""
    return stored(_complete(changes_by_edition, data), "changes_by_edition", data)


def country_change_rates(data: GroupData) -> pd.DataFrame:
    """Return and store the shrunken rate of changes of each country."""
    return stored(_complete(shrunken_rates, data), "country_change_rates", data)


def change_effects(data: GroupData) -> pd.DataFrame:
    """Return and store average marginal effects on the probability of each kind of change.

    A kind of change whose model is refused has one row with the reason.
    """
    tables = []
    for event in EVENTS:
        model = change_model(complete_editions(data.panel), event)
        told = model.effects if len(model.effects) else pd.DataFrame([{"variable": None}])
        table = told.assign(
            event=event,
            n_countries=model.n_countries,
            n_editions=model.n_editions,
            n_observations=model.n_observations,
            n_events=model.n_events,
            correlation=model.correlation,
            messages="; ".join(model.messages),
            refusal=model.refusal,
            sample=COMPLETE,
        )
        tables.append(table.reindex(columns=list(columns("change_effects"))).astype(object))
    return stored(pd.concat(tables, ignore_index=True), "change_effects", data)


def classes(data: GroupData) -> Transitions:
    """Return the moves between regime classes; store matrix, rates and events."""
    transitions = class_transitions(scores_of(data))
    stored(transitions.matrix.assign(sample=ALL_SCORES), "class_matrix", data)
    stored(transitions.moves.assign(sample=ALL_SCORES), "class_moves", data)
    stored(transitions.events.assign(sample=ALL_SCORES), "class_events", data)
    return transitions


def class_contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store whether moves between classes were as frequent late as early.

    The window is divided in its middle, which no one has picked.
    """
    window = data.window
    split = (window.first_edition + window.last_edition + 1) // 2
    scores = scores_of(data)
    estimates = [transition_contrast(scores, split, direction) for direction in ("down", "up")]
    return stored(estimate_table(estimates).assign(sample=ALL_SCORES), "class_contrasts", data)


def regression(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the score regressed on time, membership of the EU, and their product.

    Time is in decades from the middle of the window; membership is that of 2024 throughout. Every
    country has a level of its own, so that the coefficients are of changes within countries. A
    group without three countries of either kind is refused.
    """
    members = [country.name for country in group_members("EU members")]
    middle = (data.window.first_edition + data.window.last_edition) / 2
    frame = scores_of(data).assign(
        time=lambda t: (t["edition"] - middle) / 10, eu=lambda t: t["country"].isin(members) * 1.0
    )
    kinds = frame.groupby("eu")["country"].nunique().reindex([1.0, 0.0], fill_value=0)
    if kinds.min() < 3:
        reason = f"{kinds[1.0]} members and {kinds[0.0]} others: each needs 3"
        fitted = ClusterRegression(pd.DataFrame(), int(kinds.sum()), len(frame), refusal=reason)
    else:
        formula = "democracy_score ~ C(country) + time + time:eu"
        fitted = cluster_regression(frame, formula, seed=seed, draws=draws)
    terms = fitted.coefficients
    if len(terms):
        # Each country's own level rests on that country alone.
        terms = terms[terms["term"].str.contains("time")]
    else:
        terms = pd.DataFrame([{"term": ""}])
    table = terms.assign(
        n_clusters=fitted.n_clusters,
        n_observations=fitted.n_observations,
        messages="; ".join(fitted.messages),
        refusal=fitted.refusal,
        sample=ALL_SCORES,
    ).reindex(columns=list(columns("trend_regression")))
    return stored(table, "trend_regression", data, seed=seed, draws=draws)


def usual(data: GroupData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and store how far scores and ratings moved so far, and each country's last change."""
    table = stored(usual_changes(data.panel), "usual_changes", data)
    return table, stored(last_changes(data.panel), "last_changes", data)


@dataclass(frozen=True)
class SimulatedResults:
    """What rests on panels from the fitted generator.

    Attributes
    ----------
    fit
        Fitted settings, and the moments of real and simulated panels side by side.
    calibrated
        `analysis.trajectories.heterogeneity.calibrated_table`.
    alarms
        `analysis.trajectories.episodes.false_alarms`.
    refusal
        Why there are none; then the tables are empty.
    """

    fit: pd.DataFrame
    calibrated: pd.DataFrame
    alarms: pd.DataFrame
    refusal: str = ""


def simulated(data: GroupData, seed: int) -> SimulatedResults:
    """Return and store what rests on panels from the generator fitted to the group's panel."""
    try:
        generator = fitted_generator(data.panel, seed)
        stored(generator.table, "generator_fit", data, seed=seed)
    except ParameterError as error:
        # Too few countries, categories or editions to fit a generator to: the notebook says so.
        return SimulatedResults(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), str(error))
    cube = panel_cube(data.panel, order=list(CATEGORIES))
    calibrated = calibrated_table(cube, generator.settings, seed, declared().simulated_panels)
    alarms = false_alarms(cube.shape[2], seed, settings=generator.settings)
    return SimulatedResults(
        generator.table,
        stored(calibrated.assign(sample=ALL_RATINGS), "calibrated_trends", data, seed=seed),
        stored(alarms.assign(sample=SIMULATED), "episode_false_alarms", data, seed=seed),
    )


def growth(data: GroupData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and store the growth-curve models of the score and of all categories jointly.

    Returns
    -------
    Estimates, one row a ``model`` (``score``, ``joint``) and term, and the country lines.
    """
    samples = {"score": ALL_SCORES, "joint": ALL_RATINGS}
    models = {
        "score": growth_model(scores_of(data)),
        "joint": growth_model(data.panel, "rating", category="category"),
    }
    estimates = [
        model.estimates.assign(model=name, sample=samples[name]) for name, model in models.items()
    ]
    lines = [
        _first(model.lines.assign(model=name, sample=samples[name]), "model")
        for name, model in models.items()
    ]
    table = pd.concat(estimates, ignore_index=True)
    return (
        stored(_first(table, "model"), "growth", data),
        stored(pd.concat(lines, ignore_index=True), "growth_lines", data),
    )
