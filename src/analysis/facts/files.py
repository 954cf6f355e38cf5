"""Where the project's files are, and how they are written: whole or not at all, the same bytes.

The project folder is the one that holds ``data/raw``. ``NIT_ROOT`` names another one, so that a
batch run or a test can work beside the checkout.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from analysis.facts.errors import AnalysisError

UNFINISHED: Final = ".part"
"""Ending of a file that is being written; one that stays behind is of a run that was killed."""


def project_root() -> Path:
    """Return the project folder: ``NIT_ROOT``, else the nearest one above that has ``data/raw``.

    Raises
    ------
    AnalysisError
        If no such folder exists.
    """
    named = os.environ.get("NIT_ROOT")
    if named:
        starts = [Path(named)]
    else:
        here = Path.cwd()
        starts = [here, *here.parents, Path(__file__).resolve().parents[3]]
    for folder in starts:
        if (folder / "data" / "raw").is_dir():
            return folder.resolve()
    raise AnalysisError(
        f"no project folder with data/raw at NIT_ROOT={named}"
        if named
        else f"no project folder with data/raw in {Path.cwd()} or above it; set NIT_ROOT"
    )


def raw_folder() -> Path:
    """Return data/raw of the project folder."""
    return project_root() / "data" / "raw"


def processed_folder() -> Path:
    """Return data/processed of the project folder."""
    return project_root() / "data" / "processed"


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it only if the block succeeds.

    It ends in `UNFINISHED`, so that nobody who lists the folder meanwhile takes it for a table.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=UNFINISHED, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends, whole or not at all."""
    with written_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content`, whole or not at all."""
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
