"""The reference of the `nit` command, from the command itself."""

from __future__ import annotations

from typing import Any

import typer
import typer.main

from analysis.publication.handbook.text import table


def reference(app: typer.Typer) -> str:
    """Return one section a command: what it does, its usage, its arguments and options."""
    group: Any = typer.main.get_command(app)
    return "\n\n".join(_section(name, command) for name, command in group.commands.items())


def _section(name: str, command: Any) -> str:
    context = command.context_class(command, info_name=f"nit {name}")
    usage = " ".join([f"nit {name}", *command.collect_usage_pieces(context)])
    parts = [f"## nit {name} {{ #{name} }}", _prose(command.help or ""), f"```text\n{usage}\n```"]
    body = [
        (f"`{words}`", _capital(meaning))
        for words, meaning in (p.get_help_record(context) for p in command.params)
        if words != "--help"
    ]
    return "\n\n".join([*parts, table(("argument or option", "meaning"), body)] if body else parts)


def _prose(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\b", "").splitlines())


def _capital(meaning: str) -> str:
    """Return a meaning with the default and the bounds as a sentence of their own."""
    said, _, extra = meaning.partition("  [")
    return f"{said} ({extra.rstrip(']').replace('; ', ', ')})" if extra else said
