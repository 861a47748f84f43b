"""Why other duties of the accords are not on an entry line: each with the first ground there is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from entente.accord.calendar import local64
from entente.accord.clauses import Schedule
from entente.accord.clauses.common import STATES, said_state
from entente.accord.document import Accord
from entente.accord.expression.facts import GOODS
from entente.accord.quantities import reaches
from entente.accord.standing import Moment
from entente.accord.whynot import Why
from entente.cases.customs.words import OTHER, word_of
from entente.cases.duties.program import Program
from entente.cases.duties.programs import Programs
from entente.cases.earlier import Case
from entente.cases.lines.columns import NONE, READERS, Goods
from entente.language import phrase

_NAMED: Final = 6  # origins that are named before others are left out


def passed_over(
    line: Mapping[str, str],
    answer: Mapping[str, Any],
    accords: Sequence[Accord],
    *,
    as_of: date | None,
    choose: Sequence[str],
) -> Iterator[str]:
    """Say of each duty that is not on a line why it is not, under the first reading.

    A line dated by its day is taken as it stands at the day's start.
    """
    if not line.get("entry_date"):
        return
    row = _facts(line)
    programs = Programs.of(accords, as_of, choose)
    paying = set(str(answer["clause"] or "").split(";"))
    for program in programs.of_group(programs.known(None), line.get("choices", "")):
        yield from _of_program(program, row, paying)


def _facts(line: Mapping[str, str]) -> dict[str, Any]:
    """Read a line's cells; what an empty one means is said where `duty` says it."""
    row = {name: READERS[name](cell) for name, cell in line.items() if cell and name in READERS}
    amounts = {name: float(line[name]) for name in ("quantity",) if line.get(name)}
    digits = row["hts"].digits if isinstance(row.get("hts"), Goods) else None
    goods = row.get("goods") or (word_of(digits) if digits else None) or OTHER
    return row | amounts | {
        "hts": digits, "goods": goods, "preference": row.get("preference", NONE)
    }  # fmt: skip


def _of_program(program: Program, row: Mapping[str, Any], paying: set[str]) -> Iterator[str]:
    run, accord = program.readings[0].collected, program.accord
    given = row["entry_date"]
    moment = local64(given, accord.zone).astype("datetime64[s]")
    standing = run.at(moment)
    reasons = Why(accord, run, standing, moment)
    reader = Case(Moment(run.world, moment, standing.codes), row, GOODS)
    for duty in (d for d in program.duties if d.common.id not in paying):
        state = STATES[standing.codes[0, run.plan.index(duty.common.id)]]
        if state != "in_force":
            why = f"{said_state(state)}: {reasons.of(duty, state, None)}"
        else:
            why = _beside(program, duty, row, paying) or _exempted(program, duty, reader, standing)
        yield f"{duty.common.id}: {why}"


def _beside(program: Program, duty: Schedule, row: Mapping[str, Any], paying: set[str]) -> str:
    """Say that a duty is on other origins or goods, or beaten; empty where it is none of these."""
    common, origin, digits = duty.common, row.get("origin"), row.get("hts")
    if origin and common.on and origin not in common.on:
        others = ", ".join(common.on[:_NAMED])
        if len(common.on) > _NAMED:
            others = phrase("{parties} and others", parties=others)
        return phrase("on goods of {parties}, not of {origin}", parties=others, origin=origin)
    if duty.goods and digits and not any(reaches(prefix, digits) for prefix in duty.goods):
        return phrase("its goods do not have {goods} among them", goods=digits)
    plan = program.readings[0].collected.plan
    over = sorted(id_ for id_ in paying if id_ in plan.beats and common.id in plan.beats[id_])
    if not over:
        return ""
    return phrase("beaten by {clauses}, which stands over it", clauses=", ".join(over))


def _exempted(program: Program, duty: Schedule, reader: Case, standing: Any) -> str:
    """Say which exemption takes a line out of a duty in force."""
    accord, plan = program.accord, program.readings[0].collected.plan
    acts = standing.acts()[0]
    for exempt in program.exempts:
        if duty.common.id in exempt.from_clauses and acts[plan.index(exempt.common.id)]:
            holds, why = exempt.if_.because(reader, accord.labels(), accord.symbols())
            if holds:
                return phrase("exempt by {clause}: {why}", clause=exempt.common.id, why=why)
    return phrase("in force, and sets nothing on this line")
