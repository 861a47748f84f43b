"""The log of sign-ins, refusals and changes of what an account is guarded by (ASVS 16.3.1)."""

import logging
from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from django.contrib.auth import signals as auth
from django.http import HttpRequest

LOG = logging.getLogger("entente.desk.people")
_FACTORS = {
    "authenticator_added": "second factor added",
    "authenticator_removed": "second factor removed",
    "authenticator_reset": "recovery codes made anew",
    "authenticator_used": "second factor given",
    "authentication_failed": "second factor refused",
}
_ACCOUNTS = {
    "user_signed_up": "signed up",
    "password_set": "password set",
    "password_changed": "password changed",
    "password_reset": "password reset",
    "password_reset_code_rejected": "code of a reset refused",
    "email_verification_code_rejected": "code of an address refused",
    "email_changed": "address changed",
}


def listen() -> None:
    """Log what happens to accounts; called once when Django has started."""
    from allauth.mfa import signals as mfa  # its models are there only then

    auth.user_logged_in.connect(partial(_told, "signed in"), weak=False)
    auth.user_logged_out.connect(partial(_told, "signed out"), weak=False)
    auth.user_login_failed.connect(partial(_told, "sign-in refused"), weak=False)
    for signals, events in ((account, _ACCOUNTS), (mfa, _FACTORS)):
        for name, event in events.items():
            getattr(signals, name).connect(partial(_told, event), weak=False)


def _told(
    event: str,
    sender: Any,
    user: Any = None,
    request: HttpRequest | None = None,
    authenticator: Any = None,
    **_: Any,
) -> None:
    """Log who and from where; never the address that was typed, which may be a password."""
    facts: dict[str, Any] = {"user": getattr(user, "pk", None)}
    if request is not None and "REMOTE_ADDR" in request.META:
        facts |= {"from": get_adapter().get_client_ip(request), "path": request.path}
    if authenticator is not None:
        facts["kind"] = authenticator.type
    level = logging.WARNING if event.endswith("refused") else logging.INFO
    LOG.log(level, event, extra={"facts": facts})
