"""Where the project's files are, and how they are written: whole or not at all, the same bytes.

The project folder is the one that holds ``data/raw``. ``NIT_ROOT`` names another one, so that a
batch run or a test can work beside the checkout.

Which files of the package a piece of code uses - the modules it imports, and what those import - is
read from import statements, lazy ones included, so that the answer is the same for a process that
has imported everything beforehand; nothing is run. Files that belong to a package - templates,
fonts - count as part of each of its modules. The statements are found by an expression: Python's
own parser takes eight times as long, which a run with nothing to do would wait for, and grimp
starts threads, after which no process may fork.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

import analysis
from analysis.facts.errors import AnalysisError

UNFINISHED: Final = ".part"
"""Ending of a file that is being written; one that stays behind is of a run that was killed."""

ROOT: Final = ContextVar("ROOT", default="")
"""Instead of ``NIT_ROOT`` in a thread: those of one worker may be at work on several projects."""


def project_root() -> Path:
    """Return the project folder: ``NIT_ROOT``, else the nearest one above that has ``data/raw``.

    Raises
    ------
    AnalysisError
        If no such folder exists.
    """
    named = ROOT.get() or os.environ.get("NIT_ROOT")
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
    except OSError as error:
        # What a full disk refuses names no file.
        error.filename = error.filename or str(path)
        raise
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


PACKAGE: Final = Path(analysis.__file__).resolve().parent

_IMPORT: Final = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+(analysis[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]*)"
    r"|import[ \t]+([^\n#;]*))",
    re.MULTILINE,
)


class Code:
    """The package's files as they are now.

    Parameters
    ----------
    package
        The package's folder.
    """

    def __init__(self, package: Path = PACKAGE) -> None:
        self._package = package
        self._modules_there = {p.relative_to(package).as_posix() for p in package.rglob("*.py")}
        self._data: dict[str, dict[str, str]] = {}

    def files(self, text: str) -> dict[str, str]:
        """Return the files that a piece of code uses: name -> SHA-256, by name.

        Parameters
        ----------
        text
            The code cells of a notebook, or import statements.
        """
        open_, found = list(self._named(_imported(text))), dict[str, str]()
        while open_:
            if (name := open_.pop()) not in found:
                found[name], imported = _read(self._package / name)
                found |= self._data_of(name.rpartition("/")[0])
                open_ += self._named(imported)
        return dict(sorted(found.items()))

    def _data_of(self, folder: str) -> dict[str, str]:
        """Return the files of a package that are no modules."""
        if folder not in self._data:
            inside = [*(self._package / folder).iterdir()] if folder else []
            others = [p for p in inside if p.suffix != ".py" and not (p / "__init__.py").exists()]
            self._data[folder] = {
                path.relative_to(self._package).as_posix(): _read(path)[0]
                for path in others + [path for other in others for path in other.rglob("*")]
                if path.is_file() and not _incidental(path.relative_to(self._package))
            }
        return self._data[folder]

    def _named(self, imported: list[tuple[str, ...]]) -> Iterator[str]:
        """Yield the files of modules, of the packages around them, and of names in them."""
        for module, *names in imported:
            parts = module.split(".")[1:]
            around = ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]
            for path in (*around, *("/".join([*parts, name]) for name in names)):
                yield from {f"{path}.py", f"{path}/__init__.py".lstrip("/")} & self._modules_there


def _read(path: Path) -> tuple[str, list[tuple[str, ...]]]:
    """Return a file's SHA-256 and, of a module, what it imports; every brief asks for them."""
    return _read_once(path, path.stat().st_mtime_ns)


@cache
def _read_once(path: Path, _changed: int) -> tuple[str, list[tuple[str, ...]]]:
    content = path.read_bytes()
    imported = _imported(content.decode("utf-8")) if path.suffix == ".py" else []
    return hashlib.sha256(content).hexdigest(), imported


def _imported(text: str) -> list[tuple[str, ...]]:
    """Return the modules that a text imports, each with the names that it imports from it."""
    found: list[tuple[str, ...]] = []
    for module, names, plain in _IMPORT.findall(text.replace("\\\n", " ")):
        listed = re.sub(r"#[^\n]*", "", names or plain).strip("()").split(",")
        words = [word.split(" as ")[0].strip() for word in listed]
        ours = [(word,) for word in words if word.startswith("analysis")]
        found += [(module, *words)] if module else ours
    return found


def _incidental(path: Path) -> bool:
    """Tell whether a file is bytecode, also while it is being written, or hidden."""
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def combined(files: dict[str, str]) -> str:
    """Return one digest of several files' names and digests."""
    text = "".join(f"{name} {digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def package_files() -> list[Path]:
    """Return all files of the package."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file())
    return [path for path in files if not _incidental(path.relative_to(PACKAGE))]


def package_digest() -> str:
    """Return one digest of all files of the package."""
    return combined({p.relative_to(PACKAGE).as_posix(): _read(p)[0] for p in package_files()})
