"""What pages of the documentation say in numbers: on the data, and on the validation.

Of the data origin, coverage, rules and stories of conflicts; of the validation what was measured,
beside what is required, in pictures and tables.
"""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.briefs.figures.style import Sheet, plot, svg_of, text_width
from analysis.briefs.palette import ACCENT, INK, RULE, SECOND
from analysis.export.svg import on_page
from analysis.facts.countries import COUNTRIES
from analysis.facts.rating_system import (
    CATEGORIES,
    FIRST_EDITION,
    LAST_EDITION,
    REGIME_CLASSES,
    SCORE,
)
from analysis.publication.reference import table
from analysis.reconciliation.case import STATUSES
from analysis.reconciliation.cleaning import Reconciled
from analysis.reconciliation.gaps import gaps
from analysis.reconciliation.verdicts import RULES
from analysis.settings.parameters import as_ranges
from analysis.sources.cells import Printed
from analysis.tables.stored import read_processed
from analysis.validation.check import TO_BE_KNOWN

_PARTS: Final = {"trajectories": "Trajectories", "correlations": "Correlations"}
_SANITY: Final = "sanity"
"""Begins the name of a method that must fail, so that the simulation is seen to be able to."""

_METRICS: Final = {
    "coverage": (r"^coverage of the 95", "Intervals that promise 95 % keep it"),
    "size": (
        r"^(size|any false finding|share of countries with an episode|false)",
        "Tests at 5 % reject about 5 % where there is nothing",
    ),
    "power": (r"^(power|share of pairs found)", "What is there is found this often"),
}
"""Kinds of figures that have a picture of their own: how they begin, and its title."""
_KIND_WORDS: Final = {
    "publisher": "Freedom House's own pages",
    "archive": "refugee and web archives that keep the reports",
    "copy": "copies of a report or its tables elsewhere",
    "own": "files that a user has added",
    "press": "news that quote figures",
    "rescaled": "indices that print ratings anew on a scale of their own",
}
"""Kinds of sources, the most trusted first."""
_LAST_OLD: Final = 2018
"""The last edition whose ratings a later ten-year table prints again."""


def counts(printed: Printed) -> dict[str, str]:
    """Return the counts that sentences name, as text."""
    panel, editions, audit = map(read_processed, ("panel", "country_editions", "audit"))
    bounded = read_processed("possible_ratings").query(f"category != '{SCORE}'")
    possible = len(COUNTRIES) * (LAST_EDITION - FIRST_EDITION + 1) * len(CATEGORIES)
    full = editions[editions["score_status"] == "computed"]
    old = int((full["edition"] <= _LAST_OLD).sum())
    numbers = {
        "n_cells": len(printed.cells),
        "n_statements": len(printed.statements),
        "n_sources": len(printed.sources),
        "n_possible": possible,
        "n_ratings": len(panel),
        "n_missing": len(bounded),
        # Of 25 quarter points from 1.00 to 7.00.
        "n_narrowed": (bounded["n_values"] < 25).sum(),
        "n_scores": editions["democracy_score"].count(),
        "n_judgements": (audit["action"] != "derivation").sum(),
        "n_full_old": old,
        "n_all_old": len(COUNTRIES) * (_LAST_OLD - FIRST_EDITION + 1),
        "n_full_new": len(full) - old,
        "n_all_new": len(COUNTRIES) * (LAST_EDITION - _LAST_OLD),
        **{f"n_{status}": (panel["status"] == status).sum() for status in STATUSES},
    }
    # Thin spaces between thousands: 3 564.
    words = {name: f"{int(n):,}".replace(",", "\u2009") for name, n in numbers.items()}
    return words | {"share_known": f"{100 * len(panel) / possible:.0f} %"}


def data_tables(printed: Printed) -> dict[str, str]:
    """Return the tables of the page, in Markdown."""
    kinds = printed.sources["kind"].value_counts()
    audit = read_processed("audit")
    ruled = audit["rule"].value_counts()
    judged = audit[audit["action"] != "derivation"].astype(object).fillna("")
    told = ["country", "edition", "category", "kept", "rejected", "reason"]
    return {
        "sources_table": table(
            ("kind", "what it is", "sources"),
            [(kind, told, kinds[kind]) for kind, told in _KIND_WORDS.items() if kind in kinds],
            "llr",
        ),
        "classes_table": table(
            ("class", "Democracy Score, two decimals"),
            [(c.name, f"{float(c.lowest):.2f} to {float(c.highest):.2f}") for c in REGIME_CLASSES],
        ),
        "rules_table": table(
            ("rule", "meaning", "rows of the audit"),
            [(f"*{name}*", meaning, ruled.get(name, "")) for name, meaning in RULES.items()],
            "llr",
        ),
        "names_table": table(
            ("country", "code", "region", "rated as", "also found as"),
            [
                (
                    *(c.name, c.iso3, c.region),
                    ", ".join(f"{old} (to the {last} edition)" for old, last in c.formerly),
                    ", ".join(c.aliases),
                )
                for c in COUNTRIES
            ],
        ),
        "stories": table(
            ("where", "what", "stands", "rejected", "the printed values, and why"),
            [
                (f"{country} {edition}", what, *(v and f"{v:.2f}" for v in values), reason)
                for country, edition, what, *values, reason in judged[told].itertuples(index=False)
            ],
            "llrrl",
        ),
    }


def coverage_table() -> str:
    """Return for each country what is known, as ranges of editions."""
    editions = read_processed("country_editions")
    rated = editions[list(CATEGORIES)].notna().any(axis="columns")
    how = editions["score_status"].fillna(rated.map({True: "rated", False: "nothing"}))
    how = how.replace(["printed", "derived"], "score")
    years = editions.groupby(["country", how])["edition"].agg(list).to_dict()
    known = {
        "computed": "all seven ratings",
        "score": "the score, not all ratings",
        "rated": "some ratings",
        "nothing": "nothing",
    }
    body = [(c.name, *(as_ranges(years.get((c.name, k), [])) for k in known)) for c in COUNTRIES]
    return table(("country", *known.values()), body)


def gaps_table(reconciled: Reconciled) -> str:
    """Return the facts that would settle most ratings, the best first."""
    found = gaps(reconciled.cases).sort_values(
        ["settles_in_all", "country", "edition"], ascending=[False, True, True]
    )
    heads = ("country", "edition", "the fact that would help", "ratings it settles")
    told = found.head(12)[["country", "edition", "best_fact", "settles_in_all"]]
    return table(heads, told.itertuples(index=False), "lrlr")


def _measured() -> dict[str, pd.DataFrame]:
    """Return the stored validations by part."""
    return {part: read_processed(f"validation_{part}") for part in _PARTS}


def limits(required: str) -> tuple[float, float]:
    """Return the bounds of a requirement such as ``0.93 to 0.975`` or ``at most 0.08``.

    What is only to be known is not bounded.
    """
    numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", required)]
    if required.startswith("at least"):
        return numbers[0], math.inf
    if required.startswith("at most"):
        return -math.inf, numbers[0]
    low, high = numbers or (-math.inf, math.inf)
    return low, high


def pictures() -> str:
    """Return one picture for each part and kind of figure that was measured, with its caption.

    They stand in the page, whose typeface their labels were measured in.
    """
    return "\n\n".join(
        _picture(part, kind, chosen)
        for part, measured in _measured().items()
        for kind, (pattern, _) in _METRICS.items()
        if len(chosen := measured[~_must_fail(measured) & measured["metric"].str.match(pattern)])
    )


def _must_fail(measured: pd.DataFrame) -> pd.Series:
    return measured["estimator"].str.startswith(_SANITY)


def _picture(part: str, kind: str, chosen: pd.DataFrame) -> str:
    bounded = chosen[chosen["required"] != TO_BE_KNOWN]
    met = int(bounded["passed"].astype(bool).sum())
    values = chosen["measured"]
    caption = (
        f"{_METRICS[kind][1]}. Each dot is one scenario of simulated panels, the bar what is "
        f"required of the method; {met} of {len(bounded)} figures meet it."
    )
    alt = (
        f"{_PARTS[part]}, {kind}: {chosen['estimator'].nunique()} methods, {len(chosen)} "
        f"scenarios, from {values.min():.3f} to {values.max():.3f}; {met} meet the requirement."
    )
    svg = on_page(svg_of(lambda _narrow: _drawn(chosen), narrow=False), alt, "picture")
    return f'<figure tabindex="0">{svg}<figcaption>{caption}</figcaption></figure>'


def _drawn(chosen: pd.DataFrame) -> Canvas:
    names = chosen["estimator"].unique()
    # A requirement on a share has its bounds drawn within 0 and 1.
    required = {*chosen["required"]} - {TO_BE_KNOWN}
    bounds = {words: np.clip(limits(words), 0, 1) for words in required}
    ends = np.concatenate([chosen["measured"], *bounds.values()])
    room = np.ptp(ends) / 20 or 0.05
    canvas = Sheet(narrow=False, height=34 + 21.6 * len(names))
    edges = (max(text_width(name, 8.5) for name in names) + 8, 2, -12, -20)
    axes = plot(canvas, edges, (min(ends) - room, max(ends) + room), (len(names) - 0.5, -0.5))
    axes.grid(visible=True, axis="x")
    for y, name in enumerate(names):
        own = chosen[chosen["estimator"] == name]
        for pair in own["required"].map(bounds).dropna():
            axes.plot(pair, (y, y), color=RULE, linewidth=7, solid_capstyle="butt", zorder=1)
        for passed, colour, mark in ((True, ACCENT, "o"), (False, SECOND, "X")):
            dots = own.loc[own["passed"].astype(bool) == passed, "measured"]
            axes.plot(dots, [y] * len(dots), mark, color=colour, markersize=4, alpha=0.75, zorder=3)
    axes.set_yticks(range(len(names)), names, color=INK)
    return canvas


def sanity_table() -> str:
    """Return the methods that must fail, with how badly they do."""
    measured = pd.concat(_measured().values())
    body = [
        (name.removeprefix(f"{_SANITY}: "), scenario, metric.split(",")[0], f"{figure:.3f}")
        for name, scenario, metric, figure in measured.loc[
            _must_fail(measured), ["estimator", "scenario", "metric", "measured"]
        ].itertuples(index=False)
    ]
    return table(("method", "scenario", "figure", "measured"), body, "lllr")


def summary_table() -> str:
    """Return for each part how many figures were measured and how many meet what is required."""
    met = {_PARTS[part]: measured["passed"].astype(bool) for part, measured in _measured().items()}
    body = [(part, len(passed), passed.sum(), (~passed).sum()) for part, passed in met.items()]
    return table(("part", "figures measured", "as required", "not"), body, "lrrr")


def whole_tables() -> str:
    """Return every measured figure, one folded table a part."""
    columns = ["estimator", "scenario", "metric", "required", "measured", "monte_carlo_error"]
    heads = ("estimator", "scenario", "figure", "required", "measured", "Monte Carlo error")
    parts = []
    for part, measured in _measured().items():
        body = [
            (*texts, f"{figure:.3f}", f"{error:.3f}")
            for *texts, figure, error in measured[columns].itertuples(index=False)
        ]
        parts.append(f"### All figures: {_PARTS[part].lower()}\n\n{table(heads, body, 'llllrr')}")
    return "\n\n".join(parts)
