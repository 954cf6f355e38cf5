"""Completed panels: every rating that is not known drawn so that all printed facts hold.

The facts of a country are a circulation in a network (`analysis.reconciliation.derivation`): a run
of equal ratings is an arc from its first edition to its last, an edition's total the arc back. Two
assignments that satisfy the facts differ by simple cycles, each of which can be taken alone and
leaves them satisfied; so moves along cycles reach every assignment from every other (Ahuja,
Magnanti and Orlin 1993, ch. 3.5). A move draws a cycle, simple or not, whatever the present
assignment, and then how much is sent round it, from the exact conditional distribution over all
amounts that the bounds allow (Gibbs sampling along a line): what the chain keeps is the
distribution of sticky ratings (`StepModel`) given all facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.files import processed_folder
from analysis.facts.rating_system import CATEGORIES
from analysis.reconciliation.claims import EDITIONS, QUARTERS, Cell
from analysis.reconciliation.cleaning import Reconciled
from analysis.reconciliation.derivation import Facts, solve
from analysis.settings.parameters import RELEASE_SETTINGS
from analysis.statistics.arrays import Floats, changes_of
from analysis.statistics.completed_panels import ratings_array
from analysis.tables.datapackage import write_datapackage
from analysis.tables.schema import columns
from analysis.tables.stored import write_table

N_PANELS: Final = 200
_MOVES: Final = 12
"""Moves between two draws for every open arc of the network."""
_BURN_IN: Final = 10
"""Draws left out at the beginning."""
_ONWARD: Final = 0.8
"""Probability that a walk goes on along its category, where it can."""

Cycle = dict[int, int]
"""Arcs of a closed walk and the direction in which it passes each, +1 or -1."""


@dataclass(frozen=True)
class StepModel:
    """Sticky ratings: each stays, falls or rises by its category's rates, whatever it did before.

    `falls` and `rises` are yearly probabilities by category, `further` is the probability that a
    fall or rise goes one more quarter point: sizes are geometric, so that no step that the scale
    allows is impossible.
    """

    falls: Mapping[str, float]
    rises: Mapping[str, float]
    further: float

    def log_steps(self, category: str, quarters: range = QUARTERS) -> Floats:
        """Return the log probability of every step, (from, to), between two ends of the scale.

        Rows and columns are quarter points, those below the scale without meaning. Near an end the
        steps that would leave the scale are left out, and the others share their probability.
        """
        values = np.array(quarters)
        step = values - values[:, None]
        moved = np.where(step < 0, self.falls[category], self.rises[category])
        moved = moved * (1 - self.further) * self.further ** (np.abs(step) - 1.0)
        stays = 1 - self.falls[category] - self.rises[category]
        chances = np.where(step == 0, stays, moved)
        table = np.full((quarters.stop, quarters.stop), -np.inf)
        inside = slice(quarters.start, None)
        table[inside, inside] = np.log(chances / chances.sum(axis=1, keepdims=True))
        return table


def fit_steps(ratings: Floats) -> StepModel:
    """Fit the rates to complete country-editions, each with half a fall, rise and stay beside it.

    The ratings are (countries, categories, editions) on ``7=best``. Of incomplete ones mostly those
    are known whose change was printed, so that their rates would be too high.
    """
    whole = np.isfinite(ratings).all(axis=1, keepdims=True)
    changes = changes_of(np.where(whole, ratings, np.nan))
    known = np.isfinite(changes)
    n = known.sum(axis=(0, 2)) + 1.5
    falls, rises = (
        dict(zip(CATEGORIES, ((moved.sum(axis=(0, 2)) + 0.5) / n).tolist(), strict=True))
        for moved in (changes < 0, changes > 0)
    )
    quarters = np.round(4 * np.abs(changes[known & (changes != 0)]))
    return StepModel(falls, rises, float(((quarters - 1).sum() + 0.5) / (quarters.sum() + 1)))


class OpenRatings:
    """What the facts of one country, which do not contradict each other, leave open.

    By category, `log_steps` are log weights of steps, (from, to) in quarter points. The `cells` are
    those that are not determined, by edition and in the order of categories.
    """

    def __init__(self, facts: Facts, log_steps: Mapping[str, Floats]) -> None:
        solution = solve(facts)
        assert solution is not None, "reconciliation leaves no contradiction"
        self._flow = dict(enumerate(solution.values))
        self._ends = solution.open_arcs
        self._bounds = {
            arc: (solution.bounds[arc][0], solution.bounds[arc][-1]) for arc in self._ends
        }
        arc_of = {cell: arc for arc, run in enumerate(solution.runs) for cell in run.cells}
        self._open = list(self._ends)
        self._category = {arc: run.cells[0][1] for arc, run in enumerate(solution.runs)}
        self._arcs_at: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for arc, ends in self._ends.items():
            for end, sign in zip(ends, (1, -1), strict=True):
                self._arcs_at[end].append((arc, sign, self._category.get(arc, "")))
        grid = [(edition, category) for edition in facts.editions for category in facts.categories]
        self.cells: list[Cell] = [cell for cell in grid if arc_of[cell] in self._bounds]
        self._drawn = [arc_of[cell] for cell in self.cells]
        self._steps = [
            (log_steps[category], arc_of[edition, category], arc_of[edition + 1, category])
            for edition, category in grid
            if edition + 1 in facts.editions
        ]
        self._steps_of: dict[int, set[int]] = defaultdict(set)
        for number, (_, before, after) in enumerate(self._steps):
            self._steps_of[before].add(number)
            self._steps_of[after].add(number)

    def draws(self, generator: np.random.Generator) -> Iterator[list[int]]:
        """Yield, without end, a value in quarter points of each of `cells`."""
        moves = _MOVES * len(self._open)
        for _ in range(_BURN_IN * moves):
            self._move(generator)
        while True:
            for _ in range(moves):
                self._move(generator)
            yield [self._flow[arc] for arc in self._drawn]

    def _cycle(self, generator: np.random.Generator) -> Cycle:
        """Return a closed walk that passes no arc twice, empty if it runs dead.

        It mostly goes on along a category, so that two of them can be shifted against each other
        over several editions at once. It never looks at the present assignment.
        """
        arc = self._open[int(generator.random() * len(self._open))]
        start, node = self._ends[arc]
        cycle = {arc: 1}
        while node != start:
            ways = [way for way in self._arcs_at[node] if way[0] not in cycle]
            onward = [way for way in ways if way[1:] == (cycle[arc], self._category.get(arc))]
            if onward and generator.random() < _ONWARD:
                ways = onward
            if not ways:
                return {}
            arc, sign, _ = ways[int(generator.random() * len(ways))]
            cycle[arc] = sign
            node = self._ends[arc][sign > 0]
        return cycle

    def _move(self, generator: np.random.Generator) -> None:
        """Draw how much more is sent round a cycle, given all that it does not pass."""
        cycle = self._cycle(generator)
        if not cycle:
            return
        room = [
            sorted(sign * (bound - self._flow[arc]) for bound in self._bounds[arc])
            for arc, sign in cycle.items()
        ]
        amounts = np.arange(max(low for low, _ in room), min(high for _, high in room) + 1)
        if len(amounts) == 1:
            return
        row = {arc: self._flow[arc] + sign * amounts for arc, sign in cycle.items()}
        weights = np.zeros(len(amounts))
        for number in set().union(*(self._steps_of[arc] for arc in cycle)):
            log_steps, before, after = self._steps[number]
            weights += log_steps[
                row.get(before, self._flow[before]), row.get(after, self._flow[after])
            ]
        chances = np.cumsum(np.exp(weights - weights.max()))
        chosen = amounts[np.searchsorted(chances, generator.random() * chances[-1])]
        for arc, sign in cycle.items():
            self._flow[arc] += sign * int(chosen)


def draw_panels(
    facts: Mapping[str, Facts], model: StepModel, *, seed: int, n_panels: int = N_PANELS
) -> pd.DataFrame:
    """Draw the table ``completed_panels`` from what is known of each country.

    The draws of a country depend on the seed and its own facts only.
    """
    log_steps = {category: model.log_steps(category) for category in CATEGORIES}
    tables = []
    for country, known in sorted(facts.items()):
        ratings = OpenRatings(known, log_steps)
        generator = np.random.default_rng([seed, *BY_NAME[country].iso3.encode()])
        draws = list(islice(ratings.draws(generator), n_panels)) if ratings.cells else []
        tables += [
            (number, country, edition, category, quarters / 4)
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
