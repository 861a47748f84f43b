"""The desk for programs: tokens, limits, refusals with their places, and its own description."""

import json

import pytest
import schemathesis
from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from conftest import PASSWORD
from entente.accord.text import shipped, text_of
from entente.desk.api import work
from entente.desk.api.answers import ANSWERS
from entente.desk.api.models import Case, Token
from entente.desk.studio.models import Job
from entente.desk.wsgi import application

BACKEND = "django.contrib.auth.backends.ModelBackend"
LINES = (
    "line_id,hts,origin,entry_date,value_usd\n"
    "one,8544300000,MEX,2019-08-15,48210.37\n"
    "two,8544300000,MEX,2019-13-45,100\n"
)
RUN = {"accord": "us-mexico-2019", "draws": 20, "months": 2, "choose": ["resumed=true"]}


class Program:
    """What asks under a token."""

    def __init__(self, client, user, *, may_run=True) -> None:
        self.client, (self.token, secret) = client, Token.make(user, "a program", may_run=may_run)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def delete(self, path):
        return self.client.delete(f"/api/v1/{path}", headers=self.headers)

    def post(self, path, **body):
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers
        )


@pytest.fixture
def program(client, person):
    return Program(client, person("analyst", "analysts"))


def test_nothing_is_answered_without_a_living_token(client, program):
    assert client.get("/api/v1/accords").status_code == 401
    assert program.get("accords").status_code == 200
    Token.objects.update(expires="2020-01-01T00:00Z")
    assert program.get("accords").status_code == 401
    Token.objects.all().delete()
    refused = program.get("accords")
    assert refused.json() == {"title": "Unauthorized", "status": 401, "problems": []}
    assert refused["WWW-Authenticate"] == "Bearer"


def test_a_token_is_shown_once_and_kept_as_a_digest(client, person):
    user = person("reader")
    client.force_login(user, BACKEND)
    assert "reauthenticate" in client.get(reverse("api:tokens")).url
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.post(reverse("api:tokens"), {"name": "mine"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret not in client.get(reverse("api:tokens")).content.decode()
    assert secret not in json.dumps(list(Token.objects.values()), default=str)
    assert client.get("/api/v1/accords", headers={"Authorization": f"Bearer {secret}"}).json()
    client.post(reverse("api:end", args=[Token.objects.get().pk]))
    assert not Token.objects.exists()


def test_nobody_ends_the_token_of_another(client, program, person):
    client.force_login(person("other"), BACKEND)
    assert client.post(reverse("api:end", args=[program.token.pk])).status_code == 404


def test_accords_are_listed_in_pages_and_given_with_their_text(program):
    first = program.get("accords", limit=2).json()
    assert first["count"] == len(shipped())
    assert [a["name"] for a in first["items"]] == list(shipped())[:2]
    assert (
        program.get("accords", limit=2, offset=2).json()["items"][0]["name"] == list(shipped())[2]
    )
    assert program.get("accords/us-mexico-2019").json()["text"] == text_of("us-mexico-2019")
    assert program.get("accords/no-such").status_code == 404


def test_a_text_is_checked_by_line_and_column(program):
    found = program.post("check", name="mine", text='accord = "mine"\nlanguag = 1\n').json()
    assert found["usable"] is False
    assert {"mine.toml"} == {p["file"] for p in found["problems"]}
    assert any(p["line"] == 2 and p["col"] == 1 for p in found["problems"])


def test_a_run_is_asked_for_followed_and_read(program):
    made = program.post("runs", **RUN)
    assert made.status_code == 201
    key = made.json()["key"]
    assert program.get(f"runs/{key}/outcomes").status_code == 404, "not before it is done"
    job = Job.objects.get()
    (job.folder / "tables").mkdir(parents=True)
    for name in ("monthly", "targets", "clauses"):
        (job.folder / "tables" / f"{name}.csv").write_text(
            "month,place,p50\n2019-06,,\n2019-07,MEX,12.5\n"
        )
    Job.objects.update(state="done")
    assert program.get(f"runs/{key}").json()["state"] == "done"
    assert program.get("runs").json()["count"] == 1
    assert program.get(f"runs/{key}/outcomes").json() == {
        "tables": ["monthly", "targets", "clauses"]
    }
    rows = program.get(f"runs/{key}/outcomes/monthly", limit=1).json()
    assert rows == {"items": [{"month": "2019-06", "place": None, "p50": None}], "count": 2}


def test_a_run_is_cancelled(program):
    key = program.post("runs", **RUN).json()["key"]
    assert program.post(f"runs/{key}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"accord": "us-mexic-2019"}, "no shipped accord"),
        ({"choose": ["nobody=true"]}, "nobody"),
        ({"text": 'accord = "x"\nlanguag = 1\n'}, "languag"),
        ({"draws": 10_000_000}, "less than or equal"),
    ],
)
def test_a_run_that_cannot_be_made_is_refused_with_its_problems(program, change, said):
    refused = program.post("runs", **{**RUN, **change})
    assert refused.status_code == 422
    assert said in json.dumps(refused.json()["problems"])
    assert not Job.objects.exists()


def test_runs_need_an_analyst_and_a_token_that_may_run(client, program, person):
    assert Program(client, person("reader")).post("runs", **RUN).status_code == 403
    assert (
        Program(client, program.token.owner, may_run=False).post("runs", **RUN).status_code == 403
    )


def test_nobody_sees_or_stops_anothers_run(client, program, person):
    key = program.post("runs", **RUN).json()["key"]
    other = Program(client, person("other", "analysts"))
    for path in (f"runs/{key}", f"runs/{key}/outcomes", f"runs/{key}/outcomes/monthly"):
        assert other.get(path).status_code == 404
    assert other.post(f"runs/{key}/cancel").status_code == 404
    assert other.get("runs").json()["count"] == 0


def test_lines_are_priced_and_bad_rows_named_by_line(program):
    sent = {"accords": ["us-mexico-2019"], "choose": ["preset=as-announced-2019"]}
    priced = program.post("duty", lines=LINES, **sent).json()
    assert [str(row["base_duty"]) for row in priced["rows"]] == ["2410.50"]
    assert [(p["file"], p["line"]) for p in priced["problems"]] == [("lines.csv", 3)]
    assert program.post("duty", lines="nothing,known\n1,2\n", **sent).status_code == 422


def test_no_path_of_a_sender_is_opened(program):
    for name in ("/etc/passwd", "../x", "lines.toml"):
        assert program.post("duty", lines=LINES, accords=[name]).status_code == 422


def test_claims_are_answered(program):
    claims = "claim_id,nationality,application_date\none,HND,2019-08-15\n"
    answered = program.post("responsible", accord="us-mexico-2019-asylum", claims=claims)
    assert answered.status_code == 200, answered.json()
    assert len(answered.json()["rows"]) == 1


def test_calls_and_runs_are_limited_by_plan(program, settings, monkeypatch):
    settings.DESK_CALLS, settings.DESK_RUNS = 3, 1
    answers = [program.get("runs") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    cache.clear()
    assert program.post("runs", **RUN).status_code == 201
    assert program.post("runs", **RUN).status_code == 429


def test_more_than_a_request_may_hold_is_refused_in_words(program):
    refused = program.post("check", text="#" * 3_000_000)
    assert refused.status_code == 413
    assert "bytes" in refused.json()["title"]


def test_a_page_lists_what_can_be_asked_without_fetching_anything(client, db):
    page = client.get(reverse("api:docs")).content.decode()
    assert "POST /api/v1/runs/{key}/cancel" in page
    assert "http" not in page.replace("htmx", "").split("<main")[1].split("</main>")[0]


bounded = bounds(
    max_examples=5, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
_STRICT = SchemathesisConfig.from_dict(
    {
        # A text can have the right shape and yet be no usable accord: 422 says so with its places.
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": [200, 201, 202, 204, 401, 403, 404, 422, 429]
            },
            # What is too long is refused by its length, before its shape is looked at.
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 413, 422, 429]
            },
        },
    }
)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_it_is_described(program, settings, mode):
    settings.DESK_CALLS = 10_000
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=_STRICT)
    for operation in schema.get_all_operations():

        @bounded
        @given(case=operation.ok().as_strategy(generation_mode=mode))
        def asked(case):
            case.call_and_validate(headers=program.headers)

        asked()


@pytest.fixture
def many(settings):
    """Leave the least table to a worker."""
    settings.DESK_AT_ONCE = 10
    return {"accords": ["us-mexico-2019"], "choose": ["preset=as-announced-2019"], "lines": LINES}


def test_many_lines_are_left_to_a_worker_whose_rows_are_those_given_at_once(
    program, settings, many
):
    asked = program.post("duty", **many)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    key = asked.json()["key"]
    assert asked["Location"] == f"/api/v1/cases/{key}"
    assert program.get(f"cases/{key}/rows").status_code == 404, "not before it is done"
    work.answer(Case.objects.get().pk)
    told = program.get(f"cases/{key}").json()
    assert (told["state"], told["rows"]) == ("done", 1)
    settings.DESK_AT_ONCE = 10_000
    at_once = program.post("duty", **many).json()
    assert program.get(f"cases/{key}/rows").json() == {"items": at_once["rows"], "count": 1}
    assert told["problems"] == at_once["problems"]
    assert [c["key"] for c in program.get("cases").json()["items"]] == [key]


def test_many_claims_are_left_to_a_worker(program, many):
    claims = "claim_id,nationality,application_date\none,HND,2019-08-15\n"
    asked = program.post("responsible", accord="us-mexico-2019-asylum", claims=claims)
    assert asked.status_code == 202
    work.answer(Case.objects.get().pk)
    assert program.get(f"cases/{asked.json()['key']}/rows").json()["count"] == 1


def test_a_case_that_cannot_be_answered_says_why_by_line_and_column(program, many, monkeypatch):
    asked = program.post("duty", **{**many, "lines": "nothing,known at all\n1,2\n"})
    work.answer(Case.objects.get().pk)
    told = program.get(f"cases/{asked.json()['key']}").json()
    assert told["state"] == "failed"
    assert told["problems"][0]["file"] == "lines.csv"
    assert program.post("duty", **{**many, "accords": ["no-such"]}).status_code == 422
    program.post("duty", **many)
    monkeypatch.setitem(ANSWERS, "duty", lambda sent: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.answer(Case.objects.first().pk)
    assert "longer than work may" in Case.objects.first().says


def test_nobody_sees_or_forgets_anothers_case_and_a_forgotten_one_leaves_no_file(
    client, program, person, many, settings
):
    key = program.post("duty", **many).json()["key"]
    other = Program(client, person("other"))
    assert other.get(f"cases/{key}").status_code == 404
    assert other.get(f"cases/{key}/rows").status_code == 404
    assert other.delete(f"cases/{key}").status_code == 404
    assert other.get("cases").json()["count"] == 0
    assert program.delete(f"cases/{key}").status_code == 204
    program.post("duty", **many)
    Case.objects.update(expires="2020-01-01")
    assert work.forget_expired() == 1
    assert not [f for f in settings.MEDIA_ROOT.rglob("*") if f.is_file()]


def test_a_person_has_so_many_cases_waiting_at_most(program, many, settings):
    settings.DESK_CASES_WAITING = 1
    assert program.post("duty", **many).status_code == 202
    assert program.post("duty", **many).status_code == 429
