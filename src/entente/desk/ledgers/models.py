"""An importer's entry lines: whose they are, how they are to be priced, and what came out."""

from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entente.advice import imports
from entente.cases.lines import columns as lines


def _expiry() -> date:
    return timezone.localdate() + timedelta(days=settings.DESK_LEDGER_DAYS)


class Ledger(models.Model):
    """A file of entry lines and its prices; nobody but its owner sees it."""

    class State(models.TextChoices):
        """How far it is."""

        UPLOADED = "uploaded", _("columns to be named")
        QUEUED = "queued", _("waiting")
        DONE = "done", _("priced")
        FAILED = "failed", _("failed")

    class Purpose(models.TextChoices):
        """What is asked of it."""

        DUTY = "duty", _("what do entries cost")
        PLAN = "plan", _("what should I buy, and when")

    KINDS: ClassVar = (".csv", ".parquet")
    COLUMNS: ClassVar = {Purpose.DUTY: lines.COLUMNS, Purpose.PLAN: imports.COLUMNS}

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ledgers")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    columns = models.JSONField(_("which of our columns each of theirs is"), default=dict)
    accord = models.CharField(max_length=80, blank=True)
    choose = models.JSONField(default=list)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.DUTY)
    run = models.ForeignKey(
        "studio.Job", models.SET_NULL, null=True, blank=True, related_name="ledgers"
    )
    courses = models.JSONField(_("totals by course of events"), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    lines = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    says = models.TextField(blank=True)
    uploaded = models.DateTimeField(auto_now_add=True)
    expires = models.DateField(default=_expiry)

    class Meta:
        ordering = ("-uploaded",)

    def __str__(self) -> str:
        return self.name

    @property
    def known(self) -> tuple[str, ...]:
        """Name the columns that can be read of it."""
        return self.COLUMNS[self.Purpose(self.purpose)]

    @property
    def folder(self) -> Path:
        """Say where its files are kept."""
        return Path(settings.MEDIA_ROOT) / "ledgers" / str(self.key)

    @property
    def file(self) -> Path:
        """Say where the uploaded lines are."""
        return self.folder / f"lines{self.kind}"

    @property
    def priced(self) -> Path:
        """Say where the prices are."""
        return self.folder / "priced.csv"

    @property
    def exposed(self) -> Path:
        """Say where the totals by month, chapter, supplier and course of events are."""
        return self.folder / "exposure.csv"

    @property
    def planned(self) -> Path:
        """Say where the page of the plan is."""
        return self.folder / "plan.html"

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Forget the ledger with its files."""
        folder = self.folder
        done: tuple[int, dict[str, int]] = super().delete(*arguments, **options)
        rmtree(folder, ignore_errors=True)
        return done
