"""The reference of the notebooks, from the notebooks themselves: question, parameters, cells."""

from __future__ import annotations

from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.publication.handbook.text import table
from analysis.settings.notebooks import Notebook, read_notebook


def reference() -> str:
    """Return one section a notebook: its question, its parameters, how to run it.

    Raises
    ------
    AnalysisError
        If a parameter is not typed and commented.
    """
    paths = sorted((project_root() / "notebooks").glob("[0-9]*_*.ipynb"))
    return "\n\n".join(_section(read_notebook(path.stem)) for path in paths)


def _section(notebook: Notebook) -> str:
    name, texts, declared = notebook.path.stem, notebook.texts, notebook.parameters
    title = texts[0].splitlines()[0].lstrip("# ")
    prose = next((p for text in texts for p in text.split("\n\n") if not p.startswith("#")), "")
    for parameter in declared:
        if not (parameter.type and parameter.written and parameter.help):
            raise AnalysisError(
                f"{name}.ipynb: expected `name: type = default  # help` for {parameter.name}"
            )
    body = [(f"`{p.name}`", p.type, f"`{p.written}`", p.help) for p in declared]
    told = table(("parameter", "type", "default", "meaning"), body) if body else "No parameters."
    first = f" -p {declared[0].name} {declared[0].written}" if declared else ""
    run = f"```sh\n.venv/bin/papermill notebooks/{name}.ipynb out.ipynb{first}\n```"
    return f"## {name}: {title} {{ #{name} }}\n\n{prose}\n\n{told}\n\n{run}"
