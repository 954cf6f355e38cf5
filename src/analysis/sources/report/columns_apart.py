"""Tables whose labels and numbers stand apart: a column of names, then columns of numbers.

Copies of PDF pages print one column after the other. Which number belongs to which name follows
from the order alone, so that a table is read only if its Democracy Scores bear the order out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.sources.cells import SCORE_ROUNDING
from analysis.sources.report.glued_numbers import splits
from analysis.sources.report.labels import label_code
from analysis.sources.report.table_checks import value_of

_BETWEEN: Final = re.compile(r"[\s|*•:]{0,20}")


def labels_together(text: str, labels: Sequence[re.Match[str]], first: int) -> int:
    """Return how many labels from `first` on follow each other with nothing between them."""
    last = first
    while last + 1 < len(labels) and _BETWEEN.fullmatch(
        text[labels[last].end() : labels[last + 1].start()]
    ):
        last += 1
    return last - first + 1


def rows_of_columns(
    labels: Sequence[re.Match[str]], chunks: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the numbers of each label, by category; empty where nothing proves them.

    Parameters
    ----------
    labels
        Names in printed order, the seven categories and the Democracy Score among them.
    chunks
        Numbers in printed order: line by line or column by column.
    """
    codes = [label_code(label) for label in labels]
    if sorted(codes) != sorted((*CATEGORIES, SCORE)) or len(chunks) % len(codes):
        return {}
    width = len(chunks) // len(codes)
    by_line = {c: tuple(chunks[n * width : (n + 1) * width]) for n, c in enumerate(codes)}
    by_column = {c: tuple(chunks[n :: len(codes)]) for n, c in enumerate(codes)}
    fitting = [rows for rows in (by_line, by_column) if _is_borne_out(rows)]
    if width and fitting and all(rows == fitting[0] for rows in fitting):
        return fitting[0]
    return {}


def _is_borne_out(rows: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether each score is the mean of its ratings, and all of them are numbers."""
    for column, score in enumerate(rows[SCORE]):
        ratings = [rows[code][column] for code in CATEGORIES]
        if splits(score, True) != ((score,),) or any(splits(r, False) != ((r,),) for r in ratings):
            return False
        mean = sum(map(value_of, ratings), Fraction(0)) / len(ratings)
        if abs(mean - value_of(score)) > SCORE_ROUNDING:
            return False
    return True
