"""Nile and hand-made vectors against scipy, R and exact enumeration."""

from itertools import product

import numpy as np
import pytest

from analysis.statistics.estimates import sign_flip_p_values
from analysis.trajectories.drift import theil_sen


@pytest.mark.parametrize(
    ("changes", "p"),
    [
        ((0, -0.25, -0.25, 0, -0.25, -0.25, -0.25, 0, -0.25), 0.03125),
        ((-0.25, -0.25, 0.25, -0.5, -0.25, -0.25), 0.1875),
        ((0.25,) * 5, 0.0625),
        ((-0.25, 0, 0, 0.25, 0), 1.0),
    ],
)
def test_sign_flip_vectors(changes, p):
    assert sign_flip_p_values(np.array([changes]))[0] == p
    # The same by listing every pattern of the non-zero changes.
    moved = [c for c in changes if c]
    sums = [abs(np.dot(signs, moved)) for signs in product((1, -1), repeat=len(moved))]
    assert np.mean([s >= abs(sum(moved)) - 1e-12 for s in sums]) == p


def test_nile_theil_sen(nile):
    # scipy.stats.theilslopes; R's zyp.sen
    assert theil_sen(nile) == pytest.approx(-2.6, rel=1e-12)
