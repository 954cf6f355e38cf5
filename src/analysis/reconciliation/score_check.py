"""Printed scores, percentages and regime classes, held against the seven ratings."""

from __future__ import annotations

from collections.abc import Iterator
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
    AuditRow,
    audit_row,
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
        corrected = [claim for claim in claims if claim.correction]
        case.audit += [_score_correction_row(case, claim) for claim in corrected]
        rejected: dict[range, list[ScoreClaim]] = {}
        for claim in verdict.rejected:
            rejected.setdefault(claim.totals, []).append(claim)
        for against in rejected.values():
            case.audit.append(_score_row(case, verdict, against))
        if total is not None and verdict.totals is not None and total not in verdict.totals:
            reason = f"the seven ratings give {score_of(total):.2f} (7=best), "
            reason += f"printed is {in_words(verdict.kept)}"
            place = (case.country, edition, SCORE)
            case.audit.append(
                audit_row(place, SCORE_ACTION, ROW_AGAINST_SCORE, reason, verdict.kept)
            )
        case.audit += _rounded_rows(case, verdict)
    case.audit += [_class_row(case, claim, score) for claim, score in _wrong_classes(case)]


def _exact_total(case: CountryCase, edition: int) -> int | None:
    """Return the total of an edition's ratings, known from them or from the printed scores."""
    total = case.row_total(edition)
    printed = case.printed_totals().get(edition, range(0))
    return printed[0] if total is None and len(printed) == 1 else total


def _rounded_rows(case: CountryCase, verdict: ScoreVerdict) -> Iterator[AuditRow]:
    """Yield a row for every percentage that looks more exact than it is, such as 47.00."""
    for claim in verdict.kept:
        total = _exact_total(case, claim.edition)
        if claim.scale or "." not in claim.printed or total is None:
            continue
        exact = democracy_percentage(Fraction(total, POINTS))
        if abs(exact - parse_number(claim.printed)) > Fraction(1, 200):
            reason = f"{claim.told()}, where a Democracy Score of {score_of(total):.2f} (7=best) "
            reason += f"gives {rounded(exact)} %: {RULES[WHOLE_PERCENTAGE]}"
            place = (case.country, claim.edition, SCORE)
            row = audit_row(place, SCORE_ACTION, WHOLE_PERCENTAGE, reason, [claim], score_of(total))
            yield row


def _wrong_classes(case: CountryCase) -> Iterator[tuple[Claim, int]]:
    """Yield printed regime classes that are not the class of the edition's Democracy Score."""
    by_name = {_bare(regime.name): regime for regime in REGIME_CLASSES}
    for claim in case.classes:
        total = _exact_total(case, claim.edition)
        printed = by_name.get(_bare(claim.printed))
        if total is not None and printed and printed != regime_class(Fraction(total, POINTS)):
            yield claim, total


def _bare(name: str) -> str:
    """Return a class's name without case and signs, by the wording of the later editions."""
    letters = "".join(filter(str.isalpha, name.casefold()))
    return letters.replace("transitionalgovernment", "transitional")


def _class_row(case: CountryCase, claim: Claim, total: int) -> AuditRow:
    score = score_of(total)
    right = regime_class(Fraction(total, POINTS)).name
    reason = f"rejected {claim.told()}: a Democracy Score of {score:.2f} (7=best) is a {right}"
    place = (case.country, claim.edition, SCORE)
    return audit_row(place, SCORE_ACTION, CLASS_OF_SCORE, reason, [claim], score)


def _score_correction_row(case: CountryCase, claim: ScoreClaim) -> AuditRow:
    assert claim.correction is not None
    right = claim.correction.should_be
    reason = f"{claim.told()} should be {right} on {claim.scale}: {claim.correction.why}"
    values = (seven_best_score(right, claim.scale), seven_best_score(claim.printed, claim.scale))
    place = (case.country, claim.edition, SCORE)
    return audit_row(place, CORRECTION, DECLARED, reason, [claim], *values)


def _score_row(case: CountryCase, verdict: ScoreVerdict, against: list[ScoreClaim]) -> AuditRow:
    """Return the row of equal scores or percentages that were rejected."""
    first = against[0]
    rule = verdict.rule if first.totals else NO_SUCH_SCORE
    reason = f"rejected {first.measure}: {in_words(against)}; "
    total = case.row_total(first.edition)
    if total is not None:
        reason += f"the seven ratings give {score_of(total):.2f} (7=best); "
    reason += f"kept {in_words(verdict.kept)}; " if verdict.kept else "kept none; "
    reason += f"rule: {RULES[rule]}"
    kept = score_of(verdict.totals[0]) if verdict.totals and len(verdict.totals) == 1 else None
    rejected = seven_best_score(first.printed, first.scale) if first.scale else None
    claims = [*verdict.kept, *against]
    place = (case.country, first.edition, SCORE)
    return audit_row(place, SCORE_ACTION, rule, reason, claims, kept, rejected)
