"""Figures of one country's score: by edition, and among all others."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from analysis.briefs import palette
from analysis.briefs import wording as say
from analysis.briefs.blocks import Figure
from analysis.briefs.country.findings import peers_rounding
from analysis.briefs.country.story import CountryStory
from analysis.briefs.figures import chart
from analysis.briefs.figures.chart import looks
from analysis.briefs.figures.style import Sheet, figure, plot, text_width
from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import SAME, SCORE, class_spans
from analysis.settings.parameters import as_ranges
from analysis.tables.stored import rows

ROUNDING: Final = 0.05
"""Half width of the band that rounding each rating to a quarter point leaves to the mean of seven
(95 %, if the seven rounding errors are independent and uniform)."""

LARGE_STEP: Final = 0.14
"""Annual changes of the score from this size on, one category point, are worth a label."""

FLAT: Final = 0.75
"""A score that stays in a span of this size is drawn on a part of the scale, or a category
point, a seventh of 0.25, could not be seen."""


def trajectory_figure(story: CountryStory, title: str) -> Figure:
    """Return the figure of one country's score, the others in grey."""
    own, bounds = story.own, story.gaps[story.gaps["category"] == SCORE]
    scale = chart.axis_of(own["score"], FLAT)
    grey = f"the other {say.countries(story.series['country'].nunique() - 1)}"
    if scale != (1, 7):
        grey = "the other countries’ scores on it"
    return figure(
        lambda narrow: draw_trajectory(story, bounds, scale, narrow),
        own[["edition", "score", "basis", "regime_class"]],
        name="trajectory",
        title=title,
        subtitle=f"Democracy Score by edition, {say.SCALE_WORDS}{chart.axis_words(scale)}; "
        f"in grey {grey}",
        caption=f"{_how_to_read(story, bounds)} {story.rests(say.SCORES)}",
        alt=_in_words(story),
    )


def large_steps(own: pd.DataFrame) -> list[tuple[int, float]]:
    """Return edition and size of the largest changes between adjacent editions, largest first."""
    steps = own.set_index("edition")["score"].diff()
    steps = steps[own["edition"].diff().eq(1).to_numpy() & steps.abs().ge(LARGE_STEP)]
    sizes = steps.abs().round(9).sort_values(ascending=False, kind="stable")
    order = sizes.index[: say.whole_ties(sizes.tolist())]
    return [(int(edition), float(steps[edition])) for edition in order]


def _how_to_read(story: CountryStory, bounds: pd.DataFrame) -> str:
    """Return how the figure of a score is to be read, what is not known included."""
    own, missing = story.own, sorted({*story.window.editions} - {*story.own["edition"]})
    ranges = [f"{r.edition}, {say.fixed(r.lowest)} to {say.fixed(r.highest)}" for r in rows(bounds)]
    years = own.loc[own["basis"] == "score derived", "edition"].tolist()
    or_derived = f" or, in {say.editions(years)}, derived" if years else ""
    diamonds = f"Diamonds: the score is printed{or_derived}, its seven ratings are not all known."
    hollow = (own["basis"] == "derived").any()
    parts: dict[str, object] = {
        "An edition covers the year before it. The pale band is what rounding leaves open.": True,
        "Labelled: the largest changes between adjacent editions.": large_steps(own),
        "Hollow circles: at least one rating is derived from printed facts.": hollow,
        diamonds: own["basis"].str.startswith("score").any(),
        f"Not known: {as_ranges(missing)}.": missing,
        f"Pale bars: what the printed facts leave possible ({'; '.join(ranges)}).": ranges,
    }
    return say.holding(parts)


def _in_words(story: CountryStory) -> str:
    """Return what the figure of a score says: its ends, extremes, moves and classes."""
    own, first, last, name = story.own, story.first, story.last, say.in_text(story.country.name)
    if len(own) == 1:
        return (
            f"Line chart with one known point: {name} has a Democracy Score of "
            f"{say.fixed(first['score'])} in the {first['edition']} edition."
        )
    steps = story.steps[SCORE].dropna()
    if own["score"].max() - own["score"].min() < SAME:
        return (
            f"Line chart: {name}’s Democracy Score is {say.fixed(last['score'])} in every known "
            f"edition, {say.editions(own['edition'].tolist())}. Regime class: "
            f"{last['regime_class']}."
        )
    whole = len(steps) == last["edition"] - first["edition"]
    among = "it is " if whole else "among known scores it is "
    down, up = int((steps < -SAME).sum()), int((steps > SAME).sum())
    moves = f", with {say.counted(down, 'annual decline')} and {say.counted(up, 'rise')}"
    if not whole:
        moves = f"{moves} known" if len(steps) else ""
    goes = f"goes from {say.fixed(first['score'])} in the {first['edition']} edition to"
    if abs(story.change) < SAME:
        goes = f"is {say.fixed(first['score'])} in the {first['edition']} edition and"
    classes = own["regime_class"][own["regime_class"].ne(own["regime_class"].shift())].tolist()
    years = own.set_index("edition")["score"]
    highest, lowest = (
        f"{say.editions(years.index[(years - end).abs() < SAME].tolist())} ({say.fixed(end)})"
        for end in (years.max(), years.min())
    )
    return (
        f"Line chart: {name}’s Democracy Score {goes} {say.fixed(last['score'])} in the "
        f"{last['edition']} edition{moves}; {among}highest in {highest} and lowest in {lowest}. "
        f"Regime {'class' if len(classes) == 1 else 'classes in turn'}: {say.listed(classes)}."
    )


def draw_trajectory(
    story: CountryStory, bounds: pd.DataFrame, scale: tuple[int, int], narrow: bool
) -> Sheet:
    """Draw one country's score on the class bands and what it may be in gaps, others in grey."""
    own, score, window = story.own, story.known[SCORE], story.window
    canvas = Sheet(narrow, 230 if narrow else 262)
    axes = plot(canvas, (15, 2, -30 if narrow else -84, -18))
    chart.class_bands(axes, scale)
    for initials, low, high in class_spans(scale):
        lines = [initials] if narrow else wrap(say.CLASS_NAMES[initials], 20)
        for place, words in enumerate(lines):
            dy = 5 * (len(lines) - 1) - 10 * place
            chart.write_beside(axes, 1, [words], [(low + high) / 2], dx=6, dy=dy)
    chart.scale_axis(axes, scale)
    chart.year_axis(axes, window.first_edition, window.last_edition)
    grey = story.series.pivot(index="edition", columns="country", values="score")
    grey = grey.drop(columns=story.country.name)
    # A line that leaves the axis ends there.
    grey = grey.where(grey.ge(scale[0]) & grey.le(scale[1])).dropna(axis="columns", how="all")
    axes.plot(grey.reindex(window.editions), color=palette.GREY, lw=0.7, alpha=0.7, gid="other")
    band = score - ROUNDING, score + ROUNDING
    axes.fill_between(score.index, *band, color=palette.ACCENT, alpha=0.18, lw=0)
    axes.plot(score, color=palette.ACCENT, lw=2.2, gid="own")
    for basis, points in own.groupby("basis"):
        mark, size = ("D", 4.3) if str(basis).startswith("score") else ("o", 5)
        fill = palette.ACCENT if basis == "printed" else palette.PAPER
        look = looks(color=palette.ACCENT, mfc=fill, ms=size, gid=str(basis))
        axes.plot(points["edition"], points["score"], mark, **look)
    _label_line(axes, own, score, scale)
    ends = bounds[["lowest", "highest"]].clip(*scale)
    chart.possible_ranges(axes, bounds.assign(**ends), bounds["country"])
    for name, scores in grey.items():
        canvas.notes.append((str(name), chart.outline_of(axes, scores.dropna()), False))
    chart.tell_points(axes, own["edition"], own["score"], say.score_words(own))
    return canvas


def _label_line(axes: Axes, own: pd.DataFrame, score: pd.Series, scale: tuple[int, int]) -> None:
    """Label the ends and the largest steps where words touch neither the line nor each other."""
    low, high = axes.transData.transform([(0, end) for end in scale])[:, 1]
    left, right = axes.bbox.x0 + 2, axes.bbox.x1 - 2
    # The line, and what is written at the lower end of the scale.
    least = [(left, low - 6), (left + text_width("least democratic", 8), low - 6)]
    taken = [Path(chart.outline_of(axes, score)), Path(least)]
    first, last = own["edition"].iloc[0], own["edition"].iloc[-1]
    labels = [(end, score[end], say.fixed(score[end])) for end in dict.fromkeys((first, last))]
    halfway = (score + score.shift()) / 2
    labels += [
        (e - 0.5, halfway[e], f"’{e % 100:02d} {say.signed(s)}") for e, s in large_steps(own)
    ]
    for edition, value, words in labels:
        is_end = edition in (first, last)
        size, colour = (10.5, palette.ACCENT) if is_end else (8, palette.INK)
        half, tall = text_width(words, size, "semibold") / 2, chart.CAP_HEIGHT * size / 2
        x, y = axes.transData.transform((edition, value))
        # An end's number stands within the plot, flush with its point.
        x += is_end * half * (1 if edition == first < last else -1)
        x = min(max(x, left + half), right - half)
        heights = [y + side * (tall + away) for away in (6, 10, 15, 21) for side in (1, -1)]
        middles = [(x, h) for h in heights if low - 12 <= h - tall and h + tall <= high]
        # Beside a steep step there is room where above and below it is none.
        away = half + 8
        middles += [(h, y) for h in (x - away, x + away) if left <= h - half <= right - 2 * half]
        look = looks(size=size, weight="semibold", color=colour, gid="halo")
        chart.write_free(axes, words, middles, taken, needed=is_end, **look)


def peers_figure(story: CountryStory, title: str) -> Figure:
    """Return a strip of all scores of the country's last edition, its part of the region named."""
    country, edition = story.country, story.last["edition"]
    shown = story.series[story.series["edition"] == edition].sort_values("score", kind="stable")
    scores = shown.set_index("country")["score"]
    low, high = say.extremes(scores)
    support = say.rests_on(BY_NAME, [edition], scores=shown)
    return figure(
        lambda narrow: draw_peers(shown, country.name, narrow),
        shown[["country", "iso3", "score", "regime_class"]],
        name="peers",
        title=title,
        subtitle=f"Democracy Score in the {edition} edition, {say.SCALE_WORDS}",
        caption=f"One dot a country; {say.in_text(country.name)} in colour. Named: the countries "
        f"of {say.part_of_region(country.region)}, in ISO codes. The bands are the regime classes. "
        f"{peers_rounding(story)}{support}",
        alt=f"Strip of {say.counted(len(shown), 'score')} in the {edition} edition, from {low} to "
        f"{high}; {say.in_text(country.name)} has {say.fixed(scores[country.name])}.",
    )


def draw_peers(shown: pd.DataFrame, country: str, narrow: bool) -> Sheet:
    """Draw the `country`, `iso3` and `score` of one edition as a strip on the class bands."""
    canvas = Sheet(narrow, 92)
    axes = plot(canvas, (6, 22, -6, 52), y=(0, 1), bare=True)
    chart.class_bands(axes, across=True)
    spans = class_spans()
    axes.vlines([low for _, low, _ in spans[:-1]], 0, 1, color=palette.PAPER, lw=0.8)
    chart.write_across(axes, [((low + high) / 2, initials) for initials, low, high in spans])
    region = BY_NAME[country].region
    own = shown["country"] == country
    near = shown["country"].map(lambda name: BY_NAME[name].region == region) & ~own
    for chosen, look in (
        (~near & ~own, looks(mfc=palette.PAPER, mec=palette.SOFT, ms=6, gid="other")),
        (near, looks(mfc=palette.SOFT, mec=palette.SOFT, ms=6, gid="peer")),
        (own, looks(mfc=palette.ACCENT, mec=palette.PAPER, ms=10, gid="own")),
    ):
        axes.plot(shown["score"][chosen], [0.5] * sum(chosen), "o", mew=0.8, **look)
    _name_peers(axes, shown[near | own], country)
    chart.tell_points(axes, shown["score"], [0.5] * len(shown), say.score_words(shown))
    chart.write_across(axes, [(value, str(value)) for value in range(1, 8)], 0, -33.3)
    return canvas


def _name_peers(axes: Axes, named: pd.DataFrame, country: str) -> None:
    """Write codes below the strip, moved apart sideways, with a line to each dot."""
    size = 7.8
    gap = (text_width("MKD", size, "semibold") + 2.5) / axes.bbox.width * 6.2
    placed = chart.spread(named["score"].tolist(), gap, 0.9 + gap / 2, 7.1 - gap / 2)
    for row, x in zip(rows(named), placed, strict=True):
        line, ink, weight = palette.GREY, palette.INK, "normal"
        if row.country == country:
            line, ink, weight = palette.ACCENT, palette.ACCENT, "semibold"
        axes.plot([row.score, x], [-1 / 30, -11 / 30], color=line, lw=0.7, gid="leader")
        look = looks(size=size, color=ink, weight=weight, ha="center", gid="label")
        chart.write(axes, x, 0, row.iso3, dy=-16.4, **look)
