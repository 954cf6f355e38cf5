"""The tour: one country in one period at a glance, by call or by choosing from menus.

The menus need JupyterLab; the same blocks come from a plain call, so that the notebook also runs
where nobody is there to choose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analysis.briefs.blocks import Block, Heading, Note, Preformatted, Table
from analysis.briefs.country import brief
from analysis.briefs.country.story import load_country
from analysis.briefs.labelled import frame_table
from analysis.briefs.region.story import load_region
from analysis.facts.countries import COUNTRIES, find_country
from analysis.facts.errors import AnalysisError
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION, SHORT_NAMES
from analysis.settings.groups import find_group, group_names

if TYPE_CHECKING:
    from ipywidgets import VBox

Explain = Callable[[str, int, str], str]
"""Tells of a country, edition and category how the rating is known, as `nit explain` does."""


def comparison(country: str, group: str, first_edition: int, last_edition: int) -> Table:
    """Return the countries of a group by their last known score in a period.

    The country stands in the table whether or not it belongs to the group, and is marked.
    """
    name = find_country(country).name
    beside = load_region(group, first_edition, last_edition)
    members = {c.name for c in beside.members}
    spans = load_region("all", first_edition, last_edition).spans
    shown = spans[spans.index.isin(members | {name})]
    table = shown.sort_values("last", ascending=False, kind="stable").reset_index()
    table["here"] = table["country"].replace(name, f"▸ {name}")
    return frame_table(
        table,
        f"{name} beside {'all countries' if beside.group == 'all' else beside.group}",
        "here: country | first: first score | first_edition: edition | last: last score | "
        "last_edition: of edition | ±change: change | regime_class: class",
        caption="First and last known Democracy Score of the period, 7 = most democratic.",
    )


def glance(
    explain: Explain, country: str, group: str, first: int, last: int, edition: int, category: str
) -> list[Block]:
    """Return trajectory, changes, comparison and the story of one rating."""
    story = load_country(country, first, last)
    return [
        brief.findings(story),
        brief.trajectory(story),
        Heading(text="What changed", level=3),
        *brief.changes(story),
        comparison(country, group, first, last),
        Heading(text=f"How {SHORT_NAMES[category]} of the {edition} edition is known", level=3),
        Preformatted(text=explain(country, edition, category)),
    ]


def explore(
    explain: Explain, country: str, group: str, first: int, last: int, edition: int, category: str
) -> VBox:
    """Return menus for the arguments of `glance`, with what it says of the choice below them."""
    import ipywidgets as widgets

    names, categories = [c.name for c in COUNTRIES], [(name, c) for c, name in CATEGORIES.items()]
    span, menu = {"min": FIRST_EDITION, "max": LAST_EDITION}, widgets.Dropdown
    ends, slider = (first, last), widgets.IntRangeSlider
    controls = [
        menu(options=names, value=find_country(country).name, description="Country"),
        menu(options=group_names(), value=find_group(group).name, description="Beside"),
        slider(value=ends, **span, description="Editions", continuous_update=False),
        menu(options=categories, value=category, description="Explain"),
        widgets.BoundedIntText(value=edition, **span, description="of edition"),
    ]
    shown = widgets.Output()

    def follow(_change: object = None) -> None:
        # Set as a whole instead of captured: capturing makes a client that runs notebooks
        # unattended answer the kernel on the socket on which it waits, and perhaps wait for ever.
        one, beside, (start, end), what, when = (control.value for control in controls)
        try:
            blocks = glance(explain, one, beside, start, end, when, what)
        except AnalysisError as error:
            blocks = [Note(label="Not possible", text=str(error))]
        shown.outputs = tuple(
            {"output_type": "display_data", "data": block._repr_mimebundle_(), "metadata": {}}
            for block in blocks
        )

    for control in controls:
        control.observe(follow, names="value")
    follow()
    rows = map(widgets.HBox, (controls[:2], controls[2:3], controls[3:]))
    return widgets.VBox([*rows, shown])
