"""Briefs: drafted, reviewed, published, found, framed; frozen once made."""

import re
import struct

import pytest
from django.test import Client
from django.urls import reverse

from conftest import PAGE, RECORD
from entente.desk.briefs import finding, publishing
from entente.desk.briefs.models import Act, Brief, Subject
from entente.desk.people.models import User
from entente.desk.talk.models import Comment

_TOKEN = re.compile(r"\w{64}")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_the_home_page_shows_the_newest_first_in_few_queries(
    client, publish, django_assert_max_num_queries
):
    for title in ("First", "Second", "Third"):
        publish(title, headline=title)
    with django_assert_max_num_queries(6):
        page = client.get("/").content.decode()
    assert page.index("Third") < page.index("Second") < page.index("First")


def test_a_brief_shows_its_page_its_thread_and_its_revisions_in_few_queries(
    client, publish, django_assert_max_num_queries
):
    brief = publish("Tariffs on Mexico")
    with django_assert_max_num_queries(8):
        page = client.get(brief.get_absolute_url()).content.decode()
    assert "An added duty is unlikely" in page
    assert page.count('<a class="skip"') == 1
    assert "seed 1, 200 draws, accord abababababab" in page


def test_a_draft_is_there_for_its_author_and_reviewers_only(client, person):
    writer, other = person("writer", "analysts"), person("other", "analysts")
    brief = publishing.draft(writer, "Draft", PAGE.format("likely"), "accord", RECORD)
    seen = {}
    for user in (None, other, writer, person("judge", "reviewers")):
        client.logout()
        if user:
            client.force_login(user, BACKEND)
        seen[user and user.name] = client.get(brief.get_absolute_url()).status_code
    assert seen == {None: 404, "Other": 404, "Writer": 200, "Judge": 200}


def test_nobody_publishes_alone_and_each_step_is_in_the_log(client, person):
    writer, judge = person("writer", "analysts", "reviewers"), person("judge", "reviewers")
    brief = publishing.draft(writer, "Draft", PAGE.format("likely"), "accord", RECORD)
    publishing.step(brief, writer, "send")
    with pytest.raises(publishing.RefusedStepError, match="own"):
        publishing.step(brief, writer, "publish")
    publishing.step(brief, judge, "publish")
    with pytest.raises(publishing.RefusedStepError, match="not"):
        publishing.step(brief, judge, "publish")
    acts = [(act.who.name, act.did) for act in Act.objects.order_by("pk")]
    assert acts == [
        ("Writer", "drafted"), ("Writer", "sent to review"), ("Judge", "published"),
    ]  # fmt: skip


def test_an_earlier_revision_stays_as_it_was(client, publish):
    brief = publish("Tariffs")
    publishing.revise(brief, brief.author, PAGE.format("likely"), "accord", RECORD, "new data")
    first = client.get(reverse("briefs:revision", args=[brief.slug, 1])).content.decode()
    assert "duty is unlikely" in first
    assert "earlier revision" in first
    assert "duty is likely" in client.get(brief.get_absolute_url()).content.decode()


def test_a_brief_for_subscribers_gives_others_its_summary(client, publish, subscriber):
    brief = publish("Tariffs")
    Brief.objects.update(for_subscribers=True)
    page = client.get(brief.get_absolute_url()).content.decode()
    assert "Apprehensions fall to about 44,000." in page
    assert "whole</main>" not in page
    assert client.get(reverse("briefs:page", args=[brief.slug, 1])).status_code == 404
    assert client.get(reverse("briefs:embed", args=[brief.slug, 1])).status_code == 404
    client.force_login(subscriber, BACKEND)
    assert "whole</main>" in client.get(brief.get_absolute_url()).content.decode()


def test_briefs_are_found_by_their_words_and_related_by_subject_and_text(client, publish):
    mexico, colombia = publish("Tariffs on Mexico"), publish("Tariffs on Colombia")
    turkey = publish("The statement of the Union and Turkey", headline="certain")
    assert list(finding.search("colombia tariff")) == [colombia]
    assert list(finding.search("nothing here")) == []
    assert finding.related(mexico, mexico.newest)[0] == colombia
    subject = Subject.objects.create(slug="s", name="Sea")
    for brief in (mexico, turkey):
        brief.subjects.add(subject)
    assert finding.related(mexico, mexico.newest)[0] == turkey
    assert "Tariffs on Colombia" in client.get("/search/?q=colombia").content.decode()


@pytest.mark.parametrize("words", ['"', "a OR b*", "title:x", "%_'--", "<script>"])
def test_no_words_of_a_search_break_it(client, publish, words):
    publish("Tariffs on Mexico")
    page = client.get("/search/", {"q": words})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")


def test_the_embedded_page_may_be_framed_by_anyone_and_nothing_else(client, publish):
    brief = publish("Tariffs")
    framed = client.get(reverse("briefs:embed", args=[brief.slug, 1]))
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    own = client.get(brief.get_absolute_url())
    assert "frame-ancestors 'self'" in own["Content-Security-Policy"]
    assert "unsafe" not in own["Content-Security-Policy"]


def test_the_feed_is_atom(client, publish):
    publish("Tariffs on Mexico")
    feed = client.get(reverse("briefs:feed"))
    assert "application/atom+xml" in feed["Content-Type"]
    assert "Tariffs on Mexico" in feed.content.decode()


def test_a_card_is_frozen_with_each_revision_and_named_to_those_who_share_it(client, publish):
    brief = publish("Tariffs on Mexico")
    place = reverse("briefs:card", args=[brief.slug, 1])
    assert f'property="og:image" content="http://testserver{place}"' in (
        client.get(brief.get_absolute_url()).content.decode()
    )
    drawn = client.get(place)
    assert drawn["Content-Type"] == "image/png"
    width, height = struct.unpack(">II", drawn.content[16:24])
    assert (width, height) == (2400, 1260)
    Brief.objects.update(title="Another title")
    assert client.get(place).content == drawn.content


def test_the_home_page_shows_the_map_of_the_newest_brief_that_has_one(client, publish):
    figure = (
        '<figure id="corridor-map"><h3>Who is met where</h3><svg class="unseen"><g/></svg>'
        '<fieldset><input checked><label for="m">June 2019</label><div class="frame">'
        '<div class="wide"><svg id="w"/></div><div class="narrow"><svg id="n"/></div></div>'
        "</fieldset></figure>"
    )
    brief = publish("Tariffs on Mexico")
    publishing.revise(
        brief, brief.author, PAGE.format("likely").replace("whole", figure), "a", RECORD
    )
    page = client.get("/").content.decode()
    assert "Who is met where (June 2019)" in page
    assert '<svg id="w"/>' in page
    Brief.objects.update(for_subscribers=True)
    assert "Who is met where" not in client.get("/").content.decode()


def test_a_page_that_was_drawn_is_given_again_for_one_question_to_the_database(
    client, publish, django_assert_num_queries
):
    place = publish("Tariffs on Mexico").get_absolute_url()
    first = client.get(place)
    with django_assert_num_queries(1):
        again = client.get(place)
    assert _TOKEN.sub("", again.content.decode()) == _TOKEN.sub("", first.content.decode())
    with django_assert_num_queries(1):
        same = client.get(place, headers={"if-none-match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_two_visitors_get_the_same_page_with_each_their_own_token(publish):
    place = publish("Tariffs on Mexico").get_absolute_url()
    for visitor in (Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)):
        (token,) = set(re.findall(r'value="(\w{64})"', visitor.get(place).content.decode()))
        form = {"language": "es", "csrfmiddlewaretoken": token}
        assert visitor.post(reverse("set_language"), form).status_code == 302
        assert '<html lang="es">' in visitor.get(place).content.decode()


@pytest.mark.parametrize("change", ["comment", "hold", "leave", "retitle", "relate", "withdraw"])
def test_a_page_that_was_drawn_is_drawn_anew_when_what_it_shows_changes(
    client, publish, subscriber, change
):
    brief = publish("Tariffs on Mexico")
    said = Comment.objects.create(brief=brief, author=subscriber, text="First words.")
    before = client.get(brief.get_absolute_url())
    assert "First words." in before.content.decode()
    if change == "comment":
        Comment.objects.create(brief=brief, author=subscriber, text="More words.")
    elif change == "hold":
        Comment.objects.filter(pk=said.pk).update(state="held")
    elif change == "leave":
        subscriber.delete()
    elif change == "relate":
        publish("Tariffs on Canada")
    elif change == "retitle":
        Brief.objects.update(title="Another title")
    else:
        publishing.step(brief, User.objects.get(name="Judge"), "withdraw")
    after = client.get(brief.get_absolute_url(), headers={"if-none-match": before["ETag"]})
    assert after.status_code == (404 if change == "withdraw" else 200)
    assert _TOKEN.sub("", after.content.decode()) != _TOKEN.sub("", before.content.decode())


def test_what_a_signed_in_reader_sees_is_never_given_to_another(client, publish, subscriber):
    place = publish("Tariffs on Mexico").get_absolute_url()
    client.force_login(subscriber, BACKEND)
    assert "Subscriber" in client.get(place).content.decode()
    assert "Subscriber" not in Client().get(place).content.decode()
    assert "Log out" in client.get(place).content.decode()
