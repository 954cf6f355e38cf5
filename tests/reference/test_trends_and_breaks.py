"""Nile and hand-made vectors against R's strucchange, scipy and exact enumeration."""

from itertools import product

import numpy as np
import pytest

from analysis.statistics.sign_flips import sign_flip_p_values
from analysis.trajectories.drift import theil_sen
from analysis.trajectories.segmentation import best_split


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


@pytest.mark.parametrize(
    ("n_breaks", "starts", "residual"),
    [
        (0, (), 2835156.750),
        (1, (28,), 1597457.194),
        (2, (28, 83), 1552923.616),
        (3, (28, 68, 83), 1538096.513),
        (4, (28, 45, 68, 83), 1507888.476),
        (5, (15, 30, 45, 68, 83), 1659993.500),
    ],
)
def test_nile_segmentation(nile, n_breaks, starts, residual):
    # breakpoints(Nile ~ 1, h = 15): the break is the last year of a segment, 28 = 1898
    split = best_split(nile, n_breaks, 15)
    assert split.starts == starts
    assert split.residual == pytest.approx(residual, abs=5e-4)
    assert not split.tied
    # strucchange's BIC counts means, breaks and the variance.
    bic = {0: 1318.242, 1: 1270.084, 2: 1276.467, 3: 1284.718, 4: 1291.944, 5: 1310.765}[n_breaks]
    n = len(nile)
    log_likelihood = -n / 2 * (np.log(2 * np.pi * split.residual / n) + 1)
    assert -2 * log_likelihood + np.log(n) * 2 * (n_breaks + 1) == pytest.approx(bic, abs=5e-4)


def test_nile_means_and_minimum_size(nile):
    start = best_split(nile, 1, 15).starts[0]
    assert nile[:start].mean() == 1097.75
    assert nile[start:].mean() == pytest.approx(849.9722222, rel=1e-8)
    assert best_split(nile, 2, 3).starts == best_split(nile, 2, 5).starts == (19, 28)
