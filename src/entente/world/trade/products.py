"""Product by product, at six or ten digits: who sells, who pays and who gains under new duties."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.places import ALL, CHAPTERS
from entente.problems import InputProblemsError, Place, Problem, did_you_mean
from entente.world.parameters import parameters, table
from entente.world.sources import folder, resources, sigma_by_chapter
from entente.world.trade.demand import answer, partly_adjusted, supply_elasticity
from entente.world.trade.incidence import incidence
from entente.world.trade.reading import Findings, columns, filled, numbers
from entente.world.trade.smart import smart

HOME: Final = "USA"
SHIPPED: Final = "us-imports-hs6"
MEASURES: Final = (
    "imports_before", "imports_after", "duty_before", "duty_after", "buyers_cost",
    "suppliers_cost", "deadweight", "home_welfare",
)  # fmt: skip
_CHUNK: Final = 400  # products solved at once

Horizon: TypeAlias = Literal["long", "short"]


@final
@dataclass(frozen=True, slots=True)
class Market:
    """What is bought of each product, by origin; the home country is one of them where given.

    value   customs value a year, USD        [product, origin]
    duty    duty as collected, a fraction    [product, origin]
    """

    products: tuple[str, ...]
    origins: tuple[str, ...]
    value: FloatArray
    duty: FloatArray

    @property
    def chapter(self) -> NDArray[np.int64]:
        """Return the chapter of each product, as a place in CHAPTERS [product]."""
        return np.array([CHAPTERS.index(code[:2]) for code in self.products])

    def only(self, prefix: str) -> "Market":
        """Keep the products whose code begins so.

        Raises InputProblemsError where there is none.
        """
        kept = [i for i, code in enumerate(self.products) if code.startswith(prefix)]
        if not kept:
            text = f"no product begins with {prefix}"
            raise InputProblemsError([Problem("E806", Place("--only"), "", text)])
        return Market(
            tuple(self.products[i] for i in kept), self.origins, self.value[kept], self.duty[kept]
        )

    def under(self, added: Mapping[str, float]) -> FloatArray:
        """Return the duty with so much more on all goods of some origins [product, origin].

        added   a fraction of customs value, by origin

        Raises InputProblemsError with every unknown origin, and for a duty on home goods.
        """
        known = [origin for origin in self.origins if origin != HOME]
        problems = [
            Problem("E806", Place("--duty"), "", f"no origin {name!r}", did_you_mean(name, known))
            for name in added
            if name not in known
        ]
        if problems:
            raise InputProblemsError(problems)
        duty: FloatArray = self.duty + np.array([added.get(name, 0.0) for name in self.origins])
        return duty


def read_market(path: Path | None = None) -> Market:
    """Read a market from a long file, or the shipped one: US imports of 2024 by six digits.

    Columns: product (two to ten digits), origin (USA: sales at home), imports_usd, duty_usd.

    Raises InputProblemsError with every faulty row.
    """
    findings = Findings()
    at = path or Path(str(folder())) / str(resources()[SHIPPED]["path"])
    column = columns(at, {"product": None, "origin": None}, ["imports_usd", "duty_usd"], findings)
    for line, code in zip(column.line, column.labels[0], strict=True):
        if not (code.isdigit() and len(code) in (2, 4, 6, 8, 10) and code[:2] in CHAPTERS):
            mend = "two to ten digits, leading zero kept"
            findings.add("E803", at, int(line), f"product is no tariff code: {code!r}", mend)
    value = numbers(column, findings, "imports_usd")
    paid = numbers(column, findings, "duty_usd", which=1)
    for line, origin, duty, worth in zip(column.line, column.labels[1], paid, value, strict=True):
        if duty > 0 and (origin == HOME or worth == 0):
            findings.add("E804", at, int(line), "a duty without imports to pay it on")
    if not len(column.line):
        findings.add("E810", at, 0, "no products")
    findings.settle()
    products, origins = (tuple(dict.fromkeys(labels)) for labels in column.labels)
    shape = (len(products), len(origins))
    values, duties = filled(shape, column, value), filled(shape, column, paid)
    rate = np.divide(duties, values, out=np.zeros(shape), where=values > 0)
    return Market(products, origins, values, rate)


def respond(
    market: Market, after: FloatArray, luck: Luck, horizon: Horizon = "long"
) -> Iterator[tuple[str, str, str, FloatArray]]:
    """Give (product, origin, measure, USD a year [draw]) under new duties; exact nested CES.

    Elasticities are drawn: a product's substitution between origins strays from its chapter's
    median as products of a chapter do. Costs of buyers, deadweight loss and home welfare belong to
    the product as a whole, origin ALL. Home welfare is what the treasury and home suppliers gain
    less what buyers lose.

    after   ad-valorem duty, a fraction   [product, origin]

    Raises NoSolutionError where a product has no answer.
    """
    for first in range(0, len(market.products), _CHUNK):
        rows = slice(first, first + _CHUNK)
        part = Market(market.products[rows], market.origins, market.value[rows], market.duty[rows])
        amounts = _amounts(part, after[rows], _elasticities(part, luck, horizon))
        yield from _rows(part, amounts)


def _elasticities(
    market: Market, luck: Luck, horizon: Horizon
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw sigma and eta [draw, product] and epsilon [draw, product, 1]; each code has its luck."""
    given = parameters(luck)
    codes = market.products
    own = np.stack([luck.of("product", code).normal() for code in codes], axis=1)
    median = sigma_by_chapter()[0][market.chapter]
    level = given["trade.sigma_level"][:, None]
    sigma = 1.0 + (median - 1.0) * level * np.exp(given["trade.sigma_spread"][:, None] * own)
    eta = np.broadcast_to(given["trade.eta"][:, None], sigma.shape)
    if horizon == "short":
        sigma, eta = partly_adjusted(sigma, eta, given["trade.short_run"][:, None])
    border = given["trade.pass_through_border"][:, None]
    return sigma, eta, supply_elasticity(np.broadcast_to(border, sigma.shape), sigma)[..., None]


def _amounts(
    market: Market, after: FloatArray, drawn: tuple[FloatArray, FloatArray, FloatArray]
) -> dict[str, FloatArray]:
    """Give each measure's money, [draw, product, origin] or [draw, product]."""
    sigma, eta, epsilon = drawn
    spending = market.value * (1 + market.duty)
    share = spending / spending.sum(axis=1, keepdims=True)
    wedge = np.broadcast_to((1 + after) / (1 + market.duty), (len(sigma), *after.shape))
    reply = answer(wedge, share, sigma, eta, epsilon)
    paid = incidence(market.value, market.duty, after, reply, eta, epsilon)
    home = np.array([origin == HOME for origin in market.origins])
    still = np.ones_like(paid.value_after)
    return {
        "imports_before": market.value * still,
        "imports_after": paid.value_after,
        "duty_before": market.value * market.duty * still,
        "duty_after": paid.revenue,
        "suppliers_cost": paid.suppliers_cost,
        "buyers_cost": paid.buyers_cost,
        "deadweight": paid.deadweight,
        "home_welfare": paid.revenue_change
        - paid.buyers_cost
        - paid.suppliers_cost[..., home].sum(axis=-1),
    }


def _rows(
    market: Market, amounts: Mapping[str, FloatArray]
) -> Iterator[tuple[str, str, str, FloatArray]]:
    for p, product in enumerate(market.products):
        for measure in MEASURES:
            found = amounts[measure]
            if found.ndim == 2:
                yield product, ALL, measure, found[:, p]
                continue
            yield product, ALL, measure, found[:, p].sum(axis=1)
            for i, origin in enumerate(market.origins):
                if market.value[p, i] > 0:
                    yield product, origin, measure, found[:, p, i]


def first_order(market: Market, after: FloatArray) -> Iterator[tuple[str, str, str, float]]:
    """Give (product, origin, "created" or "diverted", USD a year) by SMART, elasticities central.

    after   ad-valorem duty, a fraction   [product, origin]
    """
    sigma = sigma_by_chapter()[0][market.chapter][:, None]
    eta = np.full_like(sigma, table()["trade.eta"].value)
    border = np.full_like(sigma, table()["trade.pass_through_border"].value)
    others = market.value.sum(axis=1, keepdims=True) - market.value
    found = smart(
        market.value, others, market.duty, after, sigma, eta, supply_elasticity(border, sigma)
    )
    for p, i in np.argwhere((after != market.duty) & (market.value > 0)).tolist():
        for name, amount in zip(("created", "diverted"), found, strict=True):
            yield market.products[p], market.origins[i], name, float(amount[p, i])
