"""Reading the YAML files that a user may edit: what all their models share, and how they refuse.

A refusal is one line: the file, the place in it, what was expected, what stands there, and the
nearest word where one is misspelt. What a file may hold is said by its model alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from analysis.facts.errors import AnalysisError, SourceError, did_you_mean

Kind = TypeVar("Kind")

MOST_VALUES: Final = 1_000_000
"""That a file may stand for, each counted as often as it is repeated by an alias."""

_SHAPES: Final = {
    "dict_type": "names with values",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
}
"""Pydantic's type of an error -> what was expected."""


class Declared(BaseModel):
    """What stands in a file: exactly the fields of the model, and never changed afterwards.

    A field with ``exclude`` is added by the reader and no key of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _with_its_keys(cls, content: Any) -> Any:
        fields = cls.model_fields.items()
        return _keyed(content, {f.alias or n: f.is_required() for n, f in fields if not f.exclude})


def _keyed(content: Any, keys: Mapping[str, bool]) -> dict[str, Any]:
    """Return a mapping with these keys, in their order; the value says whether a key must be."""
    names = ", ".join(keys)
    if not isinstance(content, dict):
        raise ValueError(f"expected names with values ({names}), found {shown(content)}")
    for key in content:
        if key not in keys:
            hint = did_you_mean(str(key), list(keys))
            raise ValueError(f"unknown key {key!r}{hint}; the keys are {names}")
    if missing := [key for key, needed in keys.items() if needed and key not in content]:
        raise ValueError(f"no key {missing[0]}; expected {names}")
    return {key: content[key] for key in keys if keys[key] or content.get(key) is not None}


def exactly(*keys: str) -> BeforeValidator:
    """Let a mapping have these keys and no other."""
    return BeforeValidator(lambda content: _keyed(content, dict.fromkeys(keys, True)))


def expected(words: str, holds: Callable[[Any], bool]) -> BeforeValidator:
    """Refuse a value for which `holds` is false, with the words for what it should be."""

    def check(value: Any) -> Any:
        if not holds(value):
            raise ValueError(f"expected {words}, found {shown(value)}")
        return value

    return BeforeValidator(check)


def known_name(value: Any, names: Sequence[str]) -> str:
    """Return `value` if it is one of the names, else refuse it and name the nearest."""
    if value not in names:
        hint = did_you_mean(str(value), names)
        raise ValueError(f"expected one of {', '.join(names)}, found {value!r}{hint}")
    return str(value)


def known_names(given: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return what a list holds if it is some of the names, each once."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise ValueError(f"expected some of {', '.join(names)}, found {shown(given)}")
    chosen = tuple(known_name(name, names) for name in given)
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"a name stands there twice, expected once: {list(given)!r}")
    return chosen


Text = Annotated[str, expected("a text", lambda v: isinstance(v, str) and bool(v.strip()))]
"""Words, not none."""


def shown(value: Any) -> str:
    """Return a value as a message shows it, cut if it is long."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in one place, of which YAML would take the last.

    And aliases of aliases, a few lines of which may stand for more values than there is memory.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.sizes: dict[yaml.Node, float] = {}

    def compose_node(self, parent: Any, index: Any) -> yaml.Node | None:
        """Compose a node, and count the values that it stands for."""
        is_alias = self.check_event(yaml.AliasEvent)
        node = super().compose_node(parent, index)
        if node is not None and not is_alias:
            inside = [] if isinstance(node, yaml.ScalarNode) else node.value
            parts = [p for item in inside for p in (item if isinstance(item, tuple) else (item,))]
            # One that is not composed yet stands around this one.
            self.sizes[node] = 1 + sum(self.sizes.get(part, math.inf) for part in parts)
            if self.sizes[node] > MOST_VALUES:
                told = f"aliases stand for more than {MOST_VALUES} values"
                raise yaml.MarkedYAMLError(problem=told, problem_mark=node.start_mark)
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Compose the keys and values of one place."""
        node = super().compose_mapping_node(anchor)
        seen = set[tuple[str, str]]()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if (key.tag, key.value) in seen:
                    told = f"the key {key.value!r} stands there twice, expected once"
                    raise yaml.MarkedYAMLError(problem=told, problem_mark=key.start_mark)
                seen.add((key.tag, key.value))
        return node


def read_declared(
    kind: type[Kind], path: Path, what: str, error: type[AnalysisError] = SourceError
) -> Kind:
    """Read a YAML file that has to be of a kind.

    Parameters
    ----------
    kind
        Model of the whole file, or a type made of models.
    path
        The file.
    what
        What a message says that the file should be.
    error
        Of which class a refusal is.

    Raises
    ------
    AnalysisError
        If the file cannot be read, is no YAML or not of the kind.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
        return TypeAdapter(kind).validate_python(content)
    except FileNotFoundError:
        raise error(f"{path}: no such file, expected {what}") from None
    except OSError as fault:
        raise error(f"{path}: {fault.strerror}, expected {what}") from None
    except ValidationError as fault:
        raise error(f"{path}: {in_words(fault)}") from None
    except RecursionError:
        raise error(f"{path}: brackets within brackets, too many to be read") from None
    except (yaml.YAMLError, ValueError) as fault:
        raise error(f"{path}: not YAML in UTF-8 ({' '.join(str(fault).split())})") from None


def in_words(fault: ValidationError) -> str:
    """Return the first of the errors: where it is, what was expected and what stands there."""
    first = fault.errors(include_url=False)[0]
    if first["type"] == "value_error":
        return f"{_where(first['loc'])}: {first['ctx']['error']}"
    shape = _SHAPES.get(first["type"], first["msg"].removeprefix("Input should be "))
    return f"{_where(first['loc'])}: expected {shape}, found {shown(first['input'])}"


def _where(location: tuple[int | str, ...]) -> str:
    """Return a place in a file: ``brief 1: grid``, ``families: adjustment of drifts``."""
    if location[-1:] == ("[key]",):  # a name that is no text
        location = (*location[:-2], f"name {location[-2]}")
    parts: list[str] = []
    names: list[str] = []
    for step in location:
        if isinstance(step, int):
            kind = names.pop().removesuffix("s") if names else "entry"
            parts, names = [*parts, *names, f"{kind} {step + 1}"], []
        else:
            names.append(step)
    if len(names) > 2:
        names = [*names[:-2], f"{names[-1]} of {names[-2]}"]
    return ": ".join([*parts, *names]) or "the file"


def stamp(path: Path) -> tuple[int, int]:
    """Return what differs once a file has been edited; kept results of reading it carry it."""
    status = path.stat() if path.is_file() else None
    return (status.st_mtime_ns, status.st_size) if status else (0, 0)
