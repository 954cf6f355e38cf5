"""The results of notebook 2 for a group of countries, stored where the briefs read them.

Each function makes one or two tables from the group's panel, stores them under their names and
returns them as a brief will read them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.facts.countries import REGIONS, fold
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.choices import declared
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
    shrunken_rates,
)
from analysis.trajectories.contrasts import category_contrasts, group_contrasts
from analysis.trajectories.drift import drift_table
from analysis.trajectories.episodes import episode_table, false_alarms
from analysis.trajectories.growth import growth_model
from analysis.trajectories.heterogeneity import calibrated_table
from analysis.trajectories.regression import ClusterRegression, cluster_regression
from analysis.trajectories.segmentation import segmentation_table
from analysis.trajectories.transitions import (
    Transitions,
    class_transitions,
    transition_contrast,
)
from analysis.trajectories.trends import leave_one_out, mean_trend, trend_rows, trend_table
from analysis.trajectories.usual_changes import last_changes, usual_changes

_EU = ("EU members", "Non-EU")


def scores_of(data: GroupData) -> pd.DataFrame:
    """Return ``country``, ``edition`` and ``democracy_score`` (exact, ``7=best``) of a group."""
    return data.series.rename(columns={"score": "democracy_score"})[
        ["country", "edition", "democracy_score"]
    ]


def drifts(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the drift of every country's score."""
    table = drift_table(scores_of(data), seed=seed, draws=draws)
    return stored(table, "drifts", data, seed=seed, draws=draws)


def trends(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store average trends: of the score by group, of each category over all.

    The score's trend is the one headline test of its group and belongs to no family.
    """
    tables = []
    for group, cut in _groups(data).items():
        whole = trend_rows([mean_trend(scores_of(cut), name=SCORE, seed=seed, draws=draws)])
        whole = whole.assign(
            family="headline", family_size=1, adjustment="", adjusted_p=None, group=group
        )
        tables.append(whole.astype(object))
    categories = trend_table(_ordered(data), seed=seed, draws=draws).assign(group=data.group)
    table = pd.concat([tables[0], categories.astype(object), *tables[1:]], ignore_index=True)
    return stored(_first(table, "group"), "trends", data, seed=seed, draws=draws)


def _ordered(data: GroupData) -> pd.DataFrame:
    """Return the panel with the categories in their usual order."""
    return data.panel.sort_values(
        "category", key=lambda c: c.map(list(CATEGORIES).index), kind="stable"
    )


def left_out(data: GroupData) -> pd.DataFrame:
    """Return and store the average trend of the score without each country and each edition."""
    tables = [leave_one_out(scores_of(cut)).assign(group=g) for g, cut in _groups(data).items()]
    table = _first(pd.concat(tables, ignore_index=True), "group")
    return stored(table, "trend_leave_one_out", data)


def contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store differences of average trends between categories and between regions."""
    regions = {
        country.name: region
        for region in REGIONS
        for country in group_members(region)
        if country in data.members
    }
    tables = [category_contrasts(_ordered(data)), group_contrasts(scores_of(data), regions)]
    return stored(pd.concat(tables, ignore_index=True), "trend_contrasts", data)


def _groups(data: GroupData) -> dict[str, GroupData]:
    """Return the group itself and, where it is the whole region, its parts."""
    cut = {data.group: data}
    if fold(data.group) == "all":
        for name in (*REGIONS, *_EU):
            members = group_members(name)
            countries = [country.name for country in members]
            cut[name] = GroupData(
                name,
                members,
                data.window,
                data.panel[data.panel["country"].isin(countries)],
                data.series[data.series["country"].isin(countries)],
            )
    return cut


def _first(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[[name, *table.columns.drop(name)]]


def episodes(data: GroupData) -> pd.DataFrame:
    """Return and store the episodes of decline and improvement."""
    return stored(episode_table(scores_of(data)), "episodes", data)


def breaks(data: GroupData, seed: int, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and store the strongest difference in pace (one row), and that of every edition."""
    strongest = panel_break(scores_of(data), seed=seed, draws=draws)
    row = {name: getattr(strongest, name) for name in columns("panel_break")}
    row["messages"] = "; ".join(strongest.messages)
    table = stored(pd.DataFrame([row]), "panel_break", data, seed=seed, draws=draws)
    return table, stored(strongest.profile, "panel_break_profile", data, seed=seed, draws=draws)


def splits(data: GroupData) -> pd.DataFrame:
    """Return and store the best split of every country's score."""
    return stored(segmentation_table(scores_of(data)), "segmentation", data)


def change_rates(data: GroupData) -> pd.DataFrame:
    """Return and store the yearly rate of every kind of change, by category."""
    return stored(change_rate_table(data.panel), "change_rates", data)


def yearly_changes(data: GroupData) -> pd.DataFrame:
    """Return and store the number of changes in each edition."""
    return stored(changes_by_edition(data.panel), "changes_by_edition", data)


def country_change_rates(data: GroupData) -> pd.DataFrame:
    """Return and store the shrunken rate of changes of each country."""
    return stored(shrunken_rates(data.panel), "country_change_rates", data)


def change_effects(data: GroupData) -> pd.DataFrame:
    """Return and store average marginal effects on the probability of each kind of change.

    A kind of change whose model is refused has one row with the reason.
    """
    tables = []
    for event in EVENTS:
        model = change_model(data.panel, event)
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
        )
        tables.append(table.reindex(columns=list(columns("change_effects"))).astype(object))
    return stored(pd.concat(tables, ignore_index=True), "change_effects", data)


def classes(data: GroupData) -> Transitions:
    """Return the moves between regime classes; store matrix, rates and events."""
    transitions = class_transitions(scores_of(data))
    stored(transitions.matrix, "class_matrix", data)
    stored(transitions.moves, "class_moves", data)
    stored(transitions.events, "class_events", data)
    return transitions


def class_contrasts(data: GroupData) -> pd.DataFrame:
    """Return and store whether moves between classes were as frequent late as early.

    The window is divided in its middle, which no one has picked.
    """
    window = data.window
    split = (window.first_edition + window.last_edition + 1) // 2
    scores = scores_of(data)
    estimates = [transition_contrast(scores, split, direction) for direction in ("down", "up")]
    return stored(estimate_table(estimates), "class_contrasts", data)


def regression(data: GroupData, seed: int, draws: int) -> pd.DataFrame:
    """Return and store the score regressed on time, membership of the EU, and their product.

    Time is in decades from the middle of the window; membership is that of 2024 throughout. A
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
        formula = "democracy_score ~ time * eu"
        fitted = cluster_regression(frame, formula, seed=seed, draws=draws)
    terms = fitted.coefficients if len(fitted.coefficients) else pd.DataFrame([{"term": ""}])
    table = terms.assign(
        n_clusters=fitted.n_clusters,
        n_observations=fitted.n_observations,
        messages="; ".join(fitted.messages),
        refusal=fitted.refusal,
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
        generator = fitted_generator(data, seed)
    except ParameterError as error:
        # Too few countries, categories or editions to fit a generator to: the notebook says so.
        return SimulatedResults(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), str(error))
    cube = panel_cube(data.panel, order=list(CATEGORIES))
    calibrated = calibrated_table(cube, generator.settings, seed, declared().simulated_panels)
    alarms = false_alarms(cube.shape[2], seed, settings=generator.settings)
    return SimulatedResults(
        generator.table,
        stored(calibrated, "calibrated_trends", data, seed=seed),
        stored(alarms, "episode_false_alarms", data, seed=seed),
    )


def growth(data: GroupData) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return and store the growth-curve models of the score and of all categories jointly.

    Returns
    -------
    Estimates, one row a ``model`` (``score``, ``joint``) and term, and the country lines.
    """
    models = {
        "score": growth_model(scores_of(data)),
        "joint": growth_model(data.panel, "rating", category="category"),
    }
    estimates = [model.estimates.assign(model=name) for name, model in models.items()]
    lines = [_first(model.lines.assign(model=name), "model") for name, model in models.items()]
    table = pd.concat(estimates, ignore_index=True)
    return (
        stored(_first(table, "model"), "growth", data),
        stored(pd.concat(lines, ignore_index=True), "growth_lines", data),
    )
