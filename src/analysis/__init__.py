"""Analysis of Freedom House's *Nations in Transit* ratings: rooms, and the release.

The rooms follow the way the data flows, and none imports one that stands later: ``facts`` ->
``settings`` -> ``tables`` -> ``sources`` -> ``reconciliation`` -> ``data`` -> ``statistics`` ->
``trajectories``, ``correlations`` -> ``validation`` -> ``briefs`` -> ``export`` -> ``batch`` ->
``publication`` -> ``cli``. Version and date of the release stand here: nothing rendered asks the
clock.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
__version__ = VERSION
DATE: Final = "2026-11-21"
"""Day of the release, ISO 8601; pyproject.toml and CITATION.cff agree with it (tested)."""

TITLE: Final = "Nations in Transit analysis: reconciled ratings, trajectories and briefs"
AUTHOR: Final = "The Nations in Transit analysis maintainers"

RATINGS_CITATION: Final = (
    "Freedom House, Nations in Transit, editions 2005 to 2024 (Washington, DC: Freedom House)."
)


def project_citation() -> str:
    """Return how to cite the project."""
    return (
        f"Nations in Transit analysis, version {VERSION} ({DATE[:4]}): reconciled ratings, "
        "trajectories and briefs."
    )
