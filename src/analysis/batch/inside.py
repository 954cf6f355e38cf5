"""Inside the kernel of a batch: it records which files of data/ its notebook reads and writes.

Python tells an audit hook of every file that is opened and every folder that is listed. Nothing has
to be declared, so nothing can be forgotten: a rebuild depends on what was really read. A hook
cannot be taken away again; it belongs in a process that ends with its notebook.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

INTO: Final = "NIT_READS"
"""Variable that tells a kernel where to record what it reads."""

MEMORY: Final = "NIT_MEMORY"
"""Variable that tells a kernel how many bytes it may allocate."""

FIRST_LINE: Final = "__import__('analysis.batch.inside', fromlist=['inside']).begin()"

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def begin() -> None:
    """Do what comes before a kernel's first cell: start recording, and limit its memory."""
    from IPython.core.getipython import get_ipython

    if INTO in os.environ:
        record_reads(Path(os.environ["NIT_ROOT"]), Path(os.environ.pop(INTO)))
    shell: Any = get_ipython()
    allowed = int(os.environ.pop(MEMORY, 0))
    if sys.platform == "linux" and shell is not None:
        with suppress(OSError, ValueError):
            _limit_memory(allowed)
        shell.set_custom_exc((MemoryError,), _told)


def _limit_memory(allowed: int) -> None:
    """Let allocations beyond the limit fail, so that the cell that asks for them is named."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + allowed, hard))


def _told(
    shell: Any, _kind: type[BaseException], _error: BaseException, _where: Any, **_unused: Any
) -> None:
    """Show a failed allocation; a traceback needs memory too, of which there may be none left."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    shell.showtraceback(running_compiled_code=True)


def record_reads(root: Path, into: Path) -> None:
    """Record from now on what this process reads and writes below ``data/`` of a project.

    Each new fact is appended to the file `into`, for `read_record`.
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
        elif event in ("os.listdir", "os.scandir", "pathlib.Path.glob"):
            # The last tells also of a folder that is not there yet.
            note("listed", arguments[0])
        elif event == "os.rename":
            note("written", arguments[1])

    sys.addaudithook(hook)


def _for_writing(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def read_record(path: Path) -> tuple[list[str], list[str]]:
    """Return what another process appended to a file: inputs, and what it put in place.

    Paths are relative to the project folder, with ``/``. Inputs are files that were read but not
    written by the process itself, and folders that were listed (``/`` at their end).
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    facts = [line.split(" ", 1) for line in lines]
    written = {name for kind, name in facts if kind == "written"}
    listed = {f"{name}/" for kind, name in facts if kind == "listed"}
    read = {name for kind, name in facts if kind == "read"}
    return sorted((read - written) | listed), sorted(written)
