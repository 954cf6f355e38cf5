"""What a reader is asked: which file, what its user says of it, and what is known already."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.facts.countries import find_country
from analysis.facts.errors import SourceError
from analysis.sources.known import Known


@dataclass(frozen=True)
class Request:
    """A file to be read.

    Attributes
    ----------
    name
        The file, for messages.
    source_id
        The source's row of ``sources.csv``, or a name made from the content.
    known
        Figures from other sources, to compare with.
    country, edition, scale
        What the user says; None where the source shall speak for itself.
    """

    name: str = "text"
    source_id: str = ""
    known: Known = field(default_factory=Known)
    country: str | None = None
    edition: int | None = None
    scale: str | None = None

    def refusal(self, reason: str) -> SourceError:
        """Return the error that names the file and the reason."""
        return SourceError(f"{self.name}: {reason}")

    def wants(self, country: str, edition: int) -> bool:
        """Tell whether a row of a table is of the country and edition that the user asks for."""
        name = find_country(self.country).name if self.country else country
        return country == name and self.edition in (None, edition)
