"""Declared batches: ``batches/*.yml``, each a list of briefs with grids that multiply.

A batch is read strictly: what it does not know it refuses and names the nearest key, so that a
misspelt setting is never silently ignored.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from analysis.facts.errors import BatchError, did_you_mean
from analysis.facts.files import project_root

WINDOW: Final = "window"
"""In a grid: pairs of first and last edition, which vary together."""

_ENTRY: Final = ("notebook", "name", "title", "parameters", "grid", "formats")
_LIMITS: Final = ("seconds", "memory_gb", "output_mb")


@dataclass(frozen=True)
class Limits:
    """What one notebook may use.

    Attributes
    ----------
    seconds
        Time until it is stopped.
    memory_gb
        Address space beyond that of a started worker, in gigabytes.
    output_mb
        Megabytes of output.
    """

    seconds: float = 1800
    memory_gb: float = 4
    output_mb: float = 20


DEFAULT: Final = Limits()


@dataclass(frozen=True)
class Entry:
    """One line of a batch: a notebook and the settings under which it runs.

    Attributes
    ----------
    notebook
        Name in notebooks/, without ending.
    name, title
        Patterns of the output's name and of what a person calls it; ``{iso3}`` and every parameter
        are filled in.
    parameters
        The same for all briefs of the entry.
    grid
        Parameter -> values; every combination is one brief. ``country: all`` stands for all 29,
        ``window`` for pairs of editions.
    formats
        Formats to export; empty means those asked for on the command line, or all.
    """

    notebook: str
    name: str
    title: str
    parameters: dict[str, Any] = field(default_factory=dict)
    grid: dict[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    def combinations(self) -> Iterator[dict[str, Any]]:
        """Yield the parameters of each brief, the last name of the grid varying fastest."""
        for values in itertools.product(*self.grid.values()):
            chosen = dict(self.parameters)
            for name, value in zip(self.grid, values, strict=True):
                if name == WINDOW:
                    chosen["first_edition"], chosen["last_edition"] = value
                else:
                    chosen[name] = value
            yield chosen


@dataclass(frozen=True)
class Batch:
    """A declared batch."""

    path: Path
    title: str
    entries: tuple[Entry, ...]
    limits: Limits = DEFAULT


def batch_path(name: str) -> Path:
    """Return the file of a batch that comes with the project."""
    return project_root() / "batches" / f"{name}.yml"


def read_batch(path: Path) -> Batch:
    """Read and check a batch.

    Raises
    ------
    BatchError
        If the file cannot be read, a key is unknown (the nearest are named) or missing, or a value
        is not of the kind that it has to be.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BatchError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BatchError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    whole = _mapping(content, ("title", "briefs", "limits"), str(path), needed=("briefs",))
    entries = whole["briefs"]
    if not isinstance(entries, list) or not entries:
        raise BatchError(f"{path}: briefs: expected a list of briefs, found {entries!r}")
    return Batch(
        path=path,
        title=_text(whole.get("title", path.stem), f"{path}: title"),
        entries=tuple(_entry(e, f"{path}: brief {n}") for n, e in enumerate(entries, start=1)),
        limits=_limits(whole.get("limits") or {}, f"{path}: limits"),
    )


def _entry(content: Any, place: str) -> Entry:
    given = _mapping(content, _ENTRY, place, needed=("notebook", "name"))
    grid = _mapping(given.get("grid") or {}, None, f"{place}: grid")
    return Entry(
        notebook=_text(given["notebook"], f"{place}: notebook"),
        name=_text(given["name"], f"{place}: name"),
        title=_text(given.get("title", given["name"]), f"{place}: title"),
        parameters=_mapping(given.get("parameters") or {}, None, f"{place}: parameters"),
        grid={name: _values(name, v, f"{place}: grid: {name}") for name, v in grid.items()},
        formats=tuple(_texts(given.get("formats") or [], f"{place}: formats")),
    )


def _values(name: str, values: Any, place: str) -> list[Any]:
    if name == "country" and values == "all":
        from analysis.facts.countries import COUNTRIES

        return [country.name for country in COUNTRIES]
    if not isinstance(values, list) or not values:
        raise BatchError(f"{place}: expected a list of values, found {values!r}")
    if name == WINDOW and (odd := [v for v in values if not isinstance(v, list) or len(v) != 2]):
        raise BatchError(f"{place}: expected pairs such as [2005, 2014], found {odd[0]!r}")
    return values


def _limits(content: Any, place: str) -> Limits:
    given = _mapping(content, _LIMITS, place)
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise BatchError(f"{place}: {name}: expected a number above 0, found {value!r}")
    return Limits(**given)


def _mapping(
    content: Any, known: tuple[str, ...] | None, place: str, needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise BatchError(f"{place}: expected names with values, found {content!r}")
    for key in content:
        if known is not None and key not in known:
            raise BatchError(
                f"{place}: unknown key {key!r}{did_you_mean(key, known)}; "
                f"the keys are {', '.join(known)}"
            )
    if missing := [key for key in needed if key not in content]:
        raise BatchError(f"{place}: {missing[0]} is missing")
    return content


def _text(content: Any, place: str) -> str:
    if not isinstance(content, str) or not content:
        raise BatchError(f"{place}: expected a text, found {content!r}")
    return content


def _texts(content: Any, place: str) -> list[str]:
    if not isinstance(content, list):
        raise BatchError(f"{place}: expected a list, found {content!r}")
    return [_text(item, place) for item in content]
