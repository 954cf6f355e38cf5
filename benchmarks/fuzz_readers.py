"""Read mutants of made-up and, if given, real reports; print what goes wrong.

    python benchmarks/fuzz_readers.py 10000 [--seed 1] [--save FOLDER]

Real reports are taken from the folder that ``NIT_REPORT_TEXTS`` names.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from analysis.sources import read_source
from analysis.sources.known import Known
from sources.mutants import mutant, synthetic_text, verdict


def main() -> int:
    """Run the mutants; return 1 if any is read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path, help="folder for the mutants that are read wrongly")
    options = parser.parse_args()
    folder = os.environ.get("NIT_REPORT_TEXTS")
    real = (
        [p.read_text(encoding="utf-8") for p in sorted(Path(folder).glob("*.txt"))]
        if folder
        else []
    )
    rng = Random(options.seed)
    faults: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "mutant.txt"
        for number in range(options.count):
            text = rng.choice(real) if real and number % 10 == 0 else synthetic_text(rng)
            path.write_text(text, encoding="utf-8")
            intact = read_source(path, known=Known())
            changed = mutant(text, rng)
            begin = time.process_time()
            outcome, fault = verdict(path, changed, intact)
            slowest = max(slowest, time.process_time() - begin)
            if fault:
                faults[fault[:60]] += 1
                print(f"mutant {number}: {fault}", flush=True)
                if options.save:
                    options.save.mkdir(parents=True, exist_ok=True)
                    (options.save / f"{number}.txt").write_text(changed, encoding="utf-8")
                    (options.save / f"{number}.intact.txt").write_text(text, encoding="utf-8")
            outcomes[outcome] += 1
    seconds = time.perf_counter() - start
    print(f"{options.count} mutants in {seconds:.0f} s, slowest {slowest:.2f} s: ", end="")
    print(", ".join(f"{count} {what}" for what, count in outcomes.most_common()), end="; ")
    print(f"{sum(faults.values())} read wrongly")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
