"""The template: a process that has imported the analysis stack, forked for kernels and exports.

Started as ``python -m analysis.batch.template`` by `analysis.batch.processes`, with a socket as
standard input. For every connection that comes through it a keeper is forked, and the keeper forks
what is asked for, such as ``python -m ipykernel_launcher -f FILE``: the module runs as Python would
run it, only with its imports done.
The keeper is the parent of that process, tells how it ended, and ends it, with all that it started,
when the connection is closed. So a kernel that kills its parent ends only itself.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import multiprocessing.process
import os
import random
import runpy
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from analysis.facts.files import package_files

AT_START: Final = ("PYTHON", "LC_", "LANG", "TZ", "OMP_", "OPENBLAS_", "MKL_", "MPL")
"""Beginnings of variables that count when an interpreter starts or a library is imported."""

STACK: Final = (
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "analysis.batch.work",
    "analysis.export.files",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib_inline.config",
    "sqlite3",
)
"""What every kernel or brief needs and no notebook names."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


def main() -> None:
    """Fork a keeper for every connection that the owner sends, until the owner ends."""
    owner = socket.socket(fileno=0)
    settings, before, sources = at_start(os.environ), {*os.environ}, source_times()
    import_stack()
    set_by_imports = {name: v for name, v in os.environ.items() if name not in before}
    if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208 - a folder of the kernel
        sys.exit("threads before the first fork; a fork copies only one")
    gc.collect()
    gc.freeze()
    # Keepers are reaped by the system.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while received := socket.recv_fds(owner, 1, 2)[1]:
        if os.fork() == 0:
            owner.close()
            _keep(received, settings, sources, set_by_imports)
        for number in received:
            os.close(number)


@contextmanager
def without_iri_grammar() -> Iterator[None]:
    """Let jsonschema be imported without what it checks IRIs with, which nothing here needs.

    That one module compiles its grammar at every import, for longer than all of papermill takes.
    """
    absent: Any = None
    there = sys.modules.setdefault("rfc3987_syntax", absent)
    try:
        yield
    finally:
        if there is absent:
            sys.modules.pop("rfc3987_syntax", None)


def import_stack() -> None:
    """Import a kernel and what the project's notebooks use; leave no thread behind."""
    with without_iri_grammar():
        for module in (*STACK, *_brief_modules()):
            # What cannot be imported is told by the notebook that asks for it.
            with suppress(Exception):
                importlib.import_module(module)
        with suppress(Exception):
            _compile()
    # A notebook that checks IRIs imports the whole; the other looks for the shell at its import.
    for name in [*sys.modules]:
        if name.partition(".")[0] == "jsonschema" or name == "matplotlib_inline.backend_inline":
            del sys.modules[name]


def _compile() -> None:
    """Read and compile what every brief is written and every notebook is checked with."""
    from nbformat.validator import get_validator

    from analysis.briefs.blocks import environment
    from analysis.briefs.figures.style import text_width
    from analysis.export.html import page_environment
    from analysis.tables.schema import table_schemas

    get_validator(4, 5)  # type: ignore[no-untyped-call]
    table_schemas()
    text_width("fonts are looked for once", 8)
    environment().get_template("blocks.html.j2")
    for name in page_environment().list_templates(["j2"]):
        page_environment().get_template(name)


def _brief_modules() -> Iterator[str]:
    """Yield the modules of the package that notebooks run many times import, directly or not.

    What only those that run once need, such as statsmodels, would hold up all others.
    """
    from analysis.batch.plan import RESULT_NOTEBOOKS
    from analysis.facts.errors import AnalysisError
    from analysis.facts.files import Code, project_root
    from analysis.settings.notebooks import read_notebook

    texts = []
    with suppress(AnalysisError):
        for path in (project_root() / "notebooks").glob("*.ipynb"):
            # One that is no notebook is told when it is to be run.
            with suppress(AnalysisError):
                if path.stem not in ("0_tour", *RESULT_NOTEBOOKS):
                    texts.append(read_notebook(path.stem).code)
    for name in Code().files("\n".join(texts)):
        if name.endswith(".py"):
            stem = f"/{name}".removesuffix(".py").removesuffix("/__init__")
            yield f"analysis{stem.replace('/', '.')}"


def source_times() -> dict[str, int]:
    """Return the package's files -> their times; modules read some of the others at import."""
    return {str(file): file.stat().st_mtime_ns for file in package_files()}


def changed(sources: Mapping[str, int]) -> bool:
    """Tell whether files have changed since their times were taken."""
    with suppress(OSError):
        return any(os.stat(file).st_mtime_ns != time for file, time in sources.items())  # noqa: PTH116 - many
    return True


def _keep(
    received: Sequence[int],
    settings: Mapping[str, str],
    sources: Mapping[str, int],
    set_by_imports: Mapping[str, str],
) -> None:
    """Fork the process that is asked for, watch it, and end with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _control_process(_PR_SET_CHILD_SUBREAPER, 1)
    owner, lines = Connection(received[0]), received[1:]
    try:
        asked = owner.recv()
    except EOFError:
        os._exit(0)
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        _control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)
        owner.close()
        if os.getppid() == keeper:
            asked["fresh"] |= settings != at_start(asked["env"]) or changed(sources)
            asked["env"] = {**set_by_imports, **asked["env"]}
            os._exit(_become(lines, **asked))
        os._exit(1)
    for number in lines:
        os.close(number)
    status = 1
    with suppress(OSError):
        owner.send_bytes(b"%d" % child)
        ended = os.pidfd_open(child)
        # Nothing more is sent: the connection becomes readable when the owner closes it or ends.
        select.select([ended, owner.fileno()], [], [])
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _kill_all()
    with suppress(OSError):
        owner.send_bytes(b"%d" % status)
    os._exit(0)


def _become(
    lines: Sequence[int], cmd: list[str], env: dict[str, str], cwd: str, fresh: bool
) -> int:
    """Become the process of a command such as ``python -m MODULE ...``; return its status.

    In a fresh interpreter, or in this one with its imports.
    """
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    line = lines[0] if lines else null
    for number, file in ((2, null), (1, line), (0, line)):  # the last may be `null` itself
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    if fresh:
        # Too late to give this interpreter another hash seed, or modules as they are now.
        os.execv(cmd[0], cmd)
    # Where spawned children look for the modules beside a notebook; taken at the first import.
    multiprocessing.process.ORIGINAL_DIR = cwd  # type: ignore[attr-defined]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = cmd[2:]
    sys.path[0] = ""
    status: Any = 0
    try:
        runpy.run_module(cmd[2], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
    except BaseException:
        status = 1
    # What an interpreter does at its end, but for taking its modules apart, which copies each page.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    return status if isinstance(status, int) else int(status is not None)


def at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process cannot take over once it runs."""
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


def _kill_all() -> None:
    """Kill and reap every child: what a kernel left in sessions of its own has become ours."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with suppress(OSError):
        while pids := children.read_text().split():
            for pid in pids:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(int(pid), signal.SIGKILL)
            os.waitpid(-1, 0)


def _control_process(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
