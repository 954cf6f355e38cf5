"""Which files of data/ a notebook reads and writes, as the interpreter itself reports them.

Python tells an audit hook of every file that is opened and every folder that is listed. Nothing has
to be declared, so nothing can be forgotten: a rebuild depends on what was really read. A hook
cannot be taken away again; it belongs in a process that ends with its notebook.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

INTO: Final = "NIT_READS"
"""Variable that tells a kernel where to record what it reads."""

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Record:
    """What a notebook did to data/; paths are relative to the project folder, with ``/``.

    Attributes
    ----------
    read, listed, written
        Files opened for reading, folders listed, files put in place.
    """

    read: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return files read but not written by itself, and folders listed (``/`` at the end)."""
        return tuple(sorted((self.read - self.written) | {f"{name}/" for name in self.listed}))


def record_reads(root: Path, into: Path | None = None) -> Record:
    """Record from now on what this process reads and writes below ``data/`` of a project.

    Parameters
    ----------
    root
        The project folder.
    into
        A file to which each new fact is appended as well, for a process that reads them later.
    """
    record = Record()
    hook = _hook(f"{root.resolve()}{os.sep}", record, into)
    sys.addaudithook(hook)
    return record


def read_record(path: Path) -> Record:
    """Return what another process appended to a file."""
    record = Record()
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, name = line.split(" ", 1)
            getattr(record, kind).add(name)
    return record


def _hook(root: str, record: Record, into: Path | None) -> Callable[[str, tuple[Any, ...]], None]:
    data = f"data{os.sep}"

    def inside(path: object) -> str:
        """Return a path relative to the project, or an empty text outside data/."""
        if not isinstance(path, str | os.PathLike):
            return ""
        name = os.path.abspath(os.fspath(path))  # noqa: PTH100 - called for every file opened
        if not isinstance(name, str) or not name.startswith(root + data):
            return ""
        return name[len(root) :].replace(os.sep, "/")

    def note(kind: str, name: str) -> None:
        known: set[str] = getattr(record, kind)
        if name and name not in known and not _temporary(name):
            known.add(name)
            if into is not None:
                with into.open("a", encoding="utf-8") as file:
                    file.write(f"{kind} {name}\n")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if not _for_writing(mode, flags):
                note("read", inside(path))
        elif event in ("os.listdir", "os.scandir"):
            note("listed", inside(arguments[0]))
        elif event == "os.rename":
            note("written", inside(arguments[1]))

    return hook


def _temporary(name: str) -> bool:
    return name.rsplit("/", 1)[-1].startswith(".")


def _for_writing(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)
