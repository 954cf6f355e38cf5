"""The one family of exceptions that a user's mistake can raise.

Each message is one line that names what was seen, what was expected and, where possible, what to
do. The command line prints it without a traceback; a notebook shows it as one line too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class AnalysisError(Exception):
    """A mistake in the input, told in one line."""

    def _render_traceback_(self) -> list[str]:
        """Show one line instead of a traceback in IPython, and so in an executed notebook."""
        return [f"{type(self).__name__}: {self}"]


def one_line(text: str, most: int = 1000) -> str:
    """Return `text` without line ends and controls, which a terminal obeys, and not too long."""
    harmless = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: most + 1])
    return harmless if len(harmless) <= most else f"{harmless[:most]}…"


class ParameterError(AnalysisError):
    """A notebook or command parameter is unusable."""


class SourceError(AnalysisError):
    """A file cannot be read as a source of ratings; what it quotes of the file is made harmless."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class ContractError(AnalysisError):
    """Processed data break the contract; the message lists every failure."""


class BatchError(AnalysisError):
    """A declared batch is unusable."""


class RunError(AnalysisError):
    """A run cannot start or go on: the machine, the disk or the cluster does not let it."""


class BriefError(AnalysisError):
    """A notebook cannot be rendered as a brief."""


Words = Iterable[str] | Mapping[str, str]
"""Words to compare with, or what is compared -> what is meant."""


def nearest(word: str, candidates: Words, most: int = 3, least: float = 0.55) -> list[str]:
    """Return up to `most` candidates that are spelt like `word`, best first, ignoring case.

    `least` is how alike they must be, 1 being equal.
    """
    meant = candidates if isinstance(candidates, Mapping) else {c: c for c in candidates}
    by_fold: dict[str, str] = {}
    for candidate, name in meant.items():
        by_fold.setdefault(candidate.casefold(), name)
    folded = word.casefold().strip()
    found = get_close_matches(folded, by_fold, n=2 * most, cutoff=least)
    begins = [fold for fold in by_fold if folded and fold.startswith(folded) and fold not in found]
    return list(dict.fromkeys(by_fold[fold] for fold in begins + found))[:most]


def did_you_mean(word: str, candidates: Words, least: float = 0.55) -> str:
    """Return '; did you mean A, B or C?' or an empty string where nothing is near."""
    names = nearest(word, candidates, least=least)
    if not names:
        return ""
    *front, last = names
    return f"; did you mean {', '.join(front) + ' or ' if front else ''}{last}?"
