"""What sources say without numbers: a rating or score is better, worse or the same as before.

Such words are the weakest witness. They are used after all numbers, limit a rating only against one
that is known, and fall where they contradict anything.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.facts.rating_system import SCORE
from analysis.reconciliation.audit import UNUSABLE
from analysis.reconciliation.case import CountryCase
from analysis.reconciliation.claims import Claim, ComparisonClaim
from analysis.reconciliation.derivation import possible, solve
from analysis.reconciliation.steps import derive_open_ratings
from analysis.reconciliation.verdicts import COMPARISON


def use_comparisons(case: CountryCase) -> None:
    """Limit what is open by what is compared with something known, and derive what follows."""
    for claim in case.comparisons:
        use = _limit_score if claim.category == SCORE else _limit_rating
        problem = use(case, claim) if claim.steps else "by which no two can differ"
        if problem:
            reason = f"{claim.told()}, {problem}"
            case.note((claim.edition, claim.category), UNUSABLE, COMPARISON, reason, [claim])
    if case.comparisons:
        derive_open_ratings(case)


def _limit_rating(case: CountryCase, claim: ComparisonClaim) -> str:
    """Limit a rating by one that is known; return why that cannot be."""
    cell, base = (claim.edition, claim.category), (claim.since, claim.category)
    known = case.all_values()
    if base not in known:
        return "which is not known"
    left = _after(known[base], claim.steps)
    agreed = [quarters for quarters in possible(case.facts, cell) if quarters in left]
    if not agreed:
        return "against the ratings that are printed"
    if cell not in known:
        case.limit(cell, left, [claim, *case.claims_behind(base)])
    return ""


def _limit_score(case: CountryCase, claim: ComparisonClaim) -> str:
    """Limit an edition's total by one that is known; return why that cannot be."""
    before = _total(case, claim.since)
    if before is None:
        return "which is not known"
    left, total = _after(before, claim.steps), _total(case, claim.edition)
    if total is not None:
        return "" if total in left else "against the scores that are printed"
    printed = case.facts.totals.get(claim.edition, left)
    both = range(max(left[0], printed[0]), min(left[-1], printed[-1]) + 1)
    facts = replace(case.facts, totals={**case.facts.totals, claim.edition: both})
    if solve(facts) is None:
        return "against the ratings that are printed"
    case.facts = facts
    behind: list[Claim] = [claim, *case.score_claims(claim.since)]
    case.limiting[claim.edition, SCORE] += behind
    return ""


def _after(value: int, steps: range) -> range:
    return range(value + steps[0], value + steps[-1] + 1)


def _total(case: CountryCase, edition: int) -> int | None:
    """Return the total of an edition, from its ratings or its score."""
    totals = case.facts.totals.get(edition, range(0))
    return totals[0] if len(totals) == 1 else case.row_total(edition)
