"""The project's notebooks as far as a plan needs to know them: sources and declared parameters.

Read as JSON and Python syntax, so that checking a plan imports neither papermill nor nbformat.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from analysis.facts.errors import AnalysisError, ParameterError, did_you_mean
from analysis.facts.files import Code, combined, project_root

KERNELS: Final = ("", "python3", "nit-warm")
"""Names of kernels that every notebook runs in; empty where none is named."""


@dataclass(frozen=True)
class Parameter:
    """A parameter as the notebook's own cell declares it.

    `type` is the annotation or empty; `written` the default's code, `help` the comment behind it.
    """

    name: str
    type: str
    default: Any
    written: str = ""
    help: str = ""


@dataclass(frozen=True)
class Notebook:
    """What the plan knows of a notebook.

    Attributes
    ----------
    parameters
        Declared in the cell tagged ``parameters``, in order.
    texts, code
        The cells of prose in order, and the code cells one after another.
    digest
        Of cells, tags and order; outputs, execution counts and layout of the file do not count.
    kernel
        Name of the kernel that it was made for; empty where it names none.
    """

    path: Path
    parameters: tuple[Parameter, ...]
    texts: tuple[str, ...]
    code: str
    digest: str
    kernel: str


def notebook_path(name: str) -> Path:
    """Return the path of a project notebook, or of any that is named by its file.

    Raises
    ------
    AnalysisError
        If there is none of that name; the nearest are named.
    """
    folder = project_root() / "notebooks"
    if name.endswith(".ipynb"):
        if not (path := Path(name).resolve()).is_file():
            raise AnalysisError(f"no notebook {path}")
        return path
    path = folder / f"{name}.ipynb"
    if path.parent != folder or not path.is_file():
        names = [p.stem for p in sorted(folder.glob("*.ipynb"))]
        raise AnalysisError(f"no notebook {path}{did_you_mean(name, names)}")
    return path


def read_notebook(name: str) -> Notebook:
    """Return a project notebook.

    Raises
    ------
    AnalysisError
        If there is none of that name or the file is no notebook.
    """
    path = notebook_path(name)
    return _read(path, path.stat().st_mtime_ns)


@cache
def code_of(name: str) -> str:
    """Return the first 12 digits of the digest of all code that a project notebook uses."""
    return combined(Code().files(read_notebook(name).code))[:12]


@cache
def _read(path: Path, _changed: int) -> Notebook:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = [
            (cell["cell_type"], "".join(cell["source"]), list(cell["metadata"].get("tags") or ()))
            for cell in content["cells"]
        ]
        if content["nbformat"] != 4:
            raise TypeError
        tags = content["metadata"].get("tags") or []
        kernel = str(content["metadata"].get("kernelspec", {}).get("name", ""))
    except (OSError, ValueError, RecursionError) as error:
        raise AnalysisError(f"{path} is no notebook: {error}") from None
    except (LookupError, TypeError, AttributeError):
        raise AnalysisError(f"{path} is no notebook of nbformat 4.0 to 4.5") from None
    declared = [source for kind, source, cell_tags in cells if "parameters" in cell_tags]
    return Notebook(
        path=path,
        parameters=declared_parameters(declared[0], path) if declared else (),
        texts=tuple(source for kind, source, _ in cells if kind == "markdown"),
        code="\n".join(source for kind, source, _ in cells if kind == "code"),
        digest=hashlib.sha256(json.dumps([cells, tags]).encode()).hexdigest(),
        kernel=kernel,
    )


def declared_parameters(source: str, path: Path) -> tuple[Parameter, ...]:
    """Return what the source of a parameters' cell assigns; `path` is for messages."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        told = getattr(error, "msg", type(error).__name__)
        raise AnalysisError(f"{path}: the parameters' cell: {told}") from None
    found = []
    for statement in statements:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, kind = statement.target.id, ast.unparse(statement.annotation)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name, kind = statement.targets[0].id, ""
        else:
            continue
        try:
            default = ast.literal_eval(statement.value) if statement.value else None
        except (ValueError, TypeError, RecursionError, MemoryError):
            default = None
        written = ast.get_source_segment(source, statement.value) if statement.value else None
        last_line = source.splitlines()[(statement.end_lineno or 1) - 1]
        comment = last_line.encode()[statement.end_col_offset or 0 :].decode()
        found.append(Parameter(name, kind, default, written or "", comment.strip(" #")))
    return tuple(found)


def refuse_undeclared(declared: str, injected: str) -> None:
    """Refuse what papermill injected under a name that a notebook does not declare.

    Papermill itself only warns, and the notebook would run with its defaults. What is given is the
    code of the cell tagged ``parameters`` and of the one that papermill put behind it.

    Raises
    ------
    ParameterError
        Naming the first such name, and the nearest that are declared.
    """
    names = _assigned(declared)
    if unknown := [name for name in _assigned(injected) if name not in names]:
        hint = did_you_mean(unknown[0], names)
        raise ParameterError(f"this notebook has no parameter {unknown[0]!r}{hint}")


def only_declared() -> None:
    """Refuse parameters that this running notebook does not declare; called behind their cell."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells: list[str] = list(shell.user_ns.get("In", ())) if shell else []
    for place, cell in enumerate(cells):
        if cell.startswith("# Parameters\n"):
            refuse_undeclared("\n".join(cells[:place]), cell)


def _assigned(source: str) -> list[str]:
    """Return the names that a code sets, or none where it is not plain Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []
    return [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def ended_well(output: Any) -> bool:
    """Tell whether an output is that of ``sys.exit(0)``, which for papermill is no error."""
    about = (output.get("ename"), str(output.get("evalue") or "").strip())
    return about in (("SystemExit", ""), ("SystemExit", "0"))


def merged(outputs: Iterable[Any]) -> list[Any]:
    """Return outputs with adjacent pieces of one stream joined.

    Into how many pieces a kernel cuts what is printed depends on the time that it takes. nbclient's
    own ``coalesce_streams`` needs hours for a line of a megabyte (a regular expression of quadratic
    time) and moves output past displays.
    """
    joined: list[Any] = []
    for output in outputs:
        stream = output.get("name") if output.output_type == "stream" else None
        if stream and joined and joined[-1].get("name") == stream:
            joined[-1].text += output.text
        else:
            joined.append(copy.copy(output))
    return joined
