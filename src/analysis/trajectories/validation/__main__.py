"""Measure the estimators and store the result: ``python -m analysis.trajectories.validation``."""

from __future__ import annotations

import sys

from analysis.datapackage import write_datapackage
from analysis.files import processed_folder, write_table
from analysis.trajectories.validation.run import validate_trajectories


def main(jobs: int = 2) -> int:
    """Write data/processed/validation_trajectories.csv.

    Returns
    -------
    int
        1 if a requirement is not met, as an exit code.
    """
    table = validate_trajectories(jobs=jobs)
    folder = processed_folder()
    write_table(table, folder / "validation_trajectories.csv")
    write_datapackage(folder)
    failed = table[~table["passed"].astype(bool)]
    print(f"{len(table) - len(failed)} of {len(table)} requirements are met")
    for row in failed.itertuples(index=False):
        print(f"  {row.estimator}, {row.scenario}, {row.metric}: {row.measured} not {row.required}")
    return int(len(failed) > 0)


if __name__ == "__main__":
    sys.exit(main())
