"""Each page of a person's own room asks the database a stated number of times at most."""

import pytest
from django.urls import reverse

from entente.desk.api.models import Token
from entente.desk.ledgers.models import Ledger
from entente.desk.studio.models import Job

# page -> queries, with session, account, permissions and subscription
MOST = {
    "studio:library": 4,
    "studio:jobs": 5,
    "studio:new": 4,
    "ledgers:list": 5,
    "people:account": 6,
    "members:plans": 5,
    "api:docs": 4,
    "mfa_index": 8,
}


@pytest.fixture
def busy(client, person):
    user = person("analyst", "analysts")
    for n in range(12):
        Job.objects.create(owner=user, name=f"run {n}", settings={"draws": 20}, draws=20)
        Ledger.objects.create(owner=user, name=f"lines {n}", kind=".csv")
        Token.make(user, f"token {n}", may_run=False)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user


@pytest.mark.parametrize("page", MOST)
def test_a_page_asks_no_more_than_is_stated_however_much_there_is(
    client, busy, page, django_assert_max_num_queries
):
    place = reverse(page)
    with django_assert_max_num_queries(MOST[page]):
        assert client.get(place).status_code == 200
