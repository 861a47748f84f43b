"""How a request is refused: always a title, a status and the problems, never half an answer."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from entente.desk.api.shapes import Refusal
from entente.problems import EntenteError, InputProblemsError, Problem

ALWAYS = {401: Refusal, 429: Refusal}
UNREADABLE = {**ALWAYS, 400: Refusal, 413: Refusal, 422: Refusal}
MISSING = {**ALWAYS, 404: Refusal, 422: Refusal}


def listen(api: NinjaAPI) -> None:
    """Answer every exception that is raised on purpose."""

    def say(
        request: HttpRequest, status: int, title: str, problems: Iterable[dict[str, Any]] = ()
    ) -> HttpResponse:
        told = {"title": title, "status": status, "problems": list(problems)}
        answer = api.create_response(request, told, status=status)
        if status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, wrong: Http404) -> HttpResponse:
        return say(request, 404, "There is no such thing, or it is another person's.")

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, wrong: RequestDataTooBig) -> HttpResponse:
        return say(request, 413, f"More than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, wrong: HttpError) -> HttpResponse:
        return say(request, wrong.status_code, str(wrong))

    @api.exception_handler(ValidationError)
    def misshapen(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        return say(request, 422, "The request has another shape.", map(_field, wrong.errors))

    @api.exception_handler(EntenteError)
    def unusable(request: HttpRequest, wrong: EntenteError) -> HttpResponse:
        if isinstance(wrong, InputProblemsError):
            return say(request, 422, "What was sent cannot be used.", told(wrong.problems))
        return say(request, 422, str(wrong))


def told(problems: Iterable[Problem], file: str = "") -> list[dict[str, Any]]:
    """List problems as records, under the name that the sender knows the file by."""
    return [(p.within(file) if file else p).as_json() for p in problems]


def _field(error: dict[str, Any]) -> dict[str, Any]:
    """Address a misshapen field by its path in the request."""
    place = ".".join(str(part) for part in error["loc"])
    return {
        "code": "E001", "file": "request", "line": 0, "col": 0,
        "clause": place, "message": error["msg"], "mend": "",
    }  # fmt: skip
