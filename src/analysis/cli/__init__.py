"""The ``nit`` command: thin, every option explained, errors on one line.

Exit status: 0 only if all that was asked for was made, 1 if something failed, 2 for unusable
arguments or input.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from analysis import VERSION
from analysis.cli import batches, ratings
from analysis.facts.errors import AnalysisError, RunError, one_line

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _command in (
    batches.clean,
    batches.briefs,
    batches.run,
    batches.verify,
    ratings.status,
    ratings.explain,
    ratings.read,
    ratings.add,
    ratings.cite,
    ratings.export,
    ratings.bundle,
):
    app.command()(_command)

FAILED, UNUSABLE = 1, 2


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"nit {VERSION}")
        raise typer.Exit


@app.callback()
def _about(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Show the version and end."
        ),
    ] = False,
) -> None:
    """Rebuild and render the analysis of Freedom House's Nations in Transit ratings."""
    del version  # Told before a command is looked at.


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; a mistake or a machine that cannot is one line and an exit status."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by who started this: the next file to be opened would take its place.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    try:
        app(arguments, prog_name="nit")
    except AnalysisError as error:
        lines = (one_line(line, 10_000) for line in str(error).split("\n"))
        print("nit: " + "\n".join(lines), file=sys.stderr)
        sys.exit(FAILED if isinstance(error, RunError) else UNUSABLE)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"nit: {one_line(f'{place}{error.strerror or error}')}", file=sys.stderr)
        sys.exit(FAILED)


def run(arguments: Sequence[str]) -> int:
    """Run the command with `arguments` and return its exit status, for tests and other programs."""
    try:
        main(arguments)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else FAILED
    return 0
