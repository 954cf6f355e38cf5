"""reports/explore.html: one page to choose countries, categories and editions, and compare.

The pictures are drawn in the reader's browser by Vega-Lite, which stands in the page with
everything it needs: nothing is fetched. Without scripts the page is a table of all scores.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib import resources as package_files
from importlib.metadata import version
from typing import Any, Final

import pandas as pd
import vl_convert

from analysis import DATE, RATINGS_CITATION, VERSION, project_citation
from analysis.briefs.wording import fixed
from analysis.export.head import AUTHOR, content_policy, overview_metadata, stylesheet
from analysis.export.html import page_environment
from analysis.facts.countries import COUNTRIES, Country
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCORE,
)
from analysis.settings.groups import group_members, group_names

EDITIONS: Final = tuple(range(FIRST_EDITION, LAST_EDITION + 1))
MEASURES: Final = {SCORE: "Democracy Score", **CATEGORIES}
"""Code and name of what can be shown: the score as a mean of the seven, and each category."""


def explore_page(
    panel: pd.DataFrame, series: pd.DataFrame, before: str = "", card: str = ""
) -> str:
    """Return the whole page.

    Parameters
    ----------
    panel
        ``panel`` of `analysis.tables.schema`: ratings, ``7=best``, with their `status`.
    series
        ``series`` of `analysis.tables.schema`: scores, ``7=best``, with their `basis`.
    before
        The page as it was, which is returned where it would be made from the same: putting
        Vega-Lite together takes two seconds.
    card
        Address of its picture for messengers, or empty.
    """
    css = stylesheet("brief.css", "index.css", "explore.css")
    data, metadata = _data(panel, series), overview_metadata(card)
    templates = _template("explore.html.j2"), _template("explore.js")
    parts = (data, css, *templates, str(metadata), VERSION, DATE)
    made_from = sha256("".join((*parts, version("vl-convert-python"))).encode()).hexdigest()[:16]
    if f'content="{made_from}"' in before:
        return before
    script = _script()
    scores = series.pivot(index="country", columns="edition", values="score")
    return (
        page_environment()
        .get_template("explore.html.j2")
        .render(
            css=css,
            script=script,
            policy=content_policy(css, script),
            metadata=metadata,
            data=data,
            made_from=made_from,
            regions=_by_region(),
            groups=group_names(),
            editions=EDITIONS,
            measures=MEASURES,
            categories=CATEGORIES,
            table=[
                (c, [_cell(scores.loc[c.name].get(edition)) for edition in EDITIONS])
                for c in COUNTRIES
            ],
            author=AUTHOR,
            version=VERSION,
            date=DATE,
            citations=(RATINGS_CITATION, project_citation()),
        )
    )


def _by_region() -> dict[str, list[Country]]:
    regions: dict[str, list[Country]] = {"Central Europe": []}
    for country in COUNTRIES:
        regions.setdefault(country.region, []).append(country)
    return regions


def _cell(score: Any) -> str:
    return "–" if score is None or pd.isna(score) else fixed(score)


def _data(panel: pd.DataFrame, series: pd.DataFrame) -> str:
    """Return what the script reads, as JSON that may stand in a page.

    `values` and `known` hold, for a measure and a country, one entry an edition: the value and how
    it is known, or null.
    """
    ratings = panel.rename(columns={"category": "measure", "rating": "value", "status": "known"})
    scores = series.assign(measure=SCORE).rename(columns={"score": "value", "basis": "known"})
    columns = ["measure", "iso3", "edition", "value", "known"]
    table = pd.concat([scores[columns], ratings[columns]], ignore_index=True)
    data: dict[str, Any] = {
        "editions": list(EDITIONS),
        "countries": {c.iso3: c.name for c in COUNTRIES},
        "regions": {c.iso3: c.region for c in COUNTRIES},
        "groups": {name: [c.iso3 for c in group_members(name)] for name in group_names()},
        "measures": MEASURES,
        "classes": [[float(c.lowest) // 1, float(c.highest), c.initials] for c in REGIME_CLASSES],
        "first": _movers(series),
        "values": _by_measure(table, "value"),
        "known": _by_measure(table, "known"),
    }
    # In a page "</script>" ends a script wherever it stands.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _by_measure(table: pd.DataFrame, column: str) -> dict[str, dict[str, list[Any]]]:
    wide = table.pivot(index=["measure", "iso3"], columns="edition", values=column)
    wide = wide.reindex(columns=list(EDITIONS)).astype(object)
    wide = wide.where(wide.notna(), None)
    nested: dict[str, dict[str, list[Any]]] = {}
    for (measure, iso3), row in zip(wide.index, wide.to_numpy().tolist(), strict=True):
        values = [round(v, 6) if isinstance(v, float) else v for v in row]
        nested.setdefault(measure, {})[iso3] = values
    return nested


def _movers(series: pd.DataFrame) -> list[str]:
    """Return the two countries that fell most and the two that rose most, to begin with."""
    span = series["edition"].isin([FIRST_EDITION, LAST_EDITION])
    ends = series[span].pivot(index="iso3", columns="edition", values="score")
    change = ends.diff(axis="columns").iloc[:, -1].dropna().sort_values(kind="stable")
    return [str(code) for code in (*change.index[:2], *change.index[-2:])]


def _script() -> str:
    """Return Vega-Lite and this page's own script as one."""
    # Without a snippet the bundle is the three libraries, which its annotation does not foresee.
    bundle = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]
    return f"{bundle}\n{_template('explore.js')}".replace("</script", "<\\/script")


@cache
def _template(name: str) -> str:
    folder = package_files.files("analysis.export") / "templates"
    return (folder / name).read_text(encoding="utf-8")
