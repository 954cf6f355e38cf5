"""One country's case: its claims, what was decided about them, and the rows of its audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.reconciliation.audit import AuditRow, join_sources
from analysis.reconciliation.claims import (
    Claim,
    Claims,
    ComparisonClaim,
    ListClaim,
    RatingClaim,
    RescaledClaim,
    ScoreClaim,
)
from analysis.reconciliation.deduction import Derivation
from analysis.reconciliation.derivation import Cell, Facts
from analysis.reconciliation.verdicts import (
    ROW_AGAINST_SCORE,
    ScoreVerdict,
    Verdict,
    best_claim,
    judge_score,
)


@dataclass
class CountryCase:
    """All facts of one country and what was decided about them.

    Attributes
    ----------
    country
        Project name.
    ratings, scores, lists, unnumbered, classes, rescaled, comparisons
        The claims.
    verdicts
        What stands for each cell that is printed.
    score_verdicts
        What stands for each edition's score.
    doubted
        Sources whose ratings of an edition contradict the score printed with them.
    links
        Cells unchanged against the edition before, with the lists that say so.
    limiting
        Claims behind the limits of a cell, and behind a total that a comparison gives.
    facts
        What derivation started from.
    derivations
        The derived ratings, in order.
    audit
        Rows of the audit.
    """

    country: str
    ratings: dict[Cell, list[RatingClaim]] = field(default_factory=lambda: defaultdict(list))
    scores: dict[int, list[ScoreClaim]] = field(default_factory=lambda: defaultdict(list))
    lists: list[ListClaim] = field(default_factory=list)
    unnumbered: list[Claim] = field(default_factory=list)
    classes: list[Claim] = field(default_factory=list)
    rescaled: list[RescaledClaim] = field(default_factory=list)
    comparisons: list[ComparisonClaim] = field(default_factory=list)
    verdicts: dict[Cell, Verdict] = field(default_factory=dict)
    score_verdicts: dict[int, ScoreVerdict] = field(default_factory=dict)
    doubted: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    links: dict[Cell, list[ListClaim]] = field(default_factory=lambda: defaultdict(list))
    limiting: dict[Cell, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    facts: Facts = field(default_factory=Facts)
    derivations: dict[Cell, Derivation] = field(default_factory=dict)
    audit: list[AuditRow] = field(default_factory=list)

    def note(
        self,
        place: tuple[int, str],
        action: str,
        rule: str,
        reason: str,
        claims: Iterable[Claim],
        kept: float | None = None,
        rejected: float | None = None,
    ) -> None:
        """Write a row of the audit about an edition and category, with the sources of `claims`."""
        sources = join_sources(claims)
        self.audit.append(
            AuditRow(self.country, *place, action, rule, kept, rejected, reason, sources)
        )

    def values(self) -> dict[Cell, int]:
        """Return the quarter points of every printed cell that stands."""
        return {cell: v.value for cell, v in self.verdicts.items() if v.value is not None}

    def all_values(self) -> dict[Cell, int]:
        """Return the quarter points of every known cell, printed or derived."""
        return self.values() | {cell: d.quarters for cell, d in self.derivations.items()}

    def limit(self, cell: Cell, left: range, claims: Iterable[Claim]) -> None:
        """Let `claims` leave only some values of a rating that is not known."""
        before = self.facts.limits.get(cell, left)
        both = range(max(before[0], left[0]), min(before[-1], left[-1]) + 1)
        self.facts = replace(self.facts, limits={**self.facts.limits, cell: both})
        self.limiting[cell] += claims

    def row_total(self, edition: int) -> int | None:
        """Return the total of an edition's seven ratings if all are known."""
        values = self.all_values()
        row = [values.get((edition, category)) for category in CATEGORIES]
        known = [value for value in row if value is not None]
        return sum(known) if len(known) == len(row) else None

    def printed_totals(self) -> dict[int, range]:
        """Return the totals that each edition's printed scores allow, where they allow any."""
        return {e: v.totals for e, v in self.score_verdicts.items() if v.totals is not None}

    def judge_scores_of(self, edition: int, row_total: int | None) -> ScoreVerdict:
        """Return what stands of an edition's scores, without doubted ones unless ratings decide."""
        claims = self.scores[edition]
        usable = [c for c in claims if c.source_id not in self.doubted.get(edition, ())]
        if row_total is not None:
            return judge_score(claims, row_total)
        if not usable:
            return ScoreVerdict(None, (), tuple(claims), ROW_AGAINST_SCORE)
        return judge_score(usable, None)

    def claims_behind(self, cell: Cell) -> set[Claim]:
        """Return one claim for every fact that a cell follows from, back to what is printed."""
        found: set[Claim] = set()
        seen = {cell}
        waiting = [cell]
        while waiting:
            known = waiting.pop()
            step = self.derivations.get(known)
            if step is None:
                found.add(best_claim(self.verdicts[known].kept))
                continue
            found.update(best_claim(self.links[link]) for link in step.unchanged)
            found.update(c for edition in step.totals for c in self.score_claims(edition))
            found.update(c for limited in step.limits for c in self.limiting[limited])
            waiting += [c for c in step.cells if c not in seen]
            seen.update(step.cells)
        return found

    def score_claims(self, edition: int) -> list[Claim]:
        """Return the claim that fixes an edition's total, or all that bound it together."""
        verdict = self.score_verdicts.get(edition)
        kept = verdict.kept if verdict else ()
        exact = [claim for claim in kept if len(claim.totals) == 1]
        return [best_claim(exact)] if exact else [*kept, *self.limiting.get((edition, SCORE), ())]


def facts_of(cases: Mapping[str, CountryCase], country: str) -> Facts:
    """Return what the printed facts say of a country; nothing where no source prints anything."""
    return cases[country].facts if country in cases else Facts()


def sort_by_country(evidence: Claims) -> dict[str, CountryCase]:
    """Return one case a country, by name."""
    everything = (getattr(evidence, field.name) for field in fields(Claims))
    names = sorted({claim.country for claims in everything for claim in claims})
    cases = {name: CountryCase(name) for name in names}
    for rating in evidence.ratings:
        cases[rating.country].ratings[rating.edition, rating.category].append(rating)
    for score in evidence.scores:
        cases[score.country].scores[score.edition].append(score)
    for changes in evidence.lists:
        cases[changes.country].lists.append(changes)
    for claim in evidence.unnumbered:
        cases[claim.country].unnumbered.append(claim)
    for claim in evidence.classes:
        cases[claim.country].classes.append(claim)
    for rescaled in evidence.rescaled:
        cases[rescaled.country].rescaled.append(rescaled)
    for comparison in evidence.comparisons:
        cases[comparison.country].comparisons.append(comparison)
    return cases
