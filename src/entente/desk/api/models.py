"""Personal tokens, and the entry lines and claims that programs leave to a worker."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from shutil import rmtree
from typing import Any
from uuid import uuid4

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


def _case_expiry() -> date:
    return timezone.localdate() + timedelta(days=settings.DESK_CASE_DAYS)


class Case(models.Model):
    """Lines or claims that a worker answers; delivered twice, it writes the same answer again."""

    class Kind(models.TextChoices):
        """What is asked of them."""

        DUTY = "duty", _("what do entries cost")
        RESPONSIBLE = "responsible", _("which state answers for claims")

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    rows = models.PositiveIntegerField(default=0)
    says = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    asked = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True, blank=True)
    expires = models.DateField(default=_case_expiry)

    class Meta:
        ordering = ("-asked", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def folder(self) -> Path:
        """Say where its files are kept."""
        return Path(settings.MEDIA_ROOT) / "cases" / str(self.key)

    @property
    def sent(self) -> Path:
        """Say where what was sent lies."""
        return self.folder / "sent.json"

    @property
    def answer(self) -> Path:
        """Say where the answered rows lie once it is done."""
        return self.folder / "rows.json"

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Forget the case with its files."""
        folder = self.folder
        done: tuple[int, dict[str, int]] = super().delete(*arguments, **options)
        rmtree(folder, ignore_errors=True)
        return done


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
