"""The parameters of the notebooks, checked before anything is computed or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.facts.countries import Country, find_country
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import FIRST_EDITION, LAST_EDITION

if TYPE_CHECKING:
    # A plan is checked without pandas, which takes longer to import than the check.
    import pandas as pd

RELEASE_SETTINGS: Final[Mapping[str, int]] = {"seed": 2024, "draws": 9999}
"""Settings under which the released results are computed; the notebooks' parameters begin so."""

TREND_SETTINGS: Final[Mapping[str, str]] = {
    "without": "",
    "estimator": "OLS",
    "formula": "democracy_score ~ C(country) + time + time:eu_member",
    "covariates": "",
}
"""The same for notebook 2: countries left out, a country's trend, members and others, changes."""
ASSOCIATION_SETTINGS: Final[Mapping[str, str]] = {
    "without": "",
    "kind": "Pearson",
    "level": "two_way",
}
"""The same for notebook 3: countries left out, kind of correlation, level of the tests."""


@dataclass(frozen=True)
class Window:
    """A span of editions, both ends included."""

    first_edition: int
    last_edition: int

    @property
    def editions(self) -> range:
        """Return the editions of the window."""
        return range(self.first_edition, self.last_edition + 1)

    @property
    def in_words(self) -> str:
        """Return ``2018 edition`` or ``2005 to 2024 editions``."""
        if self.first_edition == self.last_edition:
            return f"{self.first_edition} edition"
        return f"{self.first_edition} to {self.last_edition} editions"

    def cut(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of `table` whose `edition` lies in the window."""
        return table[table["edition"].between(self.first_edition, self.last_edition)]


WHOLE: Final = Window(FIRST_EDITION, LAST_EDITION)
"""All editions."""
FEWEST_DRAWS: Final = 99
"""Of patterns of signs: with 98 no p-value is 1 %."""
FORMAT_CHANGE: Final = 2020
"""First edition in the short format, with percentages."""


def check_window(first_edition: Any, last_edition: Any) -> Window:
    """Return a checked window of editions.

    Raises
    ------
    ParameterError
        If an edition is no integer, none was published, or the first is later than the last.
    """
    for name, value in {"first_edition": first_edition, "last_edition": last_edition}.items():
        if type(value) is not int:
            raise ParameterError(
                f"{name}: expected an edition such as {FIRST_EDITION}, found {value!r}"
            )
        if value not in WHOLE.editions:
            raise ParameterError(
                f"{name}: no data for edition {value}; "
                f"editions with seven categories run from {FIRST_EDITION} to {LAST_EDITION}"
            )
    if first_edition > last_edition:
        raise ParameterError(
            f"first_edition {first_edition} is later than last_edition {last_edition}; swap them"
        )
    return Window(first_edition, last_edition)


def check_draws(seed: Any, draws: Any) -> None:
    """Refuse a seed or a number of drawn patterns that gives no p-value to rely on.

    Raises
    ------
    ParameterError
        If one of them is no whole number, the seed below 0 or the draws below `FEWEST_DRAWS`.
    """
    for name, value, least in (("seed", seed, 0), ("draws", draws, FEWEST_DRAWS)):
        if type(value) is not int or value < least:
            raise ParameterError(
                f"{name}: expected a whole number, at least {least}, found {value!r}"
            )


def check_texts(**given: Any) -> None:
    """Refuse parameters that are no text, such as a list where names are joined by semicolons.

    Raises
    ------
    ParameterError
        Naming the first that is none.
    """
    for name, value in given.items():
        if not isinstance(value, str):
            raise ParameterError(f"{name}: expected a text, found {value!r}")


def check_country_window(
    country: object, first_edition: Any, last_edition: Any, scores: pd.DataFrame
) -> tuple[Country, Window]:
    """Return a checked country and window, of which `scores` has at least one row.

    Raises
    ------
    ParameterError
        If the country is unknown (the nearest names are given), the window is unusable, or no
        rating of the country lies in it.
    """
    if not isinstance(country, str):
        raise ParameterError(f"country: expected a name or an ISO code, found {country!r}")
    found = find_country(country)
    window = check_window(first_edition, last_edition)
    known = scores.loc[scores["country"] == found.name, "edition"]
    if not known.isin(window.editions).any():
        raise ParameterError(
            f"no data for {found.name} in editions {window.first_edition} to "
            f"{window.last_edition}; there is some in {as_ranges(known.tolist())}"
        )
    return found, window


def as_ranges(editions: list[int]) -> str:
    """Return editions as text: ``2005–2018, 2021``; an empty list as ``none``."""
    runs: list[list[int]] = []
    for edition in sorted(set(editions)):
        if runs and edition == runs[-1][-1] + 1:
            runs[-1].append(edition)
        else:
            runs.append([edition])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) or "none"
