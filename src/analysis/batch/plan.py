"""What is to be made: one target a brief, checked before anything runs."""

from __future__ import annotations

import datetime
import math
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import ValidationError

from analysis.batch.place import can_name
from analysis.facts.countries import find_country, fold
from analysis.facts.errors import BatchError, ParameterError, did_you_mean
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION
from analysis.settings.batches import (
    DEFAULT,
    Batch,
    Entry,
    Limits,
    batch_path,
    check_parameters,
    read_batch,
)
from analysis.settings.groups import group_members
from analysis.settings.notebooks import read_notebook
from analysis.settings.parameters import check_texts, check_window
from analysis.settings.reading import in_words

Format = Literal["html", "pdf", "assets", "onepage"]
FORMATS: Final[tuple[Format, ...]] = ("html", "pdf", "assets", "onepage")
STANDARD: Final = FORMATS[:3]
"""Formats of a brief for which none are asked."""

RESULT_NOTEBOOKS: Final = ("1_clean", "2_trajectories", "3_correlations")
"""Notebooks that build data/processed; the first before the others."""

ALL_COUNTRIES: Final = "all-countries"

MOST: Final = 100_000
"""Briefs of one entry of a batch."""

LONGEST: Final = 100
"""Letters of a brief's name."""

_TAKEN: Final = frozenset({"index", "manifest", "sample", "assets"})


@dataclass(frozen=True)
class Target:
    """One brief to make.

    Attributes
    ----------
    name
        ISO code of the country, ``region`` or a slug; the folder and file name under reports/.
    title
        What a person calls it.
    notebook
        Name in notebooks/, without ending, or path of one elsewhere.
    parameters
        Those given; the others the notebook sets by itself.
    formats
        To export; the executed notebook is kept in any case.
    section
        Of the manifest: ``briefs``, or ``results`` of a notebook that builds data/processed.
    """

    name: str
    title: str
    notebook: str
    parameters: dict[str, Any] = field(hash=False)
    formats: tuple[Format, ...] = STANDARD
    limits: Limits = DEFAULT
    section: Literal["briefs", "results"] = "briefs"


def result_targets() -> list[Target]:
    """Return the targets of the notebooks that build data/processed."""
    return [Target(name, name, name, {}, (), section="results") for name in RESULT_NOTEBOOKS]


def plan_briefs(
    countries: Sequence[str] = (),
    first_edition: int | None = None,
    last_edition: int | None = None,
    formats: Sequence[str] = (),
) -> list[Target]:
    """Return the targets of ``batches/all-countries.yml``, filtered and in another window.

    Parameters
    ----------
    countries
        Names, aliases or codes; none means all that the batch declares.
    first_edition, last_edition
        The window of every brief; what is None is as the batch has it.
    formats
        Any of `FORMATS`; none means those of the batch.

    Raises
    ------
    ParameterError
        If a country is unknown (the nearest are named), the window is unusable, or a format is
        unknown.
    """
    ends = {"first_edition": first_edition, "last_edition": last_edition}
    # Only what is given is passed: a brief is then the same as its batch makes it.
    span = {name: edition for name, edition in ends.items() if edition is not None}
    check_window(*({"first_edition": FIRST_EDITION, "last_edition": LAST_EDITION} | span).values())
    wanted = [find_country(name).name for name in countries]
    targets = _planned(read_batch(batch_path(ALL_COUNTRIES)), formats, span)
    if not wanted:
        return targets
    by_country = {target.parameters.get("country"): target for target in targets}
    if missing := [name for name in wanted if name not in by_country]:
        raise ParameterError(f"batches/{ALL_COUNTRIES}.yml has no brief on {missing[0]}")
    return [by_country[name] for name in dict.fromkeys(wanted)]


def plan_file(path: Path, formats: Sequence[str] = ()) -> list[Target]:
    """Return the targets of a batch file, in order.

    Raises
    ------
    AnalysisError
        Before anything runs: if a notebook does not exist, a parameter is unknown, not of its type
        or names no country, group or edition, or two briefs would have the same name.
    """
    if path.exists() and not path.is_file():
        raise BatchError(f"{path} is no file")
    if path.exists() and path.stat().st_size > 1_000_000:
        raise BatchError(f"{path} is too large to be a batch")
    return _planned(read_batch(path), formats)


def plan_notebook(path: Path, formats: Sequence[str] = ()) -> list[Target]:
    """Return the target of a notebook of one's own; without formats it is executed and kept."""
    notebook = read_notebook(str(path))
    name = _checked_name(_slug(path.stem)[:LONGEST], path.name)
    return [Target(name, path.stem, str(notebook.path), {}, checked_formats(formats))]


def _planned(
    batch: Batch, formats: Sequence[str], override: Mapping[str, Any] = MappingProxyType({})
) -> list[Target]:
    """Return a batch's targets, in order; `override` are parameters instead of those declared."""
    targets = [t for entry in batch.entries for t in _targets(entry, batch, formats, override)]
    seen: dict[str, Target] = {}
    for target in targets:
        # Folders are compared without case: on some file systems HUN and hun are one.
        other = seen.setdefault(target.name.casefold(), target)
        if other is not target:
            raise BatchError(
                f"{batch.path}: two briefs named {target.name!r}: {other.title} and {target.title}"
            )
    return targets


def _targets(
    entry: Entry, batch: Batch, formats: Sequence[str], override: Mapping[str, Any]
) -> Iterator[Target]:
    notebook = read_notebook(entry.notebook)
    chosen = checked_formats(formats or entry.formats or STANDARD)
    place = f"{batch.path.name}: {entry.notebook}"
    if (number := math.prod(len(values) for values in entry.grid.values())) > MOST:
        raise BatchError(f"{place}: {number} combinations; {MOST} are the most")
    for combination in entry.combinations():
        given = {name: _passed(value, f"{place}: {name}") for name, value in combination.items()}
        given |= override
        values = check_parameters(notebook, given, place)
        # A default that is no literal is known to the notebook only.
        words = {n: v for n, v in values.items() if n in given or v is not None}
        try:
            words |= _checked(words)
        except ParameterError as error:
            raise ParameterError(f"{place}: {error}") from None
        passed = {name: words[name] for name in values if name in given}
        if "country" in words:
            words["iso3"] = find_country(words["country"]).iso3
        slugs = {word: _slug(value) for word, value in words.items()}
        name = _checked_name(_filled(entry.name, slugs, place), place)
        title = _filled(entry.title, words, place)
        yield Target(name, title, entry.notebook, passed, chosen, batch.limits)


def _passed(value: Any, place: str) -> Any:
    """Return a value of a batch file as papermill passes it to a notebook as what it is."""
    if isinstance(value, list):
        return [_passed(item, place) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _passed(item, place) for key, item in value.items()}
    if type(value) is datetime.date:
        return value.isoformat()  # papermill takes a date for the text that it is
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise BatchError(f"{place}: {value!r} cannot be passed to a notebook; write it in quotes")


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Check the countries, groups and editions that parameters name; return what is renamed."""
    check_texts(**{name: values[name] for name in ("countries", "group") if name in values})
    if "group" in values:
        group_members(values["group"])
    if "," in values.get("countries", ""):
        for name in values["countries"].split(","):
            find_country(name.strip())
    elif "countries" in values:
        group_members(values["countries"])
    if "first_edition" in values and "last_edition" in values:
        check_window(values["first_edition"], values["last_edition"])
    return {"country": find_country(values["country"]).name} if "country" in values else {}


def _filled(pattern: str, words: dict[str, Any], place: str) -> str:
    try:
        for _, _, width, _ in string.Formatter().parse(pattern):
            if width and (len(width) > 4 or "{" in width):
                raise ValueError(f"the width {width!r} is too much")
        return pattern.format_map(words)
    except (KeyError, IndexError) as error:
        name = str(error.args[0])
        told = f"nothing called {name!r}{did_you_mean(name, list(words))}"
    except (ValueError, AttributeError, TypeError) as error:
        told = str(error)
    raise BatchError(f"{place}: {pattern!r}: {told}")


def _slug(value: Any) -> Any:
    """Return a text as part of a folder's name: codes as they are, others in small letters."""
    if not isinstance(value, str) or (value.isupper() and len(value) == 3):
        return value
    return fold(value).replace(" ", "-")


def _checked_name(name: str, place: str) -> str:
    if not can_name(name) or len(name) > LONGEST or name.casefold() in _TAKEN:
        raise BatchError(f"{place}: {name[:LONGEST]!r} cannot name a folder in reports/")
    return name


def checked_formats(formats: Sequence[str]) -> tuple[Format, ...]:
    """Return formats in their fixed order; an unknown one is a `ParameterError`."""
    if unknown := [f for f in formats if f not in FORMATS]:
        raise ParameterError(f"unknown format {unknown[0]!r}; the formats are {', '.join(FORMATS)}")
    return tuple(f for f in FORMATS if f in formats)


def with_limits(targets: Sequence[Target], **limits: float | None) -> list[Target]:
    """Return targets with limits of the command line instead of those declared."""
    told = {name: value for name, value in limits.items() if value is not None}
    try:
        Limits(**told)
    except ValidationError as error:
        raise ParameterError(in_words(error)) from None
    return [replace(target, limits=target.limits.model_copy(update=told)) for target in targets]


def released_targets() -> list[Target]:
    """Return the targets of the release's briefs."""
    return [t for name in (ALL_COUNTRIES, "groups") for t in plan_file(batch_path(name))]
