"""The findings: up to five, each a short head and a sentence or two with intervals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from entente.language import counted, phrase
from entente.report import amounts, words
from entente.report.figures.law import IN_FORCE, clause_states
from entente.report.reading import Ends, Reading, records

if TYPE_CHECKING:
    from collections.abc import Iterable
from entente.report.opening.answer import WAITING, duty_words, target_words

_FINDINGS: Final = 5
_SENT_BACK: Final = ("returns_mexico", "returned_usa")
_PROTECTED: Final = ("protected_mexico", "protected_usa")


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a short head, and a sentence or two with intervals."""

    head: str
    text: str


def findings(reading: Reading) -> list[Finding]:
    """Give up to five findings; outcomes for states and for people take turns."""
    candidates: Iterable[Finding | None] = (
        _promise_finding(reading),
        _protection_finding(reading),
        _duty_finding(reading),
        _waiting_finding(reading),
        _persons_finding(reading),
        _detention_finding(reading),
        _transfer_finding(reading),
        _law_finding(reading),
    )
    return [finding for finding in candidates if finding][:_FINDINGS]


def _promise_finding(reading: Reading) -> Finding | None:
    targets = reading.run.targets
    if targets.empty:
        return None
    said = [target_words(reading, row) for row in records(reading.tests)]
    latest = list(dict.fromkeys(said))[-3:]
    return Finding(phrase("Is the target met?"), " ".join(words.sentence(text) for text in latest))


def _protection_finding(reading: Reading) -> Finding | None:
    back, kept = reading.sum(*_SENT_BACK), reading.sum(*_PROTECTED)
    if not back or not kept:
        return None
    returned = Ends.of(back[0].sum(axis=1))
    protected = Ends.of(kept[0].sum(axis=1))
    text = counted(
        "Over {count} month there are {returned} and {protected}.",
        "Over {count} months there are {returned} and {protected}.",
        len(reading.months),
        returned=returned.words("persons", phrase("returns to the country of origin")),
        protected=protected.words("persons", phrase("grants of protection")),
    )
    return Finding(phrase("Returned or protected"), text)


def _duty_finding(reading: Reading) -> Finding | None:
    if not (said := duty_words(reading)):
        return None
    told = [words.sentence(said)]
    if reading.ever_charged:
        peak = _peak(reading).words("percent", phrase("of the value of imports"))
        told.append(phrase("At its highest it averages {share}.", share=peak))
    revenue, lost = (reading.where_charged(n) for n in ("duty_revenue", "deadweight"))
    if revenue and lost:
        told.append(
            phrase(
                "The treasury collects {revenue}; {lost} is lost outright.",
                revenue=revenue.words("USD"),
                lost=lost.words("USD"),
            )
        )
    return Finding(phrase("Who pays"), " ".join(told))


def _peak(reading: Reading) -> Ends:
    """Give the highest monthly rate in the draws with an added duty."""
    return Ends.of(reading.total("duty_rate").max(axis=1)[reading.charged])


def _waiting_finding(reading: Reading) -> Finding | None:
    waiting = reading.sum(*WAITING)
    if not waiting:
        return None
    total, names = waiting
    highest = int(np.median(total, axis=0).argmax())
    told = [
        phrase(
            "The number waiting in Mexico is highest in {month}: {people}.",
            month=words.month(reading.months[highest]),
            people=Ends.of(total[:, highest]).words("persons", phrase("people")),
        )
    ]
    if "waiting_returned" in names and reading.has("return_to_wait"):
        sent = reading.over_all("return_to_wait").words("persons", phrase("people"))
        told.append(phrase("Over the run {people} are sent back to wait.", people=sent))
    return Finding(phrase("Who waits"), " ".join(told))


def _persons_finding(reading: Reading) -> Finding | None:
    if not reading.has("distinct_persons", "encounters"):
        return None
    events, persons = reading.total("encounters"), reading.total("distinct_persons")
    text = phrase(
        "Over the run there are {encounters}. Each person counted once a month, they are "
        "{people}; one person may be met in several months.",
        encounters=Ends.of(events.sum(axis=1)).words("events", phrase("encounters")),
        people=Ends.of(persons.sum(axis=1)).words("persons", phrase("people")),
    )
    return Finding(phrase("Events are not persons"), text)


def _detention_finding(reading: Reading) -> Finding | None:
    if not reading.has("detention_occupancy"):
        return None
    occupancy = reading.total("detention_occupancy")
    over = float((occupancy > 100).any(axis=1).mean())
    low, middle, high = (amounts.number(v) for v in Ends.of(occupancy.max(axis=1)))
    text = phrase(
        "At the peak Mexico holds {middle} people for every 100 places (90 % of draws: {low} to "
        "{high}). More people than places in some month: {in_draws}.",
        middle=middle,
        low=low,
        high=high,
        in_draws=words.odds(over, reading.draws),
    )
    return Finding(phrase("Held beyond capacity"), text)


def _transfer_finding(reading: Reading) -> Finding | None:
    if not reading.has("transferred", "transfer_shortfall"):
        return None
    text = phrase(
        "{moved} are transferred; {short} find no place.",
        moved=reading.over_all("transferred").words("persons", phrase("people")),
        short=reading.over_all("transfer_shortfall").words("persons", phrase("people")),
    )
    return Finding(phrase("Transfers"), words.capital(text))


def _law_finding(reading: Reading) -> Finding | None:
    if "clause_state" not in reading.run.dataset:
        return None
    last = clause_states(reading).groupby("clause", sort=False).tail(1)
    force = last[last["family"] == IN_FORCE]
    names = words.listing([str(c).replace("_", " ") for c in force["clause"][:6]])
    text = phrase(
        "At the end of {month}, {count} of {all} clauses most often: {clauses}.",
        month=words.month(reading.months[-1]),
        count=len(force),
        all=len(last),
        clauses=names,
    )
    return Finding(phrase("What is in force"), text)
