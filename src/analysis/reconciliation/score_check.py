"""Printed scores, percentages and regime classes, held against the seven ratings."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from analysis.facts.rating_system import (
    REGIME_CLASSES,
    SCORE,
    democracy_percentage,
    parse_number,
    regime_class,
    rounded,
)
from analysis.reconciliation.audit import (
    CORRECTION,
    SCORE_ACTION,
    in_words,
    score_of,
)
from analysis.reconciliation.case import CountryCase
from analysis.reconciliation.claims import POINTS, Claim, ScoreClaim, seven_best_score
from analysis.reconciliation.verdicts import (
    CLASS_OF_SCORE,
    DECLARED,
    NO_SUCH_SCORE,
    ROW_AGAINST_SCORE,
    RULES,
    WHOLE_PERCENTAGE,
    ScoreVerdict,
)


def check_scores(case: CountryCase) -> None:
    """Write a row of the audit for every printed score or class that does not hold."""
    for edition, claims in sorted(case.scores.items()):
        total = case.row_total(edition)
        verdict = case.score_verdicts[edition] = case.judge_scores_of(edition, total)
        for claim in claims:
            if claim.correction:
                printed = (claim.correction.should_be, claim.printed)
                values = (seven_best_score(number, claim.scale) for number in printed)
                note_correction(case, SCORE, claim, *values)
        rejected: dict[range, list[ScoreClaim]] = {}
        for claim in verdict.rejected:
            rejected.setdefault(claim.totals, []).append(claim)
        for against in rejected.values():
            _note_rejected(case, verdict, against)
        if total is not None and verdict.totals is not None and total not in verdict.totals:
            reason = f"the seven ratings give {score_of(total):.2f} (7=best), "
            reason += f"printed is {in_words(verdict.kept)}"
            place = (edition, SCORE)
            case.note(place, SCORE_ACTION, ROW_AGAINST_SCORE, reason, verdict.kept)
        _note_rounded(case, verdict)
    _note_wrong_classes(case)


def note_correction(
    case: CountryCase, category: str, claim: Claim, kept: float, rejected: float
) -> None:
    """Write the row of the audit of a declared misprint."""
    assert claim.correction is not None
    right = claim.correction.should_be
    reason = f"{claim.told()} should be {right} on {claim.scale}: {claim.correction.why}"
    place = (claim.edition, category)
    case.note(place, CORRECTION, DECLARED, reason, [claim], kept, rejected)


def kept_by_rule(kept: Iterable[Claim], rule: str) -> str:
    """Return who is kept, and by which rule."""
    return f"kept {in_words(kept) or 'none'}; rule: {RULES[rule]}"


def _exact_total(case: CountryCase, edition: int) -> int | None:
    """Return the total of an edition's ratings, known from them or from the printed scores."""
    total = case.row_total(edition)
    printed = case.printed_totals().get(edition, range(0))
    return printed[0] if total is None and len(printed) == 1 else total


def _note_rounded(case: CountryCase, verdict: ScoreVerdict) -> None:
    """Note every percentage that looks more exact than it is, such as 47.00."""
    for claim in verdict.kept:
        total = _exact_total(case, claim.edition)
        if claim.scale or "." not in claim.printed or total is None:
            continue
        exact = democracy_percentage(Fraction(total, POINTS))
        if abs(exact - parse_number(claim.printed)) > Fraction(1, 200):
            reason = f"{claim.told()}, where a Democracy Score of {score_of(total):.2f} (7=best) "
            reason += f"gives {rounded(exact)} %: {RULES[WHOLE_PERCENTAGE]}"
            place, kept = (claim.edition, SCORE), score_of(total)
            case.note(place, SCORE_ACTION, WHOLE_PERCENTAGE, reason, [claim], kept)


def _note_wrong_classes(case: CountryCase) -> None:
    """Note printed regime classes that are not the class of the edition's Democracy Score."""
    by_name = {_bare(regime.name): regime for regime in REGIME_CLASSES}
    for claim in case.classes:
        total = _exact_total(case, claim.edition)
        printed = by_name.get(_bare(claim.printed))
        if total is None or printed is None:
            continue
        right, score = regime_class(Fraction(total, POINTS)), score_of(total)
        if printed != right:
            reason = f"rejected {claim.told()}: a Democracy Score of {score:.2f} (7=best) "
            reason += f"is a {right.name}"
            place = (claim.edition, SCORE)
            case.note(place, SCORE_ACTION, CLASS_OF_SCORE, reason, [claim], score)


def _bare(name: str) -> str:
    """Return a class's name without case and signs, by the wording of the later editions."""
    letters = "".join(filter(str.isalpha, name.casefold()))
    return letters.replace("transitionalgovernment", "transitional")


def _note_rejected(case: CountryCase, verdict: ScoreVerdict, against: list[ScoreClaim]) -> None:
    """Note equal scores or percentages that were rejected."""
    first = against[0]
    rule = verdict.rule if first.totals else NO_SUCH_SCORE
    reason = f"rejected {first.measure}: {in_words(against)}; "
    total = case.row_total(first.edition)
    if total is not None:
        reason += f"the seven ratings give {score_of(total):.2f} (7=best); "
    reason += kept_by_rule(verdict.kept, rule)
    kept = score_of(verdict.totals[0]) if verdict.totals and len(verdict.totals) == 1 else None
    rejected = seven_best_score(first.printed, first.scale) if first.scale else None
    claims = [*verdict.kept, *against]
    case.note((first.edition, SCORE), SCORE_ACTION, rule, reason, claims, kept, rejected)
