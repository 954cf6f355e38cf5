"""Figure: where a country stands among all countries in one edition."""

from __future__ import annotations

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, glyphs, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.wording import INITIALS, counted, fixed
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import REGIME_CLASSES


def peers_figure(series: pd.DataFrame, country: str, edition: int, title: str) -> Figure:
    """Return a strip of all scores of one edition, the country and its part of the region named.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema` of all countries.
    country, edition
        What to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = series[series["edition"] == edition].sort_values("score", kind="stable")
    region = BY_NAME[country].region
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(shown, country, narrow))
    low, high = shown.iloc[0], shown.iloc[-1]
    own = float(shown.loc[shown["country"] == country, "score"].iloc[0])
    columns = {"country": "country", "iso3": "iso3", "score": "democracy_score"}
    return Figure(
        name="peers",
        title=title,
        subtitle=f"Democracy Score in the {edition} edition, {chart.SCALE_WORDS}",
        caption=(
            f"One dot a country; {country} in colour. Named: the countries of {named(region)}, in "
            "ISO codes. The bands are the regime classes."
        ),
        source=SOURCE,
        alt=(
            f"Strip of {counted(len(shown), 'score')} in the {edition} edition, from "
            f"{fixed(low['score'])} ({low['country']}) to {fixed(high['score'])} "
            f"({high['country']}); {country} has {fixed(own)}."
        ),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(shown, {**columns, "regime_class": "regime_class"}, digits=2),
    )


def named(region: str) -> str:
    """Return a part of the region as it stands in a sentence."""
    return "the Balkans" if region == "Balkans" else region


def _draw(shown: pd.DataFrame, country: str, narrow: bool) -> Drawing:
    width = palette.NARROW if narrow else palette.WIDE
    drawing = Drawing(width, 92)
    frame = Frame(6, 22, width - 6, 52, (0.9, 7.1))
    for regime in REGIME_CLASSES:
        low, high = float(regime.lowest) // 1, float(regime.highest)
        x = frame.across(low)
        wide = frame.across(high) - x
        fill = palette.CLASS_BANDS[regime.initials]
        drawing.box(x, frame.top, wide - 0.8, frame.bottom - frame.top, fill, role="band")
        drawing.text(
            x + wide / 2, 14, INITIALS[regime.name], size=8.2, colour=palette.SOFT,
            anchor="middle", role="axis",
        )  # fmt: skip
    middle = (frame.top + frame.bottom) / 2
    region = BY_NAME[country].region
    labels = []
    for name, iso3, score in zip(shown["country"], shown["iso3"], shown["score"], strict=True):
        x = frame.across(score)
        if name == country:
            continue
        peer = BY_NAME[name].region == region
        drawing.dot(
            x, middle, 3, palette.SOFT if peer else palette.PAPER, stroke=palette.SOFT,
            stroke_width=0.8, role="peer" if peer else "other",
        )  # fmt: skip
        if peer:
            labels.append((iso3, x))
    own = float(shown.loc[shown["country"] == country, "score"].iloc[0])
    drawing.dot(frame.across(own), middle, 5, palette.ACCENT, stroke=palette.PAPER, role="own")
    labels.append((BY_NAME[country].iso3, frame.across(own)))
    _name_peers(drawing, frame, labels, BY_NAME[country].iso3)
    for value in range(1, 8):
        drawing.text(
            frame.across(value), 88, str(value), size=8.2, colour=palette.SOFT, anchor="middle",
            role="axis",
        )  # fmt: skip
    return drawing


def _name_peers(drawing: Drawing, frame: Frame, labels: list[tuple[str, float]], own: str) -> None:
    """Write codes below the strip, moved apart sideways, with a line to each dot."""
    size = 7.8
    gap = glyphs.width("MKD", size, "bold") + 2.5
    placed = chart.spread([x for _, x in labels], gap, frame.left + gap / 2, frame.right - gap / 2)
    for (code, x), at in zip(labels, placed, strict=True):
        strong = code == own
        drawing.line(
            [(x, frame.bottom + 1), (at, frame.bottom + 11)],
            palette.ACCENT if strong else palette.GREY,
            0.7,
            role="leader",
        )
        drawing.text(
            at, frame.bottom + 19, code, size=size, weight="bold" if strong else "regular",
            colour=palette.ACCENT if strong else palette.INK, anchor="middle", role="label",
        )  # fmt: skip
