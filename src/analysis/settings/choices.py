"""What was decided before looking: families of tests and choices of the multiverse.

Read from ``data/raw/settings.yml``, so that a reader finds the decisions in one place, a change of
them is a change of that file, and what they gave carries the file's digest. What a name stands for
is code; the file says which of them are used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.reading import (
    Declared,
    Text,
    exactly,
    expected,
    known_name,
    known_names,
    read_declared,
    stamp,
)

WINDOWS: Final = (
    *("all editions", "first ten editions", "last ten editions"),
    "until the change of format",
)
UNITS: Final = ("points", "ranks")
FAMILY_NAMES: Final = (
    *("drifts", "trends", "category_contrasts", "group_contrasts"),
    *("pairs", "rest_scores", "level_contrasts", "leads"),
)

TENTH: Final = "every tenth completed panel"
"""The sample without a gap: the mean estimate over panels that satisfy every printed fact. Those
over all of them are of another sample, `analysis.statistics.completed_panels.COMPLETED`."""

Names = tuple[str, ...]

TREND_CHOICES: Final[dict[str, Names]] = {
    "samples": ("all scores", "complete country-editions", TENTH),
    "windows": WINDOWS,
    "scales": UNITS,
    "estimators": ("OLS", "Theil-Sen", "net change"),
    "weightings": ("countries", "country-editions"),
}
"""Choice behind an average trend -> its values; the first one is the headline's."""
ASSOCIATION_CHOICES: Final[dict[str, Names]] = {
    "samples": ("complete country-editions", "ratings of the pair", TENTH),
    "windows": WINDOWS,
    "countries": ("all countries", "EU members", "non-EU"),
    "estimators": ("two_way", "within", "changes"),
    "weightings": ("country-editions", "countries"),
    "scales": UNITS,
}
"""The same behind an association of categories."""


class Family(Declared):
    """A set of tests that is adjusted together, and what a sentence calls it.

    ``holm`` keeps the chance of any false rejection, ``fdr_bh`` the share of false ones.
    """

    description: Text = Field(alias="tests")
    method: Annotated[str, BeforeValidator(lambda v: known_name(v, ("holm", "fdr_bh")))] = Field(
        alias="adjustment"
    )


def _some_of(known: Mapping[str, Names]) -> Any:
    """Let each choice of a grid have some of the values that are known for it."""

    def check(given: Any, field: ValidationInfo) -> Names:
        return known_names(given, known[field.field_name or ""])

    return field_validator(*known, mode="before")(check)


class Multiverse(Declared):
    """Choices under all combinations of which every headline of association is computed."""

    _known = _some_of(ASSOCIATION_CHOICES)
    samples: Names
    windows: Names
    countries: Names
    estimators: Names
    weightings: Names
    scales: Names
    headlines: Annotated[dict[str, Text], exactly("association", "gap")]


class TrendChoices(Declared):
    """Choices under all combinations of which the average trend of the score is computed."""

    _known = _some_of(TREND_CHOICES)
    samples: Names
    windows: Names
    scales: Names
    estimators: Names
    weightings: Names


def _two_categories(given: object) -> object:
    names = known_names(given, tuple(CATEGORIES))
    if len(names) != 2:
        raise ValueError(f"expected two categories, found {given!r}")
    return names


Pair = Annotated[tuple[str, str], BeforeValidator(_two_categories)]


class Comparison(NamedTuple):
    """Two pairs of categories, one of which is compared with the other."""

    one: Pair
    other: Pair


class Decisions(Declared):
    """The declared decisions, `families` by name, and the beginning of the file's SHA-256.

    `simulated_panels` are to be drawn from the fitted generator.
    """

    families: Annotated[dict[str, Family], exactly(*FAMILY_NAMES)]
    comparison: Annotated[Comparison, exactly(*Comparison._fields)]
    simulated_panels: Annotated[
        int,
        expected("a number from 199 to 10000", lambda v: type(v) is int and 199 <= v <= 10_000),
    ]
    multiverse: Multiverse
    trend_choices: TrendChoices
    digest: str = Field(default="", exclude=True)


def declared() -> Decisions:
    """Return the settings of the project folder; see the module.

    Raises
    ------
    SourceError
        If the file is missing or no YAML, or a key or value is unknown; the message names it.
    """
    path = raw_folder() / "settings.yml"
    return _read(path, stamp(path))


@cache
def _read(path: Path, _stamp: tuple[int, int]) -> Decisions:
    decisions = read_declared(Decisions, path, "the declared settings")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return decisions.model_copy(update={"digest": digest})
