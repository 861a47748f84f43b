"""Accounts: signing up, and a forgotten password reset by a code sent by e-mail."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import reverse

from conftest import PAGE, PASSWORD, RECORD, mailed_code
from entente.desk.api.models import Case, Token
from entente.desk.briefs import publishing
from entente.desk.briefs.models import Brief
from entente.desk.ledgers.models import Ledger
from entente.desk.members.models import Code, Payment, Plan
from entente.desk.people.held import ROWS
from entente.desk.people.models import User
from entente.desk.studio.models import Job
from entente.desk.talk import letters
from entente.desk.talk.models import Comment, Flag, Notice

BACKEND = "django.contrib.auth.backends.ModelBackend"

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
    elsewhere.force_login(reader, BACKEND)
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


@pytest.fixture
def busy(subscriber, publish, person):
    """Somebody with one of everything that refers to a person."""
    subscriber.groups.set(person("other", "analysts").groups.all())
    brief = publish("Tariffs on Mexico")
    publishing.draft(subscriber, "A draft", PAGE.format("likely"), "accord", RECORD)
    said = Comment.objects.create(brief=brief, author=subscriber, text="My own words.")
    Comment.objects.create(brief=brief, answers=said, text="An answer.")
    Flag.objects.create(comment=said, raised_by=subscriber, why="rude")
    Notice.objects.create(to=subscriber, comment=said)
    Payment.objects.create(name="p", user=subscriber, plan=Plan.objects.get(), cents=0)
    Token.make(subscriber, "my notebook", may_run=True)
    TOTP.activate(subscriber, generate_totp_secret())
    Code.objects.create(
        code="U", institution="U", holder=subscriber, plan=Plan.objects.get(), ends="2999-01-01",
        seats=1,
    )  # fmt: skip
    held = (Job(name="my run"), Ledger(name="lines"), Case(kind="duty"))
    for made in held:
        made.owner = subscriber
        made.save()
        made.folder.mkdir(parents=True)
        (made.folder / "file").write_text("mine")
    return subscriber


def test_everything_that_refers_to_a_person_is_in_what_they_take_away(client, busy):
    referring = {r.related_name or r.name for r in User._meta.related_objects}
    assert referring == set(ROWS), "a new table that names persons is told, too"
    client.force_login(busy, BACKEND)
    told = client.get(reverse("people:export"))
    assert "attachment" in told["Content-Disposition"]
    packed = ZipFile(BytesIO(b"".join(told.streaming_content)))
    rows = packed.read("account.json").decode()
    empty = {name for name, held in json.loads(rows).items() if held == []}
    assert empty == {"logentry"}
    assert "My own words." in rows
    for secret in (Token.objects.get().digest, str(Authenticator.objects.get().data["secret"])):
        assert secret not in rows


def test_files_of_a_person_are_in_what_they_take_away_as_they_were_uploaded(client, busy):
    client.force_login(busy, BACKEND)
    ledger = Ledger.objects.get()
    ledger.folder.joinpath("lines.csv").write_bytes(bytes(range(256)) * 10_000)
    told = client.get(reverse("people:export"))
    packed = ZipFile(BytesIO(b"".join(told.streaming_content)))
    assert packed.testzip() is None
    assert packed.read(f"ledgers/{ledger.key}/lines.csv") == bytes(range(256)) * 10_000
    assert f"jobs/{Job.objects.get().key}/file" in packed.namelist()
    assert packed.read("briefs/a-draft-1.html").decode() == PAGE.format("likely")


def test_an_account_is_ended_by_its_owner_alone_and_what_was_published_stays_unnamed(
    client, busy, settings, django_capture_on_commit_callbacks
):
    client.force_login(busy, BACKEND)
    client.post(reverse("people:delete"), {"password": "wrong"})
    assert User.objects.filter(pk=busy.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("people:delete"), {"password": PASSWORD})
    assert not User.objects.filter(pk=busy.pk).exists()
    assert [c.author for c in Comment.objects.order_by("pk")] == [None, None]
    left = (
        Job,
        Ledger,
        Case,
        Token,
        Notice,
        Flag,
        Authenticator,
        EmailAddress.objects.filter(user=busy),
    )
    assert not any(getattr(rows, "objects", rows).exists() for rows in left)
    assert not Brief.objects.filter(title="A draft").exists()
    assert not [f for f in settings.MEDIA_ROOT.rglob("*") if f.is_file()]
    page = client.get(Brief.objects.get().get_absolute_url()).content.decode()
    assert "My own words." in page
    assert "a former reader" in page
    assert "Subscriber" not in page


def test_letters_are_in_the_language_of_the_account_whoever_asks(client, reader, publish):
    client.force_login(reader, BACKEND)
    client.post(reverse("set_language"), {"language": "es", "next": "/"})
    ask(Client(headers={"accept-language": "en"}), reader.email)
    assert "contraseña" in mail.outbox[-1].body
    comment = Comment.objects.create(brief=publish("Tariffs"), author=None, text="Yes.")
    letters.send(comment.pk, reader.pk, "removed", "http://localhost")
    assert mail.outbox[-1].subject.startswith("Comentarios")


def test_the_language_of_a_first_sign_in_is_kept_until_another_is_chosen(client, reader):
    form = {"login": reader.email, "password": PASSWORD}
    client.post(reverse("account_login"), form, headers={"accept-language": "es"})
    reader.refresh_from_db()
    assert reader.language == "es"
    client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    reader.refresh_from_db()
    assert reader.language == "es", "no language of the desk"
