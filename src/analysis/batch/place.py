"""Put the files of a brief in place: all written beside, then renamed.

Files of an earlier build that are no longer made are removed, foreign ones left alone.
One run at a time writes to a reports folder; what a run that was killed has left behind is removed
by the next.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from analysis.facts.errors import RunError
from analysis.facts.files import UNFINISHED

LEFTOVER: Final = ".making-"
LONGEST_NAME: Final = 255
"""Bytes of a file's name on all usual file systems."""


@contextmanager
def only_run(reports: Path, waiting: Callable[[], None]) -> Iterator[Path]:
    """Hold the reports folder for one run and yield a scratch folder in it.

    The lock is the kernel's: it goes with the process that holds it, however that ends. Where
    another run holds it, `waiting` is called once.

    Raises
    ------
    RunError
        If the folder cannot be written to.
    """
    with ExitStack() as stack:
        try:
            reports.mkdir(parents=True, exist_ok=True)
            if os.name == "posix":
                import fcntl

                lock = os.open(reports, os.O_RDONLY)
                stack.callback(os.close, lock)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waiting()
                    fcntl.flock(lock, fcntl.LOCK_EX)
            # Of a run that was killed: scratch folders and half-written files.
            for folder in reports.glob(f"{LEFTOVER}*"):
                shutil.rmtree(folder, ignore_errors=True)
            for folder in (reports, reports / ".state", reports.parent / "data" / "processed"):
                for path in folder.glob(f"*{UNFINISHED}"):
                    path.unlink(missing_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=LEFTOVER, dir=reports))
        except OSError as error:
            raise RunError(f"cannot write to {reports}: {error.strerror}") from None
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        yield scratch


def place(
    folder: Path, files: Mapping[str, bytes], before: Iterable[str], scratch: Path
) -> dict[str, list[int]]:
    """Put files in place of those that were there; return their sizes and times of change.

    Parameters
    ----------
    folder, files
        Of the brief; path relative to it, with ``/`` -> contents.
    before
        Files of the brief so far; those not in `files` are removed, anything else is left alone.
    scratch
        Where they are written first, on the same file system.

    Raises
    ------
    RunError
        If a file cannot be written; nothing has been replaced then.
    """
    before = set(before)
    if odd := [name for name in {*files, *before} if not lie_in(folder, [name])]:
        raise RunError(f"{odd[0]!r} does not lie in the brief's folder")
    beside = scratch / f"{folder.name}.files"
    try:
        for name, content in files.items():
            for path in (beside / name, folder / name):
                path.parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(content)
        for name in files:
            (beside / name).replace(folder / name)
    except OSError as error:
        raise RunError(f"cannot write {folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for path in (folder / name for name in before - set(files)):
        path.unlink(missing_ok=True)
        with suppress(OSError):
            if path.parent != folder:
                path.parent.rmdir()  # only if it is empty now
    status = {name: (folder / name).stat() for name in files}
    return {name: [there.st_size, there.st_mtime_ns] for name, there in status.items()}


def can_name(text: str) -> bool:
    """Tell whether a text can name a brief, and so a folder, anywhere."""
    return re.fullmatch("[a-zA-Z0-9_-]+", text) is not None


def lie_in(folder: Path, names: Iterable[str]) -> bool:
    """Tell whether paths relative to a brief's folder all lead to places within it.

    No folder on the way may be a link, the brief's own included.
    """
    ways = {""}
    for name in names:
        parts = name.split("/")
        if "\\" in name or "\0" in name or not all(map(_names_something, parts)):
            return False
        ways |= {"/".join(parts[:depth]) for depth in range(1, len(parts))}
    return not any(os.path.islink(f"{folder}/{way}".rstrip("/")) for way in ways)  # noqa: PTH114


def _names_something(part: str) -> bool:
    """Tell whether a part of a path can name a file or folder in the one before it."""
    with suppress(UnicodeEncodeError):
        return part not in ("", ".", "..") and len(part.encode()) <= LONGEST_NAME
    return False
