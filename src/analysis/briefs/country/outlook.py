"""Direction and outlook in a country brief: slices of the stored results of notebook 2."""

from __future__ import annotations

from analysis.briefs.blocks import Block, Cell, Column, Items, Note, Table, bullets
from analysis.briefs.country.findings import SAME_STEP
from analysis.briefs.country.story import CountryStory
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.trajectories.story import TrajectoryResults, scope
from analysis.briefs.wording import counted, fixed, ordinal, points
from analysis.facts.frames import rows
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.settings.groups import group_members


def direction(story: CountryStory, results: TrajectoryResults) -> Items:
    """Return drift, episodes, and the place within the country's part of the region."""
    name = story.country.name
    drift = next(rows(results.drifts[results.drifts["country"] == name]), None)
    found = results.episodes[results.episodes["country"] == name]
    sentences = [
        scope(story.window),
        say.drift_sentence(drift) if drift else "No score is known: no drift is tested.",
        *say.episode_sentences(found, results.episode_false_alarms),
        _place(story),
    ]
    return bullets([sentence for sentence in sentences if sentence])


def _place(story: CountryStory) -> str:
    """Return rank and distance to the mean within the part of the region: facts."""
    if story.own.empty:
        return ""
    edition, score = int(story.last["edition"]), float(story.last["score"])
    region = story.country.region
    members = {country.name for country in group_members(region)}
    now = story.series[story.series["edition"] == edition].set_index("country")["score"]
    peers = now[now.index.isin(members)]
    others = peers.drop(story.country.name)
    if others.empty:
        return f"No other score of {_named(region)} is known in the {edition} edition."
    better = int((others > score + SAME_STEP).sum())
    gap = score - float(others.mean())
    side = "above" if gap > 0 else "below"
    distance = f"{points(gap)} {side}" if fixed(abs(gap)) != "0.00" else "at"
    return (
        f"In the {edition} edition it ranks {ordinal(better + 1)} of the {len(peers)} countries of "
        f"{_named(region)} whose score is known, {distance} the mean of the "
        f"{counted(len(others), 'other')} ({fixed(float(others.mean()))})."
    )


def _named(region: str) -> str:
    return "the Balkans" if region == "Balkans" else region


def outlook(story: CountryStory, results: TrajectoryResults) -> Block:
    """Return the no-change forecast one edition ahead, with the chances of a move."""
    own = results.forecasts[
        (results.forecasts["country"] == story.country.name) & (results.forecasts["horizon"] == 1)
    ]
    own = own[own["refusal"] == ""]
    if own.empty:
        return Note(label="Withheld", text="No value is known from which to forecast.")
    by_name = {row.name: row for row in rows(own)}
    lines = [
        [
            Cell(CATEGORIES.get(name, "Democracy Score")),
            Cell(str(by_name[name].edition)),
            Cell(fixed(by_name[name].point)),
            Cell(f"{fixed(by_name[name].lower_95)} to {fixed(by_name[name].upper_95)}"),
            *(
                Cell(say.percent(share))
                for share in (by_name[name].p_down, by_name[name].p_stay, by_name[name].p_up)
            ),
        ]
        for name in (SCORE, *CATEGORIES)
        if name in by_name
    ]
    skill = say.skill_sentence(results.backtest_intervals, results.backtest_points)
    return Table(
        name="outlook",
        title="No change is the forecast for the edition after the last known one",
        columns=[
            Column("Measure", align="left"),
            Column("Edition", "Edition that would come next"),
            Column("No change", "The last known value"),
            Column("95 %", "95 % interval, from past changes of all countries"),
            Column("Down", "Share of past changes that went down"),
            Column("Stay", "Share of past changes that brought none"),
            Column("Up", "Share of past changes that went up"),
        ],
        rows=lines,
        caption=(
            f"The past annual changes of all {int(own['n_countries'].max())} countries, taken "
            "together, give the 95 % interval and the chances that a value goes down, stays or "
            f"goes up. {skill}"
        ),
        dense=True,
    )
