"""Personal tokens: shown once when they are made, kept as a digest, ended at will."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_SINCE = timedelta(minutes=5)  # how exactly the last use is kept; a write a request is too many


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.DESK_TOKEN_DAYS)


class Token(models.Model):
    """What a program shows in the place of a person; 256 bits, so a plain digest keeps it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    may_run = models.BooleanField(_("may start and cancel runs"), default=False)
    made = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(default=_expiry)

    class Meta:
        ordering = ("-made",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, owner: Any, name: str, *, may_run: bool) -> tuple["Token", str]:
        """Make a token; return it with the secret, which is kept nowhere."""
        secret = f"entente_{token_urlsafe(32)}"
        return cls.objects.create(
            owner=owner, name=name, may_run=may_run, digest=_digest(secret)
        ), secret

    @classmethod
    def of(cls, secret: str) -> "Token | None":
        """Find the living token of a secret, with its owner."""
        now = timezone.now()
        found = (
            cls.objects.filter(digest=_digest(secret), expires__gt=now, owner__is_active=True)
            .select_related("owner")
            .first()
        )
        if found and (found.used is None or found.used < now - _SINCE):
            cls.objects.filter(pk=found.pk).update(used=now)
        return found


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
