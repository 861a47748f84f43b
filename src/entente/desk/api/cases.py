"""Cases: what entry lines cost under accords, and which state answers for claims."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from entente.accord.choices import Choices
from entente.cases.claims import read_claims
from entente.cases.duty import duty
from entente.cases.responsibility import responsible
from entente.cases.table import EntryTable
from entente.desk.api import shapes
from entente.desk.api.given import of_library
from entente.desk.api.refusals import UNREADABLE, told
from entente.desk.studio.laid import laid

router = Router(tags=["cases"])


@router.post("/duty", response={200: shapes.Answered, **UNREADABLE})
def price(request: HttpRequest, sent: shapes.DutyIn) -> dict[str, Any]:
    """Price entry lines to the cent, as `entente duty` does."""
    accords = [of_library(name) for name in sent.accords]
    with laid(sent.lines, "lines.csv") as path:
        priced = duty(EntryTable.read(path), accords, as_of=sent.as_of, choose=sent.choose)
        store = priced.source.store
        problems = told((*priced.warnings, *priced.rejected), "lines.csv")
        return {"rows": store.rows(store.in_order(priced.table)), "problems": problems}


@router.post("/responsible", response={200: shapes.Answered, **UNREADABLE})
def answer(request: HttpRequest, sent: shapes.ResponsibleIn) -> dict[str, Any]:
    """Say which state answers for each claim, and by which rule, as `entente responsible` does."""
    accord = of_library(sent.accord)
    choices = Choices.parse(tuple(sent.choose), accord)
    with laid(sent.claims, "claims.csv") as path:
        claims = read_claims(path)
        answers = responsible(claims.table, accord, choices, as_of=sent.as_of, sets=sent.sets)
        return {
            "rows": answers.arrow().to_pylist(),
            "problems": told(claims.problems, "claims.csv"),
        }
