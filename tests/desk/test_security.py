"""What an attacker tries of the desk; docs/desk-security.md says what each test proves."""

import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as desk
from django.contrib.auth import hashers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from servers import django

from conftest import PAGE, PASSWORD, RECORD, mailed_code
from entente.desk import settings as served
from entente.desk.briefs import publishing
from entente.desk.ledgers import work
from entente.desk.ledgers.models import Ledger
from entente.desk.people.models import User
from entente.desk.studio.models import Job

BACKEND = "django.contrib.auth.backends.ModelBackend"
SOURCES = Path(served.__file__).parent


@pytest.fixture
def analyst(client, person):
    user = person("analyst", "analysts")
    client.force_login(user, BACKEND)
    return user


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": password, **more}
    )


# Access


def test_nobody_meets_what_is_anothers(client, analyst, person):
    ledger = Ledger.objects.create(owner=analyst, name="mine", kind=".csv")
    job = Job.objects.create(owner=analyst, name="mine", settings={})
    draft = publishing.draft(analyst, "Mine", PAGE.format("likely"), "accord", RECORD)
    client.force_login(person("other", "analysts"), BACKEND)
    keys = {"ledgers:ledger": ledger.key, "ledgers:priced": ledger.key, "studio:job": job.key}
    keys |= {"studio:page": job.key, "studio:progress": job.key, "briefs:brief": draft.slug}
    met = {name: client.get(reverse(name, args=[key])).status_code for name, key in keys.items()}
    assert set(met.values()) == {404}, met
    for name in ("page", "card", "style", "accord", "embed"):
        asked = client.get(reverse(f"briefs:{name}", args=[draft.slug, 1]))
        assert asked.status_code == 404, name
    for name in ("ledgers:list", "studio:jobs"):
        assert "mine" not in re.findall(r">([^<]*)</a>", client.get(reverse(name)).content.decode())


def test_the_administrators_pages_are_for_administrators(client, analyst):
    assert client.get("/admin/people/user/").status_code == 302


# Sessions and what keeps them


def test_signing_in_changes_the_name_of_the_session(client, person):
    user = person("reader")
    client.post(reverse("account_reset_password"), {"email": user.email})
    before = client.session.session_key
    sign_in(client, user)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    forged = Client()
    forged.cookies["sessionid"] = "chosen-by-an-attacker-0000000000"
    sign_in(forged, user)
    assert forged.cookies["sessionid"].value != "chosen-by-an-attacker-0000000000"


def test_signing_out_ends_the_session_for_good(client, person):
    sign_in(client, person("reader"))
    kept = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    again = Client()
    again.cookies["sessionid"] = kept
    assert again.get(reverse("people:account")).status_code == 302


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(client, person):
    user, elsewhere = person("reader"), Client()
    for browser in (client, elsewhere):
        sign_in(browser, user)
    new = "another long pass phrase 7"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get(reverse("people:account")).status_code == 200
    assert elsewhere.get(reverse("people:account")).status_code == 302


def test_no_form_is_taken_from_another_site(person, publish):
    user, brief = person("reader"), publish("Tariffs")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, BACKEND)
    places = ("account_logout", "people:delete", "people:letters", "ledgers:list", "api:tokens")
    for place in places:
        assert client.post(reverse(place), {"password": PASSWORD}).status_code == 403, place
    assert client.post(reverse("talk:say", args=[brief.slug]), {"text": "x"}).status_code == 403


_OPEN = """
import json
from django.conf import settings as s
secure = [getattr(s, f"{name}_COOKIE_SECURE") for name in ("SESSION", "LANGUAGE", "CSRF")]
print(json.dumps([*secure, s.SESSION_COOKIE_HTTPONLY, s.SECURE_SSL_REDIRECT,
                  s.SESSION_COOKIE_SAMESITE,
                  s.SESSION_COOKIE_NAME[:7], s.CSRF_COOKIE_NAME[:7], s.LANGUAGE_COOKIE_NAME[:7],
                  s.SECURE_HSTS_SECONDS, s.DEBUG, s.ALLOWED_HOSTS]))
"""


def test_cookies_and_transport_are_closed_on_a_desk_for_the_open(tmp_path):
    told = django(
        "shell", "-v0", "-c", _OPEN, ENTENTE_DESK_SECRET="x7" * 30,
        ENTENTE_DESK_HOSTS="desk.example.org", ENTENTE_DESK_HOME=str(tmp_path),
    )  # fmt: skip
    assert told.stdout.strip() == (
        '[true, true, true, true, true, "Lax", "__Host-", "__Host-", "__Host-", 31536000, false, '
        '["desk.example.org"]]'
    )


def test_every_answer_carries_its_headers(client, db):
    for place in ("/", "/account/login/", "/nowhere/"):
        told = client.get(place)
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["X-Frame-Options"] == "DENY"
        assert told["Referrer-Policy"] == "same-origin"
        assert told["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = told["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "unsafe" not in policy


# Guessing


def test_passwords_are_guessed_slowly(client, person):
    user = person("reader")
    answers = [sign_in(client, user, f"wrong pass phrase {n}").status_code for n in range(12)]
    assert sign_in(client, user).status_code != 302 or 429 in answers
    assert not client.session.get("_auth_user_id")


def test_codes_of_a_second_factor_are_guessed_slowly(client, person):
    user = person("reader")
    TOTP.activate(user, generate_totp_secret())
    sign_in(client, user)
    for n in range(12):
        told = client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"})
    assert told.status_code == 429 or "Too many" in told.content.decode()
    assert not client.session.get("_auth_user_id")


@pytest.mark.parametrize("weak", ["short 1", "password1234", "reader@example.org"])
def test_a_weak_password_is_refused(client, person, weak):
    user = person("reader")
    sign_in(client, user)
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    client.post(reverse("account_change_password"), form)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_of_any_signs_is_taken_as_it_is_typed(client, person):
    user, new = person("reader"), "  blanks, ünïcode and 64 signs or more: " + "x" * 40 + "  "
    sign_in(client, user)
    page = client.get(reverse("account_change_password")).content.decode()
    assert page.count('type="password"') == 3
    assert "onpaste" not in page
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    user.refresh_from_db()
    assert user.check_password(new)
    assert not user.check_password(new.strip())
    assert not user.check_password(new.upper())


def test_pages_of_a_session_are_not_kept_by_the_browser(client, person):
    client.force_login(person("reader"), BACKEND)
    for place in ("/", reverse("people:account"), reverse("people:export")):
        assert "no-store" in client.get(place)["Cache-Control"], place


def test_passwords_are_kept_as_slow_hashes():
    assert hashers.get_hasher("default").algorithm  # the tests' own is fast
    assert not hasattr(served, "PASSWORD_HASHERS"), "Django's own: PBKDF2 with its latest count"


# Addresses


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"],
)
def test_nobody_is_sent_to_another_site(client, person, elsewhere):
    user = person("reader")
    told = sign_in(client, user, next=elsewhere)
    assert urlsplit(told.url).netloc in ("", "testserver")
    assert "evil" not in told.url
    told = client.post(reverse("set_language"), {"language": "es", "next": elsewhere})
    assert "evil" not in told.url


def test_a_poisoned_host_reaches_no_letter(client, person, mailoutbox):
    user = person("reader")
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}):
        Client().post(reverse("account_reset_password"), {"email": user.email}, headers=headers)
    assert all("evil" not in f"{letter.body}{letter.subject}" for letter in mailoutbox)


def test_nothing_in_the_desk_fetches_an_address():
    fetchers = re.compile(
        r"^\s*(?:import|from) (urllib\.request|http\.client|requests|httpx|aiohttp)", re.M
    )
    found = [f.name for f in SOURCES.rglob("*.py") if fetchers.search(f.read_text())]
    assert found == []
    forms = "".join(f.read_text() for f in SOURCES.rglob("forms.py"))
    assert "URLField" not in forms


def test_nothing_in_the_desk_reads_xml_or_unpacks_objects():
    readers = re.compile(r"^\s*(?:import|from) (xml|lxml|pickle|marshal|yaml|shelve)\b", re.M)
    assert [f.name for f in SOURCES.rglob("*.py") if readers.search(f.read_text())] == []


def test_a_failure_tells_a_visitor_nothing_of_the_inside(client, db, monkeypatch):
    def fails(*_):
        raise RuntimeError("the inside")

    monkeypatch.setattr("entente.desk.briefs.finding.search", fails)
    client.raise_request_exception = False
    told = client.get("/search/?q=mexico")
    assert told.status_code == 500
    assert not re.search("inside|Traceback|entente/|RuntimeError", told.content.decode())


def test_a_desk_for_the_open_gets_no_account_with_a_known_password(db, monkeypatch):
    from django.core.management import CommandError, call_command

    monkeypatch.setattr(desk, "DEMO", False)
    with pytest.raises(CommandError):
        call_command("demo")
    assert not User.objects.exists()


# Uploads


def upload(client, content: bytes, name="lines.csv"):
    return client.post(reverse("ledgers:list"), {"file": SimpleUploadedFile(name, content)})


def test_a_zip_and_a_forged_parquet_are_refused_and_not_kept(client, analyst, settings):
    for name, content in (
        ("lines.csv", b"PK\x03\x04" + b"\0" * 100), ("lines.zip", b"PK\x03\x04"),
        ("lines.parquet", b"PAR1" + b"\0" * 100 + b"PAR1"),
    ):  # fmt: skip
        assert upload(client, content, name).status_code == 200, name
    assert not Ledger.objects.exists()
    assert not [f for f in settings.MEDIA_ROOT.rglob("*") if f.is_file()]


def test_a_parquet_file_that_unpacks_to_far_more_than_it_weighs_is_refused(
    client, analyst, settings
):
    settings.DESK_LEDGER_BYTES = 1_000_000
    column = pa.array(["0" * 1000] * 100_000)
    packed = io.BytesIO()
    pq.write_table(pa.table({"line_id": column}), packed, compression="zstd", use_dictionary=False)
    assert len(packed.getvalue()) < 500_000
    assert upload(client, packed.getvalue(), "lines.parquet").status_code == 200
    assert not Ledger.objects.exists()


def test_one_long_text_repeated_from_a_dictionary_is_refused_before_it_is_unpacked(
    client, analyst, settings
):
    settings.DESK_LEDGER_BYTES = 1_000_000
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int8()), ["0" * 1000])
    packed = io.BytesIO()
    pq.write_table(pa.table({"line_id": column}), packed)
    assert len(packed.getvalue()) < 50_000, "and 200 MB when unpacked"
    assert upload(client, packed.getvalue(), "lines.parquet").status_code == 302
    ledger = Ledger.objects.get()
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert (ledger.state, "10 MB when unpacked" in ledger.says) == ("failed", True)
    assert [f.name for f in ledger.folder.iterdir()] == ["lines.parquet"]


@pytest.mark.parametrize(
    ("column", "how"),
    [
        (pa.array(["0" * 1000 + str(n) for n in range(99)]),
         {"use_dictionary": False, "column_encoding": {"line_id": "DELTA_BYTE_ARRAY"}}),
        (pa.array([["a", "b"]]), {}),
        (pa.nulls(3_000_000, pa.int64()), {}),
    ],
    ids=["texts that begin alike", "lists", "endless rows of nothing"],
)  # fmt: skip
def test_a_parquet_file_of_a_kind_that_swells_is_refused(client, analyst, settings, column, how):
    settings.DESK_LEDGER_BYTES = 1_000_000
    packed = io.BytesIO()
    pq.write_table(pa.table({"line_id": column}), packed, **how)
    assert upload(client, packed.getvalue(), "lines.parquet").status_code == 200
    assert not Ledger.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 5000 + "]" * 5000, "[" + ".".join("a" * 3000) + "]", "a = " + "{a=" * 2000,
     "x" * 200_001],
    ids=["lists", "tables", "inline", "long"],
)  # fmt: skip
def test_a_deep_or_endless_accord_is_a_problem_and_no_failure(client, analyst, text):
    told = client.post(reverse("studio:check"), {"name": "x", "text": text})
    assert told.status_code == 200
    form = {"name": "x", "text": text, "draws": 20, "months": 1, "seed": 1, "choose": ""}
    assert client.post(reverse("studio:new"), form).status_code == 422
    assert not Job.objects.exists()


def test_more_posted_text_than_the_desk_takes_is_answered_in_words(client, analyst):
    told = client.post(reverse("studio:check"), {"name": "x", "text": "x" * 3_000_000})
    assert told.status_code in (400, 413)
    assert desk.DATA_UPLOAD_MAX_MEMORY_SIZE <= 3_000_000


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\uff1d"])
def test_no_cell_of_what_is_taken_away_runs_as_a_formula(client, analyst, sign):
    line = f"{sign}cmd|' /C calc'!A0,8544300000,MEX,2019-08-15,100"
    upload(client, f"line_id,hts,origin,entry_date,value_usd\n{line}\n".encode())
    ledger = Ledger.objects.get()
    ledger.accord, ledger.choose = "us-mexico-2019", ["preset=as-announced-2019"]
    ledger.save()
    work.price(ledger.pk)
    ledger.refresh_from_db()
    told = client.get(reverse("ledgers:priced", args=[ledger.key]))
    cells = re.split(r"[,\n]", b"".join(told.streaming_content).decode())
    assert not any(cell.strip('"').startswith(tuple("=+@\t\uff1d")) for cell in cells)
    assert not any(re.match(r'"?-[^\d]', cell) for cell in cells)


def test_the_code_of_a_reset_is_of_no_use_a_second_time(client, person):
    user, new = person("reader"), "another long pass phrase 7"
    page = client.post(reverse("account_reset_password"), {"email": user.email})
    code = mailed_code()
    confirmed = client.post(page.url, {"code": code})
    client.post(confirmed.url, {"password1": new, "password2": new})
    again = client.post(page.url, {"code": code}, follow=True)
    assert "password1" not in again.content.decode()


def test_every_proof_that_the_table_names_is_there():
    table = (Path(__file__).parents[2] / "docs" / "desk-security.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", table))
    written = "".join(f.read_text() for f in Path(__file__).parent.glob("test_*.py"))
    assert named - set(re.findall(r"^def (test_\w+)", written, re.M)) == set()
    rows = [line for line in table.splitlines() if re.match(r"\| [\dV]", line)]
    untested = [line.split("|")[1].strip() for line in rows if "`test_" not in line]
    assert untested == []
