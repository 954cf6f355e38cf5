"""The ``nit`` command: thin, every option explained, errors on one line.

Exit status: 0 only if all that was asked for was made, 1 if something failed, 2 for unusable
arguments or input.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from analysis.commands import publication
from analysis.errors import AnalysisError, ParameterError

if TYPE_CHECKING:
    from analysis.batch.run import Outcome
    from analysis.intake import Effect
    from analysis.sources import Reading

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rebuild and render the analysis of Freedom House's Nations in Transit ratings.",
)

for _command in (publication.cite, publication.bundle):
    app.command()(_command)

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

    def __call__(self, outcome: Outcome) -> None:
        """Report one outcome."""
        self._done += 1
        words = f"failed: {outcome.error}" if outcome.error else f"made in {outcome.seconds:.1f} s"
        if self._bar is None or self._task is None:
            print(f"[{self._done}/{self._total}] {outcome.title}: {words}", flush=True)
            return
        if outcome.error:
            self._bar.console.print(f"{outcome.title}: {words}", markup=False)
        self._bar.update(self._task, advance=1, description=outcome.title)


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
def status(
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Show what is missing and which fact would settle most.")
    ] = False,
) -> None:
    """Show what is known of each country and which briefs exist."""
    _console().print(_gap_table() if gaps else _status_table())


def _status_table() -> Table:
    from analysis.batch.manifest import read_manifest
    from analysis.countries import COUNTRIES
    from analysis.files import read_processed
    from analysis.parameters import as_ranges

    scores = read_processed("scores")
    made = read_manifest().get("briefs", {})
    table = _table("country", "all seven ratings", "score only", "brief")
    for entry in COUNTRIES:
        own = scores[scores["country"] == entry.name]
        full = own.loc[own["n_ratings"] == 7, "edition"].tolist()
        partly = own.loc[(own["n_ratings"] < 7) & own["regime_class"].notna(), "edition"].tolist()
        brief = made.get(entry.iso3, {}).get("outcome", "not made")
        table.add_row(entry.name, as_ranges(full), as_ranges(partly), brief)
    return table


def _gap_table() -> Table:
    from analysis.cleaning import read_printed, reconciled
    from analysis.gaps import gaps

    table = _table("country", "edition", "missing", "best fact", "settles here", "in all")
    for row in gaps(reconciled(read_printed()).cases).to_dict(orient="records"):
        names = ("country", "edition", "missing", "best_fact", "settles_here", "settles_in_all")
        table.add_row(*(str(row[name]) for name in names))
    return table


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head)
    return table


@app.command()
def explain(
    country: Annotated[str, typer.Argument(help="Name, alias or ISO code.")],
    edition: Annotated[int, typer.Argument(help="Edition, 2005 to 2024.")],
    category: Annotated[str, typer.Argument(help="Code or name, such as CS or Civil Society.")],
) -> None:
    """Tell how one rating is known: who prints what, what was set aside, and why."""
    from analysis.cleaning import read_printed, reconciled
    from analysis.explain import explain as story

    printed = read_printed()
    print(story(country, edition, category, reconciled(printed), printed.sources))


Override = Annotated[str | None, typer.Option(help="Where the file does not print it.")]
EditionOverride = Annotated[int | None, typer.Option(help="Where the file does not print it.")]


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Reports, score pages, workbook or CSV.")],
    format_: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
    country: Override = None,
    edition: EditionOverride = None,
    scale: Override = None,
) -> None:
    """Print what files say: every printed number, and how doubtful points were decided."""
    from analysis.sources import read_source, reading_as_csv, reading_as_json

    forms = {"csv": reading_as_csv, "json": reading_as_json}
    if format_ not in forms:
        raise ParameterError(f"unknown format {format_!r}; the formats are csv and json")
    readings = [read_source(f, country=country, edition=edition, scale=scale) for f in files]
    for reading in readings:
        print(forms[format_](reading), end="" if format_ == "csv" else "\n")
        for doubt in reading.doubts:
            print(f"nit: {doubt.says}", file=sys.stderr)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A report, a score page or the official workbook.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a rating changes.")] = False,
    country: Override = None,
    edition: EditionOverride = None,
    scale: Override = None,
) -> None:
    """Add a source of your own: show what is new, what agrees, what contradicts; then rebuild."""
    from analysis import intake
    from analysis.cleaning import read_printed, reconciled
    from analysis.files import raw_folder
    from analysis.sources import read_source

    told = {"country": country, "edition": edition, "scale": scale}
    reading = read_source(file, country=country, edition=edition, scale=scale)
    before = read_printed()
    change = intake.effect(
        reconciled(before), reconciled(intake.with_reading(before, reading, file))
    )
    _show_effect(reading, change)
    doubtful = bool(reading.doubts) or len(change.changed) + len(change.lost) > 0
    if doubtful and not yes and not _confirmed("Add it all the same?"):
        print("nothing added", file=sys.stderr)
        raise typer.Exit(FAILED)
    print(f"added as {intake.keep(file, reading, raw_folder(), told)}")
    if not _build_results():
        raise typer.Exit(FAILED)


def _show_effect(reading: Reading, change: Effect) -> None:
    names = ", ".join(reading.countries) if len(reading.countries) <= 3 else "all countries"
    print(
        f"{reading.layout}, {names}: {len(reading.cells)} printed cells, "
        f"{len(reading.statements)} statements"
    )
    for doubt in reading.doubts:
        print(f"doubtful: {doubt.says}")
    print(f"{len(change.new)} ratings would be new, {change.n_same} stay as they are")
    for word, table in (("changes", change.changed), ("is no longer known", change.lost)):
        for row in table.to_dict(orient="records"):
            place = f"{row['country']} {row['edition']} {row['category']}"
            after = f" to {row['after']:.2f}" if word == "changes" else ""
            print(f"{place} {word}: {row['before']:.2f}{after}")
    for reason in change.judgements["reason"]:
        print(f"contradiction: {reason}")


def _confirmed(question: str) -> bool:
    """Ask on a terminal; elsewhere nobody can answer, so the answer is no."""
    if sys.stdin.isatty():
        return typer.confirm(question)
    print(f"{question} Nobody to ask here: say --yes", file=sys.stderr)
    return False


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
