"""reports/index.html: every brief with its country's latest class, score, change and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.countries import BY_NAME
from analysis.export.html import content_policy, page_environment, stylesheet
from analysis.presentation.chart import points_of, runs
from analysis.presentation.wording import INITIALS, fixed, signed
from analysis.rating_system import FIRST_EDITION, LAST_EDITION, REGIME_CLASSES
from analysis.release import DATE, RATINGS_CITATION, VERSION


@dataclass(frozen=True)
class IndexRow:
    """One country's line of the index.

    Attributes
    ----------
    country, iso3
        Whose brief it is.
    initials, class_name
        Regime class of the latest known edition.
    score, edition
        Latest known Democracy Score, as shown, and its edition.
    change, since
        Change from the first known edition, as shown, and that edition.
    spark
        A small line of the score as SVG, on the full scale from 1 to 7.
    links
        Label and file of what was made, relative to reports/.
    stale
        Why the brief could not be remade, or empty.
    """

    country: str
    iso3: str
    initials: str
    class_name: str
    score: str
    edition: int
    change: str
    since: int
    spark: str
    links: Sequence[tuple[str, str]]
    stale: str = ""


def index_rows(
    series: pd.DataFrame, files: dict[str, Sequence[str]], failures: dict[str, str]
) -> list[IndexRow]:
    """Return the rows of all countries for which something was made or tried, by name.

    Parameters
    ----------
    series
        `analysis.scores.SERIES_COLUMNS`.
    files
        Target name -> names of the files in its folder.
    failures
        Target name -> why its last run failed.
    """
    rows = []
    for country, line in series.groupby("country"):
        iso3 = BY_NAME[str(country)].iso3
        if iso3 not in files:
            continue
        ordered = line.sort_values("edition")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        rows.append(
            IndexRow(
                country=str(country),
                iso3=iso3,
                initials=INITIALS[last["regime_class"]],
                class_name=last["regime_class"],
                score=fixed(last["score"]),
                edition=int(last["edition"]),
                change=signed(last["score"] - first["score"]) if len(ordered) > 1 else "–",
                since=int(first["edition"]),
                spark=sparkline(ordered),
                links=links(iso3, files[iso3]),
                stale=failures.get(iso3, ""),
            )
        )
    return rows


def links(name: str, files: Iterable[str]) -> list[tuple[str, str]]:
    """Return label and address of a target's files, the page first."""
    labels = {"html": "HTML", "pdf": "PDF", "ipynb": "Notebook"}
    have = set(files)
    return [
        (label, f"{name}/{name}.{ending}")
        for ending, label in labels.items()
        if f"{name}.{ending}" in have
    ]


def sparkline(line: pd.DataFrame, width: int = 110, height: int = 26) -> str:
    """Return a score's line as SVG; gaps stay gaps, the last point is marked."""
    step = (width - 8) / (LAST_EDITION - FIRST_EDITION)

    def place(edition: int, score: float) -> tuple[float, float]:
        return 4 + (edition - FIRST_EDITION) * step, 3 + (7 - score) / 6 * (height - 6)

    paths = []
    series = points_of(line)
    for run in runs(series):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in run))
        paths.append(
            f'<polyline points="{points}" fill="none" stroke="#0b5d66" stroke-width="1.8"/>'
        )
    x, y = place(*series[-1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">'
        f'<path d="M0 {height - 3}H{width}M0 3H{width}" stroke="#d5d9dc" stroke-width=".7"/>'
        f"{''.join(paths)}"
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="#0b5d66"/></svg>'
    )


def index_page(rows: Sequence[IndexRow], region: Sequence[tuple[str, str]]) -> str:
    """Return the whole page.

    Parameters
    ----------
    rows
        What `index_rows` returns.
    region
        Links of the regional brief; empty where it was not made.
    """
    css = stylesheet()
    return (
        page_environment()
        .get_template("index.html.j2")
        .render(
            rows=rows,
            region=region,
            classes=REGIME_CLASSES,
            css=css,
            policy=content_policy(css),
            version=VERSION,
            date=DATE,
            citation=RATINGS_CITATION,
        )
    )
