"""reports/explore.html: one page to choose countries, categories and editions, and compare.

The pictures are drawn in the reader's browser by Vega-Lite, which stands in the page with
everything it needs: nothing is fetched. Without scripts the page is a table of all scores.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

import pandas as pd
import vl_convert

from analysis import DATE, VERSION
from analysis.briefs import palette
from analysis.briefs.wording import fixed
from analysis.export import template
from analysis.export.html import rendered, stylesheet
from analysis.export.svg import darkened
from analysis.facts.countries import COUNTRIES, REGIONS
from analysis.facts.rating_system import CATEGORIES, FIRST_EDITION, LAST_EDITION, SCORE
from analysis.settings.groups import group_members, group_names

EDITIONS: Final = tuple(range(FIRST_EDITION, LAST_EDITION + 1))
MEASURES: Final = {SCORE: "Democracy Score", **CATEGORIES}
"""Code and name of what can be shown: the score as a mean of the seven, and each category."""


def explore_page(
    panel: pd.DataFrame, series: pd.DataFrame, before: str = "", card: str = ""
) -> str:
    """Return the whole page from all ratings and scores.

    `before` is the page as it was, which is returned where it would be made from the same: putting
    Vega-Lite together takes two seconds. `card` is the address of its picture for messengers.
    """
    css, data = stylesheet("brief.css", "index.css", "explore.css"), _data(panel, series)
    templates = map(template, ("explore.html.j2", "base.html.j2", "explore.js"))
    parts = (data, css, *templates, card, VERSION, DATE, version("vl-convert-python"))
    made_from = sha256("".join(parts).encode()).hexdigest()[:16]
    if f'content="{made_from}"' in before:
        return before
    # Without a snippet the bundle is the three libraries, which its annotation does not foresee.
    bundle = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]
    script = f"{bundle}\n{template('explore.js')}".replace("</script", "<\\/script")
    scores = series.pivot(index="country", columns="edition", values="score")
    shown = scores.reindex(columns=EDITIONS).map(lambda s: "–" if pd.isna(s) else fixed(s))
    return rendered(
        "explore.html.j2",
        css,
        script,
        card=card,
        data=data,
        made_from=made_from,
        regions={name: [c for c in COUNTRIES if c.region == name] for name in REGIONS},
        groups=group_names(),
        editions=EDITIONS,
        measures=MEASURES,
        categories=CATEGORIES,
        table=[(country, shown.loc[country.name]) for country in COUNTRIES],
    )


def _data(panel: pd.DataFrame, series: pd.DataFrame) -> str:
    """Return what the script reads, as JSON that may stand in a page.

    `values` and `known` hold, for a measure and a country, one entry an edition: the value and how
    it is known, or null.
    """
    ratings = panel.rename(columns={"category": "measure", "rating": "value", "status": "known"})
    scores = series.assign(measure=SCORE).rename(columns={"score": "value", "basis": "known"})
    columns = ["measure", "iso3", "edition", "value", "known"]
    table = pd.concat([scores[columns], ratings[columns]], ignore_index=True)
    ends = series.pivot(index="iso3", columns="edition", values="score")
    change = (ends[LAST_EDITION] - ends[FIRST_EDITION]).dropna().sort_values(kind="stable")
    colours = [palette.INK, palette.SOFT, palette.RULE, palette.PAPER]
    data: dict[str, Any] = {
        "editions": list(EDITIONS),
        "countries": {c.iso3: c.name for c in COUNTRIES},
        "groups": {name: [c.iso3 for c in group_members(name)] for name in group_names()},
        "measures": MEASURES,
        "colours": {"light": colours, "dark": [darkened(colour) for colour in colours]},
        # The two that fell most and the two that rose most, to begin with.
        "first": [*change.index[:2], *change.index[-2:]],
        "values": _by_measure(table, "value"),
        "known": _by_measure(table, "known"),
    }
    # In a page "</script>" ends a script wherever it stands.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _by_measure(table: pd.DataFrame, column: str) -> dict[Any, dict[Any, Any]]:
    wide = table.pivot(index=["measure", "iso3"], columns="edition", values=column)
    wide = wide.reindex(columns=EDITIONS).round(6).astype(object)
    parts = wide.where(wide.notna(), None).groupby(level="measure")
    return {name: part.droplevel("measure").T.to_dict("list") for name, part in parts}
