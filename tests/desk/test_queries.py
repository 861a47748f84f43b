"""Each page asks the database a stated number of times at most, however much it shows."""

from collections.abc import Iterator

import pytest
from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conftest import PAGE, PASSWORD, RECORD
from entente.desk.api.models import Token
from entente.desk.briefs import publishing
from entente.desk.ledgers.models import Ledger
from entente.desk.members.models import Code, Plan
from entente.desk.members.subscribe import redeem
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment, Flag, Notice
from entente.files import write_whole

# page -> queries, with session, account, permissions and subscription
MOST = {
    "briefs:home": 9,
    "briefs:search": 4,
    "briefs:feed": 2,
    "briefs:brief": 12,
    "briefs:revision": 12,
    "briefs:page": 2,
    "briefs:card": 2,
    "briefs:embed": 1,
    "briefs:style": 2,
    "briefs:accord": 2,
    "talk:edit": 5,
    "talk:flag": 5,
    "talk:decline": 5,
    "talk:queue": 6,
    "members:plans": 5,
    "members:seats": 6,
    "studio:library": 4,
    "studio:jobs": 5,
    "studio:new": 4,
    "studio:negotiate": 4,
    "studio:compare": 7,
    "studio:job": 9,
    "studio:progress": 5,
    "studio:page": 5,
    "ledgers:list": 5,
    "ledgers:ledger": 7,
    "ledgers:priced": 3,
    "ledgers:exposed": 3,
    "ledgers:planned": 3,
    "people:account": 7,
    "people:export": 27,
    "people:delete": 4,
    "api:docs": 4,
    "api:tokens": 11,
    "lives": 0,
    "ready": 4,
    "measures": 6,
}
MOST_OF_ACCOUNTS = 14  # of any page that django-allauth draws, and of leaving one for another
# What is described by an address of its own, or drawn by Django for administrators.
_OTHERS = ("admin:", "v1:")


@pytest.fixture
def busy(client, person, publish):
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


def pages(patterns=None, space="", words=()) -> Iterator[tuple[str, list[str]]]:
    """Name every page of the desk with the words that its address holds."""
    for found in patterns or get_resolver().url_patterns:
        held = [*words, *found.pattern.converters]
        if isinstance(found, URLResolver):
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from pages(found.url_patterns, inner, held)
        elif isinstance(found, URLPattern) and found.name:
            yield f"{space}{found.name}", held


def test_every_page_asks_no_more_than_is_stated_however_much_there_is(
    client, busy, django_assert_max_num_queries
):
    read = set()
    for name, words in pages():
        if name.startswith(_OTHERS):
            continue
        known = {w: busy[w] if w != "key" else busy["key"][name.split(":")[0]] for w in words}
        with django_assert_max_num_queries(MOST.get(name, MOST_OF_ACCOUNTS), info=name):
            told = client.get(reverse(name, kwargs=known))
            content = b"".join(told)
        told.close()
        if told.status_code == 200 and content:
            read.add(name)
    of_accounts = {name for name in read if name.startswith(("account_", "mfa_"))}
    assert read - of_accounts == set(MOST) - {"studio:compare"}, "each page has its number"
    assert len(of_accounts) > 8
