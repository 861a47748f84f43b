"""A second factor: asked at sign-in, never skipped by a reset, its secret kept in cipher."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD, mailed_code

NEW = "another long pass phrase 7"


@pytest.fixture
def secret():
    return generate_totp_secret()


@pytest.fixture
def guarded(person, secret):
    """An account with an authenticator app and recovery codes."""
    user = person("guarded")
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return user


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_who_has_a_second_factor_is_asked_for_it(client, guarded, secret):
    asked = sign_in(client, guarded)
    assert asked.url == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(asked.url, {"code": "000000"})
    assert not is_in(client)
    client.post(asked.url, {"code": code(secret)})
    assert is_in(client)


def test_a_code_of_the_app_works_once(client, guarded, secret):
    used = code(secret)
    for again in (client, Client()):
        sign_in(again, guarded)
        again.post(reverse("mfa_authenticate"), {"code": used})
    assert is_in(client)
    assert not is_in(again)


def test_a_recovery_code_works_once(client, guarded):
    held = Authenticator.objects.get(user=guarded, type="recovery_codes").wrap()
    spare = held.get_unused_codes()[0]
    for again in (client, Client()):
        sign_in(again, guarded)
        again.post(reverse("mfa_authenticate"), {"code": spare})
    assert is_in(client)
    assert not is_in(again)


def test_a_password_reset_does_not_skip_the_second_factor(client, guarded, secret):
    page = client.post(reverse("account_reset_password"), {"email": guarded.email})
    confirmed = client.post(page.url, {"code": mailed_code()})
    client.post(confirmed.url, {"password1": NEW, "password2": NEW})
    assert not is_in(client)
    assert sign_in(client, guarded, NEW).url == reverse("mfa_authenticate")
    assert not is_in(client)


def test_secrets_lie_in_cipher(guarded, secret):
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code(secret))


def test_nobody_adds_or_takes_away_a_factor_without_giving_the_password_again(client, person):
    client.force_login(person("reader"), "django.contrib.auth.backends.ModelBackend")
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
