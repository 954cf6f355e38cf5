"""Order of revisions, reliability, number of factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.correlations import cross_products as levels
from analysis.correlations.cross_products import Products
from analysis.correlations.dimensions import leading, reference_eigenvalues
from analysis.correlations.lead_lag import Orders, calibrated_p_values, lagged, orders
from analysis.correlations.reliability import alpha, eigenvalues, jackknifed_alpha
from analysis.facts.rating_system import HIGHEST, LOWEST
from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.estimates import t_quantile
from analysis.statistics.simulation.generator import CAL, STRESS, Settings, scenario, simulate
from analysis.validation.check import COUNTRIES, Check, Subject, label
from analysis.validation.correlations.cases import Case, fitted_alternatives, fitted_nulls, frail

PAIR = (np.array([0]), np.array([1]))
_ALPHA = 0.05 + 1e-12


def two(settings: Settings, replications: int, editions: int, rng: np.random.Generator) -> Floats:
    """Draw panels of two categories."""
    return simulate(settings, replications, COUNTRIES, editions, rng, categories=2)


def _asymmetric(found: Orders) -> Bools:
    hits: Bools = np.abs(found.difference) > t_quantile(COUNTRIES - 1) * found.error
    return hits


def order_size(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size of the asymmetry when nothing leads; lagged correlations alone must fail."""
    mild = replace(scenario("N6"), threshold=(0.2, 0.3), rho_within=0.5)
    for name, settings in (
        ("N1", scenario("N1")),
        ("N6, rho .5", replace(scenario("N6"), rho_within=0.5)),
        ("N6, rho .8", scenario("N6")),
        ("N6, rho .5, triggers .2 and .3", mild),
    ):
        for editions in (10, 20):
            panels = two(settings, replications, editions, rng)
            where = label(STRESS, name, editions)
            subject = Subject("lead-lag asymmetry, jackknife t(G-1)", where)
            found = _asymmetric(orders(panels, *PAIR))
            yield subject.share("size", found, highest=0.08)
            if name == "N6, rho .8" and editions == 20:
                naive = Subject("sanity: lagged correlation alone", where)
                leads = _naive_lead(panels)
                yield naive.share("false leads, must exceed 0.15", leads, lowest=0.15)


def _naive_lead(panels: Floats) -> Bools:
    """Test whether the first category precedes the second, clustered by country."""
    own = lagged(panels).products[..., 0, 1]
    t = own.sum(axis=-1) / np.sqrt((own**2).sum(axis=-1))
    hits: Bools = np.abs(t) > t_quantile(COUNTRIES - 1)
    return hits


def calibrated_order(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size with clearly unequal triggers, where only the calibrated p-value holds."""
    settings = replace(CAL.without_drift(), threshold=(0.14, 0.24))
    for editions in (14, 20):
        null = orders(two(settings, 1000, editions, rng), *PAIR)
        found = orders(two(settings, replications, editions, rng), *PAIR)
        p = calibrated_p_values(found.difference, null.difference)
        where = f"CAL, triggers .14 and .24, {editions} editions"
        subject = Subject("lead-lag asymmetry, calibrated p", where)
        plain = Subject("sanity: asymmetry without calibration", where)
        yield from [
            subject.share("size", p <= _ALPHA, highest=0.07),
            plain.share("size, must exceed 0.065", _asymmetric(found), lowest=0.065),
        ]


def order_power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power when the second category repeats a share of the first one's changes a year later.

    The same share of the latent innovations (scenario A3) is far harder to see, because either
    category crosses its own threshold when it will; it is measured without a requirement.
    """
    unrelated_pair = replace(CAL.without_drift(), rho_within=0.0)
    for share, base, name, editions, lowest in (
        (0.2, scenario("N1"), "", 20, 0.50),
        (0.4, scenario("N1"), "", 20, 0.90),
        (0.2, unrelated_pair, "CAL ", 14, 0.40),
        (0.2, unrelated_pair, "CAL ", 20, 0.55),
    ):
        panels = _followed(two(base, replications, editions, rng), share, rng)
        subject = Subject(
            "lead-lag asymmetry, jackknife t(G-1)",
            f"{name}follows {share:.0%} of changes, {editions} editions",
        )
        yield subject.share("power", _asymmetric(orders(panels, *PAIR)), lowest)
    for share in (0.2, 0.4):
        panels = two(replace(scenario("A3"), lead=share), replications, 20, rng)
        subject = Subject("lead-lag asymmetry, jackknife t(G-1)", f"A3, {share:g}, 20 editions")
        yield subject.share("power", _asymmetric(orders(panels, *PAIR)), 0.0)


def _followed(panels: Floats, share: float, rng: np.random.Generator) -> Floats:
    """Let the second category repeat a share of the first one's changes a year later."""
    steps = np.diff(panels[:, :, 0], axis=-1)
    repeated = np.where(rng.random(steps.shape) < share, steps, 0.0)
    followed = panels.copy()
    followed[:, :, 1, 2:] += np.cumsum(repeated[..., :-1], axis=-1)
    return np.clip(followed, float(LOWEST), float(HIGHEST))


def reliability(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Coverage of the jackknife of alpha within countries."""
    cases = [
        Case("N1", scenario("N1"), 20, null=True),
        Case("A1", scenario("A1"), 20),
        Case("A1", scenario("A1"), 10),
        Case("A1 frail", frail(scenario("A1")), 20),
        *fitted_nulls(),
        *fitted_alternatives()[::2],
    ]
    for case in cases:
        truth = 0.0
        if not case.null:
            truth = float(alpha(levels.within(case.many_countries(rng)).total()))
        _, low, high = jackknifed_alpha(levels.within(case.panels(replications, rng)))
        subject = Subject("within alpha, jackknife t(G_eff-1)", case.where)
        yield subject.coverage(low, high, truth, 0.915, 0.97)


def parallel_analysis(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Count factors when there is none and when there is one."""
    for rho, wanted, lowest in ((0.0, 0, 0.85), (0.4, 1, 0.95)):
        for editions in (10, 20):
            case = Case(f"rho {rho:g}", replace(scenario("N1"), rho_within=rho), editions)
            right = np.array(
                [
                    _factors(levels.within(panel), rng) == wanted
                    for panel in case.panels(replications, rng)
                ]
            )
            subject = Subject("parallel analysis by countries", case.where)
            yield subject.share(f"finds {wanted} factors", right, lowest)


def _factors(products: Products, rng: np.random.Generator) -> int:
    reference = reference_eigenvalues("within", products, 199, rng)
    if reference is None:
        return -1
    return leading(eigenvalues(products.total()), np.quantile(reference, 0.95, axis=0))
