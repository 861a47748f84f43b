"""Accords: the shipped ones, their text, and whether a text would do."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError
from ninja.pagination import LimitOffsetPagination, paginate

from entente.accord.text import text_of
from entente.desk.api import shapes
from entente.desk.api.refusals import MISSING, UNREADABLE, told
from entente.desk.studio.forms import problems_of
from entente.desk.studio.shelf import in_short

router = Router(tags=["accords"])


@router.get("/accords", response={200: list[shapes.AccordLine], **UNREADABLE})
@paginate(LimitOffsetPagination)
def accords(request: HttpRequest) -> list[dict[str, Any]]:
    """List the shipped accords."""
    return [line._asdict() for line in in_short()]


@router.get("/accords/{name}", response={200: shapes.AccordOut, **MISSING})
def accord(request: HttpRequest, name: str) -> dict[str, Any]:
    """Give a shipped accord with its text."""
    line = next((line for line in in_short() if line.name == name), None)
    if line is None:
        raise HttpError(404, "No accord of this name is shipped.")
    return {**line._asdict(), "text": text_of(name)}


@router.post("/check", response={200: shapes.CheckOut, **UNREADABLE})
def check(request: HttpRequest, sent: shapes.CheckIn) -> dict[str, Any]:
    """List every problem of a text, by line and column."""
    found = problems_of(sent.name, sent.text)
    return {"usable": not any(p.is_error for p in found), "problems": told(found)}
