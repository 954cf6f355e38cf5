"""Declared batches: ``batches/*.yml``, each a list of briefs with grids that multiply.

A batch is read strictly: what it does not know it refuses and names the nearest key, so that a
misspelt setting is never silently ignored.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import BatchError, ParameterError, did_you_mean
from analysis.facts.files import project_root
from analysis.settings.notebooks import Notebook
from analysis.settings.reading import Declared, Text, expected, read_declared, shown

WINDOW: Final = "window"
"""In a grid: pairs of first and last edition, which vary together."""

_MOST: Final = "a number above 0, at most 1e9"  # a timer takes no more than nine times that
_Limit = Annotated[float, expected(_MOST, lambda v: type(v) in (int, float) and 0 < v <= 1e9)]


class Limits(Declared):
    """What one notebook may use: time, address space beyond a started worker's, output."""

    seconds: _Limit = 1800
    memory_gb: _Limit = 4
    output_mb: _Limit = 20


DEFAULT: Final = Limits()


def _with_values(grid: Any) -> Any:
    """Return a grid in which every name has a list of values."""
    if not isinstance(grid, dict):
        return grid
    if grid.get("country") == "all":
        grid = {**grid, "country": [country.name for country in COUNTRIES]}
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise ValueError(f"{name}: expected a list of values, found {shown(values)}")
    if odd := [v for v in grid.get(WINDOW, ()) if not isinstance(v, list) or len(v) != 2]:
        raise ValueError(f"{WINDOW}: expected pairs such as [2005, 2014], found {odd[0]!r}")
    return grid


class Entry(Declared):
    """One line of a batch: a notebook and the settings under which it runs.

    Attributes
    ----------
    notebook
        Name in notebooks/, without ending.
    name, title
        Patterns of the output's name and of what a person calls it; ``{iso3}`` and every parameter
        are filled in.
    parameters, grid
        The same for all briefs of the entry; parameter -> values, of which every combination is
        one brief. ``country: all`` stands for all 29, ``window`` for pairs of editions.
    formats
        To export; empty means those asked for on the command line, or HTML, PDF and assets.
    """

    notebook: Text
    name: Text
    title: Text = Field(default_factory=lambda given: given["name"])
    parameters: dict[str, Any] = Field(default_factory=dict)
    grid: Annotated[dict[str, list[Any]], BeforeValidator(_with_values)] = Field(
        default_factory=dict
    )
    formats: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Entry:
        """Refuse a parameter that is given twice, of which one would be passed over."""
        ends = ("first_edition", "last_edition")
        varied = [n for name in self.grid for n in (ends if name == WINDOW else (name,))]
        given = [*self.parameters, *varied]
        if twice := [name for name in given if given.count(name) > 1]:
            raise ValueError(f"{twice[0]} is given twice, in parameters, grid or {WINDOW}")
        return self

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


class Batch(Declared):
    """A declared batch; without a title it is called by its file's name."""

    title: Text = ""
    entries: Annotated[
        tuple[Entry, ...], expected("a list of briefs", lambda v: isinstance(v, list) and bool(v))
    ] = Field(alias="briefs")
    limits: Limits = DEFAULT
    path: Path = Field(default=Path(), exclude=True)


def batch_path(name: str) -> Path:
    """Return the file of a batch that comes with the project."""
    return project_root() / "batches" / f"{name}.yml"


def read_batch(path: Path) -> Batch:
    """Read and check a batch.

    Raises
    ------
    BatchError
        If the file cannot be read, or a key or value cannot be; the nearest keys are named.
    """
    batch = read_declared(Batch, path, "a batch", BatchError)
    return batch.model_copy(update={"path": path, "title": batch.title or path.stem})


def check_parameters(notebook: Notebook, given: dict[str, Any], place: str) -> dict[str, Any]:
    """Return all parameters of a run: those given, the others as the notebook has them.

    `place` is what a message names, such as a target.

    Raises
    ------
    ParameterError
        If a name is not declared (the nearest are named) or a value is not of its declared type.
    """
    declared = {parameter.name: parameter for parameter in notebook.parameters}
    for name, value in given.items():
        lead = f"{place}: {notebook.path.stem} has no parameter"
        if not declared:
            raise ParameterError(f"{lead}s, found {name!r}")
        if name not in declared:
            raise ParameterError(f"{lead} {name!r}{did_you_mean(name, list(declared))}")
        if not _is_a(value, declared[name].type):
            raise ParameterError(
                f"{place}: {name}: expected {declared[name].type}, found {value!r}"
            )
    return {name: given.get(name, parameter.default) for name, parameter in declared.items()}


def _is_a(value: Any, annotation: str) -> bool:
    """Tell whether a value fits an annotation; an unknown type is left to the cell."""
    names = {part.strip().partition("[")[0] for part in annotation.split("|")}
    types = {"str", "int", "float", "bool", "list", "dict"}
    if value is None:
        return annotation == "" or "None" in names
    if not names & types or names - {"None", *types}:
        return True
    kind = type(value).__name__
    return kind in names or (kind == "int" and "float" in names)
