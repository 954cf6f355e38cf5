"""The process in which files are parsed, kept for the next file and started anew where it ends.

A file can exhaust memory, abort the reader of workbooks, or take a parser minutes: the process has
limits, and its end is the refusal of the file. Patterns that look for such files do not find all.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any, Final

from analysis.facts.errors import SourceError
from analysis.sources.isolated import parsers

_LOCK: Final = Lock()
_running: dict[int, subprocess.Popen[bytes]] = {}
"""The child of this process by its number: a forked process must not use its parent's."""


def parsed(kind: str, content: bytes, name: str) -> Any:
    """Return what a parser of `parsers.PARSERS` makes of a file.

    Parameters
    ----------
    kind
        ``workbook``, ``delimited`` or ``html``.
    content
        Text as UTF-8.
    name
        The file, for messages.

    Raises
    ------
    SourceError
        If the parser refuses the file or needs more memory or time than a table or page needs.
    """
    with _LOCK:
        child = _child()
        assert child.stdin and child.stdout
        line = b""
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(f"{kind} {len(content)}\n".encode() + content)
            child.stdin.flush()
            line = child.stdout.readline()
        answer = json.loads(line) if line.endswith(b"\n") else {}
        if "parsed" in answer:
            return answer["parsed"]
        if "refused" not in answer:
            _end()
    reason = answer.get("refused") or _reason(child.wait(), "ended" in answer)
    raise SourceError(f"{name}: {reason}")


def _reason(status: int, is_memory: bool) -> str:
    if status == -signal.SIGXCPU:
        return f"takes more than {parsers.SECONDS} seconds to parse, expected a report or a table"
    if is_memory or status < 0:
        return (
            f"needs more than {parsers.MEMORY / 1e6:.0f} MB of memory to be parsed, expected a "
            "report or a table"
        )
    return "cannot be parsed: damaged, or no report or table"


def _child() -> subprocess.Popen[bytes]:
    child = _running.get(os.getpid())
    if child is None or child.poll() is not None:
        command = [sys.executable, "-I", str(Path(parsers.__file__))]
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        _running[os.getpid()] = child
    return child


@atexit.register
def _end() -> None:
    """End the child: it ends by itself where nothing more can be asked."""
    if child := _running.pop(os.getpid(), None):
        with contextlib.suppress(BrokenPipeError):
            child.communicate()
