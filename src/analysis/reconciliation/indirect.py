"""What tells of a rating without printing it: an index on a scale of its own, and mere words.

Transparency International's Corruption Perceptions Index prints the Corruption rating anew, on 0 to
100, for every country of *Nations in Transit*. Within a year that is a strictly rising image of the
ratings, as those that are known show; so a rating that is not known equals that of a country with
the same number, and lies strictly between the ratings on both sides of it.

Words - a rating or score is better, worse or the same as before - are the weakest witness. They are
used after all numbers, limit a rating only against one that is known, and fall where they
contradict anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from analysis.facts.rating_system import SCORE, parse_number
from analysis.reconciliation.case import Action, CountryCase, overlap
from analysis.reconciliation.claims import QUARTERS, ComparisonClaim, RescaledClaim, only
from analysis.reconciliation.derivation import possible, solve
from analysis.reconciliation.steps import derive_open_ratings
from analysis.reconciliation.verdicts import RULES, Verdict

FEWEST: Final = 10
"""Known ratings of a year without which nothing is learned."""


def values_left(known: Collection[tuple[Fraction, int]], number: Fraction) -> range | None:
    """Return the quarter points that a number of an index leaves, as ratings that are known show.

    `known` are pairs of number and quarter points. None where two ratings have one number or two
    numbers one rating, where a higher rating has a lower number, or where fewer than `FEWEST`
    ratings are known.
    """
    pairs = sorted(set(known))
    rising = all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(pairs))
    if not rising or len(known) < FEWEST:
        return None
    below = [quarters for other, quarters in pairs if other < number]
    above = [quarters for other, quarters in pairs if other > number]
    between = range(max(below, default=QUARTERS[0] - 1) + 1, min(above, default=QUARTERS.stop))
    exact = dict(pairs).get(number)
    return between if exact is None else only(exact)


def add_rescaled(cases: Iterable[CountryCase]) -> None:
    """Add the ratings that rescaled scores tell, and derive what then follows.

    Nothing that is known changes, and what contradicts the facts of its country is not used.
    """
    known: dict[tuple[str, int, str], list[tuple[Fraction, int]]] = defaultdict(list)
    unknown: list[tuple[CountryCase, RescaledClaim]] = []
    for case in cases:
        values = case.all_values()
        for claim in case.rescaled:
            if claim.place in values:
                pair = (parse_number(claim.printed), values[claim.place])
                known[claim.source_id, *claim.place].append(pair)
            else:
                unknown.append((case, claim))
    for case, claim in unknown:
        _add(case, claim, known[claim.source_id, *claim.place])
    for case in {case.country: case for case, _ in unknown}.values():
        derive_open_ratings(case)


def _add(case: CountryCase, claim: RescaledClaim, known: Collection[tuple[Fraction, int]]) -> None:
    """Add one rescaled score, as a rating where it leaves one value and as limits else."""
    cell, left = claim.place, values_left(known, parse_number(claim.printed))
    action: Action = "unusable"
    value = None
    if left is None:
        reason = f"{claim.told()}: the numbers of that year do not rise with the known ratings"
    elif not set(left) & set(possible(case.facts, cell)):
        reason = f"{claim.told()} contradicts all other facts; {RULES['rescaled score']}"
    else:
        action, value = "rescaling", left[0] / 4 if len(left) == 1 else None
        told = " to ".join(f"{end / 4:.2f}" for end in sorted({left[0], left[-1]}))
        reason = f"{claim.told()}, which leaves {told} (7=best) as its numbers rise with all "
        reason += f"{len(known)} ratings that are known of that year"
        if value is None:
            case.limit(cell, left, [claim])
        else:
            case.verdicts[cell] = Verdict(left, (replace(claim, quarters=left[0]),))
            case.facts = replace(case.facts, ratings={**case.facts.ratings, cell: left[0]})
    case.note(cell, action, "rescaled score", reason, [claim], value)


def use_comparisons(case: CountryCase) -> None:
    """Limit what is open by what is compared with something known, and derive what follows."""
    for claim in case.comparisons:
        use = _limit_score if claim.category == SCORE else _limit_rating
        problem = use(case, claim) if claim.steps else "by which no two can differ"
        if problem:
            reason = f"{claim.told()}, {problem}"
            case.note(claim.place, "unusable", "comparison", reason, [claim])
    if case.comparisons:
        derive_open_ratings(case)


def _limit_rating(case: CountryCase, claim: ComparisonClaim) -> str:
    """Limit a rating by one that is known; return why that cannot be."""
    known, base = case.all_values(), (claim.since, claim.category)
    if base not in known:
        return "which is not known"
    left = claim.after(known[base])
    if not set(left) & set(possible(case.facts, claim.place)):
        return "against the ratings that are printed"
    if claim.place not in known:
        case.limit(claim.place, left, [claim, *case.claims_behind(base)])
    return ""


def _limit_score(case: CountryCase, claim: ComparisonClaim) -> str:
    """Limit an edition's total by one that is known; return why that cannot be."""
    before, total = case.exact_total(claim.since), case.exact_total(claim.edition)
    if before is None:
        return "which is not known"
    left = claim.after(before)
    if total is not None:
        return "" if total in left else "against the scores that are printed"
    both = overlap(left, case.facts.totals.get(claim.edition, left))
    facts = replace(case.facts, totals={**case.facts.totals, claim.edition: both})
    if solve(facts) is None:
        return "against the ratings that are printed"
    case.facts = facts
    case.limiting[claim.place] += [claim, *case.score_claims(claim.since)]
    return ""
