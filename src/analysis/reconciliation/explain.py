"""The story of one rating in plain words, with the addresses of its sources."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from analysis.facts.countries import find_country
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.rating_system import CATEGORIES, SHORT_NAMES
from analysis.reconciliation.case import CountryCase, score_of
from analysis.reconciliation.claims import EDITIONS, Cell, Claim, RescaledClaim, ScoreClaim
from analysis.reconciliation.cleaning import Reconciled, read_printed, reconciled
from analysis.reconciliation.derivation import possible
from analysis.reconciliation.gaps import gaps
from analysis.reconciliation.verdicts import RULES, rank_of


def find_category(name: str) -> str:
    """Return the code of a category given by its code or name, in any case.

    Raises
    ------
    ParameterError
        If there is none; the message names the nearest ones.
    """
    for code, full in CATEGORIES.items():
        if name.strip().casefold() in map(str.casefold, (code, full, SHORT_NAMES[code])):
            return code
    hint, codes = did_you_mean(name, [*CATEGORIES, *CATEGORIES.values()]), ", ".join(CATEGORIES)
    raise ParameterError(f"unknown category {name!r}{hint}; the categories are {codes}")


def explainer() -> Callable[[str, int, str], str]:
    """Return `explain` for all that the sources of data/raw print; they are read only once."""
    return partial(explain, result=reconciled(read_printed()))


def explain(country: str, edition: int, category: str, result: Reconciled) -> str:
    """Tell where a rating comes from, or why there is none, in lines of plain text.

    Country and category are names or codes, in any case; the edition is one of the panel.

    Raises
    ------
    ParameterError
        If country, edition or category is unknown.
    """
    name = find_country(country).name
    code = find_category(category)
    if edition not in EDITIONS:
        first, last = EDITIONS[0], EDITIONS[-1]
        raise ParameterError(f"expected an edition of {first} to {last}, found {edition}")
    sources = result.printed.sources
    addresses = dict(zip(sources["source_id"], sources["url"], strict=True))
    case = result.cases.get(name, CountryCase(name))
    return "\n".join(_Story(case, addresses).lines((edition, code)))


class _Story:
    def __init__(self, case: CountryCase, addresses: Mapping[str, str]) -> None:
        self.case = case
        self.addresses = addresses

    def lines(self, cell: Cell) -> Iterator[str]:
        """Yield the story of one cell."""
        case, edition, category = self.case, *cell
        value = case.all_values().get(cell)
        told = "not known" if value is None else f"{value / 4:.2f} on 7=best, {case.status(cell)}"
        what = f"{CATEGORIES[category]}, events of {edition - 1}"
        yield f"{case.country} {edition} {category} ({what}): {told}."
        if cell in case.verdicts:
            yield from self._printed(cell)
        if cell in case.derivations:
            steps = case.steps_to(cell)
            yield "No usable source prints it; it follows step by step from printed facts:"
            yield from (f"  {number}. {step.told()}." for number, step in enumerate(steps, start=1))
            yield "The facts:"
            for claim in dict.fromkeys(case.facts_of(steps)):
                about = claim.measure if isinstance(claim, ScoreClaim) else claim.category
                yield f"  {about or 'changes in'} {claim.edition}: {self._cited(claim)}"
        if value is None:
            values = possible(case.facts, cell)
            told = f"every rating from {values[0] / 4:.2f} to {values[-1] / 4:.2f} agrees with them"
            yield f"No usable source prints it, and the facts do not determine it: {told}."
            yield from self._claims("What is said about it:", case.limiting.get(cell, ()))
            table = gaps({case.country: case}, [case.country])
            for fact in table.loc[table["edition"] == edition, "best_fact"]:
                yield f"Most of this edition would be settled by: {fact}."
        yield from self._score(edition)

    def _printed(self, cell: Cell) -> Iterator[str]:
        verdict = self.case.verdicts[cell]
        is_rescaled = any(isinstance(claim, RescaledClaim) for claim in verdict.kept)
        told = "No usable source prints it; an index prints it anew on a scale of its own:"
        yield from self._claims(told if is_rescaled else "Printed by:", verdict.kept)
        if is_rescaled:
            yield f"The rule: {RULES['rescaled score']}."
        for claim in verdict.kept:
            if claim.correction:
                yield f"Corrected to {claim.correction.should_be}: {claim.correction.why}"
        yield from self._claims(f"Rejected ({verdict.rule}):", verdict.rejected)
        if verdict.rejected:
            yield f"The rule: {RULES[verdict.rule]}."
        for claim in verdict.rejected:
            if claim.fits is False:
                yield f"In {claim.source_id} the seven ratings do not give the score printed there."

    def _cited(self, claim: Claim) -> str:
        return f"{claim.told()} - {self.addresses[claim.source_id]}"

    def _claims(self, heading: str, claims: Collection[Claim]) -> Iterator[str]:
        """Yield the heading of claims, where there are any, and one line a claim, best first."""
        if claims:
            yield heading
        for claim in sorted(dict.fromkeys(claims), key=rank_of):
            yield f"  {self._cited(claim)}"

    def _score(self, edition: int) -> Iterator[str]:
        """Yield how the edition's Democracy Score agrees with its ratings."""
        total = self.case.row_total(edition)
        if total is not None:
            mean = f"{score_of(total):.2f} on 7=best"
            yield f"The seven ratings of {edition} give a Democracy Score of {mean}."
        if verdict := self.case.score_verdicts.get(edition):
            agrees = total is None or total in verdict.left
            told = "Printed as score:" if agrees else "Printed as score, against the ratings:"
            yield from self._claims(told, verdict.kept)
            yield from self._claims(f"Rejected as score ({verdict.rule}):", verdict.rejected)
