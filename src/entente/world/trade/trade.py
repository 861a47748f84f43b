"""Goods between Mexico and the United States, one month at a time: the trade half of the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, final

import numpy as np

from entente.evidence import FloatArray, Lever, Levers
from entente.luck import Luck
from entente.places import CHAPTERS
from entente.world.parameters import parameters
from entente.world.sources import imports_by_origin, imports_from_mexico, sigma_by_chapter
from entente.world.trade.demand import (
    adjusted_share,
    answer,
    partly_adjusted,
    supply_elasticity,
    used_to,
)
from entente.world.trade.incidence import at_retail, incidence
from entente.world.trade.longrun import long_run
from entente.world.trade.usual import Drift, Pattern, Spread, by_size, usual

DUTY: Final = Lever("duty", "USA", "MEX")
MEXICO, OTHERS = 0, 1  # the origins of the nest, in array order [origin]
_NONE: Final = np.zeros((1, 1))
_PERCENT: Final = 100.0
_PUBLISHED: Final = ("imports", "duty_revenue", "buyers_cost", "deadweight")
_COSTS: Final = ("duty_revenue", "buyers_cost", "deadweight", "suppliers_cost")


@final
@dataclass(frozen=True, slots=True)
class TradeState:
    """Trade in one month.

    measures    duty_rate, shop_prices, real_income_usa, real_income_mexico, percent [draw];
                imports, duty_revenue, buyers_cost, deadweight, consumers_cost, diverted,
                USD [draw, chapter]; duties are the added ones
    details     imports_others (diverted trade included), suppliers_cost, imports_usual;
                USD [draw, chapter]
    exposure    log wedge that buyers are used to, and one that shops are used to
                                                       each [draw, chapter]
    added       the added duty, a fraction             [draw, chapter]
    drift       how far usual imports have strayed
    """

    month: np.datetime64  # [M]
    measures: Mapping[str, FloatArray]
    exposure: tuple[FloatArray, FloatArray]
    added: FloatArray
    drift: Drift
    details: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def lost_exports(self) -> FloatArray:
        """Return Mexican sales to the United States held back by the duty, USD [draw]."""
        lost: FloatArray = self.details["imports_usual"] - self.measures["imports"]
        total: FloatArray = lost.sum(axis=1)
        return total


@final
@dataclass(frozen=True, slots=True)
class Market:
    """What decides how trade answers; drawn once for a whole run.

    duty            base duty as collected, a fraction             [chapter, origin]
    others          usual imports from everyone else               USD a month [chapter]
    sigma           elasticity between origins, in the long run    [draw, chapter]
    eta             elasticity of a chapter's imports              [draw]
    short_run       share of the elasticities reached at once      [draw]
    months          mean time in which the rest is reached         [draw]
    border          share of a duty passed on at the border        [draw]
    retail          share of buyers' cost passed on to consumers   [draw]
    shelves         mean time in which that share is reached, months            [draw]
    """

    duty: FloatArray
    others: FloatArray
    sigma: FloatArray
    eta: FloatArray
    short_run: FloatArray
    months: FloatArray
    border: FloatArray
    retail: FloatArray
    shelves: FloatArray


@final
@dataclass(frozen=True, slots=True)
class Trade:
    """US imports from Mexico by chapter, their usual path and their answer to an added duty.

    Only the added duty of the United States on Mexico is answered. Levers carry the rate of the
    month, not the belief about the next one: `foresight` moves purchases ahead of a step once the
    months are known.
    """

    start: np.datetime64  # [M]
    luck: Luck
    pattern: Pattern
    spread: Spread
    market: Market

    @classmethod
    def open(
        cls,
        start: np.datetime64,
        months: int,
        luck: Luck,
        fixed: Mapping[str, float] | None = None,
    ) -> Self:
        """Learn the usual path from the months published before `start` and draw the elasticities.

        start   first month [M];   months   how many may be asked for;   luck   the block of draws
        """
        if months < 1:
            raise ValueError(f"a run needs at least one month, not {months}")
        start = start.astype("datetime64[M]")
        mexico = imports_from_mexico()
        pattern = Pattern.learn(mexico.first, mexico.value, start)
        drawn = parameters(luck, fixed)
        return cls(start, luck, pattern, _spread(drawn, pattern), _market(drawn, luck))

    def begin(self) -> TradeState:
        """Return the eve of the first month: imports as usual, nothing added to the duty."""
        eve = self.start - 1
        luck = self.luck.of("eve")
        drift = Drift.after(self.pattern.years_to(eve), self.spread, luck)
        nothing = np.zeros_like(drift.own)
        return self._month(eve, nothing, (nothing, nothing), drift, luck)

    def respond(self, state: TradeState, levers: Levers, luck_of_month: Luck) -> TradeState:
        """Answer one month of added duty, `levers.rates[Lever("duty", "USA", "MEX")]`.

        The rate is in percent of customs value [draw, chapter], averaged over the month's days.
        """
        added = added_duty(levers, self.luck.draws)
        drift = state.drift.moved(self.spread, luck_of_month)
        return self._month(state.month + 1, added, state.exposure, drift, luck_of_month)

    def _month(
        self,
        month: np.datetime64,
        added: FloatArray,
        exposure: tuple[FloatArray, FloatArray],
        drift: Drift,
        luck: Luck,
    ) -> TradeState:
        mexico = usual(self.pattern, drift, self.spread, month, luck)
        ln_wedge = np.log1p(added / (1.0 + self.market.duty[:, MEXICO]))
        months = self.market.months, self.market.shelves
        buyers, shops = (
            used_to(so_far, ln_wedge, mean[:, None])
            for so_far, mean in zip(exposure, months, strict=True)
        )
        amounts = _amounts(self.market, mexico, added, exposure[0], ln_wedge)
        reached = adjusted_share(shops, ln_wedge, np.zeros(1))
        consumers = at_retail(amounts["buyers_cost"], self.market.retail[:, None] * reached)[0]
        measures = {name: amounts.pop(name) for name in _PUBLISHED}
        measures["consumers_cost"] = consumers
        measures["diverted"] = amounts["imports_others"] - self.market.others
        measures |= {"duty_rate": duty_rate(measures), **long_run(added)}
        measures["shop_prices"] = _PERCENT * consumers.sum(axis=1) / mexico.sum(axis=1)
        return TradeState(month, measures, (buyers, shops), added, drift, amounts)


def added_duty(levers: Levers, draws: int) -> FloatArray:
    """Return the added duty on Mexican goods, a fraction [draw, chapter]."""
    set_ = levers.rates.get(DUTY, _NONE)
    added: FloatArray = np.broadcast_to(set_, (draws, len(CHAPTERS))) / _PERCENT
    return added


def duty_rate(measures: Mapping[str, FloatArray]) -> FloatArray:
    """Return the added duty over the value it was paid on, percent [draw]."""
    total, revenue = measures["imports"].sum(axis=1), measures["duty_revenue"].sum(axis=1)
    rate: FloatArray = np.divide(
        _PERCENT * revenue, total, out=np.zeros_like(total), where=total > 0
    )
    return rate


def _amounts(
    market: Market,
    mexico: FloatArray,
    added: FloatArray,
    exposure: FloatArray,
    ln_wedge: FloatArray,
) -> dict[str, FloatArray]:
    """Give a month's money by name, USD [draw, chapter]; cells without a duty are left alone."""
    others = np.broadcast_to(market.others, mexico.shape)
    amounts = {name: np.zeros_like(mexico) for name in _COSTS}
    amounts |= {"imports": mexico.copy(), "imports_others": others.copy(), "imports_usual": mexico}
    draw, chapter = cell = np.nonzero((added != 0) & (mexico > 0))
    if not draw.size:
        return amounts
    share = adjusted_share(exposure[cell], ln_wedge[cell], market.short_run[draw])
    sigma, eta = partly_adjusted(market.sigma[cell], market.eta[draw], share)
    epsilon = supply_elasticity(market.border[draw], sigma)[:, None]
    value = _by_origin(mexico[cell], others[cell])
    before = _by_origin(market.duty[chapter, MEXICO], market.duty[chapter, OTHERS])
    after = before + _by_origin(added[cell], np.zeros(draw.size))
    spending = value * (1.0 + before)
    weight = spending / spending.sum(axis=-1, keepdims=True)
    reply = answer((1.0 + after) / (1.0 + before), weight, sigma, eta, epsilon)
    paid = incidence(value, before, after, reply, eta, epsilon)
    answered = {
        "imports": paid.value_after[:, MEXICO],
        "imports_others": paid.value_after[:, OTHERS],
        "duty_revenue": added[cell] * paid.value_after[:, MEXICO],
        "buyers_cost": paid.buyers_cost,
        "deadweight": paid.deadweight,
        "suppliers_cost": paid.suppliers_cost.sum(axis=-1),
    }
    for name, amount in answered.items():
        amounts[name][cell] = amount
    return amounts


def _by_origin(mexico: FloatArray, others: FloatArray) -> FloatArray:
    """Put two origins side by side, [cell, origin]; each origin's cells lie together in memory."""
    return np.stack([mexico, others]).T


def _spread(drawn: Mapping[str, FloatArray], pattern: Pattern) -> Spread:
    return Spread(
        growth=drawn["trade.growth"],
        common=drawn["trade.growth_spread"],
        own=by_size(drawn["trade.chapter_spread"], drawn["trade.chapter_slope"], pattern.level),
        monthly=by_size(drawn["trade.month_spread"], drawn["trade.month_slope"], pattern.level),
    )


def _market(drawn: Mapping[str, FloatArray], luck: Luck) -> Market:
    """Draw the elasticities; a chapter's own median is as sure as its number of products makes it.

    The standard error of a median of n values with deviation s is 1.25 s / sqrt(n).
    """
    median, products = sigma_by_chapter()  # [chapter]
    doubt = 1.25 * drawn["trade.sigma_spread"][:, None] / np.sqrt(products)
    luck_of_chapter = luck.of("sigma").normal(len(CHAPTERS))
    level = drawn["trade.sigma_level"][:, None]
    sigma = 1.0 + (median - 1.0) * level * np.exp(doubt * luck_of_chapter)
    trade = imports_by_origin()
    return Market(
        duty=trade.duty,
        others=trade.others,
        sigma=sigma,
        eta=drawn["trade.eta"],
        short_run=drawn["trade.short_run"],
        months=drawn["trade.adjustment_months"],
        border=drawn["trade.pass_through_border"],
        retail=drawn["trade.pass_through_retail"],
        shelves=drawn["trade.retail_months"],
    )
