"""Measure batch runs: `make bench`, or one section of it with ``--only``.

The figures go between markers of docs/performance.md. Nothing here depends on the project's tests.

Sections: ``nothing`` (a) no change at all, ``rating`` (b) one country's rating changed, ``scale``
(c) many briefs, ``kill`` runs killed at random moments. Other ways are compared by peers.py.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import platform
import random
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


def nothing(options: argparse.Namespace) -> Table:
    """Measure (a): `nit briefs` where nothing changed."""
    with project() as copy:
        nit(copy, "briefs", "--jobs", 2)
        seconds = [nit(copy, "briefs", "--jobs", 2) for _ in range(max(options.repeat, 5))]
    return [("(a) `nit briefs`, nothing changed", f"{statistics.median(seconds):.2f} s")]


def rating(_options: argparse.Namespace) -> Table:
    """Measure (b): one printed rating of Poland changed, and changed back."""
    with project() as copy:
        both_batches(copy)
        before, times = contents(copy / "reports"), pages(copy)
        table = copy / "data" / "raw" / "printed_tables.csv"
        text = table.read_text(encoding="utf-8")
        table.write_text(one_rating(text), encoding="utf-8")
        seconds = both_batches(copy)
        after, touched = contents(copy / "reports"), pages(copy)
        altered = {
            name for name in times if before[f"{name}/{name}.html"] != after[f"{name}/{name}.html"]
        }
        made = {name for name in times if times[name] != touched[name]}
        table.write_text(text, encoding="utf-8")
        back = both_batches(copy)
        same = contents(copy / "reports") == before
    countries = sum(name.isupper() for name in altered)
    left = ", ".join(sorted(set(times) - made))
    return [
        ("(b) one rating of Poland changed: data and briefs again", f"{seconds:.1f} s"),
        (
            "(b) pages that are different now",
            f"{len(altered)} of {len(times)}, {countries} countries",
        ),
        ("(b) pages that were written", "just these" if made == altered else str(len(made))),
        ("(b) pages left untouched", left),
        ("(b) changed back", f"{back:.1f} s"),
        ("(b) the same bytes as before, manifest included", "yes" if same else "no"),
    ]


def both_batches(copy: Path) -> float:
    """Bring the briefs of all countries and of all groups up to date."""
    # A rating that contradicts the score printed below it is told by the exit status.
    first = nit(copy, "briefs", "--jobs", 2, check=False)
    return first + nit(copy, "run", "--jobs", 2, copy / "batches" / "groups.yml", check=False)


def pages(copy: Path) -> dict[str, int]:
    """Return brief -> when its page was written."""
    found = (copy / "reports").glob("[!.]*/*.html")
    return {path.stem: path.stat().st_mtime_ns for path in found}


def one_rating(text: str) -> str:
    """Return the printed tables with Poland's EP of 2012 a quarter point lower wherever printed."""
    rows = list(csv.reader(io.StringIO(text)))
    place = {name: number for number, name in enumerate(rows[0])}
    for row in rows[1:]:
        key = tuple(row[place[name]] for name in ("country", "rated_edition", "category"))
        if key == ("Poland", "2012", "EP"):
            step = 0.25 if row[place["scale"]] == "1=best" else -0.25
            row[place["printed"]] = f"{float(row[place['printed']]) + step:.2f}"
    changed = io.StringIO()
    csv.writer(changed, lineterminator="\n").writerows(rows)
    return changed.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    """Return path -> contents of all files but those of the state of runs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".state" not in path.parts
    }


def scale(options: argparse.Namespace) -> Table:
    """Measure (c): 29, 290 and 2 900 briefs: time and peak memory of all processes together."""
    rows: Table = []
    with project() as copy:
        nit(copy, "clean")
        for number in options.sizes:
            shutil.rmtree(copy / "reports", ignore_errors=True)
            nit(copy, "briefs", "--country", "POL")
            path = grid(copy, number)
            with watched() as peak:
                seconds = nit(copy, "run", "--jobs", 2, path)
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
    windows = pairs[: max(1, number // 29)]
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


def kill(options: argparse.Namespace) -> Table:
    """Kill the runner with SIGKILL at random moments, and run again to the end each time."""
    equal = orphans = leftovers = 0
    moments = random.Random(2024)
    asked = [w for c in ("POL", "HUN", "XKX", "KAZ") for w in ("--country", c)]
    with project() as copy:
        nit(copy, "briefs", *asked)
        undisturbed = contents(copy / "reports")
        shutil.rmtree(copy / "reports")
        data = contents(copy / "data")
        length = nit(copy, "briefs", *asked)
        for _ in range(options.kills):
            shutil.rmtree(copy / "reports")
            environment = {**os.environ, "NIT_ROOT": str(copy)}
            with subprocess.Popen(
                [BIN / "nit", "briefs", *asked], env=environment, stdout=subprocess.DEVNULL
            ) as run:
                time.sleep(moments.uniform(0, length))
                run.kill()
            time.sleep(1)
            orphans += len(of_project(copy))
            nit(copy, "briefs", *asked)
            after = contents(copy / "reports")
            equal += after == undisturbed and contents(copy / "data") == data
            leftovers += sum(1 for p in copy.rglob(".*") if p.name != ".state" and p.is_file())
    return [
        ("runs killed by SIGKILL and run again", str(options.kills)),
        ("the same bytes as undisturbed", str(equal)),
        ("processes left", str(orphans)),
        ("temporary files left", str(leftovers)),
    ]


def of_project(copy: Path) -> list[psutil.Process]:
    """Return the processes that have a project in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("NIT_ROOT") == str(copy) and process.pid != os.getpid():
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


SECTIONS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "nothing": nothing,
    "rating": rating,
    "scale": scale,
    "kill": kill,
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
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of each way")
    parser.add_argument("--sizes", type=int, nargs="+", default=[29, 290, 2900])
    parser.add_argument("--kills", type=int, default=20)
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
