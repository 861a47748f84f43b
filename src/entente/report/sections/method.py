"""How sure it is, and how to make it again: what drives it, its record, its parameters."""

from typing import Any

from markupsafe import escape

from entente.language import decimal, figures, phrase
from entente.report import amounts, words
from entente.report.figures import border as at_border
from entente.report.figures import swings
from entente.report.reading import Reading
from entente.report.sections.section import Section
from entente.report.tables import Table
from entente.world.measures import MEASURES
from entente.world.parameters import table


def driving(reading: Reading) -> Section:
    """Show which assumptions move an answer, where an experiment beside the run has tried them."""
    heading = phrase("What drives the answer")
    found = reading.run.swings
    if found is None or found.empty:
        return Section("driving", heading)
    opening = phrase(
        "An experiment beside this run, of {draws} draws each time, asked for {answer}: {value}.",
        draws=amounts.number(float(found["draws"].iloc[0])),
        answer=swings.answer(found),
        value=swings.value(found),
    )
    opening = f"{opening} {swings.flipping(found)}"
    return Section("driving", heading, opening, (swings.tornado(found),))


def record(reading: Reading) -> Section:
    """Show the model's own earlier forecasts beside what came."""
    return Section(
        "record",
        phrase("The model's record"),
        phrase(
            "What the same model would have said before, with the data of that time, beside what "
            "came."
        ),
        at_border.record(reading),
    )


def assumptions(reading: Reading) -> Section:
    """List the model's parameters with range and source."""
    chapters = {
        "movement": any(m.subject == "people" for m in MEASURES if reading.has(m.name)),
        "trade": any(m.subject == "trade" for m in MEASURES if reading.has(m.name)),
        "feedback": reading.has("activity_mexico"),
    }
    used = [p for p in table().values() if chapters.get(p.name.split(".")[0], False)]
    if not used:
        return Section("assumptions", phrase("What the model assumes"))
    rows = tuple(
        (
            phrase(p.title),
            phrase(p.basis),
            p.source,
            _number(p.value),
            _spread(p.low, p.high),
            phrase(p.unit),
        )
        for p in used
    )
    head = (
        phrase("Parameter"),
        phrase("Basis"),
        phrase("Source"),
        phrase("Value"),
        phrase("Range"),
        phrase("Unit"),
    )
    caption = phrase("Parameters of the model; a draw picks each within its range")
    opening = phrase(
        "{count} parameters with a source each; {assumed} of them rest on judgement alone.",
        count=len(used),
        assumed=sum(p.basis == "assumed" for p in used),
    )
    shown = Table("parameters", caption, head, rows, verbatim=frozenset({2}))
    return Section(
        "assumptions", phrase("What the model assumes"), opening, more={"parameters": shown}
    )


def again(reading: Reading) -> Section:
    """Say how to cite the run and how to make it again."""
    record = reading.run.record
    name = str(record["accord"])
    settings = {key: record[key] for key in ("draws", "months", "start", "seed")}
    if record.get("as_of"):
        settings["as-of"] = record["as_of"]
    options = [f"--{key} {value}" for key, value in settings.items()]
    options += [f"--choose {key}={value}" for key, value in (record.get("choices") or {}).items()]
    cite = phrase(
        "The entente developers. “{accord}”: a run of {draws} draws, seed {seed}, accord digest "
        "{digest}. entente {version}.",
        accord=phrase(reading.run.accord.title) if reading.run.accord.title else name,
        draws=amounts.number(reading.draws),
        seed=record["seed"],
        digest=str(record["digest"])[:12],
        version=record["version"],
    )
    return Section(
        "again",
        phrase("Cite it, make it again"),
        remarks=tuple(record.get("notes") or ()),
        more={
            "command": escape(" ".join(["entente run", name, *options])),
            "cite": cite,
            "record": _flat(record),
        },
    )


def period(reading: Reading) -> str:
    """Name the months of the run."""
    return words.span(words.month(reading.months[0]), words.month(reading.months[-1]))


def _number(value: float) -> str:
    """Write a parameter as its table does, with thousands separators.

    >>> _number(0.0481), _number(6931.0)
    ('0.0481', '6,931')
    """
    return decimal(value) if abs(value) >= 1000 else figures(value)


def _spread(low: float, high: float) -> str:
    return phrase("fixed") if low == high else words.span(_number(low), _number(high))


def _flat(record: Any) -> list[tuple[str, str]]:
    """List a record line by line; nested tables become `table.key`."""
    lines: list[tuple[str, str]] = []
    for key, value in record.items():
        if isinstance(value, dict):
            lines += [(f"{key}: {inner}", text) for inner, text in _flat(value)]
        else:
            lines.append((str(key).replace("_", " "), str(value)))
    return lines
