"""Runs that analysts ask for: what was asked, how far it is, and where its result lies."""

from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A run of an accord. Work on it may be delivered twice; the second time replaces the first."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    UNDER_WAY: ClassVar = (State.QUEUED, State.RUNNING)

    class Kind(models.TextChoices):
        """What is made: a run of the accord, or a negotiation of its terms."""

        RUN = "run", _("run")
        NEGOTIATION = "negotiation", _("negotiation")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.RUN)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs")
    brief = models.ForeignKey(
        "briefs.Brief", models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    name = models.CharField(_("accord"), max_length=120)
    accord = models.TextField(_("the accord's text"))
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    draws_done = models.PositiveIntegerField(default=0)
    draws = models.PositiveIntegerField(default=0)
    says = models.TextField(_("why it failed"), blank=True)
    headline = models.CharField(max_length=400, blank=True)
    asked = models.DateTimeField(auto_now_add=True)
    began = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked",)

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Say where the run is kept."""
        return Path(settings.MEDIA_ROOT) / "runs" / str(self.key)

    @property
    def page(self) -> Path:
        """Say where its page lies once it is done."""
        return self.folder / ("deals.html" if self.kind == self.Kind.NEGOTIATION else "brief.html")

    @property
    def seconds_left(self) -> int | None:
        """Estimate the seconds left from the draws done; None before any is, and at the end."""
        if not self.draws_done or not self.began or not self.is_under_way:
            return None
        spent = (timezone.now() - self.began).total_seconds()
        return round(spent * (self.draws - self.draws_done) / self.draws_done)

    @property
    def is_under_way(self) -> bool:
        """Say whether it waits or runs."""
        return self.state in self.UNDER_WAY
