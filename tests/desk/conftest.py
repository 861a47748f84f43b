"""A desk in memory: accounts for each role and a published brief of a made-up page."""

import re
from importlib.resources import files

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache

from entente.desk.briefs import publishing
from entente.desk.members.models import Plan
from entente.desk.members.subscribe import take_free
from entente.desk.people.models import User
from entente.desk.people.roles import make_roles

PASSWORD = "a long pass phrase 42"
_STYLE = (files("entente.report") / "static" / "page.css").read_text().replace("{", "{{")
PAGE = (
    f'<!doctype html><html lang="en"><head><style>{_STYLE.replace("}", "}}")}</style></head><body>'
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


def mailed_code() -> str:
    """Read the newest code that was mailed."""
    return re.findall(
        r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4}|[A-Z0-9]{6,8})\s*$", mail.outbox[-1].body, re.M
    )[-1]
