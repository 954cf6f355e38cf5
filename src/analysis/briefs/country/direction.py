"""Direction of a country, and whether its last change is unusual: slices of stored results."""

from __future__ import annotations

from analysis.briefs.blocks import Block, Items, Note, bullets
from analysis.briefs.country.findings import in_place, rank, rounded_rank
from analysis.briefs.country.story import CountryStory
from analysis.briefs.trajectories import sentences as say
from analysis.briefs.trajectories.story import TrajectoryResults, scope
from analysis.briefs.trajectories.usual import in_class, last_change_sentence, usual_table
from analysis.briefs.wording import SAME, counted, fixed, part_of_region, points
from analysis.facts.frames import rows
from analysis.facts.rating_system import EVERY
from analysis.settings.groups import group_members


def direction(story: CountryStory, results: TrajectoryResults) -> Items:
    """Return drift, episodes, and the place within the country's part of the region."""
    name = story.country.name
    drift = next(rows(results.drifts[results.drifts["country"] == name]), None)
    found = results.episodes[results.episodes["country"] == name]
    sentences = [
        scope(story.window),
        say.drift_sentence(drift) if drift else "No score is known, and so no direction.",
        say.episode_sentences(found, results.episode_false_alarms),
        _place(story),
    ]
    return bullets(sentences)


def _place(story: CountryStory) -> str:
    """Return rank and distance to the mean within the part of the region: facts."""
    if story.own.empty:
        return ""
    edition, region = story.last["edition"], story.country.region
    part = part_of_region(region)
    place, equal, compared = rank(story, region)
    if compared == 1:
        return f"No other score of {part} is known in the {edition} edition."
    members = [c.name for c in group_members(region) if c != story.country]
    now = story.series[story.series["edition"] == edition]
    mean = float(now.loc[now["country"].isin(members), "score"].mean())
    gap = float(story.last["score"]) - mean
    distance = f"{points(gap)} {'above' if gap > 0 else 'below'}" if abs(gap) > SAME else "at"
    return (
        f"In the {edition} edition it {in_place(place, equal, 'ranks')} of the {compared} "
        f"countries of {part} whose score is known, {distance} the mean of the "
        f"{counted(compared - 1, 'other')} ({fixed(mean)}){_open(rounded_rank(story, region))}."
    )


def _open(ranks: str) -> str:
    return f"; rounding leaves ranks {ranks} open" if ranks else ""


def last_change(story: CountryStory, results: TrajectoryResults) -> Block:
    """Return how far scores and ratings moved so far, and place the country's last change."""
    last = results.last_changes
    last = last[last["country"] == story.country.name]
    if last.empty:
        return Note(label="Withheld", text="Fewer than two complete editions within three years.")
    row = next(rows(last))
    usual = results.usual_changes
    usual = usual[(usual["from_class"] == row.from_class) & (usual["name"] != EVERY)]
    return usual_table(
        usual,
        "name",
        f"How far scores and ratings moved that began as {in_class(row.from_class)}",
        last_change_sentence(row),
    )
