"""Run cells in this process and answer as a Jupyter kernel would.

A kernel is a process that talks over sockets; most of the time that a short notebook takes goes
into starting it. Here the shell class of ipykernel runs in the present process, with a session that
keeps its messages instead of sending them, and nbclient receives them through a client of the same
interface. All that shapes an output - formatting, tracebacks, display ids, merging of streams - is
therefore the code of ipykernel and nbclient, not a copy of it.

The process must be one of its own for every notebook (`analysis.batch.template`): modules, random
state and open figures are not reset. What needs a real kernel - comms and widgets, subshells, an
event loop that runs between cells - has to be run by one: tag the notebook ``needs-kernel``.
"""

from __future__ import annotations

import builtins
import getpass
import io
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from types import MethodType, SimpleNamespace
from typing import Any, Final

from analysis.facts.errors import AnalysisError

Message = dict[str, Any]

OUTPUT_LIMIT: Final = 20_000_000
"""Characters and bytes of output that one notebook may produce."""


def import_kernel() -> None:
    """Import what a shell needs, for processes that are forked from this one."""
    import matplotlib_inline.config  # noqa: F401


class OutputLimitError(AnalysisError):
    """A notebook printed or displayed more than it may."""


class CellShell:
    """An interactive shell whose messages are kept.

    Parameters
    ----------
    output_limit
        Bytes of output after which a cell fails.
    """

    def __init__(self, output_limit: int = OUTPUT_LIMIT) -> None:
        from ipykernel.compiler import XCachingCompiler
        from ipykernel.ipkernel import IPythonKernel
        from ipykernel.zmqshell import ZMQInteractiveShell as KernelShell
        from jupyter_client.session import Session
        from traitlets.config import Config

        kept: list[Message] = []
        budget = _Budget(output_limit)

        class KeepingSession(Session):
            def send(  # type: ignore[override]
                self,
                _stream: object,
                kind: Any,
                content: Any = None,
                parent: Any = None,
                **_unused: Any,
            ) -> Message:
                message = kind if isinstance(kind, dict) else self.msg(kind, content, parent)
                budget.spend(message)
                kept.append(message)
                return message

        class ZMQInteractiveShell(KernelShell):
            """The kernel's shell, under its name, without a loop for windows."""

            def enable_gui(self, gui: object = None) -> None:
                """Do nothing: figures are shown inline."""

        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        config = Config()
        # A history file would be shared by all notebooks, and its thread would not survive a fork.
        config.HistoryManager.enabled = False
        session = KeepingSession(session="", username="")
        shell: Any = ZMQInteractiveShell.instance(
            config=config, user_ns={}, kernel=None, compiler_class=XCachingCompiler
        )
        publishers: list[Any] = [shell.displayhook, shell.display_pub]
        for publisher in publishers:
            publisher.session = session
            publisher.pub_socket = None
        publishers[0].topic = b"execute_result"
        _show_figures_inline()
        self.language_info: Final = IPythonKernel.language_info
        self._shell, self._kept, self._session, self._budget = shell, kept, session, budget

    def execute(self, code: str, msg_id: str, store_history: bool = True) -> list[Message]:
        """Run a cell.

        Returns
        -------
        list of dict
            The messages that a kernel would have published, the last of them its reply.
        """
        shell, parent = self._shell, {"header": {"msg_id": msg_id}, "msg_id": msg_id}
        self._kept.clear()
        shell.set_parent(parent)
        asked = {"code": code, "execution_count": shell.execution_count}
        self._kept.append(self._session.msg("execute_input", asked, parent))
        with _captured(self._session, parent):
            result = shell.run_cell(code, store_history=store_history)
        error = result.error_before_exec or result.error_in_exec
        if self._budget.exceeded and not isinstance(error, OutputLimitError):
            error = self._budget.error()
            shell.showtraceback((type(error), error, None))
        messages = [m for m in self._kept if m["msg_type"] != "execute_reply"]
        reply: dict[str, Any] = {"status": "ok", "execution_count": shell.execution_count - 1}
        failed_display = getattr(shell, "_last_traceback_during_displayhook", False)
        if error is not None or failed_display:
            reply |= {
                "status": "error",
                "traceback": shell._last_traceback or [],
                "ename": type(error).__name__,
                "evalue": str(error),
            }
        shell.payload_manager.clear_payload()
        messages.append(self._session.msg("execute_reply", reply, parent))
        self._kept.clear()
        return [_light(message, msg_id) for message in messages]


def _show_figures_inline() -> None:
    """Tell a backend that the template has imported of the shell that there is now."""
    backend = sys.modules.get("matplotlib_inline.backend_inline")
    if backend is not None:
        backend._enable_matplotlib_integration()


class _Budget:
    """Counts what a notebook puts out and stops it at a limit."""

    def __init__(self, limit: int) -> None:
        self._limit, self._spent = limit, 0

    @property
    def exceeded(self) -> bool:
        return self._spent > self._limit

    def error(self) -> OutputLimitError:
        return OutputLimitError(f"the notebook put out more than {self._limit / 1e6:g} MB")

    def spend(self, message: Message) -> None:
        content = message["content"]
        if message["msg_type"] == "error":
            return
        pieces = [content.get("text", ""), *content.get("data", {}).values()]
        size = sum(len(p) if isinstance(p, str | bytes) else len(repr(p)) for p in pieces)
        self._spent += size
        if self.exceeded:
            raise self.error()


def _light(message: Message, msg_id: str) -> Message:
    """Return what of a message nbclient reads, free of times, so that it can be sent as JSON."""
    return {
        "msg_type": message["msg_type"],
        "header": {"msg_type": message["msg_type"]},
        "parent_header": {"msg_id": msg_id},
        "content": message["content"],
    }


class _Stream(io.TextIOBase):
    """A standard stream that becomes messages; consecutive writes become one."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str, session: Any, parent: Message, descriptor: _Descriptor) -> None:
        self.name = name
        self._session, self._parent, self._descriptor = session, parent, descriptor
        self._pieces: list[str] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._descriptor.number

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._descriptor.flush(self)
        self._keep(text)
        return len(text)

    def _keep(self, text: str) -> None:
        self._pieces.append(text)
        self._size += len(text)
        if self._size > 1_000_000:
            self._send()

    def flush(self) -> None:
        self._descriptor.flush(self)
        self._send()

    def _send(self) -> None:
        text = "".join(self._pieces)
        self._pieces, self._size = [], 0
        if text:
            content = {"name": self.name, "text": text}
            self._session.send(None, "stream", content, self._parent)


class _Descriptor:
    """What is written to a descriptor by anything but Python: subprocesses and C libraries.

    It goes to an unlinked file that is read before each Python-level write, so that the order of
    both is kept without a thread.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._copy = os.dup(number)
        self._file = os.memfd_create("output") if hasattr(os, "memfd_create") else None
        self._read = 0
        if self._file is not None:
            os.dup2(self._file, number)

    def flush(self, stream: _Stream) -> None:
        if self._file is None:
            return
        size = os.fstat(self._file).st_size
        if size > self._read:
            raw = os.pread(self._file, size - self._read, self._read)
            self._read = size
            stream._keep(raw.decode("utf-8", "replace"))

    def close(self) -> None:
        os.dup2(self._copy, self.number)
        os.close(self._copy)
        if self._file is not None:
            os.close(self._file)


@contextmanager
def _captured(session: Any, parent: Message) -> Iterator[None]:
    """Turn what a cell prints into messages; nobody answers a question that it asks."""
    streams = [
        _Stream(name, session, parent, _Descriptor(number))
        for number, name in ((1, "stdout"), (2, "stderr"))
    ]
    before = sys.stdout, sys.stderr, builtins.input, getpass.getpass
    sys.stdout, sys.stderr = streams
    builtins.input, getpass.getpass = _questions()
    try:
        yield
    finally:
        sys.stdout, sys.stderr, builtins.input, getpass.getpass = before
        for stream in streams:
            try:
                stream.flush()
            except OutputLimitError:
                pass  # the shell reports it as the cell's error
            finally:
                stream._descriptor.close()


def _questions() -> tuple[Any, Any]:
    """Return `input` and `getpass` of a kernel that nobody can answer."""
    from ipykernel.ipkernel import IPythonKernel

    asked = SimpleNamespace(_allow_stdin=False)
    return MethodType(IPythonKernel.raw_input, asked), MethodType(IPythonKernel.getpass, asked)


class Channel:
    """A queue of messages with the interface of a kernel's channel."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()

    def put(self, message: Message) -> None:
        """Add a message."""
        self._messages.append(message)

    async def get_msg(self, timeout: float | None = None) -> Message:  # noqa: ARG002
        """Return the next message.

        Raises
        ------
        queue.Empty
            If there is none: what was executed has ended, so nothing more can come.
        """
        if not self._messages:
            raise Empty
        return self._messages.popleft()


class CellClient:
    """A kernel client, as far as nbclient needs one, whose kernel answers at once.

    Parameters
    ----------
    run
        Given code, message id and whether to count it, returns messages as `CellShell.execute`.
    language_info
        Of the kernel.
    """

    allow_stdin = False

    def __init__(self, run: Any, language_info: dict[str, Any]) -> None:
        self._run, self._info = run, language_info
        self.shell_channel, self.iopub_channel = Channel(), Channel()
        self._requests = 0

    def start_channels(self) -> None:
        """Do nothing: there are no sockets."""

    stop_channels = start_channels

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Do nothing: the kernel is this process."""

    async def is_alive(self) -> bool:
        """Return that this process lives."""
        return True

    def kernel_info(self) -> str:
        """Ask for the kernel's language."""
        return self._replied({"language_info": self._info, "status": "ok"}, self._next())

    def execute(self, code: str, store_history: bool = True, **_unused: Any) -> str:
        """Run a cell and keep the messages; return the request's id."""
        request = self._next()
        *outputs, reply = self._run(code, request, store_history)
        for message in outputs:
            self.iopub_channel.put(message)
        idle = {"execution_state": "idle"}
        self.iopub_channel.put(
            {"msg_type": "status", "parent_header": {"msg_id": request}, "content": idle}
        )
        return self._replied(reply["content"], request)

    def _next(self) -> str:
        self._requests += 1
        return str(self._requests)

    def _replied(self, content: Message, request: str) -> str:
        self.shell_channel.put({"parent_header": {"msg_id": request}, "content": content})
        return request
