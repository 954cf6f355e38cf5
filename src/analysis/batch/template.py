"""The template: a process that has imported the analysis stack and from which kernels are forked.

Started as ``python -m analysis.batch.template`` by `analysis.batch.forked`. For every connection
to its socket it forks a keeper, and the keeper forks the kernel: ipykernel as ``python -m
ipykernel_launcher`` runs it, only with its imports done. The keeper is the kernel's parent, tells
how it ended, and ends it, with all that it started, when the connection is closed. So a kernel has
a process of its own to lose: one that kills its parent ends only itself.

Only on Linux: it needs signals at a parent's death and children that find a new parent.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import random
import runpy
import select
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

AVAILABLE: Final = sys.platform == "linux"

AT_START: Final = ("PYTHON", "LC_", "LANG", "TZ", "OMP_", "OPENBLAS_", "MKL_", "MPL")
"""Beginnings of variables that count when an interpreter starts or a library is imported."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


def main() -> None:
    """Serve the socket that the owner handed over, until the owner closes standard input."""
    path = Path(sys.argv[1])
    listener = socket.socket(fileno=int(sys.argv[2]))
    settings = at_start(os.environ)
    import_stack()
    sources = _source_times()
    if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208 - a folder of the kernel
        sys.exit("threads before the first fork; a fork copies only one")
    gc.collect()
    gc.freeze()
    # Keepers are reaped by the system.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _keep(connection, settings, sources)
            return  # the kernel has ended in good order
        connection.close()
    shutil.rmtree(path.parent, ignore_errors=True)


def import_stack() -> None:
    """Import a kernel and what the project's notebooks use; leave no thread behind."""
    import matplotlib_inline.config  # noqa: F401

    for module in notebook_modules():
        # What cannot be imported is told by the notebook that asks for it.
        with suppress(Exception):
            importlib.import_module(module)
    # At its import it looks for the shell that shows the figures, which only a kernel has.
    sys.modules.pop("matplotlib_inline.backend_inline", None)


def notebook_modules() -> list[str]:
    """Return the modules of the package that the project's notebooks import, directly or not."""
    from analysis.facts.code_files import Code
    from analysis.facts.errors import AnalysisError
    from analysis.facts.files import project_root
    from analysis.settings.notebooks import read_notebook

    code = Code()
    names: set[str] = set()
    with suppress(AnalysisError):
        for path in sorted((project_root() / "notebooks").glob("*.ipynb")):
            # One that is no notebook is told when it is to be run.
            with suppress(AnalysisError):
                names |= code.files(read_notebook(path.stem).code).keys()
    parts = [
        name.removesuffix(".py").removesuffix("/__init__") for name in names if name[-3:] == ".py"
    ]
    return sorted(f"analysis.{part.replace('/', '.')}" for part in parts if part != "__init__")


def _source_times() -> dict[str, int]:
    """Return the files of the package's imported modules and when each was changed."""
    modules = [module for name, module in sys.modules.items() if name.startswith("analysis.")]
    files = [str(module.__file__) for module in modules if getattr(module, "__file__", None)]
    return {file: os.stat(file).st_mtime_ns for file in files}  # noqa: PTH116 - many, at each start


def _keep(
    connection: socket.socket, settings: Mapping[str, str], sources: Mapping[str, int]
) -> None:
    """Fork the kernel that is asked for and watch it; return only in a kernel that has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _control_process(_PR_SET_CHILD_SUBREAPER, 1)
    with connection.makefile("r", encoding="utf-8") as lines:
        request = lines.readline()
    keeper = os.getpid()
    kernel = os.fork() if request else os._exit(0)
    if kernel == 0:
        _control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)
        connection.close()
        if os.getppid() == keeper:
            asked = json.loads(request)
            fresh = settings == at_start(asked["env"]) and not _changed(sources)
            _be_kernel(**asked, fresh=fresh)
        return
    status = 1
    with suppress(OSError):
        connection.sendall(f"{kernel}\n".encode())
        ended = os.pidfd_open(kernel)
        # Nothing more is sent: the connection becomes readable when the owner closes it or ends.
        select.select([ended, connection.fileno()], [], [])
        _kill(kernel)
        status = os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
    _kill_all()
    with suppress(OSError):
        connection.sendall(f"{status}\n".encode())
    os._exit(0)


def _be_kernel(cmd: list[str], env: dict[str, str], cwd: str, fresh: bool) -> None:
    """Become the kernel of a command such as ``python -m ipykernel_launcher -f FILE``."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    if not fresh:
        # Too late to give this interpreter another hash seed, or modules as they are now.
        os.execv(cmd[0], cmd)
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = cmd[2:]
    sys.path[0] = ""
    runpy.run_module(cmd[2], run_name="__main__", alter_sys=True)


def at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process cannot take over once it runs."""
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


def _changed(sources: Mapping[str, int]) -> bool:
    try:
        return any(os.stat(file).st_mtime_ns != time for file, time in sources.items())  # noqa: PTH116
    except OSError:
        return True


def _kill(kernel: int) -> None:
    """Kill a kernel, if it still lives, and all that it started in its session."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(kernel, signal.SIGKILL)


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
