"""Size and power of tests of correlations: pairs, families, factors, order, calibrated nulls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.correlations.annual_changes import Orders, calibrated_p_values, lagged, orders
from analysis.correlations.calibrated_null import STATISTICS, unrelated, without_order
from analysis.correlations.cross_products import LEVELS, Products, within
from analysis.correlations.dimensions import (
    alpha,
    eigenvalues,
    jackknifed_alpha,
    leading,
    reference_eigenvalues,
)
from analysis.correlations.inference import CONFIRMATORY, jackknifed
from analysis.facts.rating_system import HIGHEST, LOWEST
from analysis.statistics.arrays import Bools, Floats
from analysis.statistics.estimates import adjust, count_as_far, random_signs, t_quantile
from analysis.statistics.generator import CAL, STRESS, Settings, scenario, simulate
from analysis.statistics.generator_fit import Statistic
from analysis.validation.check import COUNTRIES, Check, Subject, label
from analysis.validation.correlations import (
    FIRST,
    SECOND,
    Case,
    drifting_nulls,
    fitted_alternatives,
    fitted_nulls,
    frail,
    nulls,
)
from analysis.validation.refitted import recursion

_ALPHA = 0.05 + 1e-12
_DRAWS = 999
_ASYMMETRY = "lead-lag asymmetry, jackknife t(G-1)"
_EDITIONS = 14
_FIGURES = ("within", "changes", "first_share", "alpha")
PAIR = (np.array([0]), np.array([1]))
_TRIGGERS = "CAL, triggers .14 and .24"
_UNEQUAL = replace(CAL.without_drift(), threshold=(0.14, 0.24))
_BLOCK = 100
"""Panels tested together: what their turned countries add up to fills some ten megabytes."""


def tests_under_the_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size of the confirmatory pair test, and chance of any false finding among 21 pairs.

    With a drift that all countries share, the plain within test must fail.
    """
    for case in (*nulls(10), *nulls(20), *fitted_nulls(), *drifting_nulls()):
        tested = _p_values(case, replications, rng)
        pair = Subject("two-way sign-flip pair test", case.where)
        yield pair.share("size", np.asarray(tested["sign flip"] <= _ALPHA), 0.03, 0.07, panels=True)
        for name in ("Holm on sign flips", "Holm on jackknife t(G_eff-1)"):
            wrong = np.asarray((tested[name] <= _ALPHA).any(axis=1))
            family = Subject(f"two-way, {name}", case.where)
            yield family.share("any false finding", wrong, highest=0.07)
        if case.settings.drift:
            plain = _p_values(case, replications, rng, "within")["sign flip"] <= _ALPHA
            subject = Subject("sanity: plain within sign-flip pair test", case.where)
            yield subject.share("size, must exceed 0.20", plain, 0.20, panels=True)


def power(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Power of single pairs, and how many of the pairs the family's tests find."""
    cases = [
        (Case("A1", scenario("A1"), 20), 0.85),
        (Case("A1", scenario("A1"), 10), 0.65),
        *((case, 0.60) for case in fitted_alternatives()[::2]),
    ]
    for case, lowest in cases:
        tested = _p_values(case, replications, rng)
        for name in ("sign flip", "jackknife t(G_eff-1)"):
            hits = np.asarray(tested[name] <= _ALPHA)
            subject = Subject(f"two-way {name}, one pair", case.where)
            yield subject.share("power", hits, lowest, panels=True)
        subject = Subject("two-way, Holm on sign flips", case.where)
        share = tested["Holm on sign flips"] <= _ALPHA
        yield subject.share("share of pairs found", share, 0.0, panels=True)


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


def _two(settings: Settings, replications: int, editions: int, rng: np.random.Generator) -> Floats:
    """Draw panels of two categories."""
    return simulate(settings, replications, COUNTRIES, editions, rng, categories=2)


def _asymmetric(found: Orders) -> Bools:
    return np.asarray(np.abs(found.difference) > t_quantile(COUNTRIES - 1) * found.error)


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
            panels = _two(settings, replications, editions, rng)
            where = label(STRESS, name, editions)
            subject = Subject(_ASYMMETRY, where)
            found = _asymmetric(orders(panels, *PAIR))
            yield subject.share("size", found, highest=0.08)
            if name == "N6, rho .8" and editions == 20:
                naive = Subject("sanity: lagged correlation alone", where)
                # Whether the first category precedes the second, clustered by country.
                own = lagged(panels).squares[..., 0, 3]
                t = own.sum(axis=-1) / np.sqrt((own**2).sum(axis=-1))
                leads = np.abs(t) > t_quantile(COUNTRIES - 1)
                yield naive.share("false leads, must exceed 0.15", leads, lowest=0.15)


def calibrated_order(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Size with clearly unequal triggers, where only the calibrated p-value holds."""
    for editions in (14, 20):
        null = orders(_two(_UNEQUAL, 1000, editions, rng), *PAIR)
        found = orders(_two(_UNEQUAL, replications, editions, rng), *PAIR)
        p = calibrated_p_values(found.difference, null.difference)
        where = f"{_TRIGGERS}, {editions} editions"
        subject = Subject("lead-lag asymmetry, calibrated p", where)
        plain = Subject("sanity: asymmetry without calibration", where)
        yield subject.share("size", p <= _ALPHA, highest=0.07)
        yield plain.share("size, must exceed 0.065", _asymmetric(found), lowest=0.065)


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
        panels = _followed(_two(base, replications, editions, rng), share, rng)
        where = f"{name}follows {share:.0%} of changes, {editions} editions"
        subject = Subject(_ASYMMETRY, where)
        yield subject.share("power", _asymmetric(orders(panels, *PAIR)), lowest)
    for share in (0.2, 0.4):
        panels = _two(replace(scenario("A3"), lead=share), replications, 20, rng)
        subject = Subject(_ASYMMETRY, f"A3, {share:g}, 20 editions")
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
            truth = float(alpha(within(case.many_countries(rng)).total()))
        _, low, high = jackknifed_alpha(within(case.panels(replications, rng)))
        subject = Subject("within alpha, jackknife t(G_eff-1)", case.where)
        yield subject.coverage(low, high, truth, 0.915, 0.97)


def parallel_analysis(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """Count factors when there is none and when there is one."""
    for rho, wanted, lowest in ((0.0, 0, 0.85), (0.4, 1, 0.95)):
        for editions in (10, 20):
            case = Case(f"rho {rho:g}", replace(scenario("N1"), rho_within=rho), editions)
            panels = case.panels(replications, rng)
            right = np.array([_factors(within(panel), rng) == wanted for panel in panels])
            subject = Subject("parallel analysis by countries", case.where)
            yield subject.share(f"finds {wanted} factors", right, lowest)


def _factors(products: Products, rng: np.random.Generator) -> int:
    reference = reference_eigenvalues("within", products, 199, rng)
    return leading(eigenvalues(products.total()), np.quantile(reference, 0.95, axis=0))


def known_null(replications: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from their own settings: the drawing alone."""
    null = unrelated(CAL, np.array([4.0]))
    draws = max(replications // 2, 500)
    drawn_panels = simulate(null, draws, COUNTRIES, _EDITIONS, rng)
    own_panels = simulate(null, 200, COUNTRIES, _EDITIONS, rng)
    for name in _FIGURES:
        statistic = STATISTICS[name][1]
        drawn, observed = statistic(drawn_panels)[0], statistic(own_panels)[0]
        p = (1 + (drawn >= observed[:, None]).sum(axis=1)) / (draws + 1)
        subject = Subject(f"calibrated null, {name}", label(CAL, "unrelated", _EDITIONS))
        yield subject.uniform(p)
    without = orders(_two(_UNEQUAL, draws, _EDITIONS, rng), *PAIR).difference
    own = orders(_two(_UNEQUAL, 200, _EDITIONS, rng), *PAIR).difference
    p = calibrated_p_values(own, without)[:, 0]
    yield Subject("calibrated null, asymmetry", f"{_TRIGGERS}, 14 editions").uniform(p)


def refitted_null(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of panels among draws from the generator fitted to each of them."""
    return recursion(
        unrelated(CAL, np.array([4.0])),
        {name: _figure(name) for name in _FIGURES},
        unrelated,
        rng,
        panels=panels,
        where="CAL unrelated, 14 editions",
    )


def _figure(name: str) -> Statistic:
    return lambda ratings: STATISTICS[name][1](ratings)[0]


def refitted_order(panels: int, rng: np.random.Generator) -> Iterable[Check]:
    """P-values of the order of revisions, with triggers fitted to each panel's categories."""

    def difference(ratings: Floats) -> Floats:
        return orders(ratings, *PAIR).difference[..., 0]

    return recursion(
        _UNEQUAL,
        {"asymmetry": difference},
        lambda settings, _: without_order(settings),
        rng,
        panels=panels,
        where=f"{_TRIGGERS}, 14 editions",
        shape=(COUNTRIES, 2, _EDITIONS),
    )[:1]
