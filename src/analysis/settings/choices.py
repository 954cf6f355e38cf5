"""What was decided before looking: families of tests and choices of the multiverse.

Read from ``data/raw/settings.yml``, so that a reader finds the decisions in one place, a change of
them is a change of that file, and what they gave carries the file's digest. What a name stands for
is code; the file says which of them are used.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, Field

from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.settings.reading import (
    Declared,
    Text,
    exactly,
    expected,
    known_names,
    one_of,
    read_declared,
    some_of,
    stamp,
)

WINDOWS: Final = (
    *("all editions", "first ten editions", "last ten editions"),
    "until the change of format",
)
FORMAT_CHANGE: Final = 2020
"""First edition in the short format, with percentages."""
SETS: Final = ("all countries", "EU members", "non-EU")
WEIGHTINGS: Final = ("countries", "country-editions")
UNITS: Final = ("points", "ranks")
HEADLINES: Final = ("association", "gap")
FAMILY_NAMES: Final = (
    *("drifts", "trends", "category_contrasts", "group_contrasts"),
    *("pairs", "rest_scores", "level_contrasts", "leads"),
)
ADJUSTMENTS: Final = ("holm", "fdr_bh")
LEAST_PANELS: Final = 199

TENTH: Final = "every tenth completed panel"
"""The sample without a gap: the mean estimate over panels that satisfy every printed fact. Those
over all of them are of another sample, `completion.pooling.COMPLETED`."""

TREND_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "samples": ("all scores", "complete country-editions", TENTH),
    "windows": WINDOWS,
    "scales": UNITS,
    "estimators": ("OLS", "Theil-Sen", "net change"),
    "weightings": WEIGHTINGS,
}
"""Choice behind an average trend -> its values; the first one is the headline's."""
ASSOCIATION_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "samples": ("complete country-editions", "ratings of the pair", TENTH),
    "windows": WINDOWS,
    "countries": SETS,
    "estimators": ("two_way", "within", "changes"),
    "weightings": tuple(reversed(WEIGHTINGS)),
    "scales": UNITS,
}
"""The same behind an association of categories."""

Names = tuple[str, ...]


class Family(Declared):
    """A set of tests that is adjusted together.

    Attributes
    ----------
    description
        What a sentence calls it.
    method
        ``holm`` keeps the chance of any false rejection, ``fdr_bh`` the share of false ones.
    """

    description: Text = Field(alias="tests")
    method: Annotated[str, one_of(*ADJUSTMENTS)] = Field(alias="adjustment")


class Multiverse(Declared):
    """Choices under all combinations of which every headline of association is computed."""

    samples: Annotated[Names, some_of(*ASSOCIATION_CHOICES["samples"])]
    windows: Annotated[Names, some_of(*ASSOCIATION_CHOICES["windows"])]
    countries: Annotated[Names, some_of(*ASSOCIATION_CHOICES["countries"])]
    estimators: Annotated[Names, some_of(*ASSOCIATION_CHOICES["estimators"])]
    weightings: Annotated[Names, some_of(*ASSOCIATION_CHOICES["weightings"])]
    scales: Annotated[Names, some_of(*ASSOCIATION_CHOICES["scales"])]
    headlines: Annotated[dict[str, Text], exactly(*HEADLINES)]

    @property
    def chosen(self) -> tuple[str, ...]:
        """Return the headline's own choices, in the order of `ASSOCIATION_CHOICES`."""
        return tuple(values[0] for values in ASSOCIATION_CHOICES.values())


class TrendChoices(Declared):
    """Choices under all combinations of which the average trend of the score is computed."""

    samples: Annotated[Names, some_of(*TREND_CHOICES["samples"])]
    windows: Annotated[Names, some_of(*TREND_CHOICES["windows"])]
    scales: Annotated[Names, some_of(*TREND_CHOICES["scales"])]
    estimators: Annotated[Names, some_of(*TREND_CHOICES["estimators"])]
    weightings: Annotated[Names, some_of(*TREND_CHOICES["weightings"])]

    @property
    def headline(self) -> dict[str, str]:
        """Return the headline's cell: column -> value."""
        return {name.removesuffix("s"): values[0] for name, values in TREND_CHOICES.items()}


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
    """The declared decisions.

    Attributes
    ----------
    families
        Name -> family.
    comparison
        Two pairs of categories.
    simulated_panels
        Panels drawn from the fitted generator.
    multiverse
        Its choices and headlines.
    trend_choices
        Choices behind the average trend.
    digest
        Beginning of the SHA-256 of the file.
    """

    families: Annotated[dict[str, Family], exactly(*FAMILY_NAMES)]
    comparison: Annotated[Comparison, exactly(*Comparison._fields)]
    simulated_panels: Annotated[
        int,
        expected(
            f"a number from {LEAST_PANELS} on", lambda v: type(v) is int and v >= LEAST_PANELS
        ),
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

    Examples
    --------
    >>> type(declared()).__name__
    'Decisions'
    """
    path = raw_folder() / "settings.yml"
    return _read(path, stamp(path))


@cache
def _read(path: Path, _stamp: tuple[int, int]) -> Decisions:
    decisions = read_declared(Decisions, path, "the declared settings")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return decisions.model_copy(update={"digest": digest})
