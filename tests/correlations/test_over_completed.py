"""What stands beside the range over completed panels is the correlation that notebook 3 gives."""

import numpy as np
import pandas as pd
import pytest

from analysis.correlations.decomposition import (
    COMPARED,
    correlations_over_completed,
    pair_correlations,
)
from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.completed_panels import completed_panels
from analysis.statistics.group_data import load_group
from analysis.tables.stored import read_processed

pytestmark = pytest.mark.usefixtures("project")


def test_what_is_known_gives_the_stored_correlations_and_one_panel_lies_in_the_range():
    data = load_group("all", 2005, 2024)
    table = correlations_over_completed(data)
    stored = read_processed("correlations")
    panels = completed_panels(data)
    index = pd.MultiIndex.from_product([panels.countries, panels.editions])
    index.names = ["country", "edition"]
    values = np.swapaxes(panels.ratings[11], -1, -2).reshape(-1, 7)
    wide = pd.DataFrame(values, index=index, columns=list(CATEGORIES)).reset_index()
    single = pair_correlations(wide, list(CATEGORIES))
    for level in COMPARED:
        rows = table[(table["statistic"] == level) & (table["name"] != "median")]
        known, one = (t[t["level"] == level] for t in (stored, single))
        assert list(rows["name"]) == [
            f"{x} {y}" for x, y in zip(known["x"], known["y"], strict=True)
        ]
        assert rows["known"].to_numpy(float) == pytest.approx(known["r"].to_numpy(), abs=2e-6)
        shown = known["low"].notna().to_numpy()
        for ours, theirs in {"known_low": "low", "known_high": "high"}.items():
            expected = known[theirs].to_numpy()[shown]
            assert rows[ours].to_numpy(float)[shown] == pytest.approx(expected, abs=2e-6)
        assert (one["r"].to_numpy() <= rows["greatest"].to_numpy(float) + 1e-6).all()
        assert (one["r"].to_numpy() >= rows["least"].to_numpy(float) - 1e-6).all()
        median = table[(table["statistic"] == level) & (table["name"] == "median")].iloc[0]
        assert median["known"] == pytest.approx(known["r"].median(), abs=2e-6)
        assert median["least"] <= single[single["level"] == level]["r"].median() + 1e-6
