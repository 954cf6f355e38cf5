"""Small lines for tables: how a score moved, all on one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from analysis.briefs.wording import SAME, editions, fixed
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION

WIDTH, HEIGHT, MARGIN = 132, 40, 4


@dataclass(frozen=True)
class Scale:
    """What the height of every line of a table stands for.

    On the full scale from 1 to 7 most lines would look flat, and on a scale of its own a quarter
    point would look like a revolution. So all lines share one number of points per row, that of the
    largest range among them, and each stands in the middle of its row: slopes compare between rows,
    levels do not.

    Attributes
    ----------
    points
        Points of the score from the bottom to the top of a row.
    """

    points: float

    @classmethod
    def of(cls, series: pd.DataFrame) -> Scale:
        """Return the scale on which every country's line fits, in half points."""
        score = series.groupby("country")["score"]
        return cls(max(math.ceil((score.max() - score.min()).max() * 2) / 2, 0.5))

    def draw(self, line: pd.DataFrame) -> Markup:
        """Return one country's score as an SVG element that names what it shows.

        Gaps are gaps; a hollow point marks the first and a full one the last known edition.

        Parameters
        ----------
        line
            Rows of ``series`` of `analysis.tables.schema` of one country.
        """
        step = (WIDTH - 2 * MARGIN) / (LAST_EDITION - FIRST_EDITION)
        middle = (line["score"].max() + line["score"].min()) / 2
        tall = HEIGHT - 2 * MARGIN

        def place(point: tuple[int, float]) -> str:
            edition, score = point
            x = MARGIN + (edition - FIRST_EDITION) * step
            return f"{x:.1f},{HEIGHT / 2 - (score - middle) / self.points * tall:.1f}"

        ordered = line.sort_values("edition", kind="stable")
        points = list(zip(ordered["edition"], ordered["score"], strict=True))
        stretches = [[place(point) for point in run] for run in runs(points)]
        lines = "".join(f'<polyline points="{" ".join(s)}"/>' for s in stretches if len(s) > 1)
        # A known edition between two that are not is a point, or it would not be seen.
        dots = "".join(_dot(s[0], "alone") for s in stretches if len(s) == 1)
        ends = _dot(place(points[0]), "first") + _dot(place(points[-1]), "last")
        label = Markup.escape(spoken(ordered))
        return Markup(
            f'<svg class="nit-spark" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" aria-label="{label}">{lines}{dots}{ends}</svg>'
        )


def runs(points: Iterable[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Return the stretches of adjacent editions of one series, in order, so that a gap stays one.

    Each of `points` is an edition and its value.
    """
    stretches: list[list[tuple[int, float]]] = []
    for edition, value in sorted(points):
        if not stretches or edition != stretches[-1][-1][0] + 1:
            stretches.append([])
        stretches[-1].append((edition, value))
    return stretches


def _dot(place: str, kind: str) -> str:
    x, y = place.split(",")
    return f'<circle class="nit-{kind}" cx="{x}" cy="{y}" r="2.6"/>'


def spoken(line: pd.DataFrame) -> str:
    """Return what a line says: its ends, its highest and its lowest edition."""
    ordered = line.sort_values("edition", kind="stable")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return f"One known score: {fixed(first['score'])} in {first['edition']}"
    score = ordered.set_index("edition")["score"]
    ends = {
        word: f"{word} {fixed(end)} in {editions(score.index[(score - end).abs() < SAME].tolist())}"
        for word, end in (("highest", score.max()), ("lowest", score.min()))
    }
    return (
        f"From {fixed(first['score'])} in {first['edition']} to {fixed(last['score'])} in "
        f"{last['edition']}; {ends['highest']}, {ends['lowest']}"
    )
