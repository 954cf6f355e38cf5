"""Which of several printed values is right, rule by rule.

The rules are few, ordered, and the same for every country. A value that no rule prefers is not
used at all: better a gap than a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic

from analysis.facts.rating_system import CATEGORIES, SOURCE_KINDS
from analysis.reconciliation.claims import (
    AnyClaim,
    Cell,
    Claim,
    ListClaim,
    RatingClaim,
    ScoreClaim,
    only,
)

RULES: Final = {
    "convert": "every printed value becomes 7=best: 8 minus a value printed on 1=best",
    "drop exact duplicates": "the same value from several sources is one value with several "
    "sources",
    "declared misprint": "a misprint declared in corrections.yml is replaced by what it should be",
    "own score": "prefer the value with which the ratings of its own table give the Democracy "
    "Score printed there",
    "most editions": "else the value that most report editions print",
    "newer edition": "else the value that the newest report edition prints",
    "kind of source": "else publisher before archive before copy before press",
    "undecided": "no value is used where no rule prefers one",
    "own ratings": "a printed Democracy Score or Percentage must be the mean of the seven ratings "
    "that are known",
    "no such score": "a Democracy Score that no seven ratings in quarter points give is not used",
    "whole percentage": "a Democracy Percentage printed with two zeros counts as a whole number",
    "class of the score": "a regime class follows from the Democracy Score",
    "list against scores": "a change list that does not add up to the change of the Democracy "
    "Score is not complete",
    "list against ratings": "a change list that leaves out a printed change is not complete",
    "row against score": "ratings of a list that does not add up to its own score need another "
    "proof",
    "contradiction": "facts that exclude each other derive nothing",
    "no numbers": "a change without its numbers or its category fixes no rating",
    "mixed scale": "a change printed on 1=best on a 7=best page is read on the scale on which it "
    "fits the Democracy Score",
    "rescaled score": "an index that prints ratings on a scale of its own tells those that are not "
    "known, if its numbers rise with all that are known of the same year",
    "comparison": "what is said to be better, worse or the same limits a rating or score, after "
    "all that is printed with its number",
}
"""Every rule of reconciliation with its meaning, in the order in which they apply."""


@dataclass(frozen=True)
class Verdict(Generic[AnyClaim]):
    """What stands, on which claims, and by which rule others fell.

    `left` are the quarter points of a rating or the totals of a score that stand, none where no
    rule decides. `rule` is empty where nothing was in dispute.
    """

    left: range
    kept: tuple[AnyClaim, ...] = ()
    rejected: tuple[AnyClaim, ...] = ()
    rule: str = ""

    @property
    def value(self) -> int | None:
        """The only value that stands, if one does."""
        return self.left[0] if len(self.left) == 1 else None


def kept_by_rule(kept: Iterable[Claim], rule: str) -> str:
    """Return who is kept, and by which rule."""
    return f"kept {in_words(kept) or 'none'}; rule: {RULES[rule]}"


def in_words(claims: Iterable[Claim]) -> str:
    """Return who prints what."""
    return "; ".join(dict.fromkeys(claim.told() for claim in claims))


def rank_of(claim: Claim) -> tuple[bool, int, int, str]:
    """Return the place among claims to quote: no misprint, newest report, most trusted kind."""
    kind = SOURCE_KINDS.index(claim.kind)
    return claim.correction is not None, -claim.report_edition, kind, claim.source_id


def best_claim(claims: Iterable[AnyClaim]) -> AnyClaim:
    """Return the claim to quote."""
    return min(claims, key=rank_of)


def judge_rating(claims: Sequence[RatingClaim]) -> Verdict[RatingClaim]:
    """Return the rating that stands among all claims about one cell."""
    by_value: dict[int, list[RatingClaim]] = defaultdict(list)
    for claim in claims:
        by_value[claim.quarters].append(claim)
    fits = {None: 1, True: 2, False: 0}
    ranks = {v: (max(fits[c.fits] for c in g), *_support(g)) for v, g in by_value.items()}
    left, rule = _prefer(ranks, ("own score", "most editions", "newer edition", "kind of source"))
    kept = tuple(claim for claim in claims if claim.quarters in left)
    rejected = tuple(claim for claim in claims if claim.quarters not in left)
    return Verdict(left, kept, rejected, rule if rejected else "")


def _support(group: Sequence[Claim]) -> tuple[int, int, int]:
    """Count the editions that print a value, with the newest one and the best kind of source."""
    editions = {claim.report_edition for claim in group}
    kind = min(SOURCE_KINDS.index(claim.kind) for claim in group)
    return len(editions), max(editions), -kind


def _prefer(ranks: Mapping[int, tuple[int, ...]], rules: Sequence[str]) -> tuple[range, str]:
    """Return the value of the highest rank; the first place in which it leads names the rule."""
    first, *others = sorted(ranks, key=lambda value: (ranks[value], value), reverse=True)
    if not others:
        return only(first), rules[0]
    if ranks[first] == ranks[others[0]]:
        return range(0), "undecided"
    places = zip(ranks[first], ranks[others[0]], rules, strict=True)
    return only(first), next(name for one, other, name in places if one != other)


def judge_score(claims: Sequence[ScoreClaim], row_total: int | None) -> Verdict[ScoreClaim]:
    """Return the totals that stand among all scores and percentages printed of one edition.

    `row_total` is that of the seven ratings, if all are known: the best witness there is.
    """
    exact = {claim.totals[0] for claim in claims if len(claim.totals) == 1}
    backing = {total: [c for c in claims if total in c.totals] for total in exact}
    rounded = [claim.totals for claim in claims if claim.totals]
    left, rule = range(0), "no such score"
    if row_total in backing or (not backing and any(row_total in t for t in rounded)):
        assert row_total is not None
        left, rule = only(row_total), "own ratings"
    elif backing:
        ranks = {total: _support(group) for total, group in backing.items()}
        left, rule = _prefer(ranks, ("most editions", "newer edition", "kind of source"))
    elif rounded:
        left, rule = range(max(t[0] for t in rounded), min(t[-1] for t in rounded) + 1), ""
    if not left:
        return Verdict(range(0), (), tuple(claims), rule or "undecided")
    kept = tuple(c for c in claims if c.totals and set(left) <= set(c.totals))
    rejected = tuple(c for c in claims if c not in kept)
    # Without a rule that chose, all agree but those that no seven ratings give.
    return Verdict(left, kept, rejected, (rule or "no such score") if rejected else "")


def list_adds_up(changes: ListClaim, before: range | None, after: range | None) -> bool:
    """Tell whether a list's changes can be the change of the Democracy Score.

    True where a score or a number is missing: what cannot be checked is not refuted.
    """
    if changes.net is None or before is None or after is None:
        return True
    return any(total + changes.net in after for total in before)


def left_out(changes: ListClaim, ratings: Mapping[Cell, int]) -> list[tuple[str, int, int]]:
    """Return the printed changes that a list should name and does not: category, before, after."""
    edition, unnamed = changes.edition, [c for c in CATEGORIES if c not in changes.changed]
    pairs = [(c, ratings.get((edition - 1, c)), ratings.get((edition, c))) for c in unnamed]
    return [(c, a, b) for c, a, b in pairs if a is not None and b is not None and a != b]
