"""Bring data/processed and briefs up to date: what changed, with several workers, whatever fails.

One process, the one that runs this, decides and writes; workers only answer. A target that fails
leaves its last good brief in place, keeps the failed notebook as ``<name>.failed.ipynb``, and takes
no other along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from analysis.batch.manifest import (
    Entry,
    Records,
    read_records,
    reports_folder,
    write_manifest,
    write_run,
)
from analysis.batch.place import only_run, place
from analysis.batch.plan import FORMATS, RESULT_NOTEBOOKS, Target, result_targets
from analysis.batch.processes import call
from analysis.batch.reasons import EXPLORE, Present, Reason
from analysis.batch.work import Event, Job, Result, one_line
from analysis.batch.workers import Workers, cluster_workers, local_workers
from analysis.facts.errors import ContractError, RunError
from analysis.facts.files import processed_folder, project_root
from analysis.settings.batches import DEFAULT
from analysis.tables.datapackage import undeclared

MADE: Final = "made"
SAME: Final = "unchanged"
CURRENT: Final = "up to date"
FAILED: Final = "failed"
LEFT: Final = "not tried"

PATIENCE: Final = 30.0
"""Seconds in which a cluster that has lost all workers may get new ones."""


@dataclass(frozen=True)
class Outcome:
    """What became of one target.

    Attributes
    ----------
    name, title
        As in `analysis.batch.plan.Target`.
    state
        ``made``; ``unchanged``, where the notebook came out as before; ``up to date``, where
        nothing had to be run; ``failed``; ``not tried``.
    error
        Why it failed, on one line.
    seconds, peak_mb
        Time and largest resident memory of its worker.
    """

    name: str
    title: str
    state: str
    error: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Options:
    """How a run goes: by how many workers of this machine, or those of the Dask scheduler named.

    `force` makes briefs although they are up to date, `fail_fast` starts nothing more after a
    failure; `engine` is ``warm`` or ``stock``; for `tls` see `analysis.batch.workers`.
    """

    jobs: int = 2
    scheduler: str = ""
    force: bool = False
    fail_fast: bool = False
    engine: str = "warm"
    tls: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass
class Run:
    """A run that holds the reports folder; `tell` hears of every event, `workers` do the jobs."""

    options: Options
    records: Records
    present: Present
    scratch: Path
    tell: Callable[[Event], None]
    workers: Workers

    def results(self, force: bool = False) -> list[Outcome]:
        """Bring data/processed up to date: the first notebook, then the others side by side.

        Returns
        -------
        list of Outcome
            Of every notebook tried; only the first where that fails, as the others read its tables.
        """
        first, *others = result_targets()
        outcomes: list[Outcome] = []
        for stage in ([first], others):
            outcomes += self.make(stage, force)
            if any(outcome.state == FAILED for outcome in outcomes):
                return outcomes
        self._settle_inputs()
        if any(outcome.state == MADE for outcome in outcomes):
            # Each notebook described the tables as it left them; now all of them are there.
            self._call("describe_data", {})
        elif problems := undeclared(processed_folder()):
            raise ContractError("; ".join(problems))
        return outcomes

    def _settle_inputs(self) -> None:
        """Take what later notebooks, or those beside it, make from a notebook's recorded inputs.

        Every notebook describes all tables at its end and so lists their folder and reads those of
        the others; which ones were there already must not decide what is recorded.
        """
        results = self.records.results
        for name, entry in results.items():
            if made_from := entry.get("made_from"):
                others, inputs = self._by_others(name), made_from["inputs"]
                kept = {n: digest for n, digest in inputs.items() if n not in others}
                results[name] = {**entry, "made_from": {**made_from, "inputs": kept}}

    def _by_others(self, name: str) -> set[str]:
        """Return what of data/ a notebook of results may have seen in any state."""
        others = [o for o in RESULT_NOTEBOOKS[1:] if o != name]
        made = (self.records.results.get(o, {}).get("outputs", ()) for o in others)
        return {"data/processed/"}.union(*made)

    def finish(self) -> None:
        """Write the manifest, and the index if it or anything changed that it shows."""
        self.present.keep_copies()
        manifest, before = write_manifest(self.records), self.records.index
        if (now := self.present.index()) != before:
            altered = now[EXPLORE] != before.get(EXPLORE)
            self._call("write_index", {"manifest": manifest, "anew": altered})
            self.records.index = self.present.index()
            write_run(self.records)

    def _call(self, function: str, arguments: dict[str, Any]) -> None:
        """Call a task elsewhere: this process does not import pandas."""
        task, seconds = f"analysis.batch.work:{function}", DEFAULT.seconds
        if error := call(task, arguments, str(self.scratch), seconds):
            raise RunError(error)

    def make(self, targets: Sequence[Target], force: bool = False) -> list[Outcome]:
        """Bring targets of one section up to date; return one outcome a target, in their order."""
        why = {target.name: self.present.reasons(target) for target in targets}
        stale = [target for target in targets if force or why[target.name]]
        section = targets[0].section if targets else "briefs"
        current = len(targets) - len(stale)
        self.tell({"event": "plan", "section": section, "of": len(stale), "current": current})
        made = {outcome.name: outcome for outcome in self._run(stale, why)}
        return [made.get(t.name) or Outcome(t.name, t.title, CURRENT) for t in targets]

    def _run(self, stale: Sequence[Target], why: dict[str, list[Reason]]) -> Iterator[Outcome]:
        waiting = list(reversed(stale))
        running: dict[Future[Result], tuple[Target, Entry]] = {}
        # One waits for each worker, who would begin with it before a failure is known here.
        ahead, stop = (1 if self.options.fail_fast else 2), False
        while running or (waiting and not stop):
            while waiting and not stop and len(running) < ahead * self.workers.places():
                target = waiting.pop()
                job = self._job(target, why[target.name])
                running[self.workers.submit(job)] = target, self.present.source_of(target.notebook)
            for future in self._finished(running):
                target, source = running.pop(future)
                outcome = self._record(target, _result(future), source)
                told = asdict(outcome)
                self.tell({"event": told.pop("state"), **told})
                stop = stop or (self.options.fail_fast and outcome.state == FAILED)
                yield outcome
        for target in reversed(waiting):
            yield Outcome(target.name, target.title, LEFT)

    def _finished(self, running: Collection[Future[Result]]) -> set[Future[Result]]:
        """Wait for jobs, as long as there is somebody to do them."""
        missing = time.monotonic()
        while True:
            done, _ = wait(running, timeout=PATIENCE / 3, return_when=FIRST_COMPLETED)
            if done:
                return done
            if self.workers.places():
                missing = time.monotonic()
            elif time.monotonic() - missing >= PATIENCE:
                raise RunError(f"all workers were lost, and none came back in {PATIENCE:g} s")

    def _job(self, target: Target, why: Sequence[Reason]) -> Job:
        brief, before = target.section == "briefs", self.records.entry(target)
        only_data = why and all(reason.by_data for reason in why)
        may_be_same = brief and only_data and not self.options.force
        known = before["files"].get(f"{target.name}.ipynb", "") if may_be_same else ""
        formats = self._formats(target, before) if brief else None
        root, scratch = str(project_root()), str(self.scratch)
        return Job(target, root, formats, self.options.engine, scratch, known)

    def _formats(self, target: Target, entry: Entry) -> tuple[str, ...]:
        """Return the formats to make: those asked for, and those there already, kept up to date."""
        there = entry.get("formats", ())
        return tuple(f for f in FORMATS if f in target.formats or f in there)

    def _record(self, target: Target, result: Result, source: Entry) -> Outcome:
        before, seen, kept = self.records.entry(target), Entry(), list[str]()
        head = {name: getattr(target, name) for name in ("title", "notebook", "parameters")}
        if target.section == "results":
            self.present.data_changed()
        try:
            if result.error:
                if target.section == "briefs":
                    place(reports_folder() / target.name, result.files, (), self.scratch)
                    kept = sorted(result.files)
                raise RunError(result.error)
            self._refuse_other(target, result, source)
            entry = {
                **head,
                "outcome": "made",
                "made_from": {**source, "inputs": result.inputs},
                **self._placed(target, result, before, seen),
            }
        except RunError as error:
            result = replace(result, error=one_line(error))
            # The last good files stay recorded.
            first = {**head, "formats": list(target.formats), "files": {}}
            told = {"outcome": "failed", "error": result.error, "kept": kept, "cell": result.cell}
            entry = {**first, **before, "title": target.title, **told}
            if not result.cell:
                del entry["cell"]
        run = {"seconds": round(result.seconds, 3), "peak_mb": round(result.peak_mb, 1)}
        self.records.add(target, entry, run, seen)
        state = FAILED if result.error else SAME if result.same else MADE
        return Outcome(target.name, target.title, state, result.error, **run)

    def _placed(self, target: Target, result: Result, before: Entry, seen: Entry) -> Entry:
        """Put a result's files in place; return what is recorded of them, and note what is seen."""
        if target.section == "results":
            return {"outputs": result.outputs}
        formats = list(self._formats(target, before))
        if result.same:
            return {"formats": formats, "files": before["files"]}
        old = [*before.get("files", ()), f"{target.name}.failed.ipynb"]
        status = place(reports_folder() / target.name, result.files, old, self.scratch)
        seen |= {f"{target.name}/{name}": value for name, value in status.items()}
        digests = {n: sha256(content).hexdigest() for n, content in sorted(result.files.items())}
        return {"formats": formats, "files": digests}

    def _refuse_other(self, target: Target, result: Result, source: Entry) -> None:
        """Refuse a result that rests on another notebook, code or data than this machine's."""
        refused = "than this machine: nothing is kept"
        for what in ("notebook", "code", "python"):
            if getattr(result, what) != source[what]:
                raise RunError(f"the worker has another {what} {refused}")
        # Inputs that others write at the same time may differ.
        unsettled = self._by_others(target.name) if target.section == "results" else set()
        inputs = {n: digest for n, digest in result.inputs.items() if n not in unsettled}
        for name, digest in {**inputs, **result.outputs}.items():
            if self.present.input_digest(name) != digest or (name in result.outputs and not digest):
                raise RunError(f"the worker has another {name} {refused}")


@contextmanager
def started_run(options: Options, tell: Callable[[Event], None]) -> Iterator[Run]:
    """Hold the reports folder and yield a run; its workers end with the block.

    Raises
    ------
    RunError
        If the folder cannot be written to or no worker can be had.
    """
    workers = (
        cluster_workers(options.scheduler, options.tls)
        if options.scheduler
        else local_workers(options.jobs, tell)
    )
    with only_run(reports_folder(), lambda: tell({"event": "waiting"})) as scratch:
        records = read_records()
        with workers as open_workers:
            try:
                yield Run(options, records, Present(records), scratch, tell, open_workers)
            except BaseException:
                # What was finished before a Ctrl-C is kept; the manifest tells of it.
                write_manifest(records)
                raise


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except (CancelledError, Exception) as error:
        return Result(error=f"the worker was lost: {one_line(error)}")
