"""Entry lines of importers: theirs alone, priced, forgotten on request and in time."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from entente.desk.ledgers import uploads, work
from entente.desk.ledgers.models import Ledger
from entente.desk.people.models import User
from entente.desk.studio.models import Job

BACKEND = "django.contrib.auth.backends.ModelBackend"
LINES = (
    "Line,HS code,Country of origin,entry date,Customs value,note\n"
    "=cmd,8544300000,MEX,2019-08-15,48210.37,wiring\n"
    "two,8544300000,MEX,2019-13-45,100,no such day\n"
)


@pytest.fixture
def importer(client, person):
    user = person("importer")
    client.force_login(user, BACKEND)
    return user


def upload(client, content=LINES, name="lines.csv", **more):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse("ledgers:list"), {"file": SimpleUploadedFile(name, raw), **more})


def ask(client, ledger, **changes):
    columns = {f"column_{i}": ours for i, ours in enumerate(ledger.columns.values())}
    form = {"accord": "us-mexico-2019", "choose": "preset=as-announced-2019", **columns, **changes}
    return client.post(reverse("ledgers:price", args=[ledger.key]), form)


def test_lines_go_from_a_file_with_its_own_column_names_to_prices(client, importer):
    assert upload(client).status_code == 302
    ledger = Ledger.objects.get()
    assert list(ledger.columns.values()) == [
        "line_id", "hts", "origin", "entry_date", "value_usd", "",
    ]  # fmt: skip
    assert ask(client, ledger).status_code == 302
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert (ledger.state, ledger.lines) == ("done", 1)
    assert ledger.totals["base_duty"] == "2410.50"
    assert [p["line"] for p in ledger.problems] == [3]
    page = client.get(reverse("ledgers:ledger", args=[ledger.key])).content.decode()
    assert "2410.50" in page
    prices = b"".join(client.get(reverse("ledgers:priced", args=[ledger.key])).streaming_content)
    assert b"'=cmd" in prices, "no cell runs as a formula"


def test_nobody_sees_or_deletes_anothers_ledger(client, importer, person):
    upload(client)
    ledger = Ledger.objects.get()
    client.force_login(person("other"), BACKEND)
    assert client.get(reverse("ledgers:ledger", args=[ledger.key])).status_code == 404
    assert client.get(reverse("ledgers:priced", args=[ledger.key])).status_code == 404
    assert client.post(reverse("ledgers:delete", args=[ledger.key])).status_code == 404
    assert ask(client, ledger).status_code == 404
    client.logout()
    assert client.get(reverse("ledgers:list")).status_code == 302


@pytest.mark.parametrize(
    ("name", "content"),
    [("lines.exe", LINES), ("lines.csv", b"PAR1xxxx"), ("lines.parquet", LINES),
     ("lines.csv", b"a\0b"), ("lines.csv", b"")],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(client, importer, name, content):
    assert upload(client, content, name).status_code == 200
    assert not Ledger.objects.exists()


def test_too_large_a_file_is_refused_and_nothing_is_kept(client, importer, settings):
    settings.DESK_LEDGER_BYTES = 50
    assert upload(client).status_code == 200
    assert not (settings.MEDIA_ROOT / "ledgers").exists()


def test_two_columns_of_one_name_are_refused(client, importer):
    upload(client)
    assert ask(client, Ledger.objects.get(), column_5="hts").status_code == 422


def test_a_deleted_ledger_leaves_no_file(client, importer):
    upload(client)
    ledger = Ledger.objects.get()
    assert ledger.file.exists()
    client.post(reverse("ledgers:delete", args=[ledger.key]))
    assert not ledger.folder.exists()


def test_a_ledger_whose_time_is_over_is_forgotten(client, importer):
    upload(client)
    folder = Ledger.objects.get().folder
    Ledger.objects.update(expires=date(2020, 1, 1))
    assert work.forget_expired() == 1
    assert not folder.exists()


def test_a_file_that_cannot_be_used_at_all_says_why(client, importer):
    upload(client, "a,b\n1,2\n")
    ledger = Ledger.objects.get()
    ask(client, ledger, column_0="hts", column_1="origin")
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert ledger.state == "failed"
    assert ledger.problems


def test_a_path_in_the_name_leads_nowhere(client, importer):
    upload(client, name="../../evil.csv")
    ledger = Ledger.objects.get()
    assert ledger.file.name == "lines.csv"
    assert uploads.header(ledger)[0] == "Line"


def test_lines_are_priced_and_purchases_planned_over_the_courses_of_a_published_run(
    client, importer, published_run
):
    upload(client, "line_id,hts,origin,entry_date,value_usd\none,8544300000,MEX,2019-07-15,1000\n")
    ledger = Ledger.objects.get()
    ask(client, ledger, run=str(published_run.key), choose="")
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert ledger.state == "done", (ledger.says, ledger.problems)
    assert ledger.courses[0][1] == 1.0
    assert abs(sum(share for _, share, *_ in ledger.courses[1:]) - 1.0) < 1e-9
    page = client.get(reverse("ledgers:ledger", args=[ledger.key])).content.decode()
    assert "By course of events" in page
    table = client.get(reverse("ledgers:exposed", args=[ledger.key]))
    assert b"".join(table.streaming_content).startswith(b"by,key,label,share")

    wanted = (
        "ID,Product,HS code,Country of origin,mode,Unit price,need,short_usd,note\n"
        "a,wiring,8544300000,MEX,truck,10,100,30,x\nb,wiring,8544300000,VNM,vessel,12,,,\n"
    )
    upload(client, wanted, purpose="plan")
    bought = Ledger.objects.get(purpose="plan")
    ask(client, bought, run=str(published_run.key))
    work.price(bought.pk)
    bought.refresh_from_db()
    assert bought.state == "done", [p["message"] for p in bought.problems]
    plan = client.get(reverse("ledgers:planned", args=[bought.key]))
    assert "style-src 'sha256-" in plan["Content-Security-Policy"]
    client.force_login(User.objects.get(email="writer@example.org"), BACKEND)
    for name in ("exposed", "planned"):
        assert client.get(reverse(f"ledgers:{name}", args=[bought.key])).status_code == 404


def test_rows_of_a_plan_that_cannot_be_read_are_told_by_line(client, importer, published_run):
    rows = "ID,HS code,Origin,Unit price,need,short_usd\na,8544300000,Nowhere,ten,100,30\n"
    upload(client, rows, purpose="plan")
    ledger = Ledger.objects.get()
    ask(client, ledger, run=str(published_run.key))
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert ledger.state == "failed"
    assert {(p["line"], p["clause"]) for p in ledger.problems} == {(2, "origin"), (2, "price_usd")}


def test_a_plan_is_read_from_csv_alone(client, importer):
    assert upload(client, b"PAR1xxxx", "lines.parquet", purpose="plan").status_code == 200
    assert not Ledger.objects.exists()


def test_what_a_worker_says_is_in_the_owners_language(client, importer):
    importer.language = "es"
    importer.save()
    upload(client)
    ledger = Ledger.objects.get()
    Ledger.objects.update(purpose="plan", state="queued")
    work.price(ledger.pk)
    ledger.refresh_from_db()
    assert ledger.says == "La simulación que se eligió ya no está; elija otra."


def test_a_run_that_is_not_published_is_its_owners_alone(client, importer, person):
    other = Job.objects.create(owner=person("other"), name="x", state="done", settings={}, draws=20)
    upload(client)
    ledger = Ledger.objects.get()
    assert ask(client, ledger, run=str(other.key)).status_code == 422
