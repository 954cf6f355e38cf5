"""What is known of the ratings, sources of one's own, and what is taken along: no notebook runs.

``nit status``, ``explain``, ``read``, ``add``, ``cite``, ``export``, ``bundle``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from analysis.batch.run import Options
from analysis.cli.batches import FAILURE, rebuilt
from analysis.facts.errors import ParameterError, one_line

if TYPE_CHECKING:
    from analysis.reconciliation.cleaning import Effect
    from analysis.sources import Reading

Override = Annotated[str | None, typer.Option(help="Where the file does not print it.")]
EditionOverride = Annotated[int | None, typer.Option(help="Where the file does not print it.")]


def status(
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Show what is missing and which fact would settle most.")
    ] = False,
) -> None:
    """Show what is known of each country and edition, and which briefs exist."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a program that reads it wants no folded lines
    for heads, *rows in (_gaps(),) if gaps else (_countries(), _editions()):
        table = Table(*map(str, heads), box=None, pad_edge=False)
        for row in rows:
            table.add_row(*map(str, row))
        console.print(table)


def _countries() -> Iterator[Sequence[object]]:
    from analysis.batch.manifest import read_records
    from analysis.facts.countries import COUNTRIES
    from analysis.settings.parameters import as_ranges
    from analysis.tables.stored import read_processed

    scores = read_processed("country_editions")
    made = read_records().briefs
    yield "country", "all seven ratings", "score only", "brief"
    for entry in COUNTRIES:
        own = scores[scores["country"] == entry.name]
        full = own.loc[own["score_status"] == "computed", "edition"].tolist()
        partly = own.loc[own["score_status"].isin(["printed", "derived"]), "edition"].tolist()
        brief = made.get(entry.iso3, {}).get("outcome", "not made")
        yield entry.name, as_ranges(full), as_ranges(partly), brief


def _editions() -> Iterator[Sequence[object]]:
    """Count the ratings of each edition by how they are known, or between how many values."""
    from analysis.facts.rating_system import SCORE
    from analysis.tables.stored import read_processed

    panel, bounded = read_processed("panel"), read_processed("possible_ratings")
    bounded = bounded[bounded["category"] != SCORE]
    statuses = ["printed", "corrected", "derived", "rescaled"]
    yield "edition", *statuses, "bounded", "possible values"
    for edition, known in panel.groupby("edition"):
        values = bounded.loc[bounded["edition"] == edition, "n_values"]
        counts = [int((known["status"] == status).sum()) for status in statuses]
        ends = dict.fromkeys((values.min(), values.max())) if len(values) else ()
        yield edition, *counts, len(values), " to ".join(map(str, ends))


def _gaps() -> Iterator[Sequence[object]]:
    """Rank what is missing by how many possible values its best fact would settle."""
    from analysis.reconciliation.cleaning import read_printed, reconciled
    from analysis.reconciliation.gaps import gaps

    heads = {
        "country": "country",
        "edition": "edition",
        "missing": "missing",
        "best_fact": "best fact",
        "settles_here": "settles here",
        "settles_in_all": "in all",
        "n_possible": "possible values",
    }
    found = gaps(reconciled(read_printed()).cases)
    found = found.sort_values("n_possible", ascending=False, kind="stable")
    yield from (list(heads.values()), *found[list(heads)].to_numpy().tolist())


def explain(
    country: Annotated[str, typer.Argument(help="Name, alias or ISO code.")],
    edition: Annotated[int, typer.Argument(help="Edition, 2005 to 2024.")],
    category: Annotated[str, typer.Argument(help="Code or name, such as CS or Civil Society.")],
) -> None:
    """Tell how one rating is known: who prints what, what was set aside, and why."""
    from analysis.reconciliation.explain import explainer

    print(explainer()(country, edition, category))


def read(
    files: Annotated[list[Path], typer.Argument(help="Reports, score pages, workbook or CSV.")],
    format_: Annotated[Literal["csv", "json"], typer.Option("--format")] = "csv",
    country: Override = None,
    edition: EditionOverride = None,
    scale: Override = None,
) -> None:
    """Print what files say: every printed number, and how doubtful points were decided."""
    from analysis.sources import read_source, reading_as_csv, reading_as_json

    readings = [read_source(f, country=country, edition=edition, scale=scale) for f in files]
    for reading in readings:
        if format_ == "csv":
            print(reading_as_csv(reading), end="")
        else:
            print(reading_as_json(reading))
        for doubt in reading.doubts:
            print(f"nit: {one_line(doubt.says)}", file=sys.stderr)


def add(
    file: Annotated[
        Path, typer.Argument(help="A report, a score page, the official workbook or a table.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a rating changes.")] = False,
    country: Override = None,
    edition: EditionOverride = None,
    scale: Override = None,
) -> None:
    """Add a source of your own: show what is new, what agrees, what contradicts; then rebuild."""
    from analysis.facts.files import raw_folder
    from analysis.reconciliation import intake
    from analysis.reconciliation.cleaning import effect, read_printed, reconciled
    from analysis.sources import read_source

    intake.check_name(file)
    told = {"country": country, "edition": edition, "scale": scale}
    reading = read_source(file, country=country, edition=edition, scale=scale)
    others = [doubt.says for doubt in reading.doubts if doubt.about == "country"]
    if others and country is None:
        settled = next(item.says for item in reading.evidence if item.about == "country")
        raise ParameterError(
            f"{file}: names different countries: {settled}, {', '.join(others)}; give --country"
        )
    before = read_printed()
    after = intake.with_reading(before, reading, file)
    change = effect(reconciled(before), reconciled(after))
    _show_effect(reading, change)
    doubtful = bool(reading.doubts) or len(change.changed) + len(change.lost) > 0
    if doubtful and not yes and not _confirmed("Add it all the same?"):
        print("nothing added", file=sys.stderr)
        raise typer.Exit(FAILURE)
    print(f"added as {intake.keep(file, reading, raw_folder(), told)}")
    if not rebuilt(Options()):
        raise typer.Exit(FAILURE)


def _show_effect(reading: Reading, change: Effect) -> None:
    names = ", ".join(reading.countries) if len(reading.countries) <= 3 else "all countries"
    print(
        f"{reading.layout}, {names}: {len(reading.cells)} printed cells, "
        f"{len(reading.statements)} statements"
    )
    for doubt in reading.doubts:
        print(f"doubtful: {one_line(doubt.says)}")
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


def cite(
    brief: Annotated[
        str | None,
        typer.Argument(help="Country, group or region: adds exactly the sources of its brief."),
    ] = None,
    first_edition: Annotated[int, typer.Option(help="First edition of the brief.")] = 2005,
    last_edition: Annotated[int, typer.Option(help="Last edition of the brief.")] = 2024,
    format_: Annotated[str, typer.Option("--format", help="text, bibtex or ris.")] = "text",
) -> None:
    """Print how to cite the project, the ratings and the sources of a brief."""
    from analysis.briefs.cited import citations, written
    from analysis.settings.parameters import check_window

    print(written(citations(brief, check_window(first_edition, last_edition)), format_), end="")


def bundle(
    output: Annotated[Path, typer.Option(help="Folder to write the archive into.")] = Path("dist"),
) -> None:
    """Write a deposit archive: data, code, briefs, checksums and their description, as one zip."""
    from analysis.publication.deposit import write_bundle

    print(write_bundle(output))


def export(
    format_: Annotated[str, typer.Option("--format", help="dta, sav, parquet, rds or xlsx.")],
    wide: Annotated[
        bool, typer.Option("--wide", help="One row a country and edition, not one a rating.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder to write the files into.")] = Path("dist"),
) -> None:
    """Write the ratings and scores for Stata, SPSS, R, Excel or as Parquet, with labels."""
    from analysis.tables.formats import write_tables

    for path in write_tables(format_, output, wide=wide):
        print(path)
