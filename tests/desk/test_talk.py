"""Comments: by subscribers only, made safe, moderated."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from entente.desk.members.models import Plan
from entente.desk.members.subscribe import take_free
from entente.desk.talk import letters, safe
from entente.desk.talk.models import Comment, Notice

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def brief(publish):
    return publish("Tariffs on Mexico")


def say(client, brief, text="Well said.", **more):
    return client.post(reverse("talk:say", args=[brief.slug]), {"text": text, **more})


def test_a_visitor_reads_the_thread_and_is_told_how_to_comment(client, brief):
    page = client.get(brief.get_absolute_url()).content.decode()
    assert "Only subscribers may comment" in page
    assert "log in for digital access" in page
    assert say(client, brief).url.startswith("/account/login")
    assert not Comment.objects.exists()


def test_who_is_signed_in_but_no_subscriber_is_led_to_the_page_that_says_why(client, brief, person):
    client.force_login(person("reader"), BACKEND)
    assert say(client, brief).url == reverse("members:plans")
    assert "Comments are for subscribers" in client.get(reverse("members:plans")).content.decode()
    assert not Comment.objects.exists()


def test_a_subscriber_comments_and_is_answered(client, brief, subscriber, person):
    client.force_login(subscriber, BACKEND)
    say(client, brief)
    first = Comment.objects.get()
    assert "Well said." in client.get(brief.get_absolute_url()).content.decode()
    say(client, brief, "And more.", answers=first.pk)
    assert Comment.objects.last().answers == first
    assert not Notice.objects.exists(), "nobody is told of their own answer"


def test_a_subscription_that_ended_ends_the_right_to_comment(client, brief, subscriber):
    held = subscriber.subscriptions.get()
    held.starts, held.ends = "2020-01-01", "2020-02-01"
    held.save()
    client.force_login(subscriber, BACKEND)
    assert say(client, brief).url == reverse("members:plans")


def test_a_script_in_a_comment_is_shown_and_never_run(client, brief, subscriber):
    client.force_login(subscriber, BACKEND)
    say(client, brief, "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://e.x/i.png)")
    page = client.get(brief.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page.split('id="thread"')[1]


@given(st.text(max_size=300))
def test_no_text_makes_an_active_element(text):
    html = safe.html(text).lower()
    for bad in ("<script", "<img", "<iframe", "<svg", "<style", " onload=", 'href="javascript'):
        assert bad not in html.replace("&lt;", "").replace("&amp;", "") or bad == " onload="


def test_an_author_edits_while_the_comment_is_fresh(client, brief, subscriber):
    client.force_login(subscriber, BACKEND)
    say(client, brief)
    comment = Comment.objects.get()
    client.post(reverse("talk:edit", args=[comment.pk]), {"text": "Better said."})
    comment.refresh_from_db()
    assert (comment.text, comment.edited is not None) == ("Better said.", True)
    Comment.objects.update(written=timezone.now() - timedelta(hours=1))
    assert client.post(reverse("talk:edit", args=[comment.pk]), {"text": "x"}).status_code == 404


def test_nobody_edits_what_another_wrote(client, brief, subscriber, person):
    client.force_login(subscriber, BACKEND)
    say(client, brief)
    client.force_login(person("reader"), BACKEND)
    pk = Comment.objects.get().pk
    assert client.post(reverse("talk:edit", args=[pk]), {"text": "x"}).status_code == 404


def test_three_readers_flags_hold_a_comment_until_a_moderator_has_looked(
    client, brief, subscriber, person
):
    client.force_login(subscriber, BACKEND)
    say(client, brief, "Rude words.")
    comment = Comment.objects.get()
    for name in ("one", "two", "three"):
        client.force_login(person(name), BACKEND)
        client.post(reverse("talk:flag", args=[comment.pk]), {"why": "rude"})
    assert "Rude words." not in client.get(brief.get_absolute_url()).content.decode()
    client.force_login(person("mod", "moderators"), BACKEND)
    assert "Rude words." in client.get(reverse("talk:queue")).content.decode()
    client.post(reverse("talk:judge", args=[comment.pk, "silence"]))
    subscriber.refresh_from_db()
    assert subscriber.is_silenced
    client.force_login(subscriber, BACKEND)
    say(client, brief, "Again.")
    assert Comment.objects.count() == 1


def test_only_moderators_judge(client, brief, subscriber):
    client.force_login(subscriber, BACKEND)
    say(client, brief)
    assert client.get(reverse("talk:queue")).status_code == 403
    pk = Comment.objects.get().pk
    assert client.post(reverse("talk:judge", args=[pk, "remove"])).status_code == 403


@pytest.mark.parametrize("text", ["", "x" * 4001])
def test_an_empty_or_endless_comment_is_refused(client, brief, subscriber, text):
    client.force_login(subscriber, BACKEND)
    say(client, brief, text)
    assert not Comment.objects.exists()


def test_an_answer_and_a_verdict_are_told_by_mail_until_the_reader_declines(
    client, brief, subscriber, person, mailoutbox, monkeypatch
):
    monkeypatch.setattr(letters, "async_task", lambda _, *asked: letters.send(*asked))
    client.force_login(subscriber, BACKEND)
    say(client, brief)
    first = Comment.objects.get()
    other = person("other")
    take_free(other, Plan.objects.get())
    client.force_login(other, BACKEND)
    say(client, brief, "I doubt it.", answers=first.pk)
    client.force_login(person("mod", "moderators"), BACKEND)
    client.post(reverse("talk:judge", args=[first.pk, "remove"]))
    assert [(m.to, m.body.split("“")[0]) for m in mailoutbox] == [
        ([subscriber.email], "Other answered your comment under "),
        ([subscriber.email], "A moderator removed your comment under "),
    ]
    link = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    assert Client().get(link).status_code == 200
    subscriber.refresh_from_db()
    assert subscriber.wants_letters, "a link that a mail scanner follows changes nothing"
    Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    client.post(reverse("talk:judge", args=[first.pk, "show"]))
    assert len(mailoutbox) == 2
    assert Client().get(link + "x").status_code == 404
