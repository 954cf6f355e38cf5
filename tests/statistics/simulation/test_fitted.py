"""One fit for all who draw from it: stored with its settings, read back as they were."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.facts.errors import ParameterError
from analysis.statistics.simulation import fit as module
from analysis.statistics.simulation.fit import Fit, fitted_generator, setting_rows, settings_of
from analysis.statistics.simulation.generator import CAL
from analysis.statistics.simulation.moments import MOMENTS
from analysis.tables.schema import columns
from analysis.tables.stored import read_processed
from analysis.trajectories import heterogeneity
from analysis.trajectories.heterogeneity import driftless_panels

SETTINGS = replace(CAL, threshold=(0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19), momentum=0.1)


@pytest.mark.parametrize("settings", [CAL, SETTINGS])
def test_settings_come_back_from_their_table(settings):
    assert settings_of(setting_rows(settings)) == settings


def test_whoever_draws_has_the_settings_of_the_table(panel, monkeypatch):
    calls = []

    def counted(_ratings, seed):
        calls.append(seed)
        moments = pd.DataFrame(
            {
                "name": list(MOMENTS),
                "meaning": list(MOMENTS.values()),
                **dict.fromkeys(("real", "fitted", "spread", "z"), 0.5),
            }
        )
        return Fit(SETTINGS, moments)

    monkeypatch.setattr(module, "fit", counted)
    settings, table = fitted_generator(panel, 7)
    assert settings == SETTINGS
    assert tuple(table.columns) == columns("generator_fit")
    assert table.loc[table["part"] == "moment", "name"].tolist() == list(MOMENTS)
    monkeypatch.setattr(heterogeneity, "calibrated_table", lambda *_: pd.DataFrame({"draws": [1]}))
    monkeypatch.setattr(
        heterogeneity, "false_alarms", lambda *_, **__: pd.DataFrame({"share": [0.1]})
    )
    assert driftless_panels(panel, 7, 9).fit.equals(table)
    assert calls == [7, 7]


def test_a_panel_that_cannot_be_fitted_is_refused_by_both(panel):
    short = panel[panel["edition"] >= 2022]
    with pytest.raises(ParameterError, match="needs 6 countries, 2 categories and 4 editions"):
        fitted_generator(short, 1)
    assert driftless_panels(short, 1, 9).refusal.startswith("the generator needs 6 countries")


@pytest.fixture
def panel():
    return read_processed("panel")
