"""The reasons for what holds on a day, as values: each clause with its state, why and sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, final

from entente.accord.value import FLAG, Answer
from entente.grid import Told

_TOLD: Final = 3  # ties that are told in words


@final
@dataclass(frozen=True, slots=True)
class Reason:
    """One clause on a day: its state, since when, what it says, and why it stands so."""

    clause: str
    state: str
    since: str
    sentence: str
    why: str
    basis: str | None
    sources: tuple[str, ...]
    choices: tuple[str, ...]
    inputs: tuple[str, ...] = ()

    def headline(self) -> str:
        """Say the state and why in a line."""
        state = " ".join(filter(None, [self.state.replace("_", " "), self.since]))
        return f"{self.clause} is {state}: {self.why}"

    def lines(self) -> Iterator[str]:
        """Say it: the state and why, then what it rests on."""
        yield self.headline()
        yield f"    says: {self.sentence}"
        basis = f" (basis: {self.basis})" if self.basis else ""
        yield f"    rests on: {'; '.join(self.sources) or 'no source'}{basis}"
        for figure in self.inputs:
            yield f"    reads: {figure}"
        for choice in self.choices:
            yield f"    choice: {choice}"


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """A quantity on a day, the clauses that set it, and why others do not."""

    quantity: str
    by: str
    on: str
    unit: str
    answer: Answer
    winners: tuple[Reason, ...]
    losers: tuple[Reason, ...]
    over_month: float | None = None  # averaged over the month's days, where a run is explained

    def headline(self) -> str:
        """Say the value in a sentence.

        An added duty that nothing sets is a sum of nothing, so 0.
        """
        who = "".join(
            f" {word} {party}" for word, party in (("by", self.by), ("on", self.on)) if party
        )
        if self.answer.value == FLAG:
            readings = "; ".join(
                f"{k}: {say_amount(v)}" for k, v in (self.answer.readings or {}).items()
            )
            told = f"{self.quantity}{who}: {FLAG} ({', '.join(self.answer.flags)}) {readings}"
            return told.rstrip()
        if self.answer.value is None:
            return f"{self.quantity}{who}: nothing is set"
        month = (
            "" if self.over_month is None else f" ({say_amount(self.over_month)} over the month)"
        )
        return f"{self.quantity}{who}: {say_amount(self.answer.value)} {self.unit}{month}"


@final
@dataclass(frozen=True, slots=True)
class Flip:
    """The least change of one input that alters a result: what is asked, and how it comes out."""

    result: str
    input: str
    before: str
    after: str
    now: str
    then: str

    def __str__(self) -> str:
        return (
            f"{self.result} is {self.then}, not {self.now}, if {self.input} were {self._change()}"
        )

    def _change(self) -> str:
        return f"{self.after} instead of {self.before}"


@final
@dataclass(frozen=True, slots=True)
class Learnt:
    """A result for a day that was another as known on that day, and the day from which it is so."""

    result: str
    on: str
    then: str
    since: str
    now: str

    def __str__(self) -> str:
        then, now = f"{self.then} as known on {self.on}", f"{self.now} as known from {self.since}"
        return f"{self.result}: {then}, {now}"


@final
@dataclass(frozen=True, slots=True)
class Explanation(Told):
    """What holds on a day under an accord, and why."""

    accord: str
    on: str
    findings: tuple[Finding, ...]
    others: tuple[Reason, ...]
    undecided: tuple[str, ...]
    learnt: tuple[Learnt, ...] = ()
    flips: tuple[Flip, ...] = ()

    def lines(self) -> Iterator[str]:
        """Say everything, one sentence a line."""
        yield f"{self.accord} on {self.on}"
        for finding in self.findings:
            yield ""
            yield finding.headline()
            for label, reasons in (("because", finding.winners), ("not", finding.losers)):
                for reason in reasons:
                    first, *rest = reason.lines()
                    yield f"  {label}: {first}"
                    yield from rest
        yield ""
        for reason in self.others:
            yield reason.headline()
            yield from (f"    reads: {figure}" for figure in reason.inputs)
        for problem in self.undecided:
            yield f"not decided: {problem}"
        if self.learnt or self.flips:
            yield ""
        yield from (f"learnt later: {learnt}" for learnt in self.learnt)
        yield from (f"would flip: {flip}" for flip in self.flips)


def say_amount(amount: float | str | None) -> str:
    """Say an amount; None is that nothing is set."""
    return "nothing" if amount is None else amount if isinstance(amount, str) else f"{amount:,.10g}"


def said_flips(flips: Sequence[Flip]) -> Iterator[str]:
    """Say the flips of a case, input by input: of ties a few, the record has all."""
    for input_, ties in groupby(flips, key=lambda flip: flip.input):
        told = list(ties)
        yield from (f"  would flip: {flip}" for flip in told[:_TOLD])
        if len(told) > _TOLD:
            yield f"    and {len(told) - _TOLD} more values of {input_}, as near"
    if not flips:
        yield "  would flip: no change of one known fact that was tried"
