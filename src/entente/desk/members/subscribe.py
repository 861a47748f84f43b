"""Subscribing without paying: a free plan, or the code of an institution."""

import calendar
from datetime import date
from secrets import choice
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from entente.desk.members.models import Code, Plan, Subscription
from entente.desk.people.models import User

# None that is read as another; fifteen of them are 74 bits.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class RefusedCodeError(ValueError):
    """A code that nobody gave out, that has ended, or whose seats are all taken."""


def months_after(day: date, months: int) -> date:
    """Count months on; the day is cut to the length of its month.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def take_free(user: User, plan: Plan) -> Subscription:
    """Open a free plan for a person; raises ValueError for one that costs something."""
    if plan.cents:
        raise ValueError(f"{plan} is not free")
    held, _ = Subscription.objects.get_or_create(
        cause=f"free {plan.slug} {user.pk}",
        defaults={"user": user, "plan": plan, "ends": None},
    )
    return held


def redeem(user: User, text: str) -> Subscription:
    """Open the plan of an institution's code; a person takes one seat however often they ask."""
    with transaction.atomic():
        code = Code.objects.select_for_update().filter(code=text.strip().upper()).first()
        if code is None or code.ends <= timezone.localdate():
            raise RefusedCodeError("no such code, or it has ended")
        cause = f"code {code.pk} {user.pk}"
        held = Subscription.objects.filter(cause=cause).first()
        if held is not None:
            return held
        if not Code.objects.filter(pk=code.pk, used__lt=F("seats")).update(used=F("used") + 1):
            raise RefusedCodeError("all seats of this code are taken")
        return Subscription.objects.create(
            user=user, plan=code.plan, ends=code.ends, cause=cause, code=code
        )


def give_back(seats: QuerySet[Subscription]) -> int:
    """End seats that were taken by codes, so that others may take them; return how many."""
    with transaction.atomic():
        held = list(seats.select_for_update().filter(code__isnull=False))
        for seat in held:
            Code.objects.filter(pk=seat.code_id, used__gt=0).update(used=F("used") - 1)
            seat.delete()
    return len(held)


def renew(code: Code) -> None:
    """Give a code new letters: who has a seat keeps it, and the old letters open nothing."""
    code.code = "-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(3))
    code.save(update_fields=["code"])
