"""Letters about comments: an answer, or a moderator's decision; they can be declined for good."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from entente.desk.people.language import spoken_to
from entente.desk.people.models import User
from entente.desk.talk.models import Comment

_SALT = "no more letters"


def tell(request: HttpRequest, comment: Comment, to: User | None, what: str) -> None:
    """Let the queue write to a person about a comment, unless they declined.

    what   `answered`, `shown` or `removed`
    """
    if to is not None and to.is_active and to.wants_letters:
        here = request.build_absolute_uri("/").rstrip("/")
        async_task("entente.desk.talk.letters.send", comment.pk, to.pk, what, here)


def send(comment_pk: int, to_pk: int, what: str, here: str) -> None:
    """Write the letter; nothing is written of what is gone or declined meanwhile."""
    comment = Comment.objects.filter(pk=comment_pk).select_related("brief", "author").first()
    to = User.objects.filter(pk=to_pk, is_active=True, wants_letters=True).first()
    if comment is None or to is None:
        return
    with spoken_to(to):
        _letter(comment, to, what, here).send()


def _letter(comment: Comment, to: User, what: str, here: str) -> EmailMessage:
    place = f"{here}{comment.brief.get_absolute_url()}#comment-{comment.pk}"
    stop = f"{here}{reverse('talk:decline', args=[signing.dumps(to.pk, salt=_SALT)])}"
    body = "\n\n".join(
        [_said(comment, what), place, _("No more letters about comments: %(url)s") % {"url": stop}]
    )
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(
        _("Comments under “%(brief)s”") % {"brief": comment.brief.title},
        body,
        settings.DEFAULT_FROM_EMAIL,
        [to.email],
        headers=headers,
    )


def _said(comment: Comment, what: str) -> str:
    brief = {"brief": comment.brief.title}
    if what == "answered":
        who = {"who": comment.author.name if comment.author else _("a former reader")}
        return _("%(who)s answered your comment under “%(brief)s”:") % {**brief, **who} + (
            f"\n\n{comment.text}"
        )
    if what == "removed":
        return _("A moderator removed your comment under “%(brief)s”.") % brief
    return _("A moderator looked at your comment under “%(brief)s”; readers see it.") % brief


def declined_by(token: str) -> User | None:
    """Find who a letter's link belongs to; None where it is none of ours."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=_SALT)).first()
    except signing.BadSignature:
        return None
