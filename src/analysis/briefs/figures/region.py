"""Figures of several countries: who stands where, classes over time, means over time."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from analysis.briefs.blocks import Figure, data_of
from analysis.briefs.figures import chart, glyphs, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import Drawing, Point, along, distance
from analysis.briefs.wording import INITIALS, counted, fixed, listed
from analysis.facts.countries import BY_NAME
from analysis.facts.frames import row_at, rows
from analysis.facts.rating_system import REGIME_CLASSES
from analysis.settings.parameters import Window

CLASS_KEY = " · ".join(f"{r.initials} {r.name}" for r in REGIME_CLASSES) + "."


def standing_figure(series: pd.DataFrame, window: Window, title: str) -> Figure:
    """Return a heat-map of countries by editions, coloured by regime class.

    Parameters
    ----------
    series
        ``series`` of `analysis.tables.schema`.
    window
        Editions to show.
    title
        The finding, as a sentence without full stop.
    """
    shown = window.cut(series)
    latest = shown.sort_values("edition", kind="stable").groupby("country")["score"].last()
    order = latest.sort_values(ascending=False, kind="stable").index.tolist()
    svg, svg_narrow = chart.pictures(lambda narrow: _draw_standing(shown, order, window, narrow))
    columns = {"country": "country", "edition": "edition", "score": "democracy_score"}
    return Figure(
        name="standing",
        title=title,
        subtitle="Regime class by edition; right: the last known Democracy Score, 7 = best",
        caption=(
            "Countries in the order of their last known score. With a notched corner: the score "
            f"is printed, its seven ratings are not all known. Empty: not known. {CLASS_KEY}"
        ),
        source=SOURCE,
        alt=(
            f"Grid of {counted(len(order), 'country', 'countries')} by "
            f"{counted(len(window.editions), 'edition')} with {len(shown)} known scores. "
            "Latest known: "
            + "; ".join(_standing_words(shown, regime.name) for regime in REGIME_CLASSES)
            + "."
        ),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(
            shown, {**columns, "regime_class": "regime_class", "basis": "basis"}, digits=2
        ),
    )


def _standing_words(shown: pd.DataFrame, name: str) -> str:
    latest = shown.sort_values("edition", kind="stable").groupby("country").tail(1)
    members = latest[latest["regime_class"] == name].sort_values(
        "score", ascending=False, kind="stable"
    )
    if members.empty:
        return f"{name}: none"
    return f"{name}: " + listed(
        [f"{row.country} {fixed(row.score)} ({row.edition})" for row in rows(members)]
    )


def _draw_standing(shown: pd.DataFrame, order: list[str], window: Window, narrow: bool) -> Drawing:
    width, pitch = (palette.NARROW, 12.6) if narrow else (palette.WIDE, 12.0)
    drawing = Drawing(width, 15 + pitch * len(order) + 1)
    left = 24.0 if narrow else 104.0
    first, last = window.first_edition, window.last_edition
    bottom = 15 + pitch * len(order)
    frame = Frame(left, 15, width - 22, bottom, (first - 0.5, last + 0.5), (0, len(order)))
    for edition, year in chart.year_labels(first, last):
        drawing.text(
            frame.across(edition),
            9,
            year,
            size=8.5,
            colour=palette.SOFT,
            anchor="middle",
            role="axis",
        )
    for place, name in enumerate(order):
        drawing.text(
            left - 5 if narrow else 0,
            15 + pitch * (place + 0.46),
            BY_NAME[name].iso3 if narrow else name,
            size=8.2 if narrow else 9,
            anchor="end" if narrow else "start",
            centred=True,
            role="country",
        )
    tops = {name: 15 + pitch * place for place, name in enumerate(order)}
    # One class after the other, so that boxes of one look are neighbours.
    for _, same in shown.groupby("regime_class"):
        for country, line in same.groupby("country"):
            _draw_stretches(drawing, frame, line, tops[str(country)], pitch)
    for edition in range(first + 1, last + 1):
        x = frame.across(edition - 0.5)
        drawing.line([(x, 15), (x, bottom)], palette.PAPER, 0.9, role="separator")
    for row in rows(shown[shown["basis"] == "score only"]):
        _draw_notch(drawing, frame, row.edition, tops[row.country])
    for country, line in shown.groupby("country"):
        middle = tops[str(country)] + (pitch - 1) / 2
        _name_classes(drawing, frame, line, middle)
        latest = line.sort_values("edition", kind="stable")["score"].iloc[-1]
        drawing.text(
            width, middle, fixed(latest), size=8.2,
            anchor="end", centred=True, role="score",
        )  # fmt: skip
    return drawing


def _name_classes(drawing: Drawing, frame: Frame, line: pd.DataFrame, y: float) -> None:
    """Write the initials of a class at the left of each stretch of cells that has room for them."""
    ordered = line.sort_values("edition", kind="stable")
    classes, editions = ordered["regime_class"], ordered["edition"]
    begins = classes.ne(classes.shift()) | editions.diff().ne(1)
    for _, run in ordered.groupby(begins.cumsum()):
        initials = INITIALS[run["regime_class"].iloc[0]]
        left = frame.across(run["edition"].iloc[0] - 0.5) + 2.5
        if glyphs.width(initials, 6.6) + 4 < frame.across(run["edition"].iloc[-1] + 0.5) - left:
            drawing.text(
                left, y, initials, size=6.6, colour=palette.CLASS_INKS[initials], centred=True,
                role="class",
            )  # fmt: skip


def _draw_stretches(
    drawing: Drawing, frame: Frame, line: pd.DataFrame, top: float, pitch: float
) -> None:
    """Draw the adjacent editions that a country spent in one class as one box."""
    initials = INITIALS[line["regime_class"].iloc[0]]
    edge = palette.CLASS_OUTLINES[initials] if initials in palette.PALE else ""
    inset = 0.75 if edge else 0.5
    for run in chart.runs(chart.points_of(line)):
        x = frame.across(run[0][0] - 0.5) + inset
        drawing.box(
            x,
            top + inset - 0.5,
            frame.across(run[-1][0] + 0.5) - x - inset,
            pitch - 2 * inset,
            palette.CLASS_COLOURS[initials],
            stroke=edge,
            stroke_width=0.5,
            role=initials,
        )


def _draw_notch(drawing: Drawing, frame: Frame, edition: int, top: float) -> None:
    right = frame.across(edition + 0.5) - 0.2
    size = min(4.2, (right - frame.across(edition - 0.5)) / 3)
    top -= 0.3
    corner = [(right - size, top), (right, top), (right, top + size)]
    drawing.area(corner, palette.PAPER, role="score only")


def class_count_figure(
    series: pd.DataFrame, n_countries: int, window: Window, title: str
) -> Figure:
    """Return stacked columns: how many countries are in which class in each edition.

    Parameters
    ----------
    series, window, title
        As in `standing_figure`.
    n_countries
        Size of the group; what is missing to it is not known.
    """
    shown = window.cut(series)
    counts = (
        shown.groupby(["edition", "regime_class"])
        .size()
        .unstack(fill_value=0)
        .reindex(
            index=list(window.editions), columns=[r.name for r in REGIME_CLASSES], fill_value=0
        )
    )
    counts["not known"] = n_countries - counts.sum(axis="columns")
    svg, svg_narrow = chart.pictures(lambda narrow: _draw_counts(counts, n_countries, narrow))
    told = dict.fromkeys((window.first_edition, window.last_edition))
    return Figure(
        name="class_counts",
        title=title,
        subtitle=f"Number of countries in each regime class by edition, of {n_countries}",
        caption=f"Outlined: class not known. {CLASS_KEY}",
        source=SOURCE,
        alt="Stacked columns. "
        + " ".join(
            f"Edition {edition}: {_counts_words(row_at(counts, edition))}." for edition in told
        ),
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(counts.reset_index(), {name: name for name in ("edition", *counts.columns)}),
    )


def _draw_counts(counts: pd.DataFrame, n_countries: int, narrow: bool) -> Drawing:
    width, height = (palette.NARROW, 184.0) if narrow else (palette.WIDE, 188.0)
    drawing = Drawing(width, height)
    first, last = int(counts.index[0]), int(counts.index[-1])
    frame = Frame(
        28, 3, width - 28, height - 18, (first - 0.5, last + 0.5), (0.0, float(n_countries))
    )
    for edition, row in zip(counts.index, counts.to_numpy().tolist(), strict=True):
        below = 0
        x = frame.across(edition - 0.5) + 0.6
        wide = frame.across(edition + 0.5) - x - 0.6
        named = list(zip(counts.columns, row, strict=True))
        for name, n in [*reversed(named[:-1]), named[-1]]:
            if n:
                top = frame.up(below + n)
                _draw_column(drawing, (x, top, wide, frame.up(below) - top), str(name), n)
            below += n
    _name_columns(drawing, frame, counts.iloc[0], "left")
    if last > first:
        _name_columns(drawing, frame, counts.iloc[-1], "right")
    chart.year_axis(drawing, frame, first, last)
    return drawing


def _draw_column(
    drawing: Drawing, box: tuple[float, float, float, float], name: str, n: int
) -> None:
    x, y, wide, high = box
    if name == "not known":
        inner = (x + 0.4, y + 0.4, wide - 0.8, high - 0.8)
        drawing.box(*inner, palette.PAPER, stroke=palette.GREY, stroke_width=0.7, role="not known")
        return
    initials = INITIALS[name]
    drawing.box(x, y, wide, high - 0.6, palette.CLASS_COLOURS[initials], role=initials)
    if high > 4.5:
        drawing.text(
            x + wide / 2,
            y + high / 2,
            str(n),
            size=min(8, high * 0.95),
            colour=palette.CLASS_INKS[initials],
            anchor="middle",
            centred=True,
            role="count",
        )


def _name_columns(
    drawing: Drawing, frame: Frame, counts: pd.Series, side: Literal["left", "right"]
) -> None:
    """Write the initials of the classes beside the first or the last column."""
    below, wanted, names = 0, [], []
    for name, n in reversed(list(counts.items())[:-1]):
        if n:
            wanted.append(frame.up(below + n / 2))
            names.append(INITIALS[str(name)])
        below += n
    placed = chart.spread(wanted, 9.5, frame.top + 4, frame.bottom - 4)
    for y, words in zip(placed, names, strict=True):
        drawing.text(
            frame.left - 4 if side == "left" else frame.right + 4,
            y,
            words,
            size=8.6,
            weight="semibold",
            anchor="end" if side == "left" else "start",
            centred=True,
            role="name",
        )


def _counts_words(row: pd.Series) -> str:
    return ", ".join(f"{name} {n}" for name, n in row.items())


def mean_figure(means: pd.DataFrame, title: str, caption: str) -> Figure:
    """Return lines of group means by edition, labelled at their ends.

    Parameters
    ----------
    means
        `group`, `edition`, `mean` (Democracy Score, ``7=best``) and `n`, the number of countries,
        the same in every edition of a group.
    title, caption
        The finding, and what the mean is taken over.
    """
    lines = {
        "Region" if name == "all" else str(name): chart.points_of(line, "mean")
        for name, line in means.groupby("group")
    }
    main = "Region" if "Region" in lines else next(iter(lines))
    svg, svg_narrow = chart.pictures(lambda narrow: draw_lines(lines, {main}, narrow, 190))
    return Figure(
        name="means",
        title=title,
        subtitle=f"Mean Democracy Score by edition, {chart.SCALE_WORDS}",
        caption=caption,
        source=SOURCE,
        alt="Line chart of means: "
        + "; ".join(_mean_words(line) for _, line in means.groupby("group"))
        + ".",
        svg=svg,
        svg_narrow=svg_narrow,
        data=data_of(
            means, {"group": "group", "edition": "edition", "mean": "mean", "n": "countries"}, 2
        ),
    )


def draw_lines(
    lines: dict[str, list[tuple[int, float]]],
    strong: set[str],
    narrow: bool,
    height: float,
    *,
    scale: tuple[int, int] = (1, 7),
    bands: bool = False,
) -> Drawing:
    """Draw lines on the scale or a part of it, each labelled at its end.

    Parameters
    ----------
    lines
        Label -> edition and value.
    strong
        Labels of the lines to emphasise.
    narrow
        Whether for a phone.
    height
        Of the picture, in points.
    scale
        Lowest and highest value of the axis.
    bands
        Whether to draw the class bands behind the lines.
    """
    width, labels = (palette.NARROW, 92.0) if narrow else (palette.WIDE, 132.0)
    drawing = Drawing(width, height)
    editions = [edition for line in lines.values() for edition, _ in line]
    first, last = min(editions), max(editions)
    span = (first - 0.4, last + 0.3)
    low, high = scale
    room = (high - low) / 12
    frame = Frame(15, 2, width - labels, height - 18, span, (low - room, high + room))
    if bands:
        _draw_bands(drawing, frame, scale)
    chart.scale_axis(drawing, frame, marks=range(low, high + 1))
    chart.scale_ends(drawing, frame, scale)
    ends = []
    for place, (name, line) in enumerate(lines.items()):
        colour, heavy, dash = line_look(name, place, strong)
        for run in chart.runs(line):
            places = [frame.at(*point) for point in run]
            if len(run) == 1:
                drawing.dot(*places[0], 1.6, colour, role=name)
            else:
                drawing.line(places, colour, heavy, dash=dash, role=name)
        ends.append((name, line[-1], colour))
    if bands:
        _name_bands(drawing, frame, scale)
    wanted = [frame.up(value) for _, (_, value), _ in ends]
    placed = chart.spread(wanted, 10.5, frame.top + 5, frame.bottom - 4)
    for (name, (edition, value), colour), want, y in zip(ends, wanted, placed, strict=True):
        x = frame.right + 10
        start = frame.across(edition) + 3
        drawing.line(
            [(start, want), (max(start, frame.right - 1), want), (x - 2, y)],
            palette.GREY,
            0.6,
            role="leader",
        )
        year = "" if edition == last else f" ’{edition % 100:02d}"
        drawing.text(
            x,
            y,
            f"{name} {fixed(value)}{year}",
            size=8.2 if narrow else 9,
            weight="bold" if name in strong else "regular",
            colour=palette.INK if strong and name not in strong else colour,
            centred=True,
            role="label",
        )
    chart.year_axis(drawing, frame, first, last)
    return drawing


def _draw_bands(drawing: Drawing, frame: Frame, scale: tuple[int, int]) -> None:
    for regime in REGIME_CLASSES:
        low, high = max(float(regime.lowest) // 1, scale[0]), min(float(regime.highest), scale[1])
        if low < high:
            top, bottom = frame.up(high), frame.up(low)
            fill = palette.CLASS_BANDS[regime.initials]
            wide = frame.right - frame.left
            drawing.box(frame.left, top, wide, bottom - top, fill, role="band")


def _name_bands(drawing: Drawing, frame: Frame, scale: tuple[int, int]) -> None:
    """Write each band's initials into that of its corners which the lines leave most free."""
    drawn = [p for m in drawing.marks if m.kind == "line" and m.role not in ("grid", "leader", "")
             for p in along(m.points)]  # fmt: skip
    for regime in REGIME_CLASSES:
        low, high = max(float(regime.lowest) // 1, scale[0]), min(float(regime.highest), scale[1])
        if low >= high:
            continue
        wide = glyphs.width(regime.initials, 7.6)
        top, bottom = frame.up(high), frame.up(low)
        places = [
            (x, y)
            for y in ((top + bottom) / 2, top + 7, bottom - 7)
            for x in (frame.right - 4 - wide, frame.left + 4, (frame.left + frame.right) / 2)
        ]
        x, y = max(places, key=lambda place: min(_room(place, wide, drawn), 8))
        drawing.text(
            x, y, regime.initials, size=7.6, colour=palette.SOFT, centred=True, role="band"
        )


def _room(place: tuple[float, float], wide: float, drawn: list[Point]) -> float:
    x, y = place
    box = (x, y - 3, x + wide, y + 3)
    return min((distance(box, point) for point in drawn), default=8.0)


_DASHES = ("", "6 2", "2 2", "6 2 1.5 2", "10 2", "4 1.5 1.5 1.5", "1.2 1.6", "8 3")


def line_look(name: str, place: int, strong: set[str]) -> tuple[str, float, str]:
    """Return colour, width and dashes of a line.

    Where some are emphasised the others are grey; where none is, each has a colour. No two lines
    have the same dashes.
    """
    if name in strong:
        return palette.ACCENT, 2.4, ""
    if strong:
        return palette.SOFT, 1.4, _DASHES[1 + place % (len(_DASHES) - 1)]
    return palette.LINES[place % len(palette.LINES)], 1.9, _DASHES[place % len(_DASHES)]


def _mean_words(line: pd.DataFrame) -> str:
    ordered = line.sort_values("edition", kind="stable")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    name = "all countries" if first["group"] == "all" else first["group"]
    return (
        f"{name} ({first['n']}) from {fixed(first['mean'])} in {first['edition']} "
        f"to {fixed(last['mean'])} in {last['edition']}"
    )
