"""The steps of reconciliation for one country, in their order, and the check of its scores.

Each step takes the case as the steps before have left it and writes its rows of the audit.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain

from analysis.facts.rating_system import (
    CATEGORIES,
    SCORE,
    class_named,
    democracy_percentage,
    parse_number,
    regime_class,
    rounded,
)
from analysis.reconciliation.case import Action, CountryCase, score_of
from analysis.reconciliation.claims import (
    POINTS,
    QUARTERS,
    WHOLE_EDITION,
    Cell,
    Claim,
    ListClaim,
    ScoreClaim,
    seven_best_score,
)
from analysis.reconciliation.deduction import derive, minimal_conflict
from analysis.reconciliation.derivation import Facts, determine
from analysis.reconciliation.verdicts import (
    RULES,
    Verdict,
    in_words,
    judge_rating,
    kept_by_rule,
    left_out,
    list_adds_up,
)


def judge(case: CountryCase) -> None:
    """Take all steps up to derivation; what one country tells of another comes after."""
    _note_corrections(case)
    _judge_ratings(case)
    _judge_scores(case)
    _judge_lists(case)
    _judge_doubtful_ratings(case)
    rows = {edition: case.row_total(edition) for edition in case.printed_totals()}
    totals = {e: t for e, t in case.printed_totals().items() if rows[e] is None or rows[e] in t}
    case.facts = Facts(case.values(), frozenset(case.links), totals)
    derive_open_ratings(case)


def _note_corrections(case: CountryCase) -> None:
    """Note every declared misprint: what should be, what is printed."""
    for claim in chain(*case.ratings.values(), *case.scores.values()):
        if claim.correction:
            right = claim.correction.should_be
            reason = f"{claim.told()} should be {right} on {claim.scale}: {claim.correction.why}"
            values = (seven_best_score(text, claim.scale) for text in (right, claim.printed))
            case.note(claim.place, "correction", "declared misprint", reason, [claim], *values)


def _judge_ratings(case: CountryCase) -> None:
    """Settle what stands for each printed cell."""
    for cell, claims in sorted(case.ratings.items()):
        verdict = case.verdicts[cell] = judge_rating(claims)
        kept = None if verdict.value is None else verdict.value / 4
        for value in sorted({c.quarters for c in claims} - {verdict.value}):
            against = [c for c in verdict.rejected if c.quarters == value]
            reason = f"rejected {in_words(against)}; {kept_by_rule(verdict.kept, verdict.rule)}"
            both = [*verdict.kept, *against]
            case.note(cell, "conflict", verdict.rule, reason, both, kept, value / 4)
    for claim in case.unnumbered:
        reason = f"{claim.told()}: {RULES['no numbers']}"
        case.note(claim.place, "unusable", "no numbers", reason, [claim])


def _judge_scores(case: CountryCase) -> None:
    """Settle the total that each edition's printed scores allow.

    A list that does not add up to its own score is no witness: either may be wrong.
    """
    for (edition, _), verdict in case.doubtful().items():
        case.doubted[edition] |= {claim.source_id for claim in verdict.kept}
    for edition in sorted(case.scores):
        total = None if edition in case.doubted else case.row_total(edition)
        case.score_verdicts[edition] = case.judge_scores_of(edition, total)


def _judge_lists(case: CountryCase) -> None:
    """Check every complete list of changes; those that hold tie ratings to the edition before."""
    doubtful, printed = case.doubtful(), case.printed_totals()
    certain = {cell: value for cell, value in case.values().items() if cell not in doubtful}
    for changes in case.lists:
        totals = (printed.get(changes.edition - 1), printed.get(changes.edition))
        rule = evidence = ""
        if not list_adds_up(changes, *totals):
            rule, evidence = "list against scores", _sums(changes, *totals)
        elif missed := left_out(changes, certain):
            told = ", ".join(f"{c} {a / 4:.2f} to {b / 4:.2f}" for c, a, b in missed)
            rule, evidence = "list against ratings", f"it leaves out {told}"
        else:
            _audit_mixed_scale(case, changes, *totals)
            for category in CATEGORIES:
                if category not in changes.changed:
                    case.links[changes.edition, category].append(changes)
        if rule:
            reason = f"the list of changes ({changes.printed}; complete: {changes.stated}) of "
            reason += f"{changes.source_id} ({changes.report_edition} report, {changes.kind}): "
            reason += f"{evidence}, all on 7=best; it does not count as complete"
            case.note(changes.place, "unusable", rule, reason, [changes])


def _sums(changes: ListClaim, *totals: range | None) -> str:
    told = (" or ".join(f"{score_of(total):.2f}" for total in left or ()) for left in totals)
    net = score_of(changes.net or 0)
    return f"its changes sum to {net:+.2f}, the score goes from {' to '.join(told)}"


def _audit_mixed_scale(case: CountryCase, changes: ListClaim, *totals: range | None) -> None:
    """Note changes that a page prints on the other scale than its score, and the proof."""
    page = [c for c in case.scores[changes.edition] if c.source_id == changes.source_id]
    scales = {claim.scale for claim in page if claim.scale}
    odd = {}
    for category in sorted(changes.changed):
        editions = (changes.edition - 1, changes.edition)
        claims = [c for edition in editions for c in case.of_page(changes, edition, category)]
        if claims and claims[-1].scale not in scales:
            odd[category] = claims
    turned = (changes.net or 0) - 2 * sum(c[-1].quarters - c[0].quarters for c in odd.values())
    if not scales or not odd or list_adds_up(replace(changes, net=turned), *totals):
        return
    for claims in odd.values():
        reason = f"{in_words(claims)}, on a page whose score is on {', '.join(sorted(scales))}: "
        reason += f"{_sums(changes, *totals)}; {RULES['mixed scale']}"
        kept = claims[-1].quarters
        values = (kept / 4, (QUARTERS[0] + QUARTERS[-1] - kept) / 4)
        place = (changes.edition, claims[-1].category)
        case.note(place, "correction", "mixed scale", reason, claims, *values)


def _judge_doubtful_ratings(case: CountryCase) -> None:
    """Find which rating is wrong in a row that does not add up to its own Democracy Score.

    Ratings that other facts give decide: those that differ fall, and if the row then adds up the
    rest stands. Otherwise only those that other facts confirm stand.
    """
    doubtful = case.doubtful()
    if not doubtful:
        return
    firm = {cell: value for cell, value in case.values().items() if cell not in doubtful}
    known = determine(Facts(firm, frozenset(case.links), case.printed_totals())) or firm
    for cell, verdict in sorted(doubtful.items()):
        if cell in known and known[cell] != verdict.value:
            reason = f"rejected {in_words(verdict.kept)}: the ratings of that list do not give its "
            reason += f"own score, and all other facts give {known[cell] / 4:.2f} (7=best); "
            reason += f"rule: {RULES['own score']}"
            _reject(case, cell, "conflict", "own score", reason, known[cell] / 4)
    standing = {**known, **case.values()}
    for edition in sorted({cell[0] for cell in doubtful}):
        row = [(edition, category) for category in CATEGORIES]
        total = sum(standing[cell] for cell in row) if standing.keys() >= {*row} else None
        if not any(total in claim.totals for claim in case.scores[edition]):
            for cell in row:
                if cell in doubtful and cell not in known and (kept := case.verdicts[cell].kept):
                    reason = f"{in_words(kept)}: {RULES['row against score']}, and there is none"
                    _reject(case, cell, "unusable", "row against score", reason)


def _reject(
    case: CountryCase, cell: Cell, action: Action, rule: str, why: str, right: float | None = None
) -> None:
    """Let no printed value of a cell stand."""
    verdict = case.verdicts[cell]
    case.note(cell, action, rule, why, verdict.kept, right, (verdict.value or 0) / 4)
    case.verdicts[cell] = Verdict(range(0), (), verdict.kept, rule)


def derive_open_ratings(case: CountryCase) -> None:
    """Derive what the facts determine beyond what is known or derived already.

    Facts that exclude each other are set aside first.
    """
    while (steps := derive(replace(case.facts, ratings=case.all_values()))) is None:
        _set_conflict_aside(case)
    case.derivations |= {step.cell: step for step in steps}
    for step in steps:
        claims = case.claims_behind(step.cell)
        case.note(step.cell, "derivation", step.rule, step.told(), claims, step.quarters / 4)


def _set_conflict_aside(case: CountryCase) -> None:
    conflict = minimal_conflict(case.facts)
    claims: list[Claim] = [c for cell in sorted(conflict.ratings) for c in case.verdicts[cell].kept]
    claims += [c for edition in sorted(conflict.totals) for c in case.score_verdicts[edition].kept]
    claims += [c for cell in sorted(conflict.unchanged) for c in case.links[cell]]
    newest = max({e for e, _ in (*conflict.ratings, *conflict.unchanged)} | {*conflict.totals})
    reason = f"{RULES['contradiction']}: {in_words(claims)}"
    case.note((newest, WHOLE_EDITION), "conflict", "contradiction", reason, claims)
    totals = {e: t for e, t in case.facts.totals.items() if e not in conflict.totals}
    unchanged = frozenset(case.facts.unchanged) - frozenset(conflict.unchanged)
    case.facts = replace(case.facts, totals=totals, unchanged=unchanged)


def check_scores(case: CountryCase) -> None:
    """Write a row of the audit for every printed score or class that does not hold."""
    for edition in sorted(case.scores):
        total = case.row_total(edition)
        verdict = case.score_verdicts[edition] = case.judge_scores_of(edition, total)
        for totals in dict.fromkeys(claim.totals for claim in verdict.rejected):
            _note_rejected(case, edition, [c for c in verdict.rejected if c.totals == totals])
        if total is not None and verdict.left and total not in verdict.left:
            reason = f"the seven ratings give {score_of(total):.2f} (7=best), "
            reason += f"printed is {in_words(verdict.kept)}"
            case.note((edition, SCORE), "score", "row against score", reason, verdict.kept)
        _note_rounded(case, edition)
    _note_wrong_classes(case)


def _note_rejected(case: CountryCase, edition: int, against: list[ScoreClaim]) -> None:
    """Note equal scores or percentages that were rejected."""
    verdict, total, first = case.score_verdicts[edition], case.row_total(edition), against[0]
    rule = verdict.rule if first.totals else "no such score"
    reason = f"rejected {first.measure}: {in_words(against)}; "
    if total is not None:
        reason += f"the seven ratings give {score_of(total):.2f} (7=best); "
    reason += kept_by_rule(verdict.kept, rule)
    kept = None if verdict.value is None else score_of(verdict.value)
    rejected = seven_best_score(first.printed, first.scale) if first.scale else None
    case.note(first.place, "score", rule, reason, [*verdict.kept, *against], kept, rejected)


def _note_rounded(case: CountryCase, edition: int) -> None:
    """Note every percentage that looks more exact than it is, such as 47.00."""
    total = case.exact_total(edition)
    if total is None:
        return
    exact, score = democracy_percentage(Fraction(total, POINTS)), score_of(total)
    for claim in case.score_verdicts[edition].kept:
        is_exact = abs(exact - parse_number(claim.printed)) <= Fraction(1, 200)
        if not claim.scale and "." in claim.printed and not is_exact:
            reason = f"{claim.told()}, where a Democracy Score of {score:.2f} (7=best) "
            reason += f"gives {rounded(exact)} %: {RULES['whole percentage']}"
            case.note(claim.place, "score", "whole percentage", reason, [claim], score)


def _note_wrong_classes(case: CountryCase) -> None:
    """Note printed regime classes that are not the class of the edition's Democracy Score."""
    for claim in case.classes:
        total, printed = case.exact_total(claim.edition), class_named(claim.printed)
        if total is None or printed in (None, right := regime_class(Fraction(total, POINTS))):
            continue
        reason = f"rejected {claim.told()}: a Democracy Score of {score_of(total):.2f} (7=best) "
        reason += f"is a {right.name}"
        case.note(claim.place, "score", "class of the score", reason, [claim], score_of(total))
