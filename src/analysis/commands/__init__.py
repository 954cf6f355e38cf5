"""The subcommands of ``nit``, a module a topic; `analysis.cli` puts them together."""
