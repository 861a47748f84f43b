"""The numbers to remember, each with its interval."""

from dataclasses import dataclass
from typing import final

from entente.language import phrase
from entente.report import amounts, naming, words
from entente.report.opening.answer import WAITING
from entente.report.reading import Ends, Reading
from entente.world.measures import BY_NAME


@final
@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number to remember, with its 90 % interval and what it counts."""

    value: str
    spread: str
    what: str


def key_numbers(reading: Reading) -> list[KeyNumber]:
    """Give up to four numbers to remember."""
    last = words.month(reading.months[-1])
    shown = []
    if reading.counted:
        noun, unit = naming.noun(reading.counted), BY_NAME[reading.counted].unit
        what = phrase(
            "{counted} in {month}", counted=noun, month=words.month(reading.months[reading.tested])
        )
        shown.append(_key(reading.at(reading.counted, reading.tested), unit, what))
    if not reading.run.targets.empty:
        row = reading.last_test
        met = amounts.percentage(float(row["probability"]))
        what = phrase("meet “{target}”", target=reading.target(row))
        shown.append(KeyNumber(met, phrase("of draws"), what))
    if waiting := reading.sum(*WAITING):
        what = phrase("people waiting in Mexico at the end of {month}", month=last)
        shown.append(_key(Ends.of(waiting[0][:, -1]), "persons", what))
    ever = reading.ever_charged
    if ever is not None:
        shown.append(KeyNumber(amounts.percentage(ever), phrase("of draws"), _charges(reading)))
    return shown


def _charges(reading: Reading) -> str:
    cost = reading.where_charged("buyers_cost")
    if cost is None:
        return phrase("charge an added duty")
    return phrase("charge an added duty, at a cost to buyers of {cost}", cost=cost.about("USD"))


def _key(ends: Ends, unit: str, what: str) -> KeyNumber:
    spread = ends.high - ends.low
    low, middle, high = (amounts.quantity(amounts.rounded(v, spread), unit) for v in ends)
    same = phrase("in every draw")
    return KeyNumber(middle, same if low == high else words.span(low, high), what)
