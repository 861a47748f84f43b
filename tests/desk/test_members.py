"""Subscriptions: free, by an institution's code, by a signed notice of a payment."""

import json
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from entente.desk.members import payments, subscribe
from entente.desk.members.models import Code, Payment, Plan, Subscription, is_subscriber

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def paid(db):
    return Plan.objects.create(slug="desk", name="Desk", says="-", cents=1200, months=1)


def notice(user, plan, name="p-1", cents=1200):
    return json.dumps({"name": name, "user": user.pk, "plan": plan.slug, "cents": cents}).encode()


def send(client, body, signed):
    return client.post(
        reverse("members:notice"), body, "application/json", headers={"x-signature": signed}
    )


def test_a_signed_notice_opens_a_subscription_once_however_often_it_comes(client, person, paid):
    user = person("reader")
    body = notice(user, paid)
    for _ in range(3):
        assert send(client, body, payments.signature(body)).status_code == 200
    assert Payment.objects.count() == Subscription.objects.count() == 1
    assert is_subscriber(user)


@pytest.mark.parametrize("change", [b" ", b""])
def test_a_notice_that_is_not_signed_is_refused(client, person, paid, change):
    body = notice(person("reader"), paid)
    signed = payments.signature(body) if change else "00"
    assert send(client, body + change, signed).status_code == 400
    assert not Subscription.objects.exists()


def test_too_little_money_buys_nothing(client, person, paid):
    body = notice(person("reader"), paid, cents=1199)
    assert send(client, body, payments.signature(body)).status_code == 400


def test_a_code_has_as_many_seats_as_it_has(client, person, paid):
    Code.objects.create(
        code="UNIVERSITY", institution="U", plan=paid, ends=date(2100, 1, 1), seats=1
    )
    first, second = person("first"), person("second")
    client.force_login(first, BACKEND)
    for _ in range(2):
        client.post(reverse("members:code"), {"code": "university"})
    assert is_subscriber(first)
    with pytest.raises(subscribe.RefusedCodeError):
        subscribe.redeem(second, "UNIVERSITY")
    assert Code.objects.get().used == 1


def test_a_code_that_ended_is_refused(person, paid):
    today = timezone.localdate()
    Code.objects.create(code="OLD", institution="U", plan=paid, ends=today, seats=9)
    with pytest.raises(subscribe.RefusedCodeError):
        subscribe.redeem(person("reader"), "OLD")


def test_guessing_codes_is_slowed_down(client, person, paid):
    client.force_login(person("reader"), BACKEND)
    answers = [client.post(reverse("members:code"), {"code": "X"}).status_code for _ in range(11)]
    assert answers[-1] == 429


def test_a_plan_that_costs_is_not_given_for_free(client, person, paid):
    client.force_login(person("reader"), BACKEND)
    assert client.post(reverse("members:free", args=["desk"])).status_code == 404


def test_a_code_typed_in_any_case_by_the_administrator_opens_the_plan(db, person):
    plan = Plan.objects.create(slug="inst", name="Institution", says="-")
    code = Code.objects.create(
        code=" abc-1 ", institution="A", plan=plan, ends="2999-01-01", seats=1
    )
    assert code.code == "ABC-1"
    assert subscribe.redeem(person("member"), "abc-1").plan == plan
