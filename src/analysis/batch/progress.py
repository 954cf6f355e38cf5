"""How a run goes: a live view on a terminal, one line an event elsewhere, JSON lines in a log."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from analysis.batch.job import Event
from analysis.batch.run import CURRENT, FAILED, MADE, SAME
from analysis.facts.errors import RunError

ENDINGS: Final = (MADE, SAME, FAILED)


class Progress:
    """Tells a person, and a log if there is one, what happens; any thread may call it.

    Parameters
    ----------
    view
        Shows the events.
    log
        Takes one JSON object a line for each event.
    """

    def __init__(self, view: Lines | LiveView, log: IO[str] | None = None) -> None:
        self._view, self._log = view, log
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Tell of one event."""
        with self._lock:
            if self._log is not None:
                line = {"time": round(time.time(), 3), **event}
                self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._log.flush()
            self._view(event)


class Lines:
    """One line an event, for a program or a file that reads them."""

    def __init__(self) -> None:
        self._done = self._of = 0

    def __call__(self, event: Event) -> None:
        """Print one event."""
        kind = event["event"]
        if kind == "plan":
            self._done, self._of = 0, event["of"]
        elif kind == "waiting":
            print("another run is working in reports/; waiting for it to end", flush=True)
        elif kind in ENDINGS:
            self._done += 1
            print(f"[{self._done}/{self._of}] {event['title']}: {in_words(event)}", flush=True)


def in_words(event: Event) -> str:
    """Return how a target ended."""
    if event["event"] == FAILED:
        return f"failed: {event['error']}"
    return f"{event['event']} in {event['seconds']:.1f} s"


class LiveView:
    """A bar with the time left, and a line for each notebook that is running."""

    def __init__(self, console: Any) -> None:
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: Any = None
        self._failed = 0
        self._running: dict[str, str] = {}
        self.live = Live(console=console, get_renderable=self._picture, refresh_per_second=8)

    def _picture(self) -> Any:
        from rich.console import Group
        from rich.text import Text

        return Group(self._bar, *(Text(f"  {line}") for line in self._running.values()))

    def __call__(self, event: Event) -> None:
        """Show one event."""
        kind = event["event"]
        if kind == "plan":
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._failed, self._running = 0, {}
            words = {"results": "data", "briefs": "briefs"}[event["section"]]
            self._task = self._bar.add_task(words, total=event["of"], failed="")
        elif kind == "waiting":
            self.live.console.print("another run is working in reports/; waiting for it to end")
        elif kind == "cell":
            place = f"cell {event['cell']} of {event['of']}" if event["cell"] else "HTML and PDF"
            self._running[event["name"]] = f"{event['title']}: {place}"
        elif kind in ENDINGS:
            self._running.pop(event["name"], None)
            if kind == FAILED:
                self._failed += 1
                self.live.console.print(f"{event['title']}: {in_words(event)}", markup=False)
            failed = f"{self._failed} failed" if self._failed else ""
            self._bar.update(self._task, advance=1, failed=failed)


@contextmanager
def progress(log: Path | None = None) -> Iterator[Progress]:
    """Yield the progress of a run.

    Parameters
    ----------
    log
        File to which the events are appended as JSON lines.

    Raises
    ------
    RunError
        If the log cannot be written.
    """
    try:
        file = log.open("a", encoding="utf-8") if log else None
    except OSError as error:
        raise RunError(f"cannot write {log}: {error.strerror}") from None
    try:
        if sys.stdout.isatty():
            from rich.console import Console

            view = LiveView(Console())
            with view.live:
                yield Progress(view, file)
        else:
            yield Progress(Lines(), file)
    finally:
        if file:
            file.close()


def summary(counts: dict[str, int], seconds: float) -> str:
    """Return how a run ended, in one line."""
    words = [f"{counts.get(MADE, 0)} made"]
    words += [
        f"{counts[state]} {state}" for state in (SAME, CURRENT, "not tried") if counts.get(state)
    ]
    return f"{', '.join(words)}, {counts.get(FAILED, 0)} failed in {seconds:.1f} s"
