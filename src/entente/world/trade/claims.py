"""Published figures held against what arithmetic allows: the mechanical bound and its alarms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, final

import numpy as np

from entente.language import decimal, figures, phrase
from entente.world.parameters import table
from entente.world.sources import folder, imports_by_origin, resources, sigma_by_chapter
from entente.world.trade.demand import answer, partly_adjusted, supply_elasticity
from entente.world.trade.reading import Column, Findings, columns, numbers

SHIPPED: Final = "published-estimates"
STEEPEST: Final = 10.0  # no published import demand elasticity is larger
MEASURES: Final = ("duty", "cost", "output", "jobs", "wages", "welfare")
SCOPES: Final = ("goods", "goods and services")
_ROUNDING: Final = 0.01  # by which a printed figure may miss its own arithmetic
_FLATTENS: Final = 0.20  # rate from which duty in proportion to the rate means no behaviour
_TEXT: Final = ("who", "said_on", "measure", "unit", "scope", "covers", "definition", "source")
_NUMBERS: Final = ("rate_percent", "value")
_DOLLARS: Final = "USD a year"


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """A figure as somebody printed it.

    measure   one of MEASURES;   rate   of duty, a fraction;   value   in `unit`
    scope     one of SCOPES: what the duty is said to fall on
    covers    whose goods the figure is about, ISO 3166-1 alpha-3 or words
    """

    name: str
    who: str
    said_on: str
    measure: str
    rate: float
    value: float
    unit: str
    scope: str
    covers: tuple[str, ...]
    definition: str
    source: str

    @property
    def in_dollars(self) -> bool:
        """Say whether the figure can be held against a sum of money."""
        return self.unit == _DOLLARS

    @property
    def base(self) -> float | None:
        """Return the customs value it could fall on, USD of 2018; None where not held."""
        trade = imports_by_origin()
        if any(origin not in trade.origins for origin in self.covers):
            return None
        places = [trade.origins.index(origin) for origin in self.covers]
        return float(trade.value[:, places].sum())

    @property
    def mechanical(self) -> float | None:
        """Return rate times value, USD a year: the most a duty can bring; None where not held."""
        return None if self.base is None else self.rate * self.base


def read_claims(path: Path | None = None) -> tuple[Claim, ...]:
    """Read claims from a CSV file, or the shipped estimates of 2019.

    Raises InputProblemsError with every faulty row.
    """
    findings = Findings()
    at = path or Path(str(folder())) / str(resources()[SHIPPED]["path"])
    column = columns(at, {"estimate": None}, [*_TEXT, *_NUMBERS], findings)
    text = dict(zip(_TEXT, column.text, strict=False))
    rate = numbers(column, findings, "rate_percent", which=len(_TEXT)) / 100
    value = numbers(column, findings, "value", least=-np.inf, which=len(_TEXT) + 1)
    for what, known in (("measure", MEASURES), ("scope", SCOPES)):
        _known(column, what, text[what], known, findings)
    findings.settle()
    return tuple(
        Claim(
            name=name,
            who=text["who"][i],
            said_on=text["said_on"][i],
            measure=text["measure"][i],
            rate=float(rate[i]),
            value=float(value[i]),
            unit=text["unit"][i],
            scope=text["scope"][i],
            covers=tuple(text["covers"][i].split("+")),
            definition=text["definition"][i],
            source=text["source"][i],
        )
        for i, name in enumerate(column.labels[0])
    )


def _known(
    column: Column, what: str, cells: Sequence[str], known: Sequence[str], findings: Findings
) -> None:
    for line, cell in zip(column.line, cells, strict=True):
        if cell not in known:
            mend = f"use one of: {', '.join(known)}"
            findings.add("E806", column.path, int(line), f"unknown {what} {cell!r}", mend)


def alarms(claim: Claim, others: Sequence[Claim] = ()) -> tuple[str, ...]:
    """Say in sentences what makes a figure implausible; empty where nothing does.

    others   claims printed beside it, for those that show only together
    """
    found = [*_of_base(claim), *_of_words(claim)]
    if claim.mechanical is not None and claim.in_dollars:
        found += [*_of_duty(claim, claim.mechanical), *_of_cost(claim, claim.mechanical)]
    found += _of_ladder(claim, others)
    return tuple(found)


def _of_base(claim: Claim) -> Iterator[str]:
    if claim.scope != "goods":
        yield phrase("services are in its base: they carry no duty")
    if len(claim.covers) > 1:
        whole = ", ".join(claim.covers)
        yield phrase(
            "a figure for a package ({parties}), not for one of its members", parties=whole
        )


def _of_words(claim: Claim) -> Iterator[str]:
    if claim.measure == "welfare" and not claim.definition:
        yield phrase("says welfare without saying which: exact, first-order and real wage differ")


def _of_duty(claim: Claim, most: float) -> Iterator[str]:
    if claim.measure == "duty" and claim.value > most * (1 + _ROUNDING):
        yield phrase(
            "more than the rate times all goods imported, {amount} bn USD",
            amount=decimal(most / 1e9, 1),
        )


def _of_cost(claim: Claim, most: float) -> Iterator[str]:
    if claim.measure != "cost" or claim.value <= most * (1 + _ROUNDING):
        return
    yield phrase(
        "a direct cost larger than the whole duty, {amount} bn USD", amount=decimal(most / 1e9, 1)
    )
    lost = min(1.0, STEEPEST * claim.rate / (1 + claim.rate))
    bound = most * (1 + lost / 2)
    if claim.value > bound:
        yield phrase(
            "above duty and lost trade together, {amount} bn USD, even if buyers fled with an "
            "elasticity of {elasticity}",
            amount=decimal(bound / 1e9, 1),
            elasticity=figures(STEEPEST),
        )


def _of_ladder(claim: Claim, others: Sequence[Claim]) -> Iterator[str]:
    """Find a duty that grows in proportion to the rate beyond a fifth: nobody turned away."""
    if claim.measure != "duty" or claim.rate <= _FLATTENS:
        return
    for other in others:
        same = (other.who, other.measure, other.covers) == (claim.who, claim.measure, claim.covers)
        if same and 0 < other.rate < claim.rate:
            if claim.value / claim.rate > (1 - 2 * _ROUNDING) * other.value / other.rate:
                yield phrase("the duty rises in proportion to the rate, as if nobody turned away")
            return


def state_alarms(by_state: dict[str, float], total: float) -> tuple[str, ...]:
    """Say what is wrong with a table of states whose parts should make up at most a total.

    >>> state_alarms({"Texas": 107.0, "Vermont": 346.5}, 346.5)
    ('Vermont holds the total of the table', 'the states add up to more than the total')
    """
    found = [f"{name} holds the total of the table" for name, v in by_state.items() if v >= total]
    if sum(by_state.values()) > total * (1 + _ROUNDING):
        found.append("the states add up to more than the total")
    return tuple(found)


@cache
def duty_after(rate: float, horizon: str = "long") -> float:
    """Return the duty on Mexican goods once buyers have turned, USD a year at trade of 2018.

    Central elasticities, chapter by chapter; `horizon` "short" takes the share reached at once.

    rate   added, a fraction
    """
    trade, given = imports_by_origin(), table()
    mexico = trade.value[:, trade.origins.index("MEX")]
    value = np.stack([mexico, 12 * trade.others], axis=1)  # [chapter, origin]
    sold = value.sum(axis=1) > 0
    sigma = sigma_by_chapter()[0][sold]
    eta = np.full_like(sigma, given["trade.eta"].value)
    if horizon == "short":
        share = np.full_like(sigma, given["trade.short_run"].value)
        sigma, eta = partly_adjusted(sigma, eta, share)
    border = np.full_like(sigma, given["trade.pass_through_border"].value)
    before = 1.0 + trade.duty[sold]
    spending = value[sold] * before
    after = before + np.array([rate, 0.0])
    share_of = spending / spending.sum(axis=1, keepdims=True)
    reply = answer(after / before, share_of, sigma, eta, supply_elasticity(border, sigma)[:, None])
    kept = value[sold][:, 0] * reply.value[:, 0]
    return float(rate * kept.sum())
