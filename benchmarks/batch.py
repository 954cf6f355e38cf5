"""Measure batch runs: `make bench`, or one section of it with ``--only``.

The figures go between markers of docs/performance.md. Nothing here depends on the project's tests.

Sections: ``nothing`` (a) no change at all, ``many`` (b) no change where very many briefs are
recorded, ``scale`` (c) more and more briefs. Other ways are compared by peers.py. All together take
about ten minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BIN = Path(sys.executable).parent
FORMATS = ("--format", "html", "--format", "pdf")
Table = list[tuple[str, ...]]


@contextmanager
def project() -> Iterator[Path]:
    """Yield a copy of the project with its data built, so that the checkout stays as it is."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        copy = Path(folder).resolve()
        ignored = shutil.ignore_patterns("reports", "workbook", "variants", ".*")
        for part in ("data", "notebooks", "batches"):
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        for empty in ("reports", "workbook"):
            (copy / "data" / "raw" / empty).mkdir(exist_ok=True)
        yield copy


def nit(copy: Path, *arguments: object, check: bool = True) -> float:
    """Run the command in a project and return the seconds it took."""
    environment = {**os.environ, "NIT_ROOT": str(copy)}
    start = time.perf_counter()
    subprocess.run(
        [BIN / "nit", *map(str, arguments)], env=environment, check=check, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def codes() -> dict[str, str]:
    """Return country -> code."""
    from analysis.facts.countries import COUNTRIES

    return {country.name: country.iso3 for country in COUNTRIES}


def nothing(_options: argparse.Namespace) -> Table:
    """Measure (a): `nit briefs` where nothing changed."""
    with project() as copy:
        nit(copy, "briefs", "--jobs", 2, *FORMATS)
        seconds = [nit(copy, "briefs", "--jobs", 2) for _ in range(5)]
    return [("(a) `nit briefs`, nothing changed", f"{statistics.median(seconds):.2f} s")]


PLANT = """
import json, os, shutil, sys
from pathlib import Path
from analysis.batch.manifest import read_manifest, reports_folder, write_run, read_records
from analysis.batch.plan import plan_file

reports, manifest = reports_folder(), read_manifest()
entry, records = manifest["briefs"]["POL"], read_records()
for target in plan_file(Path(sys.argv[1])):
    folder = reports / target.name
    shutil.copytree(reports / "POL", folder, copy_function=os.link)
    status = {name: (folder / name).stat() for name in entry["files"]}
    records.seen |= {f"{target.name}/{n}": [s.st_size, s.st_mtime_ns] for n, s in status.items()}
    said = {"title": target.title, "parameters": target.parameters}
    manifest["briefs"][target.name] = {**entry, **said}
(reports / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
write_run(records)
"""


def many(options: argparse.Namespace) -> Table:
    """Measure (b): so many recorded briefs, all up to date; each is a copy of one that was made."""
    with project() as copy:
        nit(copy, "briefs", "--country", "POL")
        path = grid(copy, options.recorded)
        environment = {**os.environ, "NIT_ROOT": str(copy)}
        subprocess.run([BIN / "python", "-c", PLANT, path], env=environment, check=True)
        nit(copy, "run", path)  # the index is made again
        seconds = [nit(copy, "run", path) for _ in range(5)]
    what = f"(b) `nit run`, {options.recorded} briefs with assets up to date"
    return [(what, f"{statistics.median(seconds):.2f} s")]


def scale(options: argparse.Namespace) -> Table:
    """Measure (c): more and more briefs: time and peak memory of all processes together."""
    rows: Table = []
    with project() as copy:
        nit(copy, "clean")
        for number in options.sizes:
            shutil.rmtree(copy / "reports", ignore_errors=True)
            nit(copy, "briefs", "--country", "POL")
            path = grid(copy, number)
            with watched() as peak:
                seconds = nit(copy, "run", "--jobs", 2, *FORMATS, path)
            rows.append(
                (
                    f"(c) {number} briefs",
                    f"{seconds:.1f} s, {1000 * seconds / number:.0f} ms each, "
                    f"peak {peak['mb']:.0f} MB",
                )
            )
    return rows


def grid(copy: Path, number: int) -> Path:
    """Return a batch of so many briefs: all countries in as many windows as it takes."""
    pairs = [[a, b] for b in range(2024, 2004, -1) for a in range(2005, min(b, 2019))]
    # Spread over all, so that few briefs are as long as many.
    wanted = max(1, number // 29)
    windows = [pairs[(2 * place + 1) * len(pairs) // (2 * wanted)] for place in range(wanted)]
    path = copy / "grid.yml"
    path.write_text(
        "briefs:\n  - notebook: 4_country_brief\n"
        '    name: "{iso3}_{first_edition}_{last_edition}"\n'
        f"    grid: {{country: all, window: {windows}}}\n",
        encoding="utf-8",
    )
    return path


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """Yield a dict that holds the peak of the proportional memory of all our descendants."""
    peak, stop = {"mb": 0.0}, threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            peak["mb"] = max(peak["mb"], total / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


SECTIONS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "nothing": nothing,
    "many": many,
    "scale": scale,
}


def machine() -> str:
    """Describe the machine without naming it."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def written(section: str, rows: Table) -> None:
    """Put a section's rows between its markers in docs/performance.md."""
    lines = ["| measured | figure |", "| --- | --- |", *(f"| {' | '.join(row)} |" for row in rows)]
    body = "\n".join([f"Measured on {machine()}.", "", *lines])
    block = f"<!-- {section} -->\n{body}\n<!-- end -->"
    text = PAGE.read_text(encoding="utf-8")
    found = re.compile(rf"<!-- {section} -->.*?<!-- end -->", re.DOTALL)
    if not found.search(text):
        sys.exit(f"docs/performance.md has no place for {section!r}")
    PAGE.write_text(found.sub(lambda _: block, text), encoding="utf-8")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=SECTIONS, help="repeat for more")
    parser.add_argument("--sizes", type=int, nargs="+", default=[29, 116], help="numbers of briefs")
    parser.add_argument("--recorded", type=int, default=2900, help="briefs up to date")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    options = parser.parse_args()
    for section in options.only or SECTIONS:
        rows = SECTIONS[section](options)
        for row in rows:
            print(": ".join(row), flush=True)
        if not options.no_write:
            written(section, rows)


if __name__ == "__main__":
    main()
