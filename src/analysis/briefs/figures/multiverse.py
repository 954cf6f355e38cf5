"""Figure: the headlines under every declared choice, one line an alternative."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.briefs.blocks import Data, Figure, Note
from analysis.briefs.correlations.choices import PANEL_NAMES, Range, multiverse_title, ranges_of
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, looks
from analysis.briefs.figures.style import NARROW, WIDE, pictures, plot, sheet
from analysis.briefs.wording import fixed
from analysis.correlations.multiverse import summary
from analysis.settings.choices import declared

ALTERNATIVE_NAMES: Final = {
    "within": "within countries",
    "two_way": "within, less editions",
    "changes": "annual changes",
    "countries": "each country once",
    "country-editions": "each country-edition once",
}


def multiverse_figure(table: pd.DataFrame) -> Figure | Note:
    """Return the range of every headline under each alternative of each choice.

    Parameters
    ----------
    table
        the table ``multiverse``.
    """
    known = table[table["estimate"].notna()]
    shown = [
        h for h in declared().multiverse.headlines.values() if (known["headline"] == h.name).any()
    ]
    if not shown:
        text = "The headlines are estimable under none of the choices."
        return Note(label="Withheld", text=text)
    ranges = {h.name: ranges_of(known[known["headline"] == h.name], h) for h in shown}
    facts = summary(table).set_index("headline")
    chosen = {h.name: float(pd.to_numeric(facts["estimate"])[h.name]) for h in shown}
    return Figure(
        name="choices",
        title=multiverse_title(shown, facts),
        subtitle="; ".join(f"{h.meaning[0].upper()}{h.meaning[1:]}" for h in shown),
        caption=(
            "Each line holds all combinations of choices with that alternative: thin the range, "
            "thick the middle half, dot the median. Where two estimators are named, the first is "
            "that of the trend, the second that of the correlations. Vertical line: the "
            "combination fixed in advance. No p-value is taken over the choices."
        ),
        source=SOURCE,
        alt="Ranges by alternative. "
        + " ".join(
            f"{PANEL_NAMES[name][0]}: " + "; ".join(_alternative_words(r) for r in own) + "."
            for name, own in ranges.items()
        ),
        **pictures(lambda narrow: draw_multiverse(ranges, chosen, narrow)),
        data=_data(ranges),
    )


def draw_multiverse(
    ranges: dict[str, list[Range]], chosen: dict[str, float], narrow: bool
) -> Canvas:
    """Draw a panel a headline, a row an alternative, the rows of a choice close together."""
    labels: dict[tuple[str, int], list[str]] = {}
    for own in ranges.values():
        for r in own:
            name = ALTERNATIVE_NAMES.get(r.alternative, r.alternative)
            labels.setdefault((r.choice, r.place), []).append(name)
    choices = list(dict.fromkeys(choice for choice, _ in labels))
    pitch, left, gap = 11.2, 112 if narrow else 148, 10 if narrow else 18
    places = {k: pitch * (n + 1) + 5 * choices.index(k[0]) for n, k in enumerate(labels)}
    bottom = max(places.values()) + 6
    canvas = sheet(narrow, 38 + bottom)
    wide = ((NARROW if narrow else WIDE) - left - gap * (len(ranges) - 1) - 6) / len(ranges)
    for place, (name, own) in enumerate(ranges.items()):
        x = left + place * (wide + gap)
        span = min(0.0, *(r.low for r in own)), max(0.0, *(r.high for r in own))
        axes = plot(canvas, (x, 34, x + wide, 34 + bottom), span, (bottom, 0), bare=True)
        _draw_panel(axes, own, chosen[name], [places[(r.choice, r.place)] for r in own])
        head, unit = PANEL_NAMES[name]
        look = looks(size=8 if narrow else 9.3, weight="semibold", gid="head")
        chart.write(axes, span[0], 0, head, dy=29, **look)
        if not narrow:
            chart.write(axes, span[0], 0, unit, dy=17.5, size=7.8, color=palette.SOFT, gid="head")
        if place == 0:
            for key, named in labels.items():
                words = " | ".join(dict.fromkeys(named))
                size = 8.2 if not narrow else 7.4 if "|" not in words else 6.8
                look = looks(within=axes.get_yaxis_transform(), gid="alternative", size=size)
                chart.write(axes, 0, places[key], words, dx=-left, **look)
    return canvas


def _draw_panel(axes: Axes, own: list[Range], chosen: float, y: list[float]) -> None:
    for value, ha in zip(axes.get_xlim(), ("left", "right"), strict=True):
        axes.axvline(value, color=palette.RULE, lw=0.6, zorder=0, gid="grid")
        look = looks(size=7.6, color=palette.SOFT, ha=ha, gid="axis")
        chart.write(axes, value, 0, fixed(value, 0 if value == 0 else 2), dy=5, **look)
    if chosen == chosen:
        axes.axvline(chosen, color=palette.ACCENT, lw=1.2, zorder=1, gid="chosen")
    table = pd.DataFrame(own)
    axes.hlines(y, table["low"], table["high"], color=palette.GREY, lw=1)
    quartiles = table["lower_quartile"], table["upper_quartile"]
    axes.hlines(y, *quartiles, color=palette.SOFT, lw=3.2)
    axes.plot(table["median"], y, "o", color=palette.INK, ms=4.2, mew=0, gid="median")


def _alternative_words(r: Range) -> str:
    name = ALTERNATIVE_NAMES.get(r.alternative, r.alternative)
    return f"{name} median {fixed(r.median)}, {fixed(r.low)} to {fixed(r.high)}"


def _data(ranges: dict[str, list[Range]]) -> Data:
    columns = ["headline", "choice", "alternative", "lowest", "median", "highest"]
    return Data(
        columns,
        [
            [name, r.choice, r.alternative, *(round(v, 2) + 0.0 for v in (r.low, r.median, r.high))]
            for name, own in ranges.items()
            for r in own
        ],
    )


def multiverse_figures(table: pd.DataFrame) -> list[Figure | Note]:
    """Return the pictures of the headlines: one for all of them."""
    return [multiverse_figure(table)]
