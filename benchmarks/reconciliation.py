"""Time the whole reconciliation: reading, judging, deriving, gaps. Budget: 3 s for all countries.

Run as ``python benchmarks/reconciliation.py``; the best of five runs is printed.
"""

from __future__ import annotations

from time import perf_counter

from analysis.facts.files import raw_folder
from analysis.reconciliation.cleaning import reconcile
from analysis.reconciliation.gaps import gaps
from analysis.settings.corrections import read_corrections
from analysis.sources.own_csv import read_own_csv

RUNS = 5


def main() -> None:
    """Print the best time of each step in seconds."""
    best: dict[str, float] = {}
    for _ in range(RUNS):
        times = [perf_counter()]
        printed = read_own_csv(raw_folder())
        corrections = read_corrections(raw_folder() / "corrections.yml")
        times.append(perf_counter())
        result = reconcile(printed, corrections)
        times.append(perf_counter())
        gaps(result.cases)
        times.append(perf_counter())
        for name, start, end in zip(("read", "reconcile", "gaps"), times, times[1:], strict=False):
            best[name] = min(best.get(name, end - start), end - start)
    for name, seconds in best.items():
        print(f"{name:10} {seconds:6.3f} s")


if __name__ == "__main__":
    main()
