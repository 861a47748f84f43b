"""A desk in memory: accounts for each role and a published brief of a made-up page."""

import re
from importlib.resources import files

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail, signing
from django.core.cache import cache
from django.urls import reverse

from entente.accord.text import read
from entente.desk.api.models import Token
from entente.desk.briefs import publishing
from entente.desk.ledgers.models import Ledger
from entente.desk.members.models import Code, Plan
from entente.desk.members.subscribe import redeem, take_free
from entente.desk.people.models import User
from entente.desk.people.roles import make_roles
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment, Flag, Notice
from entente.files import write_whole
from entente.lab.settings import Settings
from entente.outcome.simulate import simulate

PASSWORD = "a long pass phrase 42"
_STYLE = (files("entente.report") / "static" / "page.css").read_text().replace("{", "{{")
PAGE = (
    f'<!doctype html><html lang="en"><head><style>{_STYLE.replace("}", "}}")}</style>'
    "<title>A page</title></head><body>"
    '<a class="skip" href="#main">Skip</a><h1>An added duty is {}</h1>'
    '<p class="answer">Apprehensions fall to about 44,000.</p><main id="main">whole</main>'
    "</body></html>"
)
RECORD = {"seed": 1, "draws": 200, "digest": "ab" * 32, "version": "0.1.0"}


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    """Keep files and counted requests of one test from the next."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def person(db):
    """Make an account that may do what its groups may."""
    make_roles()

    def make(name: str, *groups: str) -> User:
        user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())
        user.groups.set(Group.objects.filter(name__in=groups))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def subscriber(person):
    user = person("subscriber")
    plan, _ = Plan.objects.get_or_create(slug="reader", defaults={"name": "Reader", "says": "-"})
    take_free(user, plan)
    return user


@pytest.fixture
def publish(person):
    """Publish a brief under a title."""
    writer, reviewer = person("writer", "analysts"), person("judge", "reviewers")

    def make(title: str, headline: str = "unlikely"):
        brief = publishing.draft(writer, title, PAGE.format(headline), "accord = 'x'", RECORD)
        publishing.step(brief, writer, "send")
        publishing.step(brief, reviewer, "publish")
        brief.refresh_from_db()
        return brief

    return make


@pytest.fixture
def everything(client, person, publish):
    """Somebody who may do everything, with a dozen of everything; the words that pages ask for."""
    user = person("analyst", "analysts", "moderators", "reviewers")
    plan = Plan.objects.create(slug="inst", name="Institution", says="-")
    Code.objects.create(
        code="U", institution="U", holder=user, plan=plan, ends="2999-01-01", seats=99
    )
    briefs = [publish(f"Tariffs {n}") for n in range(12)]
    for n in range(12):
        job = Job.objects.create(
            owner=user, name=f"run {n}", settings={"draws": 20}, draws=20, state="done"
        )
        ledger = Ledger.objects.create(
            owner=user, name=f"lines {n}", kind=".csv", state="done", purpose="plan",
            columns={"line": "line_id"}, courses=[["all", 1.0, 2.0, 3.0, 4.0]],
        )  # fmt: skip
        Token.make(user, f"token {n}", may_run=False)
        member = person(f"member {n}")
        redeem(member, "U")
        comment = Comment.objects.create(brief=briefs[0], author=member, text="Yes.")
        Flag.objects.create(comment=comment, raised_by=user, why="rude")
        Notice.objects.create(to=user, comment=comment)
        publishing.revise(briefs[0], briefs[0].author, PAGE.format(n), "accord", RECORD, "again")
    write_whole(job.page, PAGE.format("likely"))
    for file in (ledger.priced, ledger.exposed, ledger.planned):
        write_whole(file, PAGE.format("likely"))
    own = Comment.objects.create(brief=briefs[0], author=user, text="Mine.")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get("/")  # what is said once is said
    return {
        "slug": briefs[0].slug, "number": 1, "pk": own.pk, "verdict": "show", "name": "send",
        "key": {"studio": job.key, "ledgers": ledger.key},
        "token": signing.dumps(user.pk, salt="no more letters"),
    }  # fmt: skip


@pytest.fixture
def published_run(publish):
    """A run of two months behind a published brief."""
    run = simulate(read("us-mexico-2019"), Settings(draws=20, months=2))
    brief = publish("Tariffs on Mexico")
    job = Job.objects.create(
        owner=brief.author, brief=brief, name="us-mexico-2019", state="done", settings={}, draws=20
    )
    run.save(job.folder)
    return job


def mailed_code() -> str:
    """Read the newest code that was mailed."""
    return re.findall(
        r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4}|[A-Z0-9]{6,8})\s*$", mail.outbox[-1].body, re.M
    )[-1]
