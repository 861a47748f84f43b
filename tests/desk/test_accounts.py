"""Accounts: signing up, and a forgotten password reset by a code sent by e-mail."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from conftest import PASSWORD, mailed_code
from entente.desk.people.models import User

NEW = "another long pass phrase 7"


def ask(client: Client, address: str):
    return client.post(reverse("account_reset_password"), {"email": address})


@pytest.fixture
def reader(person):
    return person("reader")


def test_a_reader_signs_up_with_an_address_confirmed_by_a_mailed_code(client, db):
    form = {"email": "new@example.org", "password1": NEW, "password2": NEW, "name": "New"}
    client.post(reverse("account_signup"), form)
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)


def test_a_forgotten_password_is_reset_by_the_address_and_the_mailed_code(client, reader):
    page = ask(client, reader.email)
    assert page.status_code == 302
    confirmed = client.post(page.url, {"code": mailed_code().lower().replace("-", "")})
    form = {"password1": NEW, "password2": NEW}
    client.post(confirmed.url, form)
    assert client.login(username=reader.email, password=NEW)
    assert not Client().login(username=reader.email, password=PASSWORD)
    assert "password" in mail.outbox[-1].body.lower(), "a notice of the change is mailed"


def test_known_and_unknown_addresses_are_answered_alike(client, reader):
    known, unknown = ask(Client(), reader.email), ask(Client(), "nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_the_code_is_of_no_use_in_another_browser(client, reader):
    page = ask(client, reader.email)
    other = Client().post(page.url, {"code": mailed_code()})
    assert other.status_code == 302
    assert "login" in other.url or "reset" in other.url
    assert not Client().login(username=reader.email, password=NEW)


def test_three_wrong_codes_end_the_reset(client, reader):
    page = ask(client, reader.email)
    for _ in range(3):
        answer = client.post(page.url, {"code": "AAAA-AAAA"})
    assert answer.status_code == 302
    assert client.post(page.url, {"code": mailed_code()}).status_code == 302
    assert client.get(page.url).status_code == 302, "the code is gone"


def test_a_code_has_more_than_twenty_bits(client, reader):
    ask(client, reader.email)
    assert len(re.sub(r"[^A-Z0-9]", "", mailed_code())) >= 6


def test_the_sixth_reset_in_a_minute_is_refused(client, reader):
    answers = [ask(client, reader.email).status_code for _ in range(7)]
    assert answers[-1] == 429


def test_old_sessions_end_when_the_password_changes(client, reader):
    elsewhere = Client()
    elsewhere.force_login(reader, "django.contrib.auth.backends.ModelBackend")
    page = ask(client, reader.email)
    confirmed = client.post(page.url, {"code": mailed_code()})
    client.post(confirmed.url, {"password1": NEW, "password2": NEW})
    assert elsewhere.get(reverse("people:account")).status_code == 302


def test_the_mail_names_the_host_that_was_asked_only_if_it_is_ours(client, reader):
    answer = client.post(
        reverse("account_reset_password"), {"email": reader.email}, headers={"host": "evil.example"}
    )
    assert answer.status_code == 400
    assert mail.outbox == []


def test_an_account_is_taken_away_and_ended_by_its_owner_alone(client, subscriber):
    client.force_login(subscriber, "django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("people:export")).json()["email"] == subscriber.email
    client.post(reverse("people:delete"), {"password": "wrong"})
    assert User.objects.filter(pk=subscriber.pk).exists()
    client.post(reverse("people:delete"), {"password": PASSWORD})
    assert not User.objects.filter(pk=subscriber.pk).exists()
