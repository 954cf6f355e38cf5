"""The release: version and date, in one place; nothing rendered asks the clock."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from analysis.code_files import Code, combined

VERSION: Final = "0.1.0"
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


def digest(*paths: Path, length: int = 12) -> str:
    """Return the beginning of the SHA-256 of some files' contents, in the order given."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:length]


@cache
def code_digest(*modules: str, length: int = 12) -> str:
    """Return the beginning of the SHA-256 of some modules and of all of the package they import.

    Parameters
    ----------
    modules
        Dotted names, such as "analysis.presentation.country_brief".
    length
        How many hexadecimal digits.
    """
    return combined(Code().files("\n".join(f"import {name}" for name in modules)))[:length]
