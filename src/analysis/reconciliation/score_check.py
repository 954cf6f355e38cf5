"""Printed scores, percentages and regime classes, held against the seven ratings."""

from __future__ import annotations

from fractions import Fraction

from analysis.facts.rating_system import (
    REGIME_CLASSES,
    SCORE,
    democracy_percentage,
    parse_number,
    regime_class,
    rounded,
)
from analysis.reconciliation.case import SCORE_ACTION, CountryCase, score_of
from analysis.reconciliation.claims import POINTS, ScoreClaim, seven_best_score
from analysis.reconciliation.verdicts import (
    CLASS_OF_SCORE,
    NO_SUCH_SCORE,
    ROW_AGAINST_SCORE,
    RULES,
    WHOLE_PERCENTAGE,
    in_words,
    kept_by_rule,
)


def check_scores(case: CountryCase) -> None:
    """Write a row of the audit for every printed score or class that does not hold."""
    for edition, claims in sorted(case.scores.items()):
        place, total = (edition, SCORE), case.row_total(edition)
        verdict = case.score_verdicts[edition] = case.judge_scores_of(edition, total)
        for claim in claims:
            if claim.correction:
                printed = (claim.correction.should_be, claim.printed)
                values = (seven_best_score(number, claim.scale) for number in printed)
                case.note_correction(place, claim, *values)
        for totals in dict.fromkeys(claim.totals for claim in verdict.rejected):
            _note_rejected(case, edition, [c for c in verdict.rejected if c.totals == totals])
        if total is not None and verdict.totals is not None and total not in verdict.totals:
            reason = f"the seven ratings give {score_of(total):.2f} (7=best), "
            reason += f"printed is {in_words(verdict.kept)}"
            case.note(place, SCORE_ACTION, ROW_AGAINST_SCORE, reason, verdict.kept)
        _note_rounded(case, edition)
    _note_wrong_classes(case)


def _note_rejected(case: CountryCase, edition: int, against: list[ScoreClaim]) -> None:
    """Note equal scores or percentages that were rejected."""
    verdict, total, first = case.score_verdicts[edition], case.row_total(edition), against[0]
    rule = verdict.rule if first.totals else NO_SUCH_SCORE
    reason = f"rejected {first.measure}: {in_words(against)}; "
    if total is not None:
        reason += f"the seven ratings give {score_of(total):.2f} (7=best); "
    reason += kept_by_rule(verdict.kept, rule)
    kept = score_of(verdict.totals[0]) if verdict.totals and len(verdict.totals) == 1 else None
    rejected = seven_best_score(first.printed, first.scale) if first.scale else None
    claims = [*verdict.kept, *against]
    case.note((edition, SCORE), SCORE_ACTION, rule, reason, claims, kept, rejected)


def _exact_total(case: CountryCase, edition: int) -> int | None:
    """Return the total of an edition's ratings, known from them or from the printed scores."""
    total = case.row_total(edition)
    printed = case.printed_totals().get(edition, range(0))
    return printed[0] if total is None and len(printed) == 1 else total


def _note_rounded(case: CountryCase, edition: int) -> None:
    """Note every percentage that looks more exact than it is, such as 47.00."""
    total = _exact_total(case, edition)
    for claim in case.score_verdicts[edition].kept:
        if claim.scale or "." not in claim.printed or total is None:
            continue
        exact = democracy_percentage(Fraction(total, POINTS))
        if abs(exact - parse_number(claim.printed)) > Fraction(1, 200):
            reason = f"{claim.told()}, where a Democracy Score of {score_of(total):.2f} (7=best) "
            reason += f"gives {rounded(exact)} %: {RULES[WHOLE_PERCENTAGE]}"
            place, kept = (edition, SCORE), score_of(total)
            case.note(place, SCORE_ACTION, WHOLE_PERCENTAGE, reason, [claim], kept)


def _note_wrong_classes(case: CountryCase) -> None:
    """Note printed regime classes that are not the class of the edition's Democracy Score."""
    by_name = {_bare(regime.name): regime for regime in REGIME_CLASSES}
    for claim in case.classes:
        total, printed = _exact_total(case, claim.edition), by_name.get(_bare(claim.printed))
        if total is None or printed in (None, right := regime_class(Fraction(total, POINTS))):
            continue
        reason = f"rejected {claim.told()}: a Democracy Score of {score_of(total):.2f} (7=best) "
        reason += f"is a {right.name}"
        place, kept = (claim.edition, SCORE), score_of(total)
        case.note(place, SCORE_ACTION, CLASS_OF_SCORE, reason, [claim], kept)


def _bare(name: str) -> str:
    """Return a class's name without case and signs, by the wording of the later editions."""
    letters = "".join(filter(str.isalpha, name.casefold()))
    return letters.replace("transitionalgovernment", "transitional")
