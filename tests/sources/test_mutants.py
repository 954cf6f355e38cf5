from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from analysis.sources import read_source
from analysis.sources.known import Known
from sources.mutants import mutant, synthetic_text, verdict

SEEDS = os.environ.get("NIT_REPORT_TEXTS")


@pytest.mark.parametrize("seed", range(3))
def test_mutants_of_made_up_reports(tmp_path, seed):
    rng = Random(seed)
    path = tmp_path / "mutant.txt"
    for _ in range(100):
        text = synthetic_text(rng)
        path.write_text(text, encoding="utf-8")
        intact = read_source(path, known=Known())
        _, fault = verdict(path, mutant(text, rng), intact)
        assert not fault


@pytest.mark.skipif(not SEEDS, reason="NIT_REPORT_TEXTS names no folder of real reports")
def test_mutants_of_real_reports(tmp_path):
    rng = Random(7)
    path = tmp_path / "mutant.txt"
    for real in sorted(Path(SEEDS or "").glob("*.txt")):
        text = real.read_text(encoding="utf-8")
        intact = read_source(real, known=Known())
        for _ in range(25):
            _, fault = verdict(path, mutant(text, rng), intact)
            assert not fault
