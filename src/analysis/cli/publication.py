"""Cite, export and deposit: `nit cite`, `nit export`, `nit bundle`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
    from analysis.briefs.citation import citations, written
    from analysis.settings.parameters import check_window

    print(written(citations(brief, check_window(first_edition, last_edition)), format_), end="")


def bundle(
    output: Annotated[Path, typer.Option(help="Folder to write the archive into.")] = Path("dist"),
) -> None:
    """Write a deposit archive: data, code, briefs, checksums and their description, as one zip."""
    from analysis.publication.deposit import write_bundle

    path = write_bundle(output)
    print(path)


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
