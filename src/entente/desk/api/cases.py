"""Cases: what entry lines cost under accords, and which state answers for claims.

Few rows are answered at once. More are left to a worker: the answer is 202 with the address of the
case, which tells how far it is and gives the rows once they are there.
"""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_q.tasks import async_task
from ninja import Router, Status
from ninja.errors import HttpError
from ninja.pagination import LimitOffsetPagination, paginate

from entente.desk.api import shapes
from entente.desk.api.answers import ANSWERS
from entente.desk.api.given import of_library
from entente.desk.api.models import Case
from entente.desk.api.refusals import MISSING, UNREADABLE
from entente.files import write_whole

router = Router(tags=["cases"])
_ASKED = {200: shapes.Answered, 202: shapes.CaseOut, **UNREADABLE}


@router.post("/duty", response=_ASKED)
def price(request: HttpRequest, response: HttpResponse, sent: shapes.DutyIn) -> Status:
    """Price entry lines to the cent, as `entente duty` does; many of them by a worker (202)."""
    for name in sent.accords:
        of_library(name)
    return _answered(request, response, "duty", sent, sent.lines)


@router.post("/responsible", response=_ASKED)
def answer(request: HttpRequest, response: HttpResponse, sent: shapes.ResponsibleIn) -> Status:
    """Say which state answers for each claim, as `entente responsible` does; many by a worker."""
    of_library(sent.accord)
    return _answered(request, response, "responsible", sent, sent.claims)


@router.get("/cases", response={200: list[shapes.CaseOut], **UNREADABLE})
@paginate(LimitOffsetPagination)
def cases(request: HttpRequest) -> QuerySet[Case]:
    """List your own cases that were left to a worker, the newest first."""
    return Case.objects.filter(owner=request.user)


@router.get("/cases/{key}", response={200: shapes.CaseOut, **MISSING})
def case(request: HttpRequest, key: UUID) -> Case:
    """Say how far a case is, and which of its rows could not be read."""
    return _own(request, key)


@router.get("/cases/{key}/rows", response={200: list[dict[str, Any]], **MISSING})
@paginate(LimitOffsetPagination)
def rows(request: HttpRequest, key: UUID) -> list[dict[str, Any]]:
    """Give the answered rows of a case that is done."""
    found = _own(request, key)
    if found.state != Case.State.DONE:
        raise Http404
    held: list[dict[str, Any]] = json.loads(found.answer.read_text(encoding="utf-8"))
    return held


@router.delete("/cases/{key}", response={204: None, **MISSING})
def forget(request: HttpRequest, key: UUID) -> Status:
    """Forget a case with what was sent and answered."""
    _own(request, key).delete()
    return Status(204, None)


def _answered(
    request: HttpRequest,
    response: HttpResponse,
    kind: str,
    sent: shapes.DutyIn | shapes.ResponsibleIn,
    text: str,
) -> Status:
    """Answer few rows at once; leave many to a worker, within what one person may have waiting."""
    if len(text) <= settings.DESK_AT_ONCE:
        return Status(200, ANSWERS[kind](sent))
    waiting = Case.objects.filter(owner=request.user, state=Case.State.QUEUED).count()
    if waiting >= settings.DESK_CASES_WAITING:
        raise HttpError(429, "You have as many cases waiting as one person may.")
    made = Case(owner=request.user, kind=kind)
    write_whole(made.sent, sent.model_dump_json())
    made.save()
    async_task("entente.desk.api.work.answer", made.pk)
    response["Location"] = reverse("v1:case", args=[made.key])
    return Status(202, made)


def _own(request: HttpRequest, key: UUID) -> Case:
    return get_object_or_404(Case, key=key, owner=request.user)
