"""The template: a process that has imported the analysis stack and forks one worker a notebook.

It is started as ``python -m analysis.batch.template``, holds no thread and no socket but the one to
its owner, and does nothing but fork, reap and kill. A worker is a session of its own; whatever it
started is killed when it ends. If the owner goes, even by SIGKILL, the template sees the end of its
socket and takes the workers along; if the template goes, the kernel kills them.

Only on Linux: it needs file descriptors sent over sockets and a signal at the parent's death.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

AVAILABLE: Final = sys.platform == "linux"

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36

_worker = False


def in_worker() -> bool:
    """Tell whether this process was forked for one notebook and ends with it."""
    return _worker


def serve(control: socket.socket) -> None:
    """Fork a worker for every socket that arrives, until the owner goes.

    Parameters
    ----------
    control
        Datagrams from the owner: ``{"run": n}`` with a socket attached, ``{"kill": n}``. To the
        owner: ``{"ready": true}``, ``{"ended": n, "status": s}``.
    """
    with _ending_with(control):
        _warm_up()
    _control_process(_PR_SET_CHILD_SUBREAPER, 1)
    workers: dict[int, int] = {}
    signals = _child_signals()
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(signals, selectors.EVENT_READ)
    gc.collect()
    gc.freeze()
    _tell(control, {"ready": True})
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if signals in ready:
            signals.recv(4096)
            _reap(workers, control)
        if control in ready:
            message, descriptors = _received(control)
            if message is None:
                break
            if "run" in message:
                process = _forked(control, selector, signals, descriptors[0])
                workers[process] = message["run"]
            elif "kill" in message:
                for process, number in workers.items():
                    if number == message["kill"]:
                        _kill(process)
    for process in workers:
        _kill(process)
    _kill_all()


@contextmanager
def _ending_with(control: socket.socket) -> Iterator[None]:
    """Let the signal that a socket gives when its other end goes end this process.

    While modules are imported nobody looks at the socket, and a signal at the parent's death would
    come when the thread ends that started this process.
    """
    import fcntl

    flags = fcntl.fcntl(control, fcntl.F_GETFL)
    fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(control, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([control], [], [], 0)[0]:
        sys.exit("the owner has gone")
    yield
    fcntl.fcntl(control, fcntl.F_SETFL, flags)


def _warm_up() -> None:
    """Import and prepare all that a notebook and its export need; leave no thread, no figure."""
    import nbconvert.exporters  # noqa: F401
    import papermill.engines  # noqa: F401

    from analysis.batch import execute, job, shell  # noqa: F401
    from analysis.export import files  # noqa: F401
    from analysis.export.warm import warm_up

    shell.import_kernel()
    warm_up()
    for module in notebook_modules():
        # What cannot be imported is told by the notebook that asks for it.
        with suppress(Exception):
            importlib.import_module(module)
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a folder of the kernel
    if threads != 1:
        raise RuntimeError(f"{threads} threads before the first fork; a fork copies only one")


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


def _child_signals() -> socket.socket:
    """Return a socket that becomes readable when a child ends."""
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return reading


def _received(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    try:
        content, descriptors, _, _ = socket.recv_fds(control, 4096, 1)
    except ConnectionError:
        return None, []
    return (json.loads(content) if content else None), descriptors


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    with suppress(OSError):
        control.send(json.dumps(message).encode())


def _reap(workers: dict[int, int], control: socket.socket) -> None:
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not process:
            break
        if process in workers:
            _kill(process)
            code = os.waitstatus_to_exitcode(status)
            _tell(control, {"ended": workers.pop(process), "status": code})
    if not workers:
        # What a notebook left behind in a session of its own has become our child.
        _kill_all()


def _kill(process: int) -> None:
    """Kill a worker and all that it started in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


def _kill_all() -> None:
    """Kill and reap every child, and those that become ours when their parent has gone."""
    while children := _children():
        for child in children:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def _control_process(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _forked(
    control: socket.socket, selector: selectors.BaseSelector, signals: socket.socket, number: int
) -> int:
    template = os.getpid()
    process = os.fork()
    if process:
        os.close(number)
        return process
    status = 70
    channel = socket.socket(fileno=number)
    try:
        os.setsid()
        _control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != template:
            os._exit(status)
        # From Python 3.12 on a forked child has none any more.
        wakeup = signal.set_wakeup_fd(-1)
        if wakeup >= 0:
            os.close(wakeup)
        for one in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(one, signal.SIG_DFL)
        selector.close()
        signals.close()
        control.close()
        _work(channel)
        status = 0
    except BaseException:
        # No buffer is flushed below, and the owner's terminal is not ours: the owner tells it.
        _tell_fault(channel)
    finally:
        # Neither exit handlers nor buffers of the template are the worker's to run or flush.
        os._exit(status)


def _tell_fault(channel: socket.socket) -> None:
    from analysis.batch import wire

    with suppress(OSError):
        wire.send(channel, wire.FAULT, traceback.format_exc())


def _work(channel: socket.socket) -> None:
    global _worker
    _worker = True
    from analysis.batch import wire
    from analysis.batch.job import Job, perform

    received = wire.receive(channel)
    if received is None:
        return
    work = received[1]
    if isinstance(work, Job):
        result = perform(work, lambda event: wire.send(channel, wire.EVENT, event))
        wire.send(channel, wire.RESULT, result)
    else:
        _answer_cells(channel, **work)


def _answer_cells(
    channel: socket.socket, cwd: str, environment: dict[str, str], output_bytes: int
) -> None:
    """Run the cells that arrive, for papermill in another process and its surroundings."""
    from analysis.batch import wire
    from analysis.batch.shell import CellShell

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    shell = CellShell(output_bytes)
    wire.send(channel, wire.RESULT, shell.language_info)
    while (request := wire.receive(channel)) is not None:
        wire.send(channel, wire.RESULT, shell.execute(*request[1]))


if __name__ == "__main__":
    # Under its own name, so that there is one `in_worker` and not a second one of ``__main__``.
    from analysis.batch.template import serve as serve_as_module

    serve_as_module(socket.socket(fileno=int(sys.argv[1])))
