"""The seam to a payment provider: signed notices in, each counted once.

A notice is a JSON object {"name", "user", "plan", "cents"}; its header `X-Signature` is the
HMAC-SHA-256 of the body under the shared secret, in hexadecimal.
"""

import hmac
import json
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from entente.desk.members.models import Payment, Plan, Subscription
from entente.desk.members.subscribe import months_after


class RefusedNoticeError(ValueError):
    """A notice that is not signed by the provider or does not say what it must."""


def signature(body: bytes) -> str:
    """Sign a notice as the provider does."""
    return hmac.new(settings.DESK_PAYMENT_SECRET.encode(), body, sha256).hexdigest()


def receive(body: bytes, signed: str) -> Payment:
    """Keep a notice and open the subscription that it pays for; raises RefusedNoticeError.

    A notice delivered twice changes nothing the second time.
    """
    if not settings.DESK_PAYMENT_SECRET or not hmac.compare_digest(signature(body), signed):
        raise RefusedNoticeError("the signature does not fit")
    name, user, plan, cents = _read(body)
    with transaction.atomic():
        payment, is_new = Payment.objects.get_or_create(
            name=name, defaults={"user_id": user, "plan": plan, "cents": cents}
        )
        if is_new:
            today = timezone.localdate()
            Subscription.objects.create(
                user_id=user, plan=plan, ends=months_after(today, plan.months),
                cause=f"payment {name}",
            )  # fmt: skip
    return payment


def _read(body: bytes) -> tuple[str, int, Plan, int]:
    from django.contrib.auth import get_user_model

    try:
        notice: dict[str, Any] = json.loads(body)
        name, cents = str(notice["name"]), int(notice["cents"])
        plan = Plan.objects.get(slug=notice["plan"])
        user = get_user_model().objects.get(pk=notice["user"])
    except (ValueError, KeyError, TypeError) as failure:
        raise RefusedNoticeError(f"not a notice of a payment: {failure}") from failure
    except (Plan.DoesNotExist, get_user_model().DoesNotExist) as failure:
        raise RefusedNoticeError("nobody here has that plan or account") from failure
    if cents < plan.cents:
        raise RefusedNoticeError(f"{cents} cents do not pay for {plan.cents}")
    return name, user.pk, plan, cents
