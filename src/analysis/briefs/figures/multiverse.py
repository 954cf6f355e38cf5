"""Figure: the headlines under every declared choice, one line an alternative."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from analysis.briefs.blocks import Data, Figure, Note
from analysis.briefs.figures import chart, palette
from analysis.briefs.figures.chart import SOURCE, Frame
from analysis.briefs.figures.drawing import Drawing
from analysis.briefs.wording import counted, fixed, listed, signed
from analysis.correlations.multiverse import summary
from analysis.facts.frames import row_at
from analysis.settings.choices import SETS, HeadlineChoice, declared

CHOICE_NAMES: Final = {
    "period": "the period",
    "countries": "the set of countries",
    "estimator": "the estimator",
    "weighting": "the weighting",
    "scale": "the scale",
}
ALTERNATIVE_NAMES: Final = {
    "within": "within countries",
    "two_way": "within, less editions",
    "changes": "annual changes",
    "countries": "each country once",
    "country-editions": "each country-edition once",
}
PANEL_NAMES: Final = {
    "trend": ("Mean trend", "points per decade"),
    "association": ("Association", "median r within countries"),
    "gap": ("Gap", "median r between less within"),
}
_LEFT_OUT: Final = "without one country"


class Range(NamedTuple):
    """The estimates of one headline under all combinations that hold one alternative."""

    choice: str
    place: int
    alternative: str
    low: float
    lower_quartile: float
    median: float
    upper_quartile: float
    high: float


def multiverse_figure(table: pd.DataFrame) -> Figure | Note:
    """Return the range of every headline under each alternative of each choice.

    Parameters
    ----------
    table
        `analysis.correlations.multiverse.MULTIVERSE_COLUMNS`.
    """
    known = table[table["estimate"].notna()]
    shown = [
        h for h in declared().multiverse.headlines.values() if (known["headline"] == h.name).any()
    ]
    if not shown:
        text = "The headlines are estimable under none of the choices."
        return Note(label="Withheld", text=text)
    ranges = {h.name: _ranges(known[known["headline"] == h.name], h) for h in shown}
    facts = summary(table).set_index("headline")
    chosen = {h.name: float(pd.to_numeric(facts["estimate"])[h.name]) for h in shown}
    svg, svg_narrow = chart.pictures(lambda narrow: _draw(ranges, chosen, narrow))
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
        svg=svg,
        svg_narrow=svg_narrow,
        data=_data(ranges),
    )


def multiverse_title(shown: list[HeadlineChoice], facts: pd.DataFrame) -> str:
    """Return the finding: whether any choice turns a sign round."""
    firm = [h for h in shown if facts["same_sign"][h.name] == 1]
    if len(firm) == len(shown):
        return f"The sign of {counted(len(shown), 'headline')} is the same under all choices"
    loose = [
        f"{PANEL_NAMES[h.name][0].lower()} ({facts['same_sign'][h.name]:.0%} share one sign)"
        for h in shown
        if h not in firm
    ]
    return f"The choices turn the sign of {listed(loose)}"


def headline_sentences(table: pd.DataFrame) -> list[str]:
    """Return range and most influential choice of each headline that can be estimated."""
    facts = summary(table).set_index("headline")
    sentences = []
    for headline in declared().multiverse.headlines.values():
        if headline.name not in facts.index or pd.isna(facts["lowest"][headline.name]):
            continue
        own = row_at(facts, headline.name)
        number = signed if headline.name == "trend" else fixed
        what, _, unit = headline.meaning.partition(", ")
        sentences.append(
            f"The {what}{f' ({unit})' if unit else ''} ranges from {number(own['lowest'])} to "
            f"{number(own['highest'])} over all choices; "
            f"{CHOICE_NAMES[own['most_influential']]} matters most."
        )
    return sentences


def _ranges(own: pd.DataFrame, headline: HeadlineChoice) -> list[Range]:
    grid = declared().multiverse
    sets = own["countries"].where(own["countries"].isin(SETS), _LEFT_OUT)
    grouped = {
        "period": (own["period"], grid.periods),
        "countries": (sets, (*grid.countries, _LEFT_OUT)),
        "estimator": (own["estimator"], headline.estimators),
        "weighting": (own["weighting"], grid.weightings),
        "scale": (own["scale"], grid.scales),
    }
    ranges = []
    for choice, (labels, alternatives) in grouped.items():
        for place, alternative in enumerate(alternatives):
            values = own.loc[labels == alternative, "estimate"].astype(float)
            if len(values):
                spread = values.quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
                ranges.append(Range(choice, place, alternative, *spread))
    return ranges


def _draw(ranges: dict[str, list[Range]], chosen: dict[str, float], narrow: bool) -> Drawing:
    labels: dict[tuple[str, int], list[str]] = {}
    for own in ranges.values():
        for r in own:
            named = labels.setdefault((r.choice, r.place), [])
            name = ALTERNATIVE_NAMES.get(r.alternative, r.alternative)
            if name not in named:
                named.append(name)
    pitch, left = 11.2, 112.0 if narrow else 148.0
    tops, y, before = {}, 34.0, ""
    for key in labels:
        y += pitch + (5.0 if before not in ("", key[0]) else 0.0)
        before = key[0]
        tops[key] = y
    width = palette.NARROW if narrow else palette.WIDE
    drawing = Drawing(width, y + 10)
    for key, named in labels.items():
        size = 8.2 if not narrow else 7.4 if len(named) == 1 else 6.8
        drawing.text(0, tops[key], " | ".join(named), size=size, centred=True, role="alternative")
    gap = 10.0 if narrow else 18.0
    wide = (width - left - gap * (len(ranges) - 1) - 6) / len(ranges)
    for place, (name, own) in enumerate(ranges.items()):
        x = left + place * (wide + gap)
        _draw_panel(drawing, name, own, chosen[name], (x, x + wide), tops, narrow)
    return drawing


def _draw_panel(
    drawing: Drawing,
    name: str,
    own: list[Range],
    chosen: float,
    sides: tuple[float, float],
    tops: dict[tuple[str, int], float],
    narrow: bool,
) -> None:
    low, high = min(0.0, *(r.low for r in own)), max(0.0, *(r.high for r in own))
    frame = Frame(sides[0], 38, sides[1], drawing.height, (low, high), (0, 1))
    head, unit = PANEL_NAMES[name]
    drawing.text(sides[0], 8, head, size=8 if narrow else 9.3, weight="bold", role="head")
    if not narrow:
        drawing.text(sides[0], 19, unit, size=7.8, colour=palette.SOFT, role="head")
    for value in (low, high):
        x = frame.across(value)
        drawing.line([(x, 36), (x, drawing.height)], palette.RULE, 0.6, role="grid")
        drawing.text(
            x, 32, fixed(value, 0 if value == 0 else 2), size=7.6, colour=palette.SOFT,
            anchor="end" if value == high else "start", role="axis",
        )  # fmt: skip
    if chosen == chosen:
        x = frame.across(chosen)
        drawing.line([(x, 36), (x, drawing.height)], palette.ACCENT, 1.2, role="chosen")
    for r in own:
        y = tops[(r.choice, r.place)]
        drawing.line([(frame.across(r.low), y), (frame.across(r.high), y)], palette.GREY, 1)
        quartiles = [(frame.across(v), y) for v in (r.lower_quartile, r.upper_quartile)]
        drawing.line(quartiles, palette.SOFT, 3.2)
        drawing.dot(frame.across(r.median), y, 2.1, palette.INK, role="median")


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
