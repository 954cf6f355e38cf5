"""Time and memory of notebooks 2 and 3 on the whole panel, and of the sign flips.

Run as ``python benchmarks/models.py``. Each notebook runs in a copy of the project with papermill
and a kernel of its own. Memory is the peak of the kernel and what it starts.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from batch import project

LIMITS = {"9 999 sign flips of 21 pairs": 2.0, "2_trajectories": 40.0, "3_correlations": 60.0}
"""What is measured, and how many seconds it may take."""
MOST_MEGABYTES = 1024


def run(name: str, copy: Path) -> tuple[float, float]:
    """Execute a notebook in a fresh process; return seconds and peak memory in MB."""
    start = time.perf_counter()
    child = os.fork()
    if not child:
        from analysis.batch.execute import execute
        from analysis.settings.notebooks import notebook_path

        execute(notebook_path(name), copy / f"{name}.out.ipynb", {})
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        (copy / "peak").write_text(str(peak), encoding="utf-8")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"{name} failed")
    return time.perf_counter() - start, float((copy / "peak").read_text(encoding="utf-8"))


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
    exceeded = False
    with project() as copy:
        os.environ["NIT_ROOT"] = str(copy)
        for name, limit in LIMITS.items():
            seconds, peak = run(name, copy) if name[0] in "23" else (sign_flips(), 0)
            exceeded = exceeded or seconds > limit or peak > MOST_MEGABYTES
            memory = f", {peak:.0f} MB (at most {MOST_MEGABYTES})" if peak else ""
            print(f"{name}: {seconds:.1f} s (at most {limit:.0f}){memory}", flush=True)
    return int(exceeded)


if __name__ == "__main__":
    sys.exit(main())
