"""Which files of data/ a notebook reads and writes, as the interpreter itself reports them.

Python tells an audit hook of every file that is opened and every folder that is listed. Nothing has
to be declared, so nothing can be forgotten: a rebuild depends on what was really read. A hook
cannot be taken away again; it belongs in a process that ends with its notebook.
"""

from __future__ import annotations

import os
import sys
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


def record_reads(root: Path, into: Path) -> None:
    """Record from now on what this process reads and writes below ``data/`` of a project.

    Parameters
    ----------
    root
        The project folder.
    into
        A file to which each new fact is appended, for `read_record`.
    """
    data = f"{root.resolve()}{os.sep}data{os.sep}"
    start = len(data) - len(f"data{os.sep}")
    noted: set[str] = set()

    def note(kind: str, path: object) -> None:
        if not isinstance(path, str | os.PathLike):
            return
        name = os.path.abspath(os.fspath(path))  # noqa: PTH100 - called for every file opened
        if not isinstance(name, str) or not name.startswith(data):
            return
        line = f"{kind} {name[start:].replace(os.sep, '/')}\n"
        if line not in noted and not line.rpartition("/")[2].startswith("."):
            noted.add(line)
            with into.open("a", encoding="utf-8") as file:
                file.write(line)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not _for_writing(*arguments[1:]):
                note("read", arguments[0])
        elif event in ("os.listdir", "os.scandir"):
            note("listed", arguments[0])
        elif event == "os.rename":
            note("written", arguments[1])

    sys.addaudithook(hook)


def read_record(path: Path) -> Record:
    """Return what another process appended to a file."""
    record = Record()
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, name = line.split(" ", 1)
            getattr(record, kind).add(name)
    return record


def _for_writing(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)
