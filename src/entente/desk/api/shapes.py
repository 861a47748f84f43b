"""What programs send and get; the OpenAPI description is made from these."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from ninja import Schema
from pydantic import ConfigDict, Field

NAME = r"^[a-z0-9][a-z0-9-]{0,59}$"
_TEXT = r"^[^\x00]*$"  # no database keeps a null in a text
_SENT = ConfigDict(extra="forbid", strict=True)
Text = Annotated[str, Field(max_length=200_000, pattern=_TEXT)]
Rows = Annotated[
    str,
    Field(max_length=1_000_000, description="the text of a CSV file, as the command line reads it"),
]
Choice = Annotated[str, Field(max_length=200, pattern=_TEXT)]
Day = Annotated[date | None, Field(strict=False)]


class ProblemOut(Schema):
    """One mistake: where it is, counted from 1 (0: nowhere in particular), and how to mend it."""

    code: str
    file: str
    line: int
    col: int
    clause: str
    message: str
    mend: str


class Refusal(Schema):
    """Why a request was not answered."""

    title: str
    status: int
    problems: list[ProblemOut] = []


class AccordLine(Schema):
    """A shipped accord, in short."""

    name: str
    title: str
    parties: list[str]
    clauses: int


class AccordOut(AccordLine):
    """A shipped accord with its text."""

    text: str


class CheckIn(Schema):
    """A text to be checked."""

    model_config = _SENT
    name: str = Field("accord", pattern=NAME)
    text: Text


class CheckOut(Schema):
    """What is wrong with a text; an accord with warnings alone is usable."""

    usable: bool
    problems: list[ProblemOut]


class RunIn(Schema):
    """A run to be made: of a shipped accord, or of a text under a name."""

    model_config = _SENT
    accord: str = Field(pattern=NAME)
    text: Text | None = None
    draws: int = Field(1000, ge=20, le=settings.DESK_DRAWS)
    months: int = Field(18, ge=1, le=settings.DESK_MONTHS)
    seed: int = Field(1, ge=0, le=2**31 - 1)
    choose: list[Choice] = Field([], max_length=50)


class RunOut(Schema):
    """A run and how far it is."""

    key: UUID
    name: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    draws: int
    draws_done: int
    seconds_left: int | None
    headline: str
    says: str
    asked: datetime
    began: datetime | None
    ended: datetime | None


class DutyIn(Schema):
    """Entry lines and the accords to price them under."""

    model_config = _SENT
    accords: list[Annotated[str, Field(pattern=NAME)]] = Field(min_length=1, max_length=8)
    lines: Rows
    as_of: Day = None
    choose: list[Choice] = Field([], max_length=50)


class ResponsibleIn(Schema):
    """Claims and the accord that says which state answers for them."""

    model_config = _SENT
    accord: str = Field(pattern=NAME)
    claims: Rows
    as_of: Day = None
    sets: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]{0,59}$")
    choose: list[Choice] = Field([], max_length=50)


class Answered(Schema):
    """A row for each line that could be read, and a problem for each that could not."""

    rows: list[dict[str, Any]]
    problems: list[ProblemOut]


class CaseOut(Schema):
    """A case that was left to a worker, and how far it is; its rows are asked for by pages."""

    key: UUID
    kind: Literal["duty", "responsible"]
    state: Literal["queued", "done", "failed"]
    rows: int
    says: str
    problems: list[ProblemOut]
    asked: datetime
    ended: datetime | None
    expires: date


class TablesOut(Schema):
    """The tables of a finished run."""

    tables: list[str]


Table = Literal["monthly", "targets", "clauses"]
