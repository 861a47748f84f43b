"""Reading briefs: the newest, one of them, its earlier revisions, its files, and search."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_POST, require_safe

from entente.desk.briefs import finding, frozen, publishing, quick
from entente.desk.briefs.models import Brief, Revision
from entente.desk.members.models import is_subscriber
from entente.desk.talk.reading import thread

_A_PAGE = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the newest briefs."""
    published = Brief.objects.filter(state=Brief.State.PUBLISHED).select_related("author")
    pages = Paginator(published.prefetch_related(_in_short(), "subjects"), _A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    mapped = (
        Revision.objects.filter(brief__state=Brief.State.PUBLISHED, brief__for_subscribers=False)
        .exclude(map="")
        .select_related("brief")
        .only("map", "number", "brief__slug", "brief__title")
        .order_by("-brief__published", "-number")
        .first()
        if page.number == 1
        else None
    )
    return render(request, "briefs/home.html", {"page": page, "mapped": mapped})


def _in_short() -> Prefetch:
    """Fetch the revisions' lines without their pages and pictures."""
    return Prefetch("revisions", Revision.objects.only("brief", "number", "headline"))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find briefs by words; the words stay in the address."""
    words = request.GET.get("q", "")[:200]
    found = finding.search(words).prefetch_related(_in_short(), "subjects")
    return render(request, "briefs/search.html", {"words": words, "found": found})


@require_safe
@quick.remembered
def brief(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a brief with its thread and what is related; an earlier revision where one is named."""
    found = _seen(request, slug)
    revisions = list(found.revisions.defer("page", "accord", "map", "picture"))
    shown = next((r for r in revisions if number in (None, r.number)), None)
    if shown is None:
        raise Http404
    is_whole = _may_read(request, found)
    content = {
        "brief": found,
        "revision": shown,
        "revisions": revisions,
        "is_whole": is_whole,
        "body": mark_safe(frozen.body(shown.page)) if is_whole else "",  # noqa: S308
        "language": frozen.language(shown.page),
        "card": request.build_absolute_uri(reverse("briefs:card", args=[slug, shown.number])),
        "related": finding.related(found, shown),
        "thread": thread(found, request.user),
        "steps": _steps(request, found),
    }
    return render(request, "briefs/brief.html", content)


@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give a revision as the one file that opens without a network."""
    revision = _readable(request, slug, number)
    response = HttpResponse(revision.page)
    response["Content-Security-Policy"] = frozen.policy(revision.page, "'self'")
    return response


@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give a revision to be framed by any site; what is for subscribers only is not given."""
    revision = get_object_or_404(
        Revision, brief__slug=slug, number=number,
        brief__state=Brief.State.PUBLISHED, brief__for_subscribers=False,
    )  # fmt: skip
    response = HttpResponse(revision.page)
    response["Content-Security-Policy"] = frozen.policy(revision.page, "*")
    return response


@require_safe
def card(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give the card that was frozen with a revision; it says no more than the summary for all."""
    revision = get_object_or_404(Revision, brief=_seen(request, slug), number=number)
    response = HttpResponse(bytes(revision.picture), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def style(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give the style sheet with which a revision was made; it never changes."""
    sheet = frozen.style(_readable(request, slug, number).page)
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_safe
def accord(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give the accord's file as it was run."""
    text = _readable(request, slug, number).accord
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.toml"'
    return response


@require_POST
@login_required
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Take a brief a step on its way; each step is in the log."""
    if name not in publishing.STEPS:
        raise Http404
    found = _seen(request, slug)
    try:
        publishing.step(found, request.user, name)
    except publishing.RefusedStepError as refused:
        messages.error(request, str(refused))
    return redirect(found)


def _seen(request: HttpRequest, slug: str) -> Brief:
    """Find a brief; what is not published is there for its author and for reviewers only."""
    found = get_object_or_404(Brief.objects.select_related("author"), slug=slug)
    if found.state != Brief.State.PUBLISHED and not _is_own(request, found):
        raise Http404
    return found


def _is_own(request: HttpRequest, found: Brief) -> bool:
    user = request.user
    return bool(
        user.is_authenticated and (found.author_id == user.pk or user.has_perm("briefs.review"))
    )


def _may_read(request: HttpRequest, found: Brief) -> bool:
    return not found.for_subscribers or _is_own(request, found) or is_subscriber(request.user)


def _readable(request: HttpRequest, slug: str, number: int) -> Revision:
    found = _seen(request, slug)
    if not _may_read(request, found):
        raise Http404
    return get_object_or_404(Revision, brief=found, number=number)


def _steps(request: HttpRequest, found: Brief) -> list[str]:
    """Name the steps that this reader may take now."""
    if not _is_own(request, found):
        return []
    reviews = request.user.has_perm("briefs.review")
    return [
        name
        for name, (before, _, _) in publishing.STEPS.items()
        if before == found.state and (reviews or name not in publishing.REVIEWERS_ONLY)
    ]
