"""Each page asks the database a stated number of times at most, however much it shows."""

from django.urls import reverse
from everything import known_to, pages

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
    "people:export": 28,
    "people:delete": 4,
    "api:docs": 4,
    "api:tokens": 11,
    "lives": 0,
    "ready": 4,
    "measures": 7,
}
MOST_OF_ACCOUNTS = 14  # of any page that django-allauth draws, and of leaving one for another
# What is described by an address of its own, or drawn by Django for administrators.
_OTHERS = ("admin:", "v1:")


def test_every_page_asks_no_more_than_is_stated_however_much_there_is(
    client, everything, django_assert_max_num_queries
):
    read = set()
    for name, words in pages():
        if name.startswith(_OTHERS):
            continue
        known = known_to(everything, name, words)
        with django_assert_max_num_queries(MOST.get(name, MOST_OF_ACCOUNTS), info=name):
            told = client.get(reverse(name, kwargs=known))
            content = b"".join(told)
        told.close()
        if told.status_code == 200 and content:
            read.add(name)
    of_accounts = {name for name in read if name.startswith(("account_", "mfa_"))}
    assert read - of_accounts == set(MOST) - {"studio:compare"}, "each page has its number"
    assert len(of_accounts) > 8
