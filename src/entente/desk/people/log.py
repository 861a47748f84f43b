"""The log of sign-ins, refusals and changes of passwords, a JSON line each (ASVS 5.0, 16.3.1)."""

import json
import logging
from functools import partial
from typing import Any

from allauth.account import signals as account
from django.contrib.auth import signals as auth
from django.http import HttpRequest

LOG = logging.getLogger("entente.desk.people")
_FACTORS = {
    "authenticator_added": "second factor added",
    "authenticator_removed": "second factor removed",
    "authenticator_reset": "recovery codes made anew",
}


class JsonLines(logging.Formatter):
    """Write a record as one line that a machine can read; no line break of a user's survives."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay the record out."""
        line = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name}
        return json.dumps(line | {"event": record.getMessage()} | getattr(record, "facts", {}))


def listen() -> None:
    """Log what happens to accounts; called once when Django has started."""
    from allauth.mfa import signals as mfa  # its models are there only then

    auth.user_logged_in.connect(_signed_in)
    auth.user_login_failed.connect(_refused)
    auth.user_logged_out.connect(_signed_out)
    account.password_changed.connect(_changed)
    account.password_reset.connect(_reset)
    for name, event in _FACTORS.items():
        getattr(mfa, name).connect(partial(_factor, event), weak=False)


def _factor(event: str, sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    LOG.info(event, extra={"facts": {"user": user.pk, "kind": authenticator.type}})


def _signed_in(sender: Any, user: Any, **_: Any) -> None:
    LOG.info("signed in", extra={"facts": {"user": user.pk}})


def _signed_out(sender: Any, user: Any, **_: Any) -> None:
    LOG.info("signed out", extra={"facts": {"user": getattr(user, "pk", None)}})


def _refused(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Log a refusal without the address that was typed, which may be a password."""
    LOG.warning("sign-in refused", extra={"facts": {"path": getattr(request, "path", "")}})


def _changed(sender: Any, user: Any, **_: Any) -> None:
    LOG.info("password changed", extra={"facts": {"user": user.pk}})


def _reset(sender: Any, user: Any, **_: Any) -> None:
    LOG.info("password reset", extra={"facts": {"user": user.pk}})
