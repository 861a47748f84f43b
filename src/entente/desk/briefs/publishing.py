"""From a finished run to a published brief: draft, review, published, each step in the log."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from entente.desk.briefs import finding, picture
from entente.desk.briefs.models import Act, Brief, Revision
from entente.desk.people.models import User

STEPS = {
    "send": (Brief.State.DRAFT, Brief.State.REVIEW, "sent to review"),
    "back": (Brief.State.REVIEW, Brief.State.DRAFT, "sent back"),
    "publish": (Brief.State.REVIEW, Brief.State.PUBLISHED, "published"),
    "withdraw": (Brief.State.PUBLISHED, Brief.State.DRAFT, "withdrawn"),
}
REVIEWERS_ONLY = ("back", "publish", "withdraw")

HEADLINE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
ANSWER = re.compile(r'<p class="answer">(.*?)</p>', re.DOTALL)


class RefusedStepError(ValueError):
    """A step that this person may not take, or that does not follow on the brief's state."""


@transaction.atomic
def draft(author: User, title: str, page: str, accord: str, record: dict[str, Any]) -> Brief:
    """Make a new brief of a run's page."""
    brief = Brief.objects.create(title=title, slug=_free_slug(title), author=author)
    Act.objects.create(brief=brief, who=author, did="drafted")
    revise(brief, author, page, accord, record, log=False)
    return brief


@transaction.atomic
def revise(
    brief: Brief,
    author: User,
    page: str,
    accord: str,
    record: dict[str, Any],
    note: str = "",
    *,
    log: bool = True,
) -> Revision:
    """Add a revision; what was said before stays to be read."""
    newest, headline = brief.newest, plain(HEADLINE, page)[:400]
    revision = Revision.objects.create(
        brief=brief,
        number=newest.number + 1 if newest else 1,
        headline=headline,
        answer=plain(ANSWER, page),
        page=page,
        map=picture.map_of(page),
        picture=picture.card(brief.title, headline),
        accord=accord,
        record=record,
        note=note,
    )
    if log:
        Act.objects.create(brief=brief, who=author, did="revised")
    finding.keep(brief, revision)
    return revision


@transaction.atomic
def step(brief: Brief, who: User, name: str) -> None:
    """Take a brief a step on or back; raises RefusedStepError."""
    before, after, did = STEPS[name]
    if name in REVIEWERS_ONLY and not who.has_perm("briefs.review"):
        raise RefusedStepError(_("Only a reviewer may do this."))
    if name == "send" and brief.author_id != who.pk and not who.has_perm("briefs.review"):
        raise RefusedStepError(_("This brief is another analyst's."))
    if name == "publish" and brief.author_id == who.pk and not who.is_superuser:
        raise RefusedStepError(_("Nobody publishes their own brief."))
    published = {"published": timezone.now()} if name == "publish" and not brief.published else {}
    if not Brief.objects.filter(pk=brief.pk, state=before).update(state=after, **published):
        raise RefusedStepError(
            _("This brief is not %(state)s.") % {"state": Brief.State(before).label}
        )
    Act.objects.create(brief=brief, who=who, did=did)


def plain(pattern: re.Pattern[str], page: str) -> str:
    """Take a part of a page as plain text; empty where it has none."""
    from html import unescape

    found = pattern.search(page)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "brief"
    taken = set(Brief.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(s for s in (stem, *numbered) if s not in taken)
