"""The studio: accords checked while they are written, run by a worker, made into briefs."""

import pytest
from django.urls import reverse
from django_q.exceptions import TimeoutException

from conftest import PAGE, RECORD
from entente.accord.text import text_of
from entente.desk.briefs import publishing
from entente.desk.briefs.models import Brief
from entente.desk.studio import work
from entente.desk.studio.models import Job

BACKEND = "django.contrib.auth.backends.ModelBackend"
ASKED = {"name": "mine", "draws": 20, "months": 2, "seed": 1, "choose": "resumed=true"}


@pytest.fixture
def analyst(client, person):
    user = person("analyst", "analysts")
    client.force_login(user, BACKEND)
    return user


def ask(client, **changes):
    form = {"text": text_of("us-mexico-2019"), **ASKED, **changes}
    return client.post(reverse("studio:new"), form)


def test_a_run_goes_from_a_text_to_a_published_brief(client, analyst, person):
    assert ask(client).status_code == 302
    job = Job.objects.get()
    work.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.draws_done) == ("done", 20)
    page = client.get(reverse("studio:page", args=[job.key]))
    assert "style-src 'sha256-" in page["Content-Security-Policy"]
    client.post(reverse("studio:publish", args=[job.key]))
    brief = Brief.objects.get()
    assert brief.newest.headline == job.headline
    assert brief.newest.accord == text_of("us-mexico-2019")


def test_work_delivered_twice_is_done_once(client, analyst):
    ask(client)
    job = Job.objects.get()
    work.run(job.pk)
    ended = Job.objects.get().ended
    work.run(job.pk)
    assert Job.objects.get().ended == ended


def test_a_cancelled_run_stops_and_stays_cancelled(client, analyst):
    ask(client)
    job = Job.objects.get()
    client.post(reverse("studio:cancel", args=[job.key]))
    work.run(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not job.folder.exists()


def test_a_text_with_errors_is_not_run_and_they_are_named_by_line(client, analyst):
    answer = ask(client, text='accord = "x"\nlanguag = 1\n')
    assert answer.status_code == 422
    assert "languag" in answer.content.decode()
    assert "line</strong> 2" in answer.content.decode() or "line 2" in answer.content.decode()
    assert not Job.objects.exists()


def test_faults_and_timeline_are_shown_while_the_text_is_written(client, analyst):
    faults = client.post(reverse("studio:check"), {"name": "x", "text": "accord = 1"})
    assert "E1" in faults.content.decode()
    course = client.post(reverse("studio:timeline"), {"text": text_of("us-colombia-2025")})
    assert "<table>" in course.content.decode()


def test_nobody_asks_for_more_than_a_person_may(client, analyst):
    assert ask(client, draws=10_000_000).status_code == 422
    for _ in range(3):
        ask(client)
    assert ask(client).status_code == 422
    assert Job.objects.count() == 3


def test_nobody_sees_or_stops_anothers_run(client, analyst, person):
    ask(client)
    key = Job.objects.get().key
    client.force_login(person("other", "analysts"), BACKEND)
    for name in ("job", "page", "progress"):
        assert client.get(reverse(f"studio:{name}", args=[key])).status_code == 404
    assert client.post(reverse("studio:cancel", args=[key])).status_code == 404
    assert client.get(reverse("studio:compare"), {"run": [key, key]}).status_code == 302


def test_a_reader_runs_nothing(client, person):
    client.force_login(person("reader"), BACKEND)
    assert ask(client).status_code == 403


def test_a_run_that_the_laboratory_refuses_says_why(client, analyst):
    ask(client)
    job = Job.objects.get()
    Job.objects.update(settings={**job.settings, "choose": ["nobody=true"]})
    work.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "nobody" in job.says


def test_what_holds_on_a_day_is_explained_while_the_text_is_written(client, analyst):
    asked = {"name": "mine", "text": text_of("us-mexico-2019"), "on": "2019-07-30"}
    said = client.post(reverse("studio:explain"), asked).content.decode()
    assert "duty by USA on MEX: 0 percent" in said
    wrong = client.post(reverse("studio:explain"), {**asked, "text": "accord = 1"})
    assert "mine.toml:" in wrong.content.decode()
    assert (
        "errorlist" in client.post(reverse("studio:explain"), {**asked, "on": "?"}).content.decode()
    )


def test_terms_are_negotiated_by_a_worker(client, analyst):
    form = {"text": text_of("us-mexico-2019"), **ASKED, "deals": 4, "vary": "ladder.steps=5:30"}
    client.post(reverse("studio:negotiate"), form)
    job = Job.objects.get()
    assert (job.kind, job.draws) == ("negotiation", 5)
    work.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.says
    assert job.draws_done >= 4
    assert client.get(reverse("studio:page", args=[job.key])).status_code == 200
    assert client.post(reverse("studio:publish", args=[job.key])).status_code == 404


def test_terms_that_no_clause_has_are_told(client, analyst):
    form = {"text": text_of("us-mexico-2019"), **ASKED, "deals": 4, "vary": "nothing.steps=5:30"}
    told = client.post(reverse("studio:negotiate"), form)
    assert told.status_code == 422
    assert "no clause named" in str(told.context["form"].errors["vary"])
    assert not Job.objects.exists()


def test_choices_that_the_accord_does_not_have_are_told_at_the_form(client, analyst):
    told = ask(client, choose="resumed=true\nnobody=true")
    assert told.status_code == 422
    assert "nobody" in str(told.context["form"].errors["choose"])
    text = text_of("us-mexico-2019").replace("[stake", "[stakes")
    told = client.post(
        reverse("studio:negotiate"), {"text": text, **ASKED, "vary": "x", "deals": 4}
    )
    assert told.status_code == 422
    assert not Job.objects.exists()


def test_a_finished_run_becomes_a_new_revision_of_an_own_brief(client, analyst):
    job = Job.objects.create(
        owner=analyst, name="x", state="done", settings={"draws": 20}, draws=20
    )
    page = client.get(reverse("studio:job", args=[job.key])).content.decode()
    assert 'name="revises"' not in page, "no brief to revise yet"
    publishing.draft(analyst, "Tariffs", PAGE.format("likely"), "accord", RECORD)
    assert (
        '<option value="tariffs">'
        in client.get(reverse("studio:job", args=[job.key])).content.decode()
    )


def test_a_run_that_the_queue_stops_is_not_under_way_for_ever(client, analyst, monkeypatch):
    def endless(*_, **__):
        raise TimeoutException

    monkeypatch.setattr(work, "simulate", endless)
    ask(client)
    with pytest.raises(TimeoutException):
        work.run(Job.objects.get().pk)
    assert (Job.objects.get().state, "longer" in Job.objects.get().says) == ("failed", True)
