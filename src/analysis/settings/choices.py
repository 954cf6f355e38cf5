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

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

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

PERIODS: Final = ("all editions", "from the first full edition", "last 10 editions")
SETS: Final = ("all countries", "EU members", "non-EU")
WEIGHTINGS: Final = ("countries", "country-editions")
UNITS: Final = ("points", "ranks")
ESTIMATORS: Final[dict[str, tuple[str, ...]]] = {
    "trend": ("OLS", "Theil-Sen", "net change"),
    "association": ("within", "two_way", "changes"),
    "gap": ("within", "two_way", "changes"),
}
"""Headline -> estimators that there are."""
FAMILY_NAMES: Final = (
    *("drifts", "trends", "category_contrasts", "group_contrasts"),
    *("pairs", "rest_scores", "level_contrasts", "leads"),
)
ADJUSTMENTS: Final = ("holm", "fdr_bh")
LEAST_PANELS: Final = 199

TREND_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "samples": ("all scores", "complete country-editions"),
    "windows": (
        *("all editions", "first ten editions", "last ten editions"),
        "until the change of format",
    ),
    "scales": UNITS,
    "estimators": ESTIMATORS["trend"],
    "weightings": WEIGHTINGS,
}
"""Choice behind an average trend -> its values; the first one is the headline's."""

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


class HeadlineChoice(Declared):
    """A headline figure and what was fixed for it.

    Attributes
    ----------
    name, meaning
        Code, and what a figure's title calls it.
    estimators
        Alternatives; the first is the headline's.
    weighting
        Of the headline.
    """

    meaning: Text
    estimators: Names
    weighting: str
    name: str = Field(default="", exclude=True)

    @property
    def chosen(self) -> tuple[str, str, str, str, str]:
        """Period, countries, estimator, weighting and scale of the headline."""
        return PERIODS[0], SETS[0], self.estimators[0], self.weighting, UNITS[0]


def _with_names(headlines: dict[str, HeadlineChoice]) -> dict[str, HeadlineChoice]:
    return {name: h.model_copy(update={"name": name}) for name, h in headlines.items()}


class Multiverse(Declared):
    """Choices under all combinations of which every headline is computed."""

    periods: Annotated[Names, some_of(*PERIODS)]
    countries: Annotated[Names, some_of(*SETS)]
    weightings: Annotated[Names, some_of(*WEIGHTINGS)]
    scales: Annotated[Names, some_of(*UNITS)]
    headlines: Annotated[
        dict[str, HeadlineChoice], exactly(*ESTIMATORS), AfterValidator(_with_names)
    ]

    @model_validator(mode="after")
    def _check_headlines(self) -> Multiverse:
        for name, headline in self.headlines.items():
            asked = {
                "weighting": ((headline.weighting,), self.weightings),
                "estimators": (headline.estimators, ESTIMATORS[name]),
            }
            for what, (given, names) in asked.items():
                try:
                    known_names(given, names)
                except ValueError as error:
                    raise ValueError(f"{what} of {name}: {error}") from None
        return self


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
    """
    path = raw_folder() / "settings.yml"
    return _read(path, stamp(path))


@cache
def _read(path: Path, _stamp: tuple[int, int]) -> Decisions:
    decisions = read_declared(Decisions, path, "the declared settings")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return decisions.model_copy(update={"digest": digest})
