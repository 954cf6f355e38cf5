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
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.files import Code, combined, processed_folder, project_root, write_text
from analysis.tables.datapackage import write_datapackage
from analysis.tables.stored import write_table
from analysis.validation import changes, correlations, sizes, trends
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


def _named(*groups: Group) -> dict[str, Group]:
    return {group.__name__: group for group in groups}


GROUPS: Final[dict[str, dict[str, dict[str, Group]]]] = {
    "trajectories": {
        "fits": trends.MIXED_MODELS | _named(changes.change_models),
        "refits": _named(trends.refitted_null, trends.completed_panels),
        "panels": _named(
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
        "refits": _named(sizes.refitted_null, sizes.refitted_order, correlations.completed_panels),
        "panels": _named(
            sizes.tests_under_the_null,
            correlations.jackknife_intervals,
            sizes.power,
            sizes.parallel_analysis,
            sizes.reliability,
            correlations.few_countries,
            correlations.between_intervals,
            correlations.common_shocks,
            correlations.differences,
            correlations.part_and_whole,
            correlations.bad_methods,
            sizes.order_size,
            sizes.calibrated_order,
            sizes.order_power,
            sizes.known_null,
        ),
    },
}
"""Groups of a table by their number of panels, of `Sizes`, the longest first."""
TABLES: Final = tuple(GROUPS)


def tasks_of(table: str, panels: Sizes) -> list[Task]:
    """Return the groups of checks of a table with their names and panels."""
    return [
        (f"{table}.{name}", group, getattr(panels, size))
        for size, groups in GROUPS[table].items()
        for name, group in groups.items()
    ]


def validate(
    tables: Sequence[str] = TABLES,
    panels: Sizes = Sizes(),
    *,
    jobs: int = 1,
    slack: float = 0.0,
    only: Sequence[str] | None = None,
    kept: Path | None = None,
    report: Callable[[str, float], None] = lambda *_: None,
) -> dict[str, pd.DataFrame]:
    """Measure the delivered estimators on simulated panels: name of each table -> table.

    The result depends on `SEED`, not on the number of processes.

    Parameters
    ----------
    slack
        Monte Carlo errors by which requirements are widened; none for the record.
    only
        Names of the groups to run, such as ``trajectories.drift_tests``; all by default.
    kept
        Folder for what is finished, so that a run can go on; nothing is kept by default.
    report
        Called with the name of each finished group and its seconds.
    """
    wanted = {
        table: [task for task in tasks_of(table, panels) if only is None or task[0] in only]
        for table in tables
    }
    tasks = sorted((task for some in wanted.values() for task in some), key=lambda task: task[2])
    # What is kept is of one state of all code that measuring uses.
    code = combined(Code().files("import analysis.validation.validate"))[:12] if kept else ""
    work = partial(_checks, folder=kept and kept / code)
    checks: dict[str, list[Check]] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for name, found, seconds in (map if jobs == 1 else pool.map)(work, tasks):
            checks[name] = found
            if seconds is not None:
                report(name, seconds)
    return {
        table: table_of((check for name, *_ in some for check in checks[name]), slack)
        for table, some in wanted.items()
    }


def _checks(task: Task, folder: Path | None) -> tuple[str, list[Check], float | None]:
    """Return what is kept of a group, or measure and keep it; with the seconds that it took."""
    name, group, size = task
    path = folder and folder / f"{name}-{size}.json"
    if path and path.is_file():
        return name, [Check(**row) for row in json.loads(path.read_text("utf-8"))], None
    checks, seconds = measure(name, group, size, SEED)
    if path:
        write_text(path, json.dumps([asdict(check) for check in checks]))
    return name, checks, seconds


def measure(name: str, group: Group, size: int, seed: int) -> tuple[list[Check], float]:
    """Run one group with its own stream of random numbers, and tell how many seconds it took.

    The stream follows from the seed and the group's name, so that neither the number of processes
    nor a new group changes what the others find.
    """
    start = time.perf_counter()
    checks = list(group(size, np.random.default_rng([seed, zlib.crc32(name.encode())])))
    return checks, time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the tables, name what fails; return 1 if a requirement is not met."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.validation.validate", description=__doc__
    )
    parser.add_argument("--table", action="append", choices=TABLES, help="repeat for more; all")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--panels", type=int, default=Sizes.panels, help="a scenario (2000)")
    parser.add_argument("--fits", type=int, default=Sizes.fits, help="single fits (300)")
    parser.add_argument("--refits", type=int, default=Sizes.refits, help="refitted panels (200)")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    kept = project_root() / ".validation"

    def report(name: str, seconds: float) -> None:
        print(f"{name}: {seconds:.0f} s", flush=True)

    panels = Sizes(options.panels, options.fits, options.refits)
    tables = validate(options.table or TABLES, panels, jobs=options.jobs, kept=kept, report=report)
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


if __name__ == "__main__":
    sys.exit(main())
