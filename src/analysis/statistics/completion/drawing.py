"""The stored completed panels: what each of them puts where no rating is known."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.files import processed_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.audit import rating_of
from analysis.reconciliation.claims import EDITIONS
from analysis.reconciliation.derivation import Facts
from analysis.reconciliation.panel import Reconciled
from analysis.settings.parameters import RELEASE_SETTINGS
from analysis.statistics.completion.cycles import OpenRatings
from analysis.statistics.completion.stacks import ratings_array
from analysis.statistics.completion.step_model import StepModel, fit_steps
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import columns
from analysis.tables.stored import write_table

N_PANELS: Final = 200


def draw_panels(
    facts: Mapping[str, Facts], model: StepModel, *, seed: int, n_panels: int = N_PANELS
) -> pd.DataFrame:
    """Draw completed panels, each country by itself.

    Parameters
    ----------
    facts
        What is known of each country, without contradiction.
    model
        How ratings move.
    seed
        Of the draws. Those of a country depend on its own facts only.
    n_panels
        Number of panels.

    Returns
    -------
    pandas.DataFrame
        Table ``completed_panels``: one row a panel and rating that is not known, `rating` on
        ``7=best``.
    """
    log_steps = {category: model.log_steps(category) for category in CATEGORIES}
    tables = []
    for country, known in sorted(facts.items()):
        ratings = OpenRatings(known, log_steps)
        generator = np.random.default_rng([seed, *BY_NAME[country].iso3.encode()])
        draws = list(islice(ratings.draws(generator), n_panels)) if ratings.cells else []
        tables += [
            (number, country, edition, category, rating_of(quarters))
            for number, draw in enumerate(draws, start=1)
            for (edition, category), quarters in zip(ratings.cells, draw, strict=True)
        ]
    table = pd.DataFrame(tables, columns=list(columns("completed_panels")))
    return table.sort_values("panel_number", kind="stable", ignore_index=True)


def store_panels(result: Reconciled) -> pd.DataFrame:
    """Draw the completed panels of a reconciled panel and store them in data/processed."""
    facts = {country: case.facts for country, case in result.cases.items()}
    steps = fit_steps(ratings_array(result.panel, list(facts), EDITIONS))
    table = draw_panels(facts, steps, seed=RELEASE_SETTINGS["seed"])
    write_table(table, processed_folder() / "completed_panels.csv")
    write_datapackage(processed_folder(), lenient=True)
    return table
