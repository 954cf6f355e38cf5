"""``python -m analysis.batch.tasks``: what `analysis.batch.processes.call` calls elsewhere.

So the process that decides what is made imports neither pandas nor the exporters, and several
briefs are exported at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.facts.errors import AnalysisError


def export(name: str, notebook: str, formats: Sequence[str], folder: str) -> None:
    """Write the files of a brief, made from its executed notebook, into a folder."""
    import nbformat

    from analysis.export.files import brief_files

    executed = nbformat.read(notebook, 4)  # type: ignore[no-untyped-call]
    for file, content in brief_files(name, executed, formats).items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def describe_data(folder: str) -> None:
    """Write the description of the tables in a folder."""
    from analysis.tables.datapackage import write_datapackage

    write_datapackage(Path(folder))


def write_index(manifest: dict[str, Any]) -> None:
    """Write the front door of reports/, every brief that exists or was tried, and the page beside.

    Parameters
    ----------
    manifest
        What `analysis.batch.manifest.write_manifest` returns.
    """
    from analysis.export.explore import explore_page
    from analysis.export.index import card_of, index_page
    from analysis.facts.files import project_root, write_text
    from analysis.tables.stored import read_processed, score_series

    series = score_series(read_processed("country_editions"))
    folder = project_root() / "reports"
    # What a user has deleted is not made again by itself, and no link leads there.
    briefs = {
        name: entry
        for name, entry in manifest["briefs"].items()
        if not entry.get("files") or (folder / name).is_dir()
    }
    write_text(folder / "index.html", index_page({**manifest, "briefs": briefs}, series))
    explore = folder / "explore.html"
    before = explore.read_text(encoding="utf-8", errors="replace") if explore.is_file() else ""
    page = explore_page(read_processed("panel"), series, before, card_of(briefs))
    if page != before:
        write_text(explore, page)


def one_line(failure: BaseException) -> str:
    """Return an error's message as one line, its kind where it has none."""
    words = " ".join(str(failure).split())
    if isinstance(failure, AnalysisError):
        return words
    name = type(failure).__name__
    return f"{name}: {words}" if words else name


def main() -> None:
    """Do what a file asks for and write into another how it went."""
    asked, answer = map(Path, sys.argv[1:])
    function, arguments = json.loads(asked.read_text(encoding="utf-8"))
    module, name = function.split(":")
    error = ""
    try:
        getattr(import_module(module), name)(**arguments)
    except Exception as failure:
        error = one_line(failure)
    answer.write_text(json.dumps(error), encoding="utf-8")


if __name__ == "__main__":
    main()
