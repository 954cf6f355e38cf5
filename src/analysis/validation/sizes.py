"""Size and power of tests of correlations: pairs, families, factors, order, calibrated nulls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from analysis.correlations.annual_changes import Orders, calibrated_p_values, lagged, orders
from analysis.correlations.calibrated_null import STATISTICS, unrelated, without_order
from analysis.correlations.cross_products import LEVELS, within
from analysis.correlations.dimensions import (
    alpha,
    eigenvalue_limits,
    eigenvalues,
    jackknifed_alpha,
    leading,
)
from analysis.correlations.inference import CONFIRMATORY, jackknifed
from analysis.facts.rating_system import HIGHEST, LOWEST
from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.estimates import adjust, count_as_far, random_signs, t_quantile
from analysis.statistics.generator import CAL
from analysis.statistics.generator_fit import Statistic
from analysis.validation.check import (
    ALPHA,
    COUNTRIES,
    Case,
    Check,
    case_of,
    covers,
    fitted,
    share,
    uniform,
)
from analysis.validation.correlations import ALTERNATIVES, FIRST, FITTED_NULLS, FRAIL, SECOND
from analysis.validation.refitted import drawing, recursion

_DRAWS = 999
_ASYMMETRY = "lead-lag asymmetry, jackknife t(G-1)"
PAIR = (np.array([0]), np.array([1]))
_BLOCK = 100
"""Panels tested together: what their turned countries add up to fills some ten megabytes."""
NULLS: Final = [
    *(case_of(name, editions) for editions in (10, 20) for name in ("N1", "N2", "N3", "N4")),
    *FITTED_NULLS,
]
"""Scenarios without association."""
_DRIFTING = [
    fitted(f"unrelated, {name} drift", editions, rho_within=0.0, drift=CAL.drift, **apart)
    for editions in (14, 20)
    for name, apart in (("common", {}), ("own", {"drift_sd": CAL.drift_sd, "drift_share": 0.0}))
]
"""Without association, all countries drift as fitted, or each category of each on its own."""
_UNRELATED = Case("unrelated", unrelated(CAL, np.array([4.0])), 14)


def _unequal(editions: int) -> Case:
    """Return pairs of categories of which the second is rated with a clearly coarser trigger."""
    settings = replace(CAL.without_drift(), threshold=(0.14, 0.24))
    return Case("CAL, triggers .14 and .24", settings, editions, categories=2)


def tests_under_the_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size of the confirmatory pair test, and chance of any false finding among 21 pairs.

    With a drift that all countries share, the plain within test must fail.
    """
    for case in (*NULLS, *_DRIFTING):
        tested = _p_values(case, replications, rng)
        found = tested["sign flip"] <= ALPHA
        yield share("two-way sign-flip pair test", case, "size", found, 0.03, 0.07)
        for name in ("Holm on sign flips", "Holm on jackknife t(G_eff-1)"):
            wrong = np.asarray((tested[name] <= ALPHA).any(axis=1))
            yield share(f"two-way, {name}", case, "any false finding", wrong, highest=0.07)
        if case.settings.drift:
            plain = _p_values(case, replications, rng, "within")["sign flip"] <= ALPHA
            naive = "sanity: plain within sign-flip pair test"
            yield share(naive, case, "size, must exceed 0.20", plain, 0.20)


def power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power of single pairs, and how many of the pairs the family's tests find."""
    for case, lowest in (
        (case_of("A1"), 0.85),
        (case_of("A1", 10), 0.65),
        *((case, 0.60) for case in ALTERNATIVES),
    ):
        found = {name: p <= ALPHA for name, p in _p_values(case, replications, rng).items()}
        for name in ("sign flip", "jackknife t(G_eff-1)"):
            pair = f"two-way {name}, one pair"
            yield share(pair, case, "power", found[name], lowest)
        family, metric = "Holm on sign flips", "share of pairs found"
        yield share(f"two-way, {family}", case, metric, found[family], 0.0)


def _p_values(
    case: Case, replications: int, rng: np.random.Generator, level: str = CONFIRMATORY
) -> dict[str, Floats]:
    signs = random_signs(_DRAWS, COUNTRIES, rng=rng)
    blocks = []
    for start in range(0, replications, _BLOCK):
        products = LEVELS[level](case.panels(min(_BLOCK, replications - start), rng))
        # One product of two matrices: many small ones are ten times slower.
        parts = np.moveaxis(products.parts()[..., FIRST, SECOND], 1, 2)
        reached = count_as_far(parts.reshape(-1, COUNTRIES), signs).reshape(parts.shape[:2])
        blocks.append(((1 + reached) / (_DRAWS + 1), jackknifed(products, FIRST, SECOND).p_value))
    flip, jackknife = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return {
        "sign flip": flip,
        "jackknife t(G_eff-1)": jackknife,
        "Holm on sign flips": adjust(flip, "holm"),
        "Holm on jackknife t(G_eff-1)": adjust(jackknife, "holm"),
    }


def _asymmetric(found: Orders) -> Bools:
    return np.ravel(np.abs(found.difference) > t_quantile(COUNTRIES - 1) * found.error)


def order_size(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size of the asymmetry when nothing leads; lagged correlations alone must fail."""
    cases: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("N1", "N1", {}),
        ("N6", "N6, rho .5", {"rho_within": 0.5}),
        ("N6", "N6, rho .8", {}),
        ("N6", "N6, rho .5, triggers .2 and .3", {"rho_within": 0.5, "threshold": (0.2, 0.3)}),
    )
    for name, label, changes in cases:
        for editions in (10, 20):
            case = replace(case_of(name, editions, label=label, **changes), categories=2)
            panels = case.panels(replications, rng)
            found = _asymmetric(orders(panels, *PAIR))
            yield share(_ASYMMETRY, case, "size", found, highest=0.08)
            if label == "N6, rho .8" and editions == 20:
                # Whether the first category precedes the second, clustered by country.
                own = lagged(panels).parts()[..., 0, 3]
                t = own.sum(axis=-1) / np.sqrt((own**2).sum(axis=-1))
                leads = np.abs(t) > t_quantile(COUNTRIES - 1)
                naive, metric = "sanity: lagged correlation alone", "false leads, must exceed 0.15"
                yield share(naive, case, metric, leads, 0.15)


def calibrated_order(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size with clearly unequal triggers, where only the calibrated p-value holds."""
    for case in map(_unequal, (14, 20)):
        null, found = (orders(case.panels(size, rng), *PAIR) for size in (1000, replications))
        p = calibrated_p_values(found.difference, null.difference)[:, 0]
        good, naive = "lead-lag asymmetry, calibrated p", "sanity: asymmetry without calibration"
        yield share(good, case, "size", p <= ALPHA, highest=0.07)
        yield share(naive, case, "size, must exceed 0.065", _asymmetric(found), 0.065)


def order_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power when the second category repeats a share of the first one's changes a year later.

    The same share of the latent innovations (scenario A3) is far harder to see, because either
    category crosses its own threshold when it will; it is measured without a requirement.
    """
    often, rarely = (f"follows {repeated:.0%} of changes" for repeated in (0.4, 0.2))
    for case, repeated, lowest in (
        (case_of("N1", label=rarely), 0.2, 0.50),
        (case_of("N1", label=often), 0.4, 0.90),
        (fitted(rarely, 14, rho_within=0.0), 0.2, 0.40),
        (fitted(rarely, 20, rho_within=0.0), 0.2, 0.55),
        (case_of("A3", label="A3, 0.2", lead=0.2), 0.0, 0.0),
        (case_of("A3", label="A3, 0.4", lead=0.4), 0.0, 0.0),
    ):
        panels = replace(case, categories=2).panels(replications, rng)
        if repeated:
            steps = np.diff(panels[:, :, 0], axis=-1)
            again = np.where(rng.random(steps.shape) < repeated, steps, 0.0)
            panels[:, :, 1, 2:] += np.cumsum(again[..., :-1], axis=-1)
            panels = np.clip(panels, float(LOWEST), float(HIGHEST))
        found = _asymmetric(orders(panels, *PAIR))
        yield share(_ASYMMETRY, case, "power", found, lowest)


def reliability(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the jackknife of alpha within countries."""
    related = (case_of("A1"), case_of("A1", 10), FRAIL)
    for case in (case_of("N1"), *related, *FITTED_NULLS, *ALTERNATIVES):
        truth = 0.0
        if case.settings.rho_within:
            truth = float(alpha(within(case.large().panels(1, rng)[0]).total()))
        _, low, high = jackknifed_alpha(within(case.panels(replications, rng)))
        yield covers("within alpha, jackknife t(G_eff-1)", case, low, high, truth, 0.915, 0.97)


def parallel_analysis(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Count factors when there is none and when there is one."""
    for rho, wanted, lowest in ((0.0, 0, 0.85), (0.4, 1, 0.95)):
        for editions in (10, 20):
            case = case_of("N1", editions, label=f"rho {rho:g}", rho_within=rho)
            right = []
            for panel in case.panels(replications, rng):
                products = within(panel)
                limit = eigenvalue_limits("within", products, 199, rng)
                right.append(leading(eigenvalues(products.total()), limit) == wanted)
            metric = f"finds {wanted} factors"
            yield share("parallel analysis by countries", case, metric, np.array(right), lowest)


_FIGURES: Final[dict[str, Statistic]] = {
    name: lambda ratings, of=STATISTICS[name][1]: of(ratings)[0]  # type: ignore[misc]
    for name in ("within", "changes", "first_share", "alpha")
}


def known_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    draws, case = max(replications // 2, 500), _unequal(14)
    yield from drawing(_UNRELATED, _FIGURES, draws, rng)
    drawn, own = (orders(case.panels(size, rng), *PAIR).difference for size in (draws, 200))
    p = calibrated_p_values(own, drawn)[:, 0]
    yield uniform("calibrated null, asymmetry", case, p)


def refitted_null(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    return recursion(_UNRELATED, _FIGURES, unrelated, panels, rng)


def refitted_order(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of the order of revisions, with triggers fitted to each panel's categories."""
    difference = {"asymmetry": lambda ratings: orders(ratings, *PAIR).difference[..., 0]}
    found = recursion(_unequal(14), difference, lambda fit, _: without_order(fit), panels, rng)
    return found[:1]
