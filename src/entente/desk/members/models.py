"""Plans that people subscribe to, the codes of institutions, and the payments that came in."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Plan(models.Model):
    """What can be subscribed to; a price of zero is a free tier."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    says = models.CharField(_("what it gives"), max_length=200)
    months = models.PositiveSmallIntegerField(_("months it lasts"), default=12)
    cents = models.PositiveIntegerField(_("price in cents of a dollar"), default=0)
    calls = models.PositiveIntegerField(_("calls of programs a minute"), default=60)
    runs = models.PositiveIntegerField(_("runs a day"), default=20)
    is_offered = models.BooleanField(default=True)

    class Meta:
        ordering = ("cents", "slug")

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Decimal:
        """Give the price in dollars, to the cent."""
        return Decimal(self.cents) / 100


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions as they stand on a day."""

    def running(self, on: date | None = None) -> "SubscriptionQuerySet":
        """Keep those that run on a day, today by default."""
        day = on or timezone.localdate()
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=day), starts__lte=day)


class Subscription(models.Model):
    """A person's subscription to a plan: from its first day until the day before `ends`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    plan = models.ForeignKey(Plan, models.PROTECT)
    starts = models.DateField(default=timezone.localdate)
    ends = models.DateField(null=True, blank=True)
    # What it came from: a payment's or a code's name. The same cause never counts twice.
    cause = models.CharField(max_length=120, unique=True)
    code = models.ForeignKey(
        "Code", models.SET_NULL, null=True, blank=True, related_name="taken", editable=False
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ("-starts",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.plan}"


class Code(models.Model):
    """A code that an institution hands to its members; its holder looks after the seats."""

    code = models.CharField(max_length=40, unique=True)
    institution = models.CharField(max_length=120)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="codes",
        verbose_name=_("who looks after its seats"),
    )  # fmt: skip
    plan = models.ForeignKey(Plan, models.PROTECT)
    ends = models.DateField()
    seats = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(used__lte=F("seats")), name="no_more_than_seats"),
        )

    def __str__(self) -> str:
        return f"{self.institution}: {self.code}"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Keep the code in capitals, as what members type is read."""
        self.code = self.code.strip().upper()
        super().save(*arguments, **options)


class Payment(models.Model):
    """A notice of the payment provider, kept once under the provider's own name for it."""

    name = models.CharField(max_length=120, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    plan = models.ForeignKey(Plan, models.PROTECT)
    cents = models.PositiveIntegerField()
    received = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


def is_subscriber(user: Any) -> bool:
    """Say whether a person has a subscription that runs today."""
    return bool(user.is_authenticated and user.subscriptions.running().exists())
