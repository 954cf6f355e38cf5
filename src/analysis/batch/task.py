"""``python -m analysis.batch.task FILE``: call a function of the package in another process.

So the process that decides what is made imports neither pandas nor the exporters, and several
briefs are exported at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.facts.errors import AnalysisError


def call(function: str, arguments: dict[str, Any], scratch: Path, seconds: float) -> str:
    """Call ``module:function`` in a process of its own; return why it failed or an empty text.

    Parameters
    ----------
    function, arguments
        What to call, and with what that JSON can hold.
    scratch
        A folder for it.
    seconds
        After which it is stopped.
    """
    asked, answer = scratch / "asked.json", scratch / "answer.json"
    asked.write_text(json.dumps([function, arguments]), encoding="utf-8")
    command = [sys.executable, "-m", "analysis.batch.task", str(asked), str(answer)]
    process = _started(command, str(scratch))
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        late = process.poll() is None
    finally:
        process.kill()
        process.wait()
    if late:
        return f"{function.rpartition(':')[2]} took longer than {seconds:g} s"
    try:
        error: str = json.loads(answer.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return f"the worker process died (status {process.returncode})"
    return error


def _started(command: list[str], cwd: str) -> Any:
    from analysis.batch.kernels import batch_environment, forked
    from analysis.batch.template import AVAILABLE

    environment = batch_environment()
    if AVAILABLE:
        with suppress(OSError):
            return forked(command, environment, cwd)
    return subprocess.Popen(command, env=environment, cwd=cwd, stdin=subprocess.DEVNULL)


def export(name: str, notebook: str, formats: Sequence[str], folder: str) -> None:
    """Write the files of a brief, made from its executed notebook, into a folder."""
    import nbformat

    from analysis.export.files import brief_files

    executed = nbformat.read(notebook, 4)  # type: ignore[no-untyped-call]
    for file, content in brief_files(name, executed, formats).items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def describe_data(folder: str) -> None:
    """Write the description of the tables in a folder."""
    from analysis.tables.datapackage import write_datapackage

    write_datapackage(Path(folder))


def one_line(failure: BaseException) -> str:
    """Return an error's message as one line, its kind where it has none."""
    words = " ".join(str(failure).split())
    if isinstance(failure, AnalysisError):
        return words
    name = type(failure).__name__
    return f"{name}: {words}" if words else name


def main() -> None:
    """Do what a file asks for and write into another how it went."""
    asked, answer = map(Path, sys.argv[1:])
    function, arguments = json.loads(asked.read_text(encoding="utf-8"))
    module, name = function.split(":")
    error = ""
    try:
        getattr(import_module(module), name)(**arguments)
    except Exception as failure:
        error = one_line(failure)
    answer.write_text(json.dumps(error), encoding="utf-8")


if __name__ == "__main__":
    main()
