"""Measure the readers: one report of 100 kB, and 1 000 reports on two processes.

python benchmarks/readers.py [--processes 2]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from analysis.sources import read_source
from sources.synthetic_reports import (
    FILLER,
    LAYOUTS,
    as_html,
    country_report,
    random_figures,
    score_page,
)

SIZE = 100_000
REPORTS = 1000


def long_report(rng: Random, layout: str) -> str:
    """Return a report of 100 kB: prose between the bullets, as in real ones."""
    figures = random_figures(rng, rng.randint(2010, 2018))
    text = country_report(figures, layout, "full", rng)
    marks = text.count("]\n\n") or 1
    prose = FILLER * ((SIZE - len(text)) // marks // len(FILLER) + 1)
    return text.replace("]\n\n", f"]\n\n• {prose}\n\n")[:SIZE] + "\n"


def cells_read(path: Path) -> int:
    """Return the number of figures read from a file."""
    reading = read_source(path)
    return len(reading.cells) + len(reading.statements)


def main() -> None:
    """Print the median time of each kind, and the time of the batch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    processes = parser.parse_args().processes
    rng = Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        texts = {layout: long_report(rng, layout) for layout in LAYOUTS}
        texts["HTML"] = as_html(texts["bars"])
        page = score_page(random_figures(rng, 2021, 3))
        texts["score page"] = page.replace("\n\nOn ", f"\n\n{FILLER * 540}\n\nOn ")
        for kind, text in texts.items():
            path.write_text(text, encoding="utf-8")
            cells_read(path)
            times = []
            for _ in range(9):
                start, used = time.perf_counter(), time.process_time()
                cells_read(path)
                times.append((time.perf_counter() - start, time.process_time() - used))
            wall, processor = (
                1000 * statistics.median(column) for column in zip(*times, strict=True)
            )
            size = len(text) / 1000
            print(f"{kind:12} {size:4.0f} kB {wall:6.1f} ms, {processor:6.1f} ms of processor time")
        paths = []
        for number in range(REPORTS):
            paths.append(Path(folder) / f"{number}.txt")
            text = long_report(rng, LAYOUTS[number % len(LAYOUTS)])
            paths[-1].write_text(text, encoding="utf-8")
        start = time.perf_counter()
        with ProcessPoolExecutor(processes) as pool:
            cells = sum(pool.map(cells_read, paths, chunksize=25))
        seconds = time.perf_counter() - start
        print(
            f"{REPORTS} reports of 100 kB, {processes} processes: {seconds:.1f} s, {cells} figures"
        )


if __name__ == "__main__":
    main()
