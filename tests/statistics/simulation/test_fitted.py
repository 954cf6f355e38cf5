"""One fit for all who draw from it: stored with its settings, read back as they were."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.statistics.group_data import load_group
from analysis.statistics.simulation import fitted as module
from analysis.statistics.simulation.fit import Fit
from analysis.statistics.simulation.fitted import fitted_generator, settings_of
from analysis.statistics.simulation.generator import CAL
from analysis.statistics.simulation.moments import MOMENTS
from analysis.tables.schema import columns
from analysis.trajectories import results

SETTINGS = replace(CAL, threshold=(0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19), momentum=0.1)


def table_of(settings):
    known = Fit(settings, pd.DataFrame(), 0.0, 29, 20, 1, 1).parameters()
    known = known.rename(columns={"parameter": "name", "value": "fitted"})
    return known.assign(part="setting", meaning="")


@pytest.mark.parametrize("settings", [CAL, SETTINGS])
def test_settings_come_back_from_their_table(settings):
    assert settings_of(table_of(settings)) == settings


def test_whoever_draws_has_the_stored_settings(project, monkeypatch):
    calls = []

    def counted(ratings, seed):
        calls.append(seed)
        moments = pd.DataFrame(
            {
                "moment": list(MOMENTS),
                "meaning": list(MOMENTS.values()),
                **dict.fromkeys(("real", "simulated", "spread", "z"), 0.5),
            }
        )
        return Fit(SETTINGS, moments, 0.0, 8, 20, int(np.isfinite(ratings).sum()), 1)

    monkeypatch.setattr(module, "fit", counted)
    data = load_group("Balkans", 2005, 2024)
    first = fitted_generator(data, 7)
    assert first.settings == SETTINGS
    assert tuple(first.table.columns) == columns("generator_fit")
    assert first.moments["name"].tolist() == list(MOMENTS)
    monkeypatch.setattr(results, "calibrated_table", lambda *_: pd.DataFrame({"draws": [1]}))
    monkeypatch.setattr(results, "false_alarms", lambda *_, **__: pd.DataFrame({"share": [0.1]}))
    assert results.simulated(data, 7).fit.equals(first.table)
    fitted_generator(data, 8)
    assert calls == [7, 7, 8]
    stored = project / "data/processed/variants/generator_fit_balkans_2005_2024_seed_7.csv"
    assert stored.is_file()


@pytest.mark.usefixtures("project")
def test_a_panel_that_cannot_be_fitted_is_refused_by_both():
    data = load_group("all", 2022, 2024)
    with pytest.raises(ParameterError, match="needs 6 countries, 2 categories and 4 editions"):
        fitted_generator(data, 1)
    assert results.simulated(data, 1).refusal.startswith("the generator needs 6 countries")
