"""Who asks, and how much they may ask: so many calls a minute and runs a day, by their plan."""

from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from entente.desk.api.models import Token
from entente.desk.studio.models import Job

_MINUTE = 60


class TokenAuth(HttpBearer):
    """Let in who shows a living token; the user of the request is its owner."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Find the token."""
        found = Token.of(token)
        if found is not None:
            request.user = found.owner
        return found


class ByPlan(BaseThrottle):
    """Count the calls of each minute; a shared cache makes it hold for every process."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this call, and say whether it may go on."""
        if not request.user.is_authenticated:
            return True
        key = f"calls-{request.user.pk}-{int(time()) // _MINUTE}"
        cache.add(key, 0, 2 * _MINUTE)
        return bool(cache.incr(key) <= allowance(request.user)["calls"])

    def wait(self) -> float:
        """Say in how many seconds the next minute begins."""
        return _MINUTE - time() % _MINUTE


def allowance(user: Any) -> dict[str, int]:
    """Give calls a minute and runs a day: the most of what the running plans allow."""
    held = [s.plan for s in user.subscriptions.running().select_related("plan")]
    return {
        "calls": max([settings.DESK_CALLS, *(plan.calls for plan in held)]),
        "runs": max([settings.DESK_RUNS, *(plan.runs for plan in held)]),
    }


def runs_left(user: Any) -> int:
    """Say how many more runs a person may ask for today."""
    asked = Job.objects.filter(owner=user, asked__date=timezone.localdate()).count()
    return max(0, allowance(user)["runs"] - asked)
