"""The fifteen p-values of Benjamini & Hochberg (1995), with R's p.adjust."""

import numpy as np
import pytest

from analysis.statistics.estimates import adjust

P = np.array(
    [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
        *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
)


def test_benjamini_hochberg():
    expected = [
        *(0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571429, 0.0638571429, 0.0645, 0.0765),
        *(0.486, 0.5811818182, 0.714875, 0.7532307692, 0.8132142857, 1.0),
    ]
    q = adjust(P, "fdr_bh")
    assert q == pytest.approx(expected, rel=1e-8, abs=1e-10)
    assert (q <= 0.05).sum() == 4
    assert (P * len(P) <= 0.05).sum() == 3  # the paper's Bonferroni


def test_holm():
    expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, *[1.0] * 6]
    assert adjust(P, "holm") == pytest.approx(expected, rel=1e-8, abs=1e-10)
