"""Time and memory of notebooks 2 and 3 on the whole panel, and of the sign flips.

Run as ``python benchmarks/models.py``. Each notebook runs in a copy of the project with papermill
and a kernel of its own: once without any stored simulation (the generator is fitted, panels are
drawn), once with it. Memory is the peak of the kernel and what it starts.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMITS = {
    "2_trajectories, nothing stored": 40.0,
    "3_correlations, nothing stored": 300.0,
    "3_correlations, simulation stored": 60.0,
    "9 999 sign flips of 21 pairs": 2.0,
}
SIMULATED = ("generator_fit", "calibrated_trends", "episode_false_alarms", "growth", "growth_lines")
SIMULATED += ("calibrated_null", "lead_lag")


def run(name: str, project: Path, *, stored: bool) -> tuple[float, float]:
    """Execute a notebook in a fresh process; return seconds and peak memory in MB."""
    for table in () if stored else SIMULATED:
        (project / "data" / "processed" / f"{table}.csv").unlink(missing_ok=True)
    start = time.perf_counter()
    child = os.fork()
    if not child:
        from analysis.batch.execute import execute
        from analysis.settings.notebooks import notebook_path

        execute(notebook_path(name), project / f"{name}.out.ipynb", {})
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        (project / "peak").write_text(str(peak), encoding="utf-8")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"{name} failed")
    return time.perf_counter() - start, float((project / "peak").read_text(encoding="utf-8"))


def sign_flips() -> float:
    """Return the seconds of 9 999 sign flips of all 21 pairs on the real panel."""
    import numpy as np

    from analysis.correlations import cross_products as levels
    from analysis.facts.rating_system import CATEGORIES
    from analysis.statistics.arrays import panel_cube
    from analysis.statistics.estimates import sign_flip_p_values
    from analysis.statistics.group_data import load_group

    cube = panel_cube(load_group("all", 2005, 2024).panel).array
    first, second = levels.pairs_of(len(CATEGORIES))
    start = time.perf_counter()
    parts = levels.two_way(cube).parts()[:, first, second].T
    sign_flip_p_values(parts, np.random.default_rng(1), 9999)
    return time.perf_counter() - start


def main() -> int:
    """Print what each takes beside its limit; 1 if one is exceeded."""
    found: dict[str, float] = {}
    peaks: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="nit-") as folder:
        project = Path(folder)
        for part in ("data", "notebooks"):
            shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("variants"))
        os.environ["NIT_ROOT"] = folder
        found["9 999 sign flips of 21 pairs"] = sign_flips()
        for name in ("2_trajectories", "3_correlations"):
            for stored in (False, True):
                if not stored and name.startswith("3"):
                    (project / "data/processed/generator_fit.csv").unlink(missing_ok=True)
                label = f"{name}, {'simulation' if stored else 'nothing'} stored"
                found[label], peaks[label] = run(name, project, stored=stored)
    slow = 0
    for label, seconds in found.items():
        limit = LIMITS.get(label)
        slow += bool(limit and seconds > limit) or peaks.get(label, 0) > 1024
        print(
            f"{label}: {seconds:.1f} s"
            + (f" (at most {limit:.0f})" if limit else "")
            + (f", {peaks[label]:.0f} MB (at most 1024)" if label in peaks else "")
        )
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
