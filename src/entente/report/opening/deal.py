"""What the deal is: the duty it sets, what it asks of whom, about whom it decides."""

from entente.accord.clauses import Allocate, Schedule
from entente.accord.clauses.common import names_of
from entente.language import counted, figures, phrase
from entente.places import with_article
from entente.report import words
from entente.report.reading import Reading, records


def deal(reading: Reading) -> str:
    """Say what the deal is: the duty it sets, what it asks of whom, and about whom it decides."""
    return " ".join(filter(None, (_duty_set(reading), _asked(reading), _decided(reading))))


def _duty_set(reading: Reading) -> str:
    """Say the first added duty of the text: on whose goods, and how high it goes."""
    for clause in reading.run.accord.clauses.values():
        if not (
            isinstance(clause, Schedule)
            and clause.sets == "duty"
            and clause.steps
            and clause.common.on
        ):
            continue
        other = names_of(clause.common.on)
        low, high = clause.steps[0].value, max(step.value for step in clause.steps)
        if low == high:
            return phrase(
                "The text puts a duty of {rate} % on {other}.",
                rate=figures(high),
                other=other,
            )
        return phrase(
            "The text puts a duty on {other} that rises from {low} to {high} %.",
            low=figures(low),
            high=figures(high),
            other=other,
        )
    return ""


def _asked(reading: Reading) -> str:
    """Say what each party is asked to reach, each level once."""
    if reading.run.targets.empty:
        return ""
    asked: dict[str, list[str]] = {}
    for row in records(reading.tests):
        asked.setdefault(str(row["party"]), []).append(reading.target(row, dated=False))
    return " ".join(
        phrase(
            "It asks {party} for {targets}.",
            party=with_article(party),
            targets=words.listing(list(dict.fromkeys(targets))),
        )
        for party, targets in asked.items()
    )


def _decided(reading: Reading) -> str:
    """Count the clauses that say what becomes of those who seek asylum."""
    clauses = reading.run.accord.clauses.values()
    count = sum(isinstance(clause, Allocate) for clause in clauses)
    if not count:
        return ""
    return counted(
        "{count} clause decides what becomes of people who seek asylum.",
        "{count} clauses decide what becomes of people who seek asylum.",
        count,
    )
