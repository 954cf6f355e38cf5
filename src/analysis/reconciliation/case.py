"""One country's case: its claims, what was decided about them, and the rows of its audit.

The audit has one row for every conflict, correction, derivation and fact that is not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

import pandas as pd

from analysis.facts.countries import BY_NAME
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.claims import (
    POINTS,
    Cell,
    Claim,
    ComparisonClaim,
    ListClaim,
    RatingClaim,
    RescaledClaim,
    ScoreClaim,
)
from analysis.reconciliation.deduction import Derivation
from analysis.reconciliation.derivation import Facts, Solution, solve
from analysis.reconciliation.verdicts import Verdict, best_claim, judge_score
from analysis.tables.schema import columns
from analysis.tables.stored import in_order

Action = Literal["conflict", "correction", "derivation", "rescaling", "score", "unusable"]
ACTIONS: Final = get_args(Action)

STATUSES: Final = ("printed", "corrected", "derived", "rescaled")
"""How a rating is known."""


@dataclass
class CountryCase:
    """All facts of one country and what was decided about them.

    Claims come first: `unnumbered` are changes that a source reports without their numbers or
    category, `classes` printed regime classes. Then what stands: `doubted` are sources whose
    ratings of an edition contradict the score printed with them, `links` cells unchanged against
    the edition before with the lists that say so, `limiting` the claims behind the limits of a cell
    and behind a total that a comparison gives, `facts` what derivation started from.
    """

    country: str
    ratings: dict[Cell, list[RatingClaim]] = field(default_factory=lambda: defaultdict(list))
    scores: dict[int, list[ScoreClaim]] = field(default_factory=lambda: defaultdict(list))
    lists: list[ListClaim] = field(default_factory=list)
    unnumbered: list[Claim] = field(default_factory=list)
    classes: list[Claim] = field(default_factory=list)
    rescaled: list[RescaledClaim] = field(default_factory=list)
    comparisons: list[ComparisonClaim] = field(default_factory=list)
    verdicts: dict[Cell, Verdict[RatingClaim]] = field(default_factory=dict)
    score_verdicts: dict[int, Verdict[ScoreClaim]] = field(default_factory=dict)
    doubted: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    links: dict[Cell, list[ListClaim]] = field(default_factory=lambda: defaultdict(list))
    limiting: dict[Cell, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    facts: Facts = field(default_factory=Facts)
    derivations: dict[Cell, Derivation] = field(default_factory=dict)
    audit: list[tuple[Any, ...]] = field(default_factory=list)

    def of_page(self, changes: ListClaim, edition: int, category: str) -> list[RatingClaim]:
        """Return the ratings that the page of a list of changes prints of a cell."""
        page = (changes.source_id, changes.report_edition)
        claims = self.ratings.get((edition, category), [])
        return [claim for claim in claims if (claim.source_id, claim.report_edition) == page]

    def note(
        self,
        place: Cell,
        action: Action,
        rule: str,
        reason: str,
        claims: Iterable[Claim],
        kept: float | None = None,
        rejected: float | None = None,
    ) -> None:
        """Write a row of the audit about a place, with the sources of `claims`.

        `kept` and `rejected` are on ``7=best``.
        """
        where = (self.country, BY_NAME[self.country].iso3, *place)
        self.audit.append((*where, action, rule, kept, rejected, reason, join_sources(claims)))

    def values(self) -> dict[Cell, int]:
        """Return the quarter points of every printed cell that stands."""
        return {cell: v.value for cell, v in self.verdicts.items() if v.value is not None}

    def doubtful(self) -> dict[Cell, Verdict[RatingClaim]]:
        """Return what stands of ratings printed only in rows that contradict their own score."""
        fits = {cell: {c.fits for c in verdict.kept} for cell, verdict in self.verdicts.items()}
        return {cell: self.verdicts[cell] for cell in fits if fits[cell] == {False}}

    def all_values(self) -> dict[Cell, int]:
        """Return the quarter points of every known cell, printed or derived."""
        return self.values() | {cell: d.quarters for cell, d in self.derivations.items()}

    def limit(self, cell: Cell, left: range, claims: Iterable[Claim]) -> None:
        """Let `claims` leave only some values of a rating that is not known."""
        both = overlap(self.facts.limits.get(cell, left), left)
        self.facts = replace(self.facts, limits={**self.facts.limits, cell: both})
        self.limiting[cell] += claims

    def row_total(self, edition: int) -> int | None:
        """Return the total of an edition's seven ratings if all are known."""
        values = self.all_values()
        known = [values[edition, c] for c in CATEGORIES if (edition, c) in values]
        return sum(known) if len(known) == len(CATEGORIES) else None

    def exact_total(self, edition: int) -> int | None:
        """Return the total of an edition, from its ratings or what is printed of its score."""
        total, left = self.row_total(edition), self.facts.totals.get(edition, range(0))
        return left[0] if total is None and len(left) == 1 else total

    def printed_totals(self) -> dict[int, range]:
        """Return the totals that each edition's printed scores allow, where they allow any."""
        return {e: verdict.left for e, verdict in self.score_verdicts.items() if verdict.left}

    def judge_scores_of(self, edition: int, row_total: int | None) -> Verdict[ScoreClaim]:
        """Return what stands of an edition's scores, without doubted ones unless ratings decide."""
        claims = self.scores[edition]
        usable = [c for c in claims if c.source_id not in self.doubted.get(edition, ())]
        if usable or row_total is not None:
            return judge_score(usable if row_total is None else claims, row_total)
        return Verdict(range(0), (), tuple(claims), "row against score")

    def status(self, cell: Cell) -> str:
        """Return how a rating is known: one of `STATUSES`."""
        if cell in self.derivations:
            return "derived"
        best = best_claim(self.verdicts[cell].kept)
        if isinstance(best, RescaledClaim):
            return "rescaled"
        return "corrected" if best.correction else "printed"

    def steps_to(self, cell: Cell) -> list[Derivation]:
        """Return the derivations that lead to a cell, each after those it uses."""
        needed, waiting = set(), [cell]
        while waiting:
            step = self.derivations.get(waiting.pop())
            if step is not None and step.cell not in needed:
                needed.add(step.cell)
                waiting += step.cells
        return [step for known, step in self.derivations.items() if known in needed]

    def facts_of(self, steps: Iterable[Derivation]) -> Iterator[Claim]:
        """Yield one claim for every printed fact that derivations use."""
        for step in steps:
            printed = (cell for cell in step.cells if cell not in self.derivations)
            yield from (best_claim(self.verdicts[cell].kept) for cell in printed)
            for edition in step.totals:
                yield from self.score_claims(edition)
            yield from (best_claim(self.links[link]) for link in step.unchanged)
            for limited in step.limits:
                yield from self.limiting[limited]

    def claims_behind(self, cell: Cell) -> set[Claim]:
        """Return one claim for every fact that a cell follows from, back to what is printed."""
        if cell in self.derivations:
            return set(self.facts_of(self.steps_to(cell)))
        return {best_claim(self.verdicts[cell].kept)}

    def score_claims(self, edition: int) -> list[Claim]:
        """Return the claim that fixes an edition's total, or all that bound it together."""
        verdict = self.score_verdicts.get(edition)
        kept = verdict.kept if verdict else ()
        exact = [claim for claim in kept if len(claim.totals) == 1]
        return [best_claim(exact)] if exact else [*kept, *self.limiting.get((edition, SCORE), ())]


def solved(cases: Mapping[str, CountryCase], country: str) -> Solution:
    """Return what the facts say of a country; all is open where no source prints anything."""
    solution = solve(cases[country].facts if country in cases else Facts())
    assert solution is not None, "facts that contradict each other were set aside before"
    return solution


def overlap(one: range, other: range) -> range:
    """Return the numbers that two ranges share; none is empty."""
    return range(max(one[0], other[0]), min(one[-1], other[-1]) + 1)


def join_sources(claims: Iterable[Claim]) -> str:
    """Return the sources of `claims`, each once, in order, joined by semicolons."""
    return ";".join(sorted({claim.source_id for claim in claims}))


def score_of(total: int) -> float:
    """Return the Democracy Score of a total of quarter points, to two decimals."""
    return round(total / POINTS, 2)


def audit_table(cases: Iterable[CountryCase]) -> pd.DataFrame:
    """Return the table ``audit``, sorted by country, edition, category and action."""
    rows = [row for case in cases for row in case.audit]
    table = pd.DataFrame(rows, columns=list(columns("audit"))).drop_duplicates()
    table = table.astype({"edition": int, "kept": float, "rejected": float})
    # Values before the words, which differ with the scale that a source prints.
    words = ("source_ids", "rejected", "reason")
    return in_order(table, "country", "edition", "category", "action", "rule", *words)
