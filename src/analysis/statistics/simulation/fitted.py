"""The generator fitted to a group's panel, as it is stored.

Trajectories and correlations both compare the panel with simulated ones. Both take the settings
as the table has them, rounded, so that they draw from the same generator and a reader sees which.
Notebook 2 stores the table.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from analysis.facts.rating_system import CATEGORIES
from analysis.statistics.arrays import panel_cube
from analysis.statistics.simulation.fit import fit
from analysis.statistics.simulation.generator import Settings
from analysis.tables.schema import columns


@dataclass(frozen=True)
class FittedGenerator:
    """Settings of the generator and how alike its panels are.

    Attributes
    ----------
    settings
        As stored: what is drawn comes from the settings that a reader sees.
    table
        Table ``generator_fit``: settings and moments, told apart by ``part``.
    """

    settings: Settings
    table: pd.DataFrame

    @property
    def moments(self) -> pd.DataFrame:
        """Moments of the panel (``real``) and of simulated ones (``fitted``)."""
        return self.table[self.table["part"] == "moment"].reset_index(drop=True)


def fitted_generator(panel: pd.DataFrame, seed: int) -> FittedGenerator:
    """Return the generator fitted to a panel.

    Parameters
    ----------
    panel
        ``country``, ``edition``, ``category``, ``rating``.

    Raises
    ------
    analysis.facts.errors.ParameterError
        If there are too few countries, categories or editions, or nothing changes.
    """
    fitted = fit(panel_cube(panel, order=list(CATEGORIES)), seed)
    known = fitted.parameters().rename(columns={"parameter": "name", "value": "fitted"})
    moments = fitted.moments.rename(columns={"moment": "name", "simulated": "fitted"})
    parts = [known.assign(part="setting", meaning=""), moments.assign(part="moment")]
    table = pd.concat(parts, ignore_index=True).assign(sample="all known ratings")
    # As a file has it: what is drawn comes from the settings that a reader sees.
    table = table[list(columns("generator_fit"))].infer_objects().round(6)
    return FittedGenerator(settings_of(table), table)


def settings_of(table: pd.DataFrame) -> Settings:
    """Return the settings that the table ``generator_fit`` holds."""
    own = table[table["part"] == "setting"]
    known = dict(zip(own["name"], own["fitted"].astype(float), strict=True))
    values: dict[str, Any] = {}
    for field in fields(Settings):
        many = [value for name, value in known.items() if name.startswith(f"{field.name}_")]
        many = many if f"{field.name}_1" in known else []
        values[field.name] = tuple(many) if many else known[field.name]
    return Settings(**{**values, "burn_in": int(values["burn_in"])})
