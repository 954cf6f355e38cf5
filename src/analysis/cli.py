"""The ``nit`` command: thin, every option explained, errors on one line.

Exit status: 0 only if all that was asked for was made, 1 if something failed, 2 for unusable
arguments or input.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from analysis.errors import AnalysisError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rebuild and render the analysis of Freedom House's Nations in Transit ratings.",
)

FAILED, UNUSABLE = 1, 2


def main() -> None:
    """Run the command; a user's mistake is one line and exit status 2."""
    try:
        app()
    except AnalysisError as error:
        print(f"nit: {error}", file=sys.stderr)
        sys.exit(UNUSABLE)


class Progressing:
    """Tells how a run goes: a bar on a terminal, a plain line an event elsewhere."""

    def __init__(self, total: int, bar: Progress | None) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total) if bar else None
        self._total, self._done = total, 0

    def __call__(self, outcome: object) -> None:
        """Report one `analysis.batch.run.Outcome`."""
        self._done += 1
        title, error = outcome.title, outcome.error  # type: ignore[attr-defined]
        seconds = outcome.seconds  # type: ignore[attr-defined]
        words = f"failed: {error}" if error else f"made in {seconds:.1f} s"
        if self._bar is None or self._task is None:
            print(f"[{self._done}/{self._total}] {title}: {words}", flush=True)
            return
        if error:
            self._bar.console.print(f"{title}: {words}", markup=False)
        self._bar.update(self._task, advance=1, description=title)


@contextmanager
def progressing(total: int) -> Iterator[Progressing]:
    """Yield a reporter for `total` outcomes."""
    console = Console()
    if not console.is_terminal:
        yield Progressing(total, None)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console) as bar:
        yield Progressing(total, bar)


@app.command()
def clean() -> None:
    """Rebuild data/processed from data/raw."""
    if not _build_results():
        raise typer.Exit(FAILED)


def _build_results() -> bool:
    from analysis.batch.plan import RESULT_NOTEBOOKS
    from analysis.batch.run import build_results

    with progressing(len(RESULT_NOTEBOOKS)) as report:
        outcomes = build_results(report)
    return not any(outcome.error for outcome in outcomes)


@app.command()
def briefs(
    country: Annotated[
        list[str] | None,
        typer.Option(help="Name, alias or ISO code; repeat for more. All countries if not given."),
    ] = None,
    first_edition: Annotated[int, typer.Option(help="First edition to show.")] = 2005,
    last_edition: Annotated[int, typer.Option(help="Last edition to show.")] = 2024,
    format_: Annotated[
        list[str] | None,
        typer.Option("--format", help="html or pdf; repeat for both. Both if not given."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Number of notebooks run at once.")] = 2,
) -> None:
    """Rebuild data/processed and render briefs into reports/, with an index."""
    from analysis.batch.index import write_index
    from analysis.batch.manifest import update_manifest
    from analysis.batch.plan import FORMATS, plan_briefs
    from analysis.batch.run import make_briefs

    start = time.perf_counter()
    targets = plan_briefs(country or (), first_edition, last_edition, format_ or FORMATS)
    if not _build_results():
        raise typer.Exit(FAILED)
    with progressing(len(targets)) as report:
        outcomes = make_briefs(targets, jobs, report)
    write_index(update_manifest(targets, outcomes))
    failed = [outcome for outcome in outcomes if outcome.error]
    seconds = time.perf_counter() - start
    print(f"{len(outcomes) - len(failed)} made, {len(failed)} failed in {seconds:.0f} s")
    for outcome in failed:
        print(f"  {outcome.title}: {outcome.error}", file=sys.stderr)
    if failed:
        raise typer.Exit(FAILED)
    print("open reports/index.html")


@app.command()
def status() -> None:
    """Show what is known of each country and which briefs exist."""
    from analysis.batch.manifest import read_manifest
    from analysis.countries import COUNTRIES
    from analysis.files import read_processed
    from analysis.parameters import as_ranges

    scores = read_processed("scores")
    made = read_manifest().get("briefs", {})
    table = Table(box=None, pad_edge=False)
    for head in ("country", "all seven ratings", "score only", "brief"):
        table.add_column(head)
    for entry in COUNTRIES:
        own = scores[scores["country"] == entry.name]
        full = own.loc[own["n_ratings"] == 7, "edition"].tolist()
        partly = own.loc[(own["n_ratings"] < 7) & own["regime_class"].notna(), "edition"].tolist()
        brief = made.get(entry.iso3, {}).get("outcome", "not made")
        table.add_row(entry.name, as_ranges(full), as_ranges(partly), brief)
    _console().print(table)


def _console() -> Console:
    """Return a console that does not fold lines when its output is read by a program."""
    console = Console()
    return console if console.is_terminal else Console(width=200)


def run(arguments: Sequence[str]) -> int:
    """Run the command with `arguments` and return its exit status, for tests and other programs."""
    before = sys.argv
    sys.argv = ["nit", *arguments]
    try:
        main()
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else FAILED
    finally:
        sys.argv = before
    return 0
