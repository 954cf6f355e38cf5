"""Ratings that an index prints on a scale of its own: their image is learned, and read backwards.

Transparency International's Corruption Perceptions Index prints the Corruption rating anew, on 0 to
100, for every country of *Nations in Transit*. Within a year that is a strictly rising image of the
ratings, as those that are known show; so a rating that is not known equals that of a country with
the same number, and lies strictly between the ratings on both sides of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from analysis.facts.rating_system import parse_number
from analysis.reconciliation.audit import RESCALING, UNUSABLE, rating_of
from analysis.reconciliation.case import CountryCase
from analysis.reconciliation.claims import HIGHEST_QUARTERS, LOWEST_QUARTERS, RescaledClaim
from analysis.reconciliation.derivation import possible
from analysis.reconciliation.steps import derive_open_ratings
from analysis.reconciliation.verdicts import RESCALED_SCORE, RULES, Verdict

FEWEST: Final = 10
"""Known ratings of a year without which nothing is learned."""


@dataclass(frozen=True)
class Image:
    """What known ratings say about an index: pairs of number and quarter points, rising.

    `n_known` counts the country-editions behind the pairs.
    """

    pairs: tuple[tuple[Fraction, int], ...]
    n_known: int

    def values(self, number: Fraction) -> range:
        """Return the quarter points that a number of the index leaves."""
        exact = [quarters for known, quarters in self.pairs if known == number]
        if exact:
            return range(exact[0], exact[0] + 1)
        below = [quarters for known, quarters in self.pairs if known < number]
        above = [quarters for known, quarters in self.pairs if known > number]
        lowest = max(below, default=LOWEST_QUARTERS - 1) + 1
        return range(lowest, min(above, default=HIGHEST_QUARTERS + 1))


def learn_image(known: Collection[tuple[Fraction, int]]) -> Image | None:
    """Return the image that known ratings show, or None where it is not one.

    Parameters
    ----------
    known
        Number of the index and quarter points of each rating that is known.

    Returns
    -------
    Image or None
        None where two ratings have one number or two numbers one rating, where a higher rating has
        a lower number, or where fewer than `FEWEST` ratings are known.
    """
    pairs = sorted(set(known))
    rising = all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(pairs))
    return Image(tuple(pairs), len(known)) if rising and len(known) >= FEWEST else None


def add_rescaled(cases: Iterable[CountryCase]) -> None:
    """Add the ratings that rescaled scores tell, and derive what then follows.

    Nothing that is known changes, and what contradicts the facts of its country is not used.
    """
    known: dict[tuple[str, int, str], list[tuple[Fraction, int]]] = defaultdict(list)
    unknown: list[tuple[CountryCase, RescaledClaim]] = []
    for case in cases:
        values = case.all_values()
        for claim in case.rescaled:
            quarters = values.get((claim.edition, claim.category))
            if quarters is None:
                unknown.append((case, claim))
            else:
                known[_index_of(claim)].append((parse_number(claim.printed), quarters))
    images = {key: learn_image(pairs) for key, pairs in known.items()}
    for case, claim in unknown:
        _add(case, claim, images.get(_index_of(claim)))
    for case in {case.country: case for case, _ in unknown}.values():
        derive_open_ratings(case)


def _index_of(claim: RescaledClaim) -> tuple[str, int, str]:
    return claim.source_id, claim.edition, claim.category


def _add(case: CountryCase, claim: RescaledClaim, image: Image | None) -> None:
    """Add one rescaled score, as a rating where it leaves one value and as limits else."""
    cell = (claim.edition, claim.category)
    if image is None:
        reason = f"{claim.told()}: the numbers of that year do not rise with the known ratings"
        case.note(cell, UNUSABLE, RESCALED_SCORE, reason, [claim])
        return
    left = image.values(parse_number(claim.printed))
    agreed = [quarters for quarters in possible(case.facts, cell) if quarters in left]
    if not agreed:
        reason = f"{claim.told()} contradicts all other facts; {RULES[RESCALED_SCORE]}"
        case.note(cell, UNUSABLE, RESCALED_SCORE, reason, [claim])
        return
    told = " to ".join(f"{rating_of(end):.2f}" for end in sorted({left[0], left[-1]}))
    reason = f"{claim.told()}, which leaves {told} (7=best) as its numbers rise with all "
    reason += f"{image.n_known} ratings that are known of that year"
    if len(left) == 1:
        told_claim = replace(claim, quarters=left[0])
        case.verdicts[cell] = Verdict(left[0], (told_claim,))
        case.facts = replace(case.facts, ratings={**case.facts.ratings, cell: left[0]})
        case.note(cell, RESCALING, RESCALED_SCORE, reason, [claim], rating_of(left[0]))
    else:
        case.limit(cell, left, [claim])
        case.note(cell, RESCALING, RESCALED_SCORE, reason, [claim])
