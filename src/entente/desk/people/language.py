"""The language of an account: the one chosen at the foot of a page, else that of its first sign-in.

Letters and pages are made in it, whoever or whatever makes them: a worker, a moderator, another
browser.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import signals
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.i18n import set_language

from entente.desk.people.models import User
from entente.language import Language, speaking


def listen() -> None:
    """Keep the language of a first sign-in; called once when Django has started."""
    signals.user_logged_in.connect(_first, weak=False)


def choose(request: HttpRequest) -> HttpResponse:
    """Take the language that is chosen at the foot of a page, and keep it with the account."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and code in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language(request)


@contextmanager
def spoken_to(user: User | None) -> Iterator[None]:
    """Speak a person's language for a while; of who has none, the one that is spoken already."""
    code = user.language if user and user.language else _current()
    with translation.override(code), speaking(Language.named(code)):
        yield


def answered(
    respond: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let the laboratory, too, speak the language that Django found for a request."""

    def answer(request: HttpRequest) -> HttpResponse:
        with speaking(Language.named(_current())):
            return respond(request)

    return answer


class Letters(DefaultAccountAdapter):
    """Letters about accounts, in the language of the account that has the address."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write one."""
        held = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
        with spoken_to(held.user if held else None):
            super().send_mail(template_prefix, email, context)


def _first(sender: Any, user: User, **_: Any) -> None:
    if not user.language:
        user.language = _current()
        user.save(update_fields=["language"])


def _current() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE
