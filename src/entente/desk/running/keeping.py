"""What a browser may keep: nothing of a page that was made for a session (ASVS 5.0, 14.3.2)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def unkept(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say `no-store` with every answer within a session that says nothing else itself."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

    return answer
