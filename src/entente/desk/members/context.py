"""What every page knows of the reader's subscription."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from entente.desk.members.models import is_subscriber


def subscription(request: HttpRequest) -> dict[str, Any]:
    """Say whether the reader is a subscriber; asked of the database only where a page uses it."""
    return {"is_subscriber": SimpleLazyObject(lambda: is_subscriber(request.user))}
