"""Runs: asked for, followed, cancelled, and what came out of them."""

from typing import Any, get_args
from uuid import UUID

import pandas as pd
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from ninja.errors import HttpError
from ninja.pagination import LimitOffsetPagination, paginate

from entente.accord.text import text_of
from entente.accord.usable import usable
from entente.desk.api import shapes
from entente.desk.api.given import of_library
from entente.desk.api.limits import runs_left
from entente.desk.api.refusals import MISSING, UNREADABLE
from entente.desk.api.shapes import Refusal
from entente.desk.studio.asking import TooManyRunsError, ask, room
from entente.desk.studio.laid import laid
from entente.desk.studio.models import Job
from entente.desk.studio.work import cancelled, settings_of

router = Router(tags=["runs"])


@router.post("/runs", response={201: shapes.RunOut, **UNREADABLE, 403: Refusal})
def create(request: HttpRequest, sent: shapes.RunIn) -> Status:
    """Ask for a run; a worker makes it. For analysts, with a token that may run."""
    _may_run(request)
    asked = sent.model_dump(include={"draws", "months", "seed", "choose"})
    if sent.text is None:
        settings_of(asked, of_library(sent.accord))
        text = text_of(sent.accord)
    else:
        text = sent.text
        with laid(text, f"{sent.accord}.toml") as path:
            settings_of(asked, usable(str(path)))
    try:
        room(request.user)
    except TooManyRunsError as full:
        raise HttpError(429, str(full)) from full
    if not runs_left(request.user):
        raise HttpError(429, "Your plan holds no more runs today.")
    return Status(201, ask(request.user, sent.accord, text, asked))


@router.get("/runs", response={200: list[shapes.RunOut], **UNREADABLE})
@paginate(LimitOffsetPagination)
def runs(request: HttpRequest) -> QuerySet[Job]:
    """List your own runs, the newest first."""
    return Job.objects.filter(owner=request.user, kind="run").defer("accord")


@router.get("/runs/{key}", response={200: shapes.RunOut, **MISSING})
def run(request: HttpRequest, key: UUID) -> Job:
    """Say how far a run is."""
    return _own(request, key)


@router.post("/runs/{key}/cancel", response={200: shapes.RunOut, **MISSING, 403: Refusal})
def cancel(request: HttpRequest, key: UUID) -> Job:
    """Stop a run at its next block of draws; one that has ended stays as it is."""
    _may_run(request)
    cancelled(_own(request, key))
    return _own(request, key)


@router.get("/runs/{key}/outcomes", response={200: shapes.TablesOut, **MISSING})
def outcomes(request: HttpRequest, key: UUID) -> dict[str, list[str]]:
    """Name the tables of a finished run."""
    _finished(request, key)
    return {"tables": list(get_args(shapes.Table))}


@router.get("/runs/{key}/outcomes/{table}", response={200: list[dict[str, Any]], **MISSING})
@paginate(LimitOffsetPagination)
def outcome(request: HttpRequest, key: UUID, table: shapes.Table) -> list[dict[str, Any]]:
    """Give the rows of a table; a cell too small to publish is null."""
    held = pd.read_csv(_finished(request, key).folder / "tables" / f"{table}.csv")
    rows = held.astype(object).where(held.notna(), None).to_dict("records")
    return [{str(name): cell for name, cell in row.items()} for row in rows]


def _may_run(request: HttpRequest) -> None:
    if not (request.auth.may_run and request.user.is_analyst):
        raise HttpError(403, "Runs are for analysts, with a token that may start them.")


def _own(request: HttpRequest, key: UUID) -> Job:
    return get_object_or_404(Job, key=key, owner=request.user, kind="run")


def _finished(request: HttpRequest, key: UUID) -> Job:
    found = _own(request, key)
    if found.state != Job.State.DONE:
        raise Http404
    return found
