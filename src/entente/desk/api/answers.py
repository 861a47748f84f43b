"""What the verbs answer to what a program sends: a row for each that could be read."""

from collections.abc import Callable
from typing import Any, Final

from entente.accord.choices import Choices
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import read_claims
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable
from entente.desk.api.given import of_library
from entente.desk.api.refusals import told
from entente.desk.api.shapes import DutyIn, ResponsibleIn
from entente.desk.studio.laid import laid


def priced(sent: DutyIn) -> dict[str, Any]:
    """Price entry lines; raises InputProblemsError where none can be read."""
    accords = [of_library(name) for name in sent.accords]
    with laid(sent.lines, "lines.csv") as path:
        found = duty(EntryTable.read(path), accords, as_of=sent.as_of, choose=sent.choose)
        store = found.source.store
        problems = told((*found.warnings, *found.twice, *found.rejected), "lines.csv")
        return {"rows": store.rows(found.table), "problems": problems}


def answered(sent: ResponsibleIn) -> dict[str, Any]:
    """Say which state answers for each claim; raises InputProblemsError where none can be read."""
    accord = of_library(sent.accord)
    choices = Choices.parse(tuple(sent.choose), accord)
    with laid(sent.claims, "claims.csv") as path:
        claims = read_claims(path)
        found = responsible(claims.table, accord, choices, as_of=sent.as_of, sets=sent.sets)
        return {"rows": found.arrow().to_pylist(), "problems": told(claims.problems, "claims.csv")}


# By the kind of a case: what is sent, and what answers it.
SENT: Final[dict[str, type[DutyIn | ResponsibleIn]]] = {
    "duty": DutyIn,
    "responsible": ResponsibleIn,
}
ANSWERS: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "duty": priced,
    "responsible": answered,
}
