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
    """Show what is known of each country and which briefs exist."""
    _console().print(_gap_table() if gaps else _status_table())


def _status_table() -> Table:
    from analysis.batch.manifest import read_manifest
    from analysis.facts.countries import COUNTRIES
    from analysis.facts.files import read_processed
    from analysis.settings.parameters import as_ranges

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
    from analysis.reconciliation.cleaning import read_printed, reconciled
    from analysis.reconciliation.gaps import gaps

    table = _table("country", "edition", "missing", "best fact", "settles here", "in all")
    for row in gaps(reconciled(read_printed()).cases).to_dict(orient="records"):
        names = ("country", "edition", "missing", "best_fact", "settles_here", "settles_in_all")
        table.add_row(*(str(row[name]) for name in names))
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
