"""A brief's page for who is not signed in, drawn once for each state of what it shows.

One short question to the database says which state that is, so a comment, a revision or a
withdrawal is seen at once. What it does not ask of, the names of authors, may be a minute old.
"""

import re
from collections.abc import Callable
from functools import partial, wraps
from hashlib import blake2b
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

# The brief; how many revisions and published briefs there are, and the last of each; the comments
# by what is shown of each: their numbers are added up, so that no two changes cancel out by count.
_STATE: Final = """
SELECT b.id, b.title, b.for_subscribers,
 (SELECT max(made) FROM briefs_revision r WHERE r.brief_id = b.id),
 (SELECT count(*) FROM briefs_brief o WHERE o.state = 'published'),
 (SELECT max(published) FROM briefs_brief o WHERE o.state = 'published'),
 count(c.id), count(c.author_id), max(c.edited), max(c.written),
 sum(CASE c.state WHEN 'shown' THEN c.id WHEN 'held' THEN 1000003 * c.id ELSE 0 END)
FROM briefs_brief b LEFT JOIN talk_comment c ON c.brief_id = b.id
WHERE b.slug = %s AND b.state = 'published' GROUP BY b.id
"""
_TOKEN: Final = re.compile(rb'"X-CSRFToken": "(\w+)"')
_View = Callable[..., HttpResponse]


def remembered(view: _View) -> _View:
    """Draw a page of a published brief once for all who carry no session."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str, **which: Any) -> HttpResponse:
        state = None if _is_known(request) else _state(slug)
        if state is None:
            return view(request, slug, **which)
        name = _name(request, state)
        draw = partial(view, request, slug, **which)
        return _unchanged(request, name) or _drawn(request, name, draw)

    return answer


def _is_known(request: HttpRequest) -> bool:
    """Say whether the page may hold something for this visitor alone."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _state(slug: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [slug])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _name(request: HttpRequest, state: tuple[Any, ...]) -> str:
    """Name the page by all that it depends on."""
    asked = (request.build_absolute_uri(request.path), get_language(), state)
    return blake2b(repr(asked).encode(), digest_size=16).hexdigest()


def _unchanged(request: HttpRequest, name: str) -> HttpResponse | None:
    """Answer 304 to who has this page, and with it the token that its forms need."""
    if settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return None
    response: HttpResponse | None = get_conditional_response(request, etag=f'W/"{name}"')
    return response if response is not None and response.status_code == 304 else None


def _drawn(request: HttpRequest, name: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """Take the page from this process's memory; its forms get a token of this visitor."""
    kept = caches["pages"].get(name)
    if kept is None:
        response = draw()
        token = _TOKEN.search(response.content)
        if response.status_code != 200 or token is None:
            return response
        kept = (response.content, token[1])
        caches["pages"].set(name, kept)
    page, token = kept
    response = HttpResponse(page.replace(token, get_token(request).encode()))
    response["ETag"] = f'W/"{name}"'
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
