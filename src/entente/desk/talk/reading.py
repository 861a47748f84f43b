"""The thread under a brief, as a reader sees it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, final

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from entente.desk.briefs.models import Brief
from entente.desk.talk import safe
from entente.desk.talk.models import Comment

_DEEPEST = 4


@final
@dataclass(frozen=True, slots=True)
class Said:
    """A comment in its place: `depth` is how deep an answer it is, cut to four."""

    comment: Comment
    depth: int
    html: SafeString | None
    may_edit: bool


def thread(brief: Brief, reader: Any) -> list[Said]:
    """Give the comments in reading order; a removed one keeps its place while it has answers."""
    under: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in brief.comments.select_related("author"):
        under[comment.answers_id].append(comment)
    return list(_walk(under, None, 0, reader))


def _walk(
    under: dict[int | None, list[Comment]], parent: int | None, depth: int, reader: Any
) -> Iterator[Said]:
    for comment in under.get(parent, []):
        answers = list(_walk(under, comment.pk, depth + 1, reader))
        if is_shown(comment, reader) or answers:
            yield said(comment, reader, min(depth, _DEEPEST))
            yield from answers


def said(comment: Comment, reader: Any, depth: int = 0) -> Said:
    """Prepare a comment for a reader."""
    shown = is_shown(comment, reader)
    html = mark_safe(safe.html(comment.text)) if shown else None  # noqa: S308
    return Said(comment, depth, html, may_edit(comment, reader))


def is_shown(comment: Comment, reader: Any) -> bool:
    """Say whether a reader sees a comment: its author sees it while it is held."""
    own = reader.is_authenticated and comment.author_id == reader.pk
    return comment.state == Comment.State.SHOWN or (own and comment.state == Comment.State.HELD)


def may_edit(comment: Comment, reader: Any) -> bool:
    """Say whether a person may still change what they wrote."""
    fresh = comment.written > timezone.now() - timedelta(minutes=settings.DESK_EDIT_MINUTES)
    own = reader.is_authenticated and comment.author_id == reader.pk
    return bool(own and fresh and comment.state != Comment.State.REMOVED)
