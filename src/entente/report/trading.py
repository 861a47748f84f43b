"""What a page says of goods beyond the duty itself: the loop, who bears it, what others said."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from entente.luck import FloatArray, Luck
from entente.places import CHAPTERS, subdivisions
from entente.report import words
from entente.report.reading import Ends, Reading
from entente.report.tables import Cell, Table
from entente.world.parameters import parameters
from entente.world.sources import imports_by_origin, rows
from entente.world.trade.claims import Claim, alarms, duty_after, read_claims
from entente.world.trade.prices import all_spending, consumer_prices, responses
from entente.world.trade.retaliation import listed

_WHOLE: Final = "US"
_STATES: Final = 50
_YEAR: Final = 12
_DEAREST: Final = 10
_VEHICLES: Final = CHAPTERS.index("87")
_NO_TABLE: Final = (
    "Not estimated: what each tenth of households pays. No public table of spending by income is "
    "held."
)

_NOT_ESTIMATED = (
    "Not estimated: what checks at the border cost freight; whether Mexican activity moves people "
    "of other citizenship; what money sent home does in Central America."
)


def loop_remarks(reading: Reading) -> tuple[str, ...]:
    """Say what goods and people do to each other in this run, or that they were kept apart."""
    told = reading.run.record.get("loop")
    return (_loop_measured(told), _NOT_ESTIMATED) if told else ()


def _loop_measured(told: Mapping[str, Any]) -> str:
    if not told["on"]:
        return "This run keeps goods and people apart: neither moves the other."
    if not told["draws"]:
        return "The loop is at work; the run has too few draws to measure what it adds."
    arrests = told["arrests_of_mexicans"]
    change = words.difference(arrests["p05"], arrests["mean"], arrests["p95"], "arrests")
    activity = told["activity_percent"]
    fallen = words.interval(-activity["p95"], -activity["mean"], -activity["p05"], "percent")
    return (
        f"With the same luck, the loop makes {change} of Mexicans over the run, a mean of "
        f"{told['arrests_of_mexicans_percent']['mean']:+.1f} %. In the last month Mexican activity "
        f"is lower by {fallen}. From {told['draws']} draws, made with the loop and without it."
    )


def by_state(reading: Reading) -> tuple[Table, ...]:
    """Split the added duty of the run over US states by where imports from Mexico were entered."""
    if not reading.has("duty_revenue") or not reading.charged.any():
        return ()
    duty = reading.total("duty_revenue").sum(axis=1)  # [draw]
    held = {row["state"]: float(row["imports_usd"]) for row in rows("us-state-imports-mexico")}
    total = held.pop(_WHOLE)
    lines: list[tuple[Cell, ...]] = [
        (subdivisions()[state], _money(duty * value / total)) for state, value in held.items()
    ]
    missing = (
        f"{_STATES - len(held)} other states and the District of Columbia, not held one by one"
    )
    lines.append((missing, _money(duty * (1 - sum(held.values()) / total))))
    caption = (
        "Added duty over the run by state of destination on the entry, 2018: often a warehouse or "
        "a border crossing, not where buyers live"
    )
    return (Table("duty-by-state", caption, ("State", "Added duty, whole run"), tuple(lines)),)


def by_category(reading: Reading) -> tuple[Table, ...]:
    """Carry a year's cost of buyers through chains of production to what consumers buy."""
    if not reading.has("buyers_cost") or not reading.charged.any():
        return ()
    cost = reading.run.dataset["buyers_cost"].isel(month=slice(-_YEAR, None))
    trade = imports_by_origin()
    bought = trade.value[:, trade.origins.index("WLD")] * cost.sizes["month"] / _YEAR
    paid = cost.sum("month").to_numpy().astype(float)  # [draw, chapter]
    rise = np.divide(paid, bought, out=np.zeros_like(paid), where=bought > 0)
    risen = consumer_prices(100 * rise)  # [draw, category]
    order = np.argsort(-risen.mean(axis=0), kind="stable")[:_DEAREST]
    lines: list[tuple[Cell, ...]] = [
        (responses().categories[i], Ends.of(risen[:, i]).value("percent")) for i in order
    ]
    lines.append(("All consumer spending", Ends.of(all_spending(risen)).value("percent")))
    months = words.plural(int(cost.sizes["month"]), "month")
    caption = (
        f"Rise of consumer prices by the added duty of the last {months}, were every cost passed "
        "on: through imports and what is made from them, margins the same in dollars"
    )
    head = ("What consumers buy", "Rise of its price")
    return (Table("consumer-prices", caption, head, tuple(lines)),)


def by_partner(reading: Reading) -> tuple[Table, ...]:
    """Split what is bought in Mexico's place over the partners that sell the same chapters."""
    if not reading.has("diverted") or not reading.charged.any():
        return ()
    trade = imports_by_origin()
    gained = reading.run.dataset["diverted"].sum("month").to_numpy().astype(float)
    sellers = [i for i, origin in enumerate(trade.origins) if origin not in ("WLD", "MEX")]
    others = np.maximum(_YEAR * trade.others, 1.0)[:, None]
    won = gained @ (trade.value[:, sellers] / others)  # [draw, partner]
    order = np.argsort(-won.mean(axis=0), kind="stable")[:_DEAREST]
    lines: list[tuple[Cell, ...]] = [
        (words.label(trade.origins[sellers[i]]), _money(won[:, i])) for i in order
    ]
    rest = gained.sum(axis=1) - won[:, order].sum(axis=1)
    lines.append(("All other countries", _money(rest)))
    caption = (
        "Sales won in Mexico's place over the run, by the partners' shares of US imports in each "
        "chapter, 2018"
    )
    head = ("Partner", "Sales won, whole run")
    return (Table("sales-won", caption, head, tuple(lines)),)


def bearing(reading: Reading) -> tuple[str, ...]:
    """Say what the duty comes to per vehicle, what an answer would cost, and what is unknown."""
    if not reading.has("duty_revenue", "imports") or not reading.charged.any():
        return ()
    given = parameters(Luck(int(reading.run.record["seed"]), reading.draws))
    last = reading.run.dataset.isel(month=-1, chapter=_VEHICLES)
    sold = np.maximum(last["imports"].to_numpy().astype(float), 1.0)
    vehicle = last["duty_revenue"].to_numpy() / sold * given["trade.vehicle_value"]
    answered = _answered(given["trade.answer_elasticity"])
    per_vehicle = (
        f"On a passenger vehicle the added duty of {words.month(reading.months[-1])} comes to "
        f"{Ends.of(vehicle).words('USD')}."
    )
    return tuple(text for text in (per_vehicle, answered, _NO_TABLE) if text)


def _answered(elasticity: FloatArray) -> str:
    """Say what American exporters would lose by Mexico's list of June 2018; empty if not held."""
    total, *goods = listed("mexico-2018")
    lost = total.lost(elasticity)
    if lost is None or total.exports is None:
        return ""
    unknown = words.listing([each.goods.lower() for each in goods if each.exports is None])
    return (
        "Had Mexico answered with its list of June 2018, at 15 to 25 % on about "
        f"{_dollars(total.exports)} of American farm and factory goods a year, exporters would "
        f"lose {Ends.of(lost).words('USD')} of sales a year; no figures are held for {unknown}. "
        "No such answer is part of this run."
    )


def estimates(reading: Reading) -> tuple[Table, ...]:
    """Set what was published on the same threat beside ours, with what makes it implausible."""
    first, last = (str(day)[:7] for day in reading.run.accord.horizon)
    every = read_claims()
    said = [claim for claim in every if first <= claim.said_on[:7] <= last]
    if not said:
        return ()
    lines = tuple(
        (
            f"{claim.who}: {claim.measure} at {100 * claim.rate:g} %, {_as_said(claim)}",
            _ours(claim),
            "; ".join(alarms(claim, every)),
        )
        for claim in said
    )
    head = ("Said in 2019", "Ours, a year", "What to distrust")
    return (Table("estimates", "Published estimates beside ours, at trade of 2018", head, lines),)


def _as_said(claim: Claim) -> str:
    if claim.in_dollars:
        return _dollars(claim.value)
    unit = "%" if claim.unit == "percent" else claim.unit
    return f"{claim.value:,.6g} {unit}".replace("-", "\N{MINUS SIGN}")


def _ours(claim: Claim) -> str:
    if claim.covers != ("MEX",) or claim.mechanical is None:
        return "not estimated for the package"
    if claim.measure not in ("duty", "cost"):
        return f"{claim.measure}: not estimated"
    at_once, later = duty_after(claim.rate, "short"), duty_after(claim.rate)
    return (
        f"duty {_dollars(claim.mechanical)}; as buyers turn away {_dollars(at_once)}, "
        f"then {_dollars(later)}"
    )


def _dollars(value: float) -> str:
    return words.quantity(value, "USD")


def _money(draws: FloatArray) -> Cell:
    return Ends.of(draws).value("USD")
