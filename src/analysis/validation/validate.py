"""``python -m analysis.validation.validate``: measure all estimators on simulated panels.

Writes validation_trajectories.csv and validation_correlations.csv to data/processed. Groups of
checks run side by side, the longest first. Each finished group is kept in ``.validation`` until
both tables are written, so that a run that was stopped goes on where it was; what is kept belongs
to the package's source, and is measured anew once that changes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.code_files import Code, combined
from analysis.facts.files import processed_folder, project_root, write_text
from analysis.tables.datapackage import write_datapackage
from analysis.tables.stored import write_table
from analysis.validation import changes, correlations, trends
from analysis.validation.check import Check, Group, table_of

SEED: Final = 2024


@dataclass(frozen=True)
class Sizes:
    """Panels of each scenario: for vectorised figures, single fits, and refitted generators."""

    panels: int = 2000
    fits: int = 300
    refits: int = 200


Task = tuple[str, Group, int]
"""Name of a group such as ``trajectories.drift_tests``, the group, and its panels."""

GROUPS: Final[dict[str, dict[str, tuple[Group, ...]]]] = {
    "trajectories": {
        "fits": (
            trends.mixed_models_n1,
            trends.mixed_models_n2,
            trends.mixed_models_n4,
            trends.mixed_models_fitted,
            changes.change_models,
        ),
        "refits": (trends.refitted_null, trends.completed_panels),
        "panels": (
            trends.drift_tests,
            trends.drift_power,
            trends.mean_trends,
            trends.mean_trend_power,
            trends.bad_methods,
            changes.panel_breaks,
            changes.episodes,
            changes.single_breaks,
            trends.known_null,
            changes.rates,
            changes.rates_with_gaps,
        ),
    },
    "correlations": {
        "fits": correlations.ONE_BY_ONE,
        "refits": correlations.REFITTED,
        "panels": correlations.VECTORISED,
    },
}
"""Groups of a table by their number of panels, of `Sizes`, the longest first."""
TABLES: Final = tuple(GROUPS)
Report = Callable[[str, float], None]


def tasks_of(table: str, sizes: Sizes) -> list[Task]:
    """Return the groups of checks of a table with their names and panels."""
    return [
        (f"{table}.{group.__name__}", group, getattr(sizes, size))
        for size, groups in GROUPS[table].items()
        for group in groups
    ]


def validate(
    tables: Sequence[str] = TABLES,
    sizes: Sizes = Sizes(),
    *,
    seed: int = SEED,
    jobs: int = 1,
    slack: float = 0.0,
    only: Sequence[str] | None = None,
    kept: Path | None = None,
    report: Report = lambda *_: None,
) -> dict[str, pd.DataFrame]:
    """Measure the delivered estimators on simulated panels.

    Parameters
    ----------
    tables
        Of `TABLES`.
    seed, jobs
        The result depends on the seed, not on the number of processes.
    slack
        Monte Carlo errors by which requirements are widened; none for the record.
    only
        Names of the groups to run, such as ``trajectories.drift_tests``; all by default.
    kept
        Folder for what is finished, so that a run can go on; nothing is kept by default.
    report
        Called with the name of each finished group and its seconds.

    Returns
    -------
    One table of `analysis.validation.check.table_of` for each of `tables`.
    """
    wanted = {
        table: [task for task in tasks_of(table, sizes) if only is None or task[0] in only]
        for table in tables
    }
    tasks = sorted((task for some in wanted.values() for task in some), key=lambda task: task[2])
    checks = dict(_finished(tasks, seed, jobs, kept, report))
    return {
        table: table_of((check for name, *_ in some for check in checks[name]), slack)
        for table, some in wanted.items()
    }


def _finished(
    tasks: Sequence[Task], seed: int, jobs: int, kept: Path | None, report: Report
) -> Iterable[tuple[str, list[Check]]]:
    # What is kept is of one state of all code that measuring uses.
    source = combined(Code().files("import analysis.validation.validate"))[:12] if kept else ""
    left = []

    def path(name: str, size: int) -> Path | None:
        return kept / f"{name}-{size}-{seed}-{source}.json" if kept else None

    def done(name: str, size: int, checks: list[Check], seconds: float) -> tuple[str, list[Check]]:
        if (file := path(name, size)) is not None:
            write_text(file, json.dumps([asdict(check) for check in checks]))
        report(name, seconds)
        return name, checks

    for name, group, size in tasks:
        file = path(name, size)
        if file is not None and file.is_file():
            yield name, [Check(**row) for row in json.loads(file.read_text("utf-8"))]
        else:
            left.append((name, group, size))
    if jobs == 1:
        for name, group, size in left:
            yield done(name, size, *measure(name, group, size, seed))
        return
    with ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(measure, *task, seed): task for task in left}
        for future in as_completed(running):
            name, _, size = running[future]
            yield done(name, size, *future.result())


def measure(name: str, group: Group, size: int, seed: int) -> tuple[list[Check], float]:
    """Run one group with its own stream of random numbers, and tell how many seconds it took.

    The stream follows from the seed and the group's name, so that neither the number of processes
    nor a new group changes what the others find.
    """
    start = time.perf_counter()
    checks = list(group(size, np.random.default_rng([seed, zlib.crc32(name.encode())])))
    return checks, time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the tables, name what fails.

    Returns
    -------
    int
        1 if a requirement is not met, as an exit code.
    """
    options = _options(arguments)
    start = time.perf_counter()
    kept = project_root() / ".validation"

    def report(name: str, seconds: float) -> None:
        print(f"{name}: {seconds:.0f} s", flush=True)

    sizes = Sizes(options.panels, options.fits, options.refits)
    tables = validate(options.table or TABLES, sizes, jobs=options.jobs, kept=kept, report=report)
    folder = processed_folder()
    failed = 0
    for name, table in tables.items():
        write_table(table, folder / f"validation_{name}.csv")
        wrong = table[~table["passed"]]
        failed += len(wrong)
        print(f"{name}: {len(table) - len(wrong)} of {len(table)} requirements are met")
        for row in wrong.itertuples(index=False):
            told = f"{row.measured:.4f} not {row.required} (error {row.monte_carlo_error:.4f})"
            print(f"  {row.estimator}, {row.scenario}, {row.metric}: {told}")
    write_datapackage(folder)
    shutil.rmtree(kept, ignore_errors=True)
    print(f"{time.perf_counter() - start:.0f} s")
    return int(failed > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m analysis.validation.validate", description=__doc__
    )
    parser.add_argument("--table", action="append", choices=TABLES, help="repeat for more; all")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--panels", type=int, default=Sizes.panels, help="a scenario (2000)")
    parser.add_argument("--fits", type=int, default=Sizes.fits, help="single fits (300)")
    parser.add_argument("--refits", type=int, default=Sizes.refits, help="refitted panels (200)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
