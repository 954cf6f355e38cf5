"""What was decided before looking: families of tests and choices of the multiverse.

Read from ``data/raw/settings.yml``, so that a reader finds the decisions in one place, a change of
them is a change of that file, and what they gave carries the file's digest. What a name stands for
is code; the file says which of them are used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from analysis.facts.errors import SourceError, did_you_mean
from analysis.facts.files import raw_folder
from analysis.facts.rating_system import CATEGORIES

PERIODS: Final = ("all editions", "from the first full edition", "last 10 editions")
SETS: Final = ("all countries", "EU members", "non-EU")
WEIGHTINGS: Final = ("countries", "country-editions")
SCALES: Final = ("points", "ranks")
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


@dataclass(frozen=True)
class Family:
    """A set of tests that is adjusted together.

    Attributes
    ----------
    name, description
        Code, and what a sentence calls it.
    method
        ``holm`` keeps the chance of any false rejection, ``fdr_bh`` the share of false ones.
    """

    name: str
    description: str
    method: str


@dataclass(frozen=True)
class Headline:
    """A headline figure and the choice that was fixed for it.

    Attributes
    ----------
    name, meaning
        Code, and what a figure's title calls it.
    estimators
        Alternatives; the first is the headline's.
    chosen
        Period, countries, estimator, weighting and scale of the headline.
    """

    name: str
    meaning: str
    estimators: tuple[str, ...]
    chosen: tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Settings:
    """The declared decisions.

    Attributes
    ----------
    families
        Name -> family.
    comparison
        Two pairs of categories.
    simulated_panels
        Panels drawn from the fitted generator.
    periods, countries, weightings, scales, headlines
        Choices of the multiverse.
    digest
        Beginning of the SHA-256 of the file.
    """

    families: Mapping[str, Family]
    comparison: tuple[tuple[str, str], tuple[str, str]]
    simulated_panels: int
    periods: tuple[str, ...]
    countries: tuple[str, ...]
    weightings: tuple[str, ...]
    scales: tuple[str, ...]
    headlines: tuple[Headline, ...]
    digest: str


def declared() -> Settings:
    """Return the settings of the project folder; see the module.

    Raises
    ------
    SourceError
        If the file is missing or no YAML, or a key or value is unknown; the message names it.
    """
    path = raw_folder() / "settings.yml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file, expected the declared settings") from None
    return _parsed(path, text)


@cache
def _parsed(path: Path, text: str) -> Settings:
    try:
        whole = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SourceError(f"{path}: not YAML ({' '.join(str(error).split())})") from None
    keys = ("families", "comparison", "simulated_panels", "multiverse")
    top = _keyed(path, "the file", whole, keys)
    grid_keys = ("periods", "countries", "weightings", "scales", "headlines")
    grid = _keyed(path, "multiverse", top["multiverse"], grid_keys)
    weightings = _names(path, "weightings", grid["weightings"], WEIGHTINGS)
    pairs = _keyed(path, "comparison", top["comparison"], ("one", "other"))
    return Settings(
        families=_families(path, top["families"]),
        comparison=(_pair(path, "one", pairs["one"]), _pair(path, "other", pairs["other"])),
        simulated_panels=_count(path, "simulated_panels", top["simulated_panels"]),
        periods=_names(path, "periods", grid["periods"], PERIODS),
        countries=_names(path, "countries", grid["countries"], SETS),
        weightings=weightings,
        scales=_names(path, "scales", grid["scales"], SCALES),
        headlines=_headlines(path, grid["headlines"], weightings),
        digest=hashlib.sha256(text.encode()).hexdigest()[:12],
    )


def _families(path: Path, given: Any) -> dict[str, Family]:
    found = {}
    for name, entry in _keyed(path, "families", given, FAMILY_NAMES).items():
        told = _keyed(path, f"family {name}", entry, ("tests", "adjustment"))
        [method] = _names(path, f"adjustment of {name}", [told["adjustment"]], ADJUSTMENTS)
        found[name] = Family(name, str(told["tests"]), method)
    return found


def _headlines(path: Path, given: Any, weightings: Sequence[str]) -> tuple[Headline, ...]:
    found = []
    for name, entry in _keyed(path, "headlines", given, tuple(ESTIMATORS)).items():
        keys = ("meaning", "estimators", "weighting")
        told = _keyed(path, f"headline {name}", entry, keys)
        known = ESTIMATORS[name]
        estimators = _names(path, f"estimators of {name}", told["estimators"], known)
        [weighting] = _names(path, f"weighting of {name}", [told["weighting"]], weightings)
        chosen = (PERIODS[0], SETS[0], estimators[0], weighting, SCALES[0])
        found.append(Headline(name, str(told["meaning"]), estimators, chosen))
    return tuple(found)


def _keyed(path: Path, where: str, given: Any, keys: Sequence[str]) -> dict[str, Any]:
    """Return a mapping with exactly these keys, in their order."""
    if not isinstance(given, dict):
        raise SourceError(f"{path}: {where}: expected the keys {', '.join(keys)}, found {given!r}")
    if unknown := [str(key) for key in given if key not in keys]:
        raise SourceError(
            f"{path}: {where}: unknown key {unknown[0]!r}{did_you_mean(unknown[0], keys)}"
        )
    if missing := [key for key in keys if key not in given]:
        raise SourceError(f"{path}: {where}: no key {', '.join(missing)}")
    return {key: given[key] for key in keys}


def _names(path: Path, where: str, given: Any, known: Sequence[str]) -> tuple[str, ...]:
    """Return a list of some of the known names, each once."""
    if not isinstance(given, list) or not given:
        raise SourceError(f"{path}: {where}: expected some of {', '.join(known)}, found {given!r}")
    if unknown := [str(name) for name in given if name not in known]:
        raise SourceError(
            f"{path}: {where}: expected one of {', '.join(known)}, found {unknown[0]!r}"
            f"{did_you_mean(unknown[0], known)}"
        )
    if len(set(given)) < len(given):
        raise SourceError(f"{path}: {where}: a name stands there twice, expected once: {given!r}")
    return tuple(given)


def _pair(path: Path, where: str, given: Any) -> tuple[str, str]:
    names = _names(path, f"comparison {where}", given, tuple(CATEGORIES))
    if len(names) != 2:
        raise SourceError(f"{path}: comparison {where}: expected two categories, found {given!r}")
    return names[0], names[1]


def _count(path: Path, where: str, given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < LEAST_PANELS:
        raise SourceError(
            f"{path}: {where}: expected a number from {LEAST_PANELS} on, found {given!r}"
        )
    return given
