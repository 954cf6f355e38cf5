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
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.facts.code_files import Code, combined
from analysis.facts.files import processed_folder, project_root, write_text
from analysis.tables.datapackage import write_datapackage
from analysis.tables.stored import write_table
from analysis.validation import correlations, trajectories
from analysis.validation.check import Check, Group, measure, name_of, table_of

SEED: Final = 2024


@dataclass(frozen=True)
class Sizes:
    """Panels of each scenario: for vectorised figures, single fits, and refitted generators."""

    panels: int = 2000
    fits: int = 300
    refits: int = 200


def groups_of(table: str, sizes: Sizes) -> list[tuple[Group, int]]:
    """Return the groups of checks of a table and the panels of each, the longest first."""
    package = {"trajectories": trajectories, "correlations": correlations}[table]
    return [
        *((group, sizes.fits) for group in package.ONE_BY_ONE),
        *((group, sizes.refits) for group in package.REFITTED),
        *((group, sizes.panels) for group in package.VECTORISED),
    ]


TABLES: Final = ("trajectories", "correlations")
Report = Callable[[str, float], None]


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
        table: [
            (group, size)
            for group, size in groups_of(table, sizes)
            if only is None or name_of(group) in only
        ]
        for table in tables
    }
    tasks = sorted(
        (task for groups in wanted.values() for task in groups), key=lambda task: task[1]
    )
    checks = dict(_finished(tasks, seed, jobs, kept, report))
    return {
        table: table_of((check for group, _ in groups for check in checks[name_of(group)]), slack)
        for table, groups in wanted.items()
    }


def _finished(
    tasks: Sequence[tuple[Group, int]], seed: int, jobs: int, kept: Path | None, report: Report
) -> Iterable[tuple[str, list[Check]]]:
    left = []
    for group, size in tasks:
        path = _path(kept, group, size, seed)
        if path is not None and path.is_file():
            yield name_of(group), [Check(**row) for row in json.loads(path.read_text("utf-8"))]
        else:
            left.append((group, size, path))
    if jobs == 1:
        for group, size, path in left:
            yield _done(*_timed(group, size, seed), path, report)
        return
    with ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(_timed, group, size, seed): path for group, size, path in left}
        for future in as_completed(running):
            yield _done(*future.result(), running[future], report)


def _timed(group: Group, size: int, seed: int) -> tuple[str, list[Check], float]:
    start = time.perf_counter()
    return name_of(group), measure(group, size, seed), time.perf_counter() - start


def _done(
    name: str, checks: list[Check], seconds: float, path: Path | None, report: Report
) -> tuple[str, list[Check]]:
    if path is not None:
        write_text(path, json.dumps([asdict(check) for check in checks]))
    report(name, seconds)
    return name, checks


def _path(kept: Path | None, group: Group, size: int, seed: int) -> Path | None:
    return kept / f"{name_of(group)}-{size}-{seed}-{_source()}.json" if kept else None


def _source() -> str:
    """Return a digest of all code that measuring uses."""
    return combined(Code().files("import analysis.validation.validate"))[:12]


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
