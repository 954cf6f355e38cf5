"""What was told of a file of the user's own: country, edition and scale, beside the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from analysis.facts.files import write_text
from analysis.settings.reading import Declared, read_declared

SETTINGS_ENDING: Final = ".settings.yml"


class Told(Declared):
    """What `nit add` was told because the file does not say it, or not clearly."""

    country: str | None = None
    edition: int | None = None
    scale: str | None = None


def read_settings(path: Path) -> dict[str, Any]:
    """Return the country, edition and scale told for a file, as far as they were.

    Raises
    ------
    SourceError
        If its settings file holds anything else.
    """
    beside = path.with_name(path.name + SETTINGS_ENDING)
    if not beside.is_file():
        return {}
    return read_declared(Told, beside, "what was told of the file").model_dump(exclude_none=True)


def write_settings(path: Path, told: dict[str, Any]) -> None:
    """Write what was told for a file beside it; nothing where nothing was."""
    settings = Told(**told).model_dump(exclude_none=True)
    if settings:
        text = yaml.safe_dump(settings, sort_keys=True, allow_unicode=True)
        write_text(path.with_name(path.name + SETTINGS_ENDING), text)
