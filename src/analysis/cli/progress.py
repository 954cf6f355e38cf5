"""How a run goes: a live view on a terminal, one line an event elsewhere, JSON lines in a log."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from analysis.batch.run import CURRENT, FAILED, LEFT, MADE, SAME
from analysis.batch.work import Event
from analysis.facts.errors import RunError

ENDINGS: Final = (MADE, SAME, FAILED)

WAITING: Final = "another run is working in reports/; waiting for it to end"


class _Lines:
    """One line an event, for a program or a file that reads them."""

    done = of = 0

    def __call__(self, event: Event) -> None:
        if event["event"] == "plan":
            self.done, self.of = 0, event["of"]
        elif event["event"] == "waiting":
            print(WAITING, flush=True)
        elif event["event"] in ENDINGS:
            self.done += 1
            print(f"[{self.done}/{self.of}] {_in_words(event)}", flush=True)


def _in_words(event: Event) -> str:
    """Return how a target ended."""
    if event["event"] == FAILED:
        return f"{event['title']}: failed: {event['error']}"
    return f"{event['title']}: {event['event']} in {event['seconds']:.1f} s"


class _Bars:
    """A bar for all with the time left, and one for each notebook that is running."""

    def __init__(self) -> None:
        from rich import progress as rich

        words = rich.TextColumn("{task.description}", markup=False)
        columns = rich.BarColumn(), rich.MofNCompleteColumn(), rich.TimeRemainingColumn()
        self.shown = rich.Progress(words, *columns)
        self.bars: dict[str, Any] = {}
        self.failed = 0

    def __call__(self, event: Event) -> None:
        kind, name, bars, shown = event["event"], event.get("name", ""), self.bars, self.shown
        if kind == "plan":
            for bar in shown.task_ids:
                shown.remove_task(bar)
            bars.clear()
            words = {"results": "data", "briefs": "briefs"}[event["section"]]
            self.failed, bars[""] = 0, shown.add_task(words, total=event["of"])
        elif kind == "waiting":
            shown.console.print(WAITING)
        elif kind == "cell":
            if name not in bars:
                bars[name] = shown.add_task(f"  {event['title']}", total=event["of"])
            # After the last cell come HTML and PDF.
            done = {"completed": event["cell"] - 1} if event["cell"] else {"advance": 1}
            shown.update(bars[name], **done)
        elif kind in ENDINGS:
            if name in bars:
                shown.remove_task(bars.pop(name))
            if kind == FAILED:
                self.failed += 1
                shown.console.print(_in_words(event), markup=False)
                shown.update(bars[""], description=f"{self.failed} failed")
            shown.advance(bars[""])


@contextmanager
def progress(log: Path | None = None) -> Iterator[Callable[[Event], None]]:
    """Yield what tells a person, and a log of JSON lines if there is one, of every event of a run.

    Raises
    ------
    RunError
        If the log cannot be written.
    """
    try:
        file = log.open("ab", buffering=0) if log else None
    except OSError as error:
        raise RunError(f"cannot write {log}: {error.strerror}") from None
    view = _Bars() if sys.stdout.isatty() else _Lines()
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:  # any thread may tell
            if file:
                line = {"time": round(time.time(), 3), **event}
                try:
                    file.write(f"{json.dumps(line, ensure_ascii=False)}\n".encode())
                except OSError as error:
                    raise RunError(f"cannot write {log}: {error.strerror}") from None
            view(event)

    with file or nullcontext(), view.shown if isinstance(view, _Bars) else nullcontext():
        yield tell


def summary(counts: dict[str, int], seconds: float) -> str:
    """Return how a run ended, in one line."""
    words = [f"{counts.get(MADE, 0)} made"]
    words += [f"{counts[state]} {state}" for state in (SAME, CURRENT, LEFT) if counts.get(state)]
    return f"{', '.join(words)}, {counts.get(FAILED, 0)} failed in {seconds:.1f} s"
