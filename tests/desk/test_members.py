"""Subscriptions: free, by an institution's code, by a signed notice of a payment."""

import json
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from entente.desk.members import payments, subscribe
from entente.desk.members.models import Code, Payment, Plan, Subscription, is_subscriber
from entente.desk.people.held import forget

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


@pytest.fixture
def university(person, paid):
    return Code.objects.create(
        code="UNIVERSITY", institution="U", plan=paid, ends=date(2999, 1, 1), seats=2,
        holder=person("librarian"),
    )  # fmt: skip


def test_who_looks_after_an_institutions_seats_ends_one_and_renews_the_code(
    client, person, university
):
    first, second = person("first"), person("second")
    for member in (first, second):
        subscribe.redeem(member, "UNIVERSITY")
    client.force_login(university.holder, BACKEND)
    page = client.get(reverse("members:seats")).content.decode()
    assert "2 of 2 seats taken" in page
    assert first.name in page
    assert first.email not in page, "the name that is shown to all, and no more"
    seat = first.subscriptions.get()
    client.post(reverse("members:end", args=[seat.pk]))
    client.post(reverse("members:renew", args=[university.pk]))
    university.refresh_from_db()
    assert (university.used, is_subscriber(first), is_subscriber(second)) == (1, False, True)
    with pytest.raises(subscribe.RefusedCodeError):
        subscribe.redeem(first, "UNIVERSITY")
    assert len(university.code) >= 15
    assert subscribe.redeem(first, university.code).plan == university.plan


def test_nobody_sees_or_changes_the_seats_of_another_institution(client, person, university):
    seat = subscribe.redeem(person("member"), "UNIVERSITY")
    client.force_login(person("other"), BACKEND)
    assert client.get(reverse("members:seats")).status_code == 404
    assert client.post(reverse("members:end", args=[seat.pk])).status_code == 404
    assert client.post(reverse("members:renew", args=[university.pk])).status_code == 404
    client.force_login(university.holder, BACKEND)
    bought = Subscription.objects.create(user=university.holder, plan=university.plan, cause="x")
    assert client.post(reverse("members:end", args=[bought.pk])).status_code == 404, "no seat"


def test_a_seat_is_free_again_when_its_account_ends(person, university):
    member = person("member")
    subscribe.redeem(member, "UNIVERSITY")
    forget(member)
    university.refresh_from_db()
    assert university.used == 0


def test_the_roles_come_with_the_tables_of_every_desk(db):
    held = {g.name: {p.codename for p in g.permissions.all()} for g in Group.objects.all()}
    assert held == {"analysts": {"add_job"}, "reviewers": {"review"}, "moderators": {"moderate"}}
