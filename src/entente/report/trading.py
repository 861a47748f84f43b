"""What a page says of goods beyond the duty itself: the loop, who bears it, what others said."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from entente.language import counted, decimal, figures, marked, phrase
from entente.luck import FloatArray, Luck
from entente.places import CHAPTERS, subdivisions
from entente.report import amounts, naming, words
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
_NO_TABLE: Final = marked(
    "Not estimated: what each tenth of households pays. No public table of spending by income is "
    "held."
)

_NOT_ESTIMATED = marked(
    "Not estimated: what checks at the border cost freight; whether Mexican activity moves people "
    "of other citizenship; what money sent home does in Central America."
)


def loop_remarks(reading: Reading) -> tuple[str, ...]:
    """Say what goods and people do to each other in this run, or that they were kept apart."""
    told = reading.run.record.get("loop")
    return (_loop_measured(told), phrase(_NOT_ESTIMATED)) if told else ()


def _loop_measured(told: Mapping[str, Any]) -> str:
    if not told["on"]:
        return phrase("This run keeps goods and people apart: neither moves the other.")
    if not told["draws"]:
        return phrase("The loop is at work; the run has too few draws to measure what it adds.")
    arrests = told["arrests_of_mexicans"]
    change = words.difference(arrests["p05"], arrests["mean"], arrests["p95"], phrase("arrests"))
    activity = told["activity_percent"]
    fallen = amounts.interval(-activity["p95"], -activity["mean"], -activity["p05"], "percent")
    mean = told["arrests_of_mexicans_percent"]["mean"]
    return phrase(
        "With the same luck, the loop makes {change} of Mexicans over the run, a mean of {mean} %. "
        "In the last month Mexican activity is lower by {fallen}. From {draws} draws, made with "
        "the loop and without it.",
        change=change,
        mean=f"{'+' if mean >= 0 else ''}{decimal(mean, 1)}",
        fallen=fallen,
        draws=decimal(told["draws"]),
    )


def by_state(reading: Reading) -> tuple[Table, ...]:
    """Split the added duty of the run over US states by where imports from Mexico were entered."""
    if not reading.has("duty_revenue") or not reading.charged.any():
        return ()
    duty = reading.total("duty_revenue")[reading.charged].sum(axis=1)  # [draw]
    held = {row["state"]: float(row["imports_usd"]) for row in rows("us-state-imports-mexico")}
    total = held.pop(_WHOLE)
    lines: list[tuple[Cell, ...]] = [
        (subdivisions()[state], _money(duty * value / total)) for state, value in held.items()
    ]
    missing = phrase(
        "{count} other states and the District of Columbia, not held one by one",
        count=_STATES - len(held),
    )
    lines.append((missing, _money(duty * (1 - sum(held.values()) / total))))
    caption = phrase(
        "Added duty over the run, where one is charged ({in_draws}), by state of destination on "
        "the entry, 2018: often a warehouse or a border crossing, not where buyers live",
        in_draws=_charged(reading),
    )
    head = (phrase("State"), phrase("Added duty, whole run"))
    return (Table("duty-by-state", caption, head, tuple(lines)),)


def by_category(reading: Reading) -> tuple[Table, ...]:
    """Carry a year's cost of buyers through chains of production to what consumers buy."""
    if not reading.has("buyers_cost") or not reading.charged.any():
        return ()
    cost = reading.run.dataset["buyers_cost"].isel(month=slice(-_YEAR, None))
    trade = imports_by_origin()
    bought = trade.value[:, trade.origins.index("WLD")] * cost.sizes["month"] / _YEAR
    paid = cost.sum("month").to_numpy()[reading.charged].astype(float)  # [draw, chapter]
    rise = np.divide(paid, bought, out=np.zeros_like(paid), where=bought > 0)
    risen = consumer_prices(100 * rise)  # [draw, category]
    order = np.argsort(-risen.mean(axis=0), kind="stable")[:_DEAREST]
    lines: list[tuple[Cell, ...]] = [
        (phrase(responses().categories[i]), Ends.of(risen[:, i]).value("percent")) for i in order
    ]
    lines.append((phrase("All consumer spending"), Ends.of(all_spending(risen)).value("percent")))
    caption = counted(
        "Rise of consumer prices by the added duty of the last month, where one is charged "
        "({in_draws}), were every cost passed on: through imports and what is made from them, "
        "margins the same in dollars",
        "Rise of consumer prices by the added duty of the last {count} months, where one is "
        "charged ({in_draws}), were every cost passed on: through imports and what is made from "
        "them, margins the same in dollars",
        int(cost.sizes["month"]),
        in_draws=_charged(reading),
    )
    head = (phrase("What consumers buy"), phrase("Rise of its price"))
    return (Table("consumer-prices", caption, head, tuple(lines)),)


def by_partner(reading: Reading) -> tuple[Table, ...]:
    """Split what is bought in Mexico's place over the partners that sell the same chapters."""
    if not reading.has("diverted") or not reading.charged.any():
        return ()
    trade = imports_by_origin()
    gained = reading.run.dataset["diverted"].sum("month").to_numpy()[reading.charged].astype(float)
    sellers = [i for i, origin in enumerate(trade.origins) if origin not in ("WLD", "MEX")]
    others = np.maximum(_YEAR * trade.others, 1.0)[:, None]
    won = gained @ (trade.value[:, sellers] / others)  # [draw, partner]
    order = np.argsort(-won.mean(axis=0), kind="stable")[:_DEAREST]
    lines: list[tuple[Cell, ...]] = [
        (naming.label(trade.origins[sellers[i]]), _money(won[:, i])) for i in order
    ]
    rest = gained.sum(axis=1) - won[:, order].sum(axis=1)
    lines.append((phrase("All other countries"), _money(rest)))
    caption = phrase(
        "Sales won in Mexico's place over the run, where a duty is charged ({in_draws}), by the "
        "partners' shares of US imports in each chapter, 2018",
        in_draws=_charged(reading),
    )
    head = (phrase("Partner"), phrase("Sales won, whole run"))
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
    due = vehicle > 0  # [draw]
    per_vehicle = due.any() and phrase(
        "Where a duty is charged in {month} ({in_draws}), it comes to {amount} on a passenger "
        "vehicle.",
        month=words.month(reading.months[-1]),
        in_draws=words.in_draws(float(due.mean()), reading.draws),
        amount=Ends.of(vehicle[due]).words("USD"),
    )
    return tuple(text for text in (per_vehicle, answered, phrase(_NO_TABLE)) if text)


def _charged(reading: Reading) -> str:
    """Say in how many draws a duty is charged at some time."""
    return words.in_draws(float(reading.charged.mean()), reading.draws)


def _answered(elasticity: FloatArray) -> str:
    """Say what American exporters would lose by Mexico's list of June 2018; empty if not held."""
    total, *goods = listed("mexico-2018")
    lost = total.lost(elasticity)
    if lost is None or total.exports is None:
        return ""
    unknown = [phrase(each.goods).lower() for each in goods if each.exports is None]
    return phrase(
        "Had Mexico answered with its list of June 2018, at 15 to 25 % on about {exports} of "
        "American farm and factory goods a year, exporters would lose {sales} of sales a year; no "
        "figures are held for {goods}. No such answer is part of this run.",
        exports=_dollars(total.exports),
        sales=Ends.of(lost).words("USD"),
        goods=words.listing(unknown),
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
            phrase(
                "{who}: {measure} at {rate} %, {amount}",
                who=claim.who,
                measure=phrase(claim.measure),
                rate=figures(100 * claim.rate),
                amount=_as_said(claim),
            ),
            _ours(claim),
            "; ".join(alarms(claim, every)),
        )
        for claim in said
    )
    head = (phrase("Said in 2019"), phrase("Ours, a year"), phrase("What to distrust"))
    caption = phrase("Published estimates beside ours, at trade of 2018")
    return (Table("estimates", caption, head, lines),)


def _as_said(claim: Claim) -> str:
    if claim.in_dollars:
        return _dollars(claim.value)
    unit = "%" if claim.unit == "percent" else phrase(claim.unit)
    return f"{figures(claim.value)} {unit}"


def _ours(claim: Claim) -> str:
    if claim.covers != ("MEX",) or claim.mechanical is None:
        return phrase("not estimated for the package")
    if claim.measure not in ("duty", "cost"):
        return phrase("{measure}: not estimated", measure=phrase(claim.measure))
    return phrase(
        "duty {mechanical}; as buyers turn away {at_once}, then {later}",
        mechanical=_dollars(claim.mechanical),
        at_once=_dollars(duty_after(claim.rate, "short")),
        later=_dollars(duty_after(claim.rate)),
    )


def _dollars(value: float) -> str:
    return amounts.quantity(value, "USD")


def _money(draws: FloatArray) -> Cell:
    return Ends.of(draws).value("USD")
