"""``nit read`` and ``nit add``: sources of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.batch.run import Options
from analysis.cli.batches import FAILURE, rebuilt
from analysis.facts.errors import ParameterError, one_line

if TYPE_CHECKING:
    from analysis.reconciliation.intake import Effect
    from analysis.sources import Reading

Override = Annotated[str | None, typer.Option(help="Where the file does not print it.")]
EditionOverride = Annotated[int | None, typer.Option(help="Where the file does not print it.")]


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
    from analysis.reconciliation.cleaning import read_printed, reconciled
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
    change = intake.effect(
        reconciled(before), reconciled(intake.with_reading(before, reading, file))
    )
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
