"""The reasons for what holds on a day, as values: each clause with its state, why and sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, final

from entente.accord.clauses.common import said_state
from entente.accord.value import FLAG, Answer
from entente.grid import Told
from entente.language import counted, figures, marked, phrase

_TOLD: Final = 3  # ties that are told in words
_BECAUSE: Final = marked("because: {reason}")
_NOT: Final = marked("not: {reason}")


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
        state = said_state(self.state)
        if self.since:
            state = phrase("{state} {since}", state=state, since=self.since)
        return phrase("{clause} is {state}: {why}", clause=self.clause, state=state, why=self.why)

    def lines(self) -> Iterator[str]:
        """Say it: the state and why, then what it rests on."""
        yield self.headline()
        yield "    " + phrase("says: {sentence}", sentence=self.sentence)
        sources = "; ".join(self.sources) or phrase("no source")
        if self.basis:
            basis = phrase(self.basis)
            sources = phrase("{sources} (basis: {basis})", sources=sources, basis=basis)
        yield "    " + phrase("rests on: {sources}", sources=sources)
        yield from self.figures()
        for choice in self.choices:
            yield "    " + phrase("choice: {choice}", choice=choice)

    def figures(self) -> Iterator[str]:
        """Say the figures that were read."""
        yield from ("    " + phrase("reads: {figure}", figure=figure) for figure in self.inputs)


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
        asked = said_quantity(self.quantity, self.by, self.on)
        if self.answer.value == FLAG:
            readings = "; ".join(
                f"{k}: {say_amount(v)}" for k, v in (self.answer.readings or {}).items()
            )
            return f"{asked}: {FLAG} ({', '.join(self.answer.flags)}) {readings}".rstrip()
        if self.answer.value is None:
            return phrase("{quantity}: nothing is set", quantity=asked)
        told = f"{asked}: {say_amount(self.answer.value)} {phrase(self.unit)}"
        if self.over_month is None:
            return told
        return phrase(
            "{value} ({mean} over the month)", value=told, mean=say_amount(self.over_month)
        )


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
        return phrase(
            "{result} is {then}, not {now}, if {input} were {after} instead of {before}",
            result=self.result,
            then=self.then,
            now=self.now,
            input=self.input,
            after=self.after,
            before=self.before,
        )


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
        return phrase(
            "{result}: {then} as known on {day}, {now} as known from {since}",
            result=self.result,
            then=self.then,
            day=self.on,
            now=self.now,
            since=self.since,
        )


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
        yield phrase("{accord} on {day}", accord=self.accord, day=self.on)
        for finding in self.findings:
            yield ""
            yield finding.headline()
            for told, reasons in ((_BECAUSE, finding.winners), (_NOT, finding.losers)):
                for reason in reasons:
                    first, *rest = reason.lines()
                    yield "  " + phrase(told, reason=first)
                    yield from rest
        yield ""
        for reason in self.others:
            yield reason.headline()
            yield from reason.figures()
        for problem in self.undecided:
            yield phrase("not decided: {what}", what=problem)
        if self.learnt or self.flips:
            yield ""
        yield from (phrase("learnt later: {what}", what=learnt) for learnt in self.learnt)
        yield from (phrase("would flip: {what}", what=flip) for flip in self.flips)


def say_amount(amount: float | str | None) -> str:
    """Say an amount; None is that nothing is set."""
    if amount is None:
        return phrase("nothing")
    return amount if isinstance(amount, str) else figures(amount, 10)


def said_quantity(quantity: str, by: str = "", on: str = "", goods: str = "") -> str:
    """Say which quantity is meant: who sets it, on whom, for which goods.

    >>> said_quantity("duty", "USA", "MEX", "7208")
    'duty by USA on MEX for goods 7208'
    """
    said = phrase(quantity.replace("_", " "))
    if by:
        said = phrase("{quantity} by {party}", quantity=said, party=by)
    if on:
        said = phrase("{quantity} on {party}", quantity=said, party=on)
    return phrase("{quantity} for goods {goods}", quantity=said, goods=goods) if goods else said


def said_flips(flips: Sequence[Flip]) -> Iterator[str]:
    """Say the flips of a case, input by input: of ties a few, the record has all."""
    for input_, ties in groupby(flips, key=lambda flip: flip.input):
        told = list(ties)
        yield from ("  " + phrase("would flip: {what}", what=flip) for flip in told[:_TOLD])
        if len(told) > _TOLD:
            more = len(told) - _TOLD
            yield "    " + counted(
                "and {count} more value of {input}, as near",
                "and {count} more values of {input}, as near",
                more,
                input=input_,
            )
    if not flips:
        yield "  " + phrase("would flip: no change of one known fact that was tried")
