"""Checks of correlations over completed panels, with the gaps of the real panel."""

from __future__ import annotations

from functools import partial

import numpy as np

from analysis.correlations.over_completed import pairs
from analysis.statistics.simulation.generator import CAL
from analysis.validation.check import Check
from analysis.validation.correlations.cases import Case
from analysis.validation.gaps import Headline, with_gaps


def completed_panels(replications: int, rng: np.random.Generator) -> list[Check]:
    """Coverage of correlations within countries and editions."""
    truth = Case("drift", CAL, 20).truth("two_way", rng)
    headline = Headline("two-way r", partial(pairs, level="two_way"), truth, slice(None))
    return with_gaps([headline], replications, rng)
