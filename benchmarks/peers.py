"""Compare `nit` with its peers: the same briefs in HTML and PDF, two at once where a way can.

``python benchmarks/peers.py`` prints one table, all of it measured in one run on a machine that
should do nothing else: wall and processor seconds a brief, and the share of the processor seconds
that is the notebook's own code, from its first cell to its last in the process that runs them.
ploomber-engine and Snakemake are fetched for the time being. Ways that start every command anew
cost the same for each brief, and are measured with a few of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil

sys.path.insert(0, str(Path(__file__).parent))

from batch import BIN, codes, nit, project, written

FIRST = "import time\n_start = time.process_time()"
LAST = """import os
with open(os.environ["NIT_ROOT"] + "/spent.txt", "a") as file:
    print(time.process_time() - _start, file=file)"""

RUN = """
import sys
from pathlib import Path
import nbformat
from analysis.export.files import brief_files
{imports}

def brief(name):
    out = f"{{name}}.ipynb"
    {execute}(sys.argv[1], out, parameters={{"country": name}}, progress_bar=False)
    for file, content in brief_files(name, nbformat.read(out, 4), ("html", "pdf")).items():
        Path(file).write_bytes(content)

def main():
    {spread}
"""
START = "import sys; sys.path.insert(0, {folder!r}); import run; run.main()"
"""As a module of its own: ploomber-engine takes ``__main__`` for the notebook."""
PAPERMILL = ("import papermill", "papermill.execute_notebook")
PLOOMBER = ("from ploomber_engine import execute_notebook", "execute_notebook")
FEW, ANEW = 4, ("from the shell", "papermill, two cores")
"""Number of briefs, and ends of the names, of ways that start every command anew."""

ONE = "[brief(name) for name in sys.argv[2:]]"
TWO = """from concurrent.futures import ProcessPoolExecutor
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(brief, sys.argv[2:]))"""

SNAKEFILE = """
names = {names}
rule all:
    input: expand("{{name}}.{{form}}", name=names, form=["html", "pdf"])
rule run:
    output: "{{name}}.ipynb"
    shell: "{bin}/papermill --no-progress-bar {notebook} {{output}} -p country '{{wildcards.name}}'"
rule export:
    input: "{{name}}.ipynb"
    output: "{{name}}.{{form}}"
    shell: "{bin}/jupyter nbconvert --to nit-brief-{{wildcards.form}} {{input}}"
"""


def measured(copy: Path, command: list[str], extra: str) -> tuple[float, float]:
    """Return wall and processor seconds of a command and all that it starts.

    The processors' own account of the whole machine, which does nothing else: no process is too
    short for it, and nobody looks while the command runs.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        added = {"NIT_ROOT": str(copy), "PYTHONPATH": extra, "OPENBLAS_NUM_THREADS": "1"}
        start, busy = time.perf_counter(), _busy()
        run = subprocess.run(
            command, cwd=folder, env={**os.environ, **added}, stdout=said, stderr=said, check=False
        )
        seconds, spent = time.perf_counter() - start, _busy() - busy
        if run.returncode:
            said.seek(0)
            sys.exit(f"{command[:2]} ended with status {run.returncode}:\n{said.read()[-2000:]}")
    return seconds, spent


def _busy() -> float:
    """Return the seconds that the processors of this machine have worked since it started."""
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))


def watch_cells(notebook: Path) -> None:
    """Have a notebook tell what its process spends between the first and the last of its cells."""
    content = nbformat.read(notebook, 4)
    content.cells.insert(0, nbformat.v4.new_code_cell(FIRST))
    content.cells.append(nbformat.v4.new_code_cell(LAST))
    nbformat.write(content, notebook)


def ways(copy: Path, names: list[str]) -> dict[str, Callable[[str], list[str]]]:
    """Return what is compared: name -> command, given a folder with a file of its own."""
    python, notebook = str(BIN / "python"), str(copy / "notebooks" / "4_country_brief.ipynb")

    def script(parts: tuple[str, str], spread: str) -> Callable[[str], list[str]]:
        def command(folder: str) -> list[str]:
            path = Path(folder) / "run.py"
            path.write_text(RUN.format(imports=parts[0], execute=parts[1], spread=spread))
            return [python, "-c", START.format(folder=folder), notebook, *names]

        return command

    def snakemake(folder: str) -> list[str]:
        path = Path(folder) / "Snakefile"
        path.write_text(SNAKEFILE.format(names=names[:FEW], bin=BIN, notebook=notebook))
        return [python, "-m", "snakemake", "--cores", "2", "--snakefile", str(path)]

    def shell(_folder: str) -> list[str]:
        steps = [
            f"{BIN}/papermill --no-progress-bar {notebook} '{n}.ipynb' -p country '{n}' && "
            f"{BIN}/jupyter nbconvert --to nit-brief-html '{n}.ipynb' && "
            f"{BIN}/jupyter nbconvert --to nit-brief-pdf '{n}.ipynb'"
            for n in names[:FEW]
        ]
        return ["sh", "-ec", "\n".join(steps)]

    asked = [word for name in names for word in ("--country", name)]
    ours = [str(BIN / "nit"), "briefs", "--force", "--format", "html", "--format", "pdf", *asked]
    return {
        "papermill and nbconvert from the shell": shell,
        "Snakemake with papermill, two cores": snakemake,
        "papermill in a pool of two processes": script(PAPERMILL, TWO),
        "ploomber-engine in one process": script(PLOOMBER, ONE),
        "ploomber-engine in a pool of two processes": script(PLOOMBER, TWO),
        "`nit briefs --force --jobs 2`": lambda _: [*ours, "--jobs", "2"],
        "`nit briefs --force --jobs 3`": lambda _: [*ours, "--jobs", "3"],
        "`nit ... --engine stock --jobs 2`": lambda _: [*ours, "--engine", "stock"],
    }


def main() -> None:
    """Measure every way in turn, several times, and write the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--countries", type=int, default=29)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the names of what is compared")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    options = parser.parse_args()
    names = list(codes())[: options.countries]
    with project() as copy, tempfile.TemporaryDirectory() as extra:
        uv = [BIN / "uv", "pip", "install", "--quiet", "--target", extra]
        subprocess.run([*uv, "ploomber-engine", "snakemake"], check=True)
        nit(copy, "briefs", "--country", "ALB")
        notebook = copy / "notebooks" / "4_country_brief.ipynb"
        watch_cells(notebook)
        spent = copy / "spent.txt"
        chosen = {k: v for k, v in ways(copy, names).items() if options.only in k}
        figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in chosen}
        for _ in range(options.repeat):
            for name, way in chosen.items():
                with tempfile.TemporaryDirectory() as folder:
                    added = extra if name.startswith(("Snake", "ploomber")) else ""
                    spent.write_text("")
                    taken = measured(copy, way(folder), added)
                    figures[name].append((*taken, sum(map(float, spent.read_text().split()))))
    rows = []
    for name, runs in figures.items():
        number = len(names[:FEW] if name.endswith(ANEW) else names)
        wall, processor, own = (
            statistics.median(part) / number for part in zip(*runs, strict=True)
        )
        rows.append((name, f"{wall:.2f} s, {processor:.2f} s, {100 * own / processor:.0f} %"))
        print(": ".join(rows[-1]), flush=True)
    if not options.no_write:
        written("peers", rows)


if __name__ == "__main__":
    main()
