"""``nit status`` and ``nit explain``: what is known, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def status(
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Show what is missing and which fact would settle most.")
    ] = False,
) -> None:
    """Show what is known of each country and edition, and which briefs exist."""
    console = _console()
    for table in (_gap_table,) if gaps else (_status_table, _edition_table):
        console.print(table())


def _status_table() -> Table:
    from analysis.batch.manifest import read_manifest
    from analysis.facts.countries import COUNTRIES
    from analysis.settings.parameters import as_ranges
    from analysis.tables.stored import read_processed

    scores = read_processed("country_editions")
    made = read_manifest().get("briefs", {})
    table = _table("country", "all seven ratings", "score only", "brief")
    for entry in COUNTRIES:
        own = scores[scores["country"] == entry.name]
        full = own.loc[own["score_status"] == "computed", "edition"].tolist()
        partly = own.loc[own["score_status"].isin(["printed", "derived"]), "edition"].tolist()
        brief = made.get(entry.iso3, {}).get("outcome", "not made")
        table.add_row(entry.name, as_ranges(full), as_ranges(partly), brief)
    return table


def _edition_table() -> Table:
    """Count the ratings of each edition by how they are known, or between how many values."""
    from analysis.facts.rating_system import SCORE
    from analysis.tables.stored import read_processed

    panel, bounded = read_processed("panel"), read_processed("possible_ratings")
    bounded = bounded[bounded["category"] != SCORE]
    statuses = ["printed", "corrected", "derived", "rescaled"]
    table = _table("edition", *statuses, "bounded", "possible values")
    for edition, known in panel.groupby("edition"):
        values = bounded.loc[bounded["edition"] == edition, "n_values"]
        counts = [int((known["status"] == status).sum()) for status in statuses]
        ends = dict.fromkeys((values.min(), values.max())) if len(values) else ()
        span = " to ".join(map(str, ends))
        table.add_row(*(str(cell) for cell in (edition, *counts, len(values))), span)
    return table


def _gap_table() -> Table:
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
    table = _table(*heads.values())
    for row in found[list(heads)].to_numpy().tolist():
        table.add_row(*(str(cell) for cell in row))
    return table


def _table(*heads: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head)
    return table


def explain(
    country: Annotated[str, typer.Argument(help="Name, alias or ISO code.")],
    edition: Annotated[int, typer.Argument(help="Edition, 2005 to 2024.")],
    category: Annotated[str, typer.Argument(help="Code or name, such as CS or Civil Society.")],
) -> None:
    """Tell how one rating is known: who prints what, what was set aside, and why."""
    from analysis.reconciliation.explain import explainer

    print(explainer()(country, edition, category))


def _console() -> Console:
    """Return a console that does not fold lines when its output is read by a program."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=200)
