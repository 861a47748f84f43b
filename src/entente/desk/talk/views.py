"""Commenting, flagging and moderating."""

from datetime import timedelta

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entente.desk.briefs.models import Brief
from entente.desk.members.models import is_subscriber
from entente.desk.people.models import User
from entente.desk.talk import letters
from entente.desk.talk.forms import CommentForm, FlagForm
from entente.desk.talk.models import Comment, Flag, Notice
from entente.desk.talk.reading import may_edit, said

_HELD_AT = 3  # flags that hold a comment until a moderator has looked
_SILENCE = timedelta(days=7)


@require_POST
@login_required
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a comment of a subscriber; anybody else is shown how to become one."""
    brief = get_object_or_404(Brief, slug=slug, state=Brief.State.PUBLISHED)
    if not is_subscriber(request.user):
        return redirect("members:plans")
    if request.user.is_silenced:
        messages.error(request, _("A moderator has paused your comments for now."))
        return redirect(brief)
    refused = ratelimit.consume_or_429(request, action="comment", user=request.user)
    if refused:
        return refused
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A comment needs 1 to 4,000 characters."))
        return redirect(brief)
    comment = _kept(request, brief, form)
    if comment.answers and comment.answers.author_id != request.user.pk:
        letters.tell(request, comment, comment.answers.author, "answered")
    if request.htmx:
        return render(request, "talk/comment.html", {"said": said(comment, request.user)})
    return redirect(f"{brief.get_absolute_url()}#comment-{comment.pk}")


@transaction.atomic
def _kept(request: HttpRequest, brief: Brief, form: CommentForm) -> Comment:
    """Keep a comment and tell the author of what it answers."""
    comment: Comment = form.save(commit=False)
    comment.brief, comment.author = brief, request.user
    answered = request.POST.get("answers", "")
    if answered.isdecimal():
        comment.answers = get_object_or_404(brief.comments, pk=int(answered), state="shown")
    comment.save()
    if comment.answers and comment.answers.author_id not in (None, request.user.pk):
        Notice.objects.create(to_id=comment.answers.author_id, comment=comment)
    return comment


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an author change a comment while it is fresh."""
    comment = get_object_or_404(Comment, pk=pk, author=request.user)
    if not may_edit(comment, request.user):
        raise Http404
    form = CommentForm(request.POST or None, instance=comment)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        changed.edited = timezone.now()
        changed.save(update_fields=["text", "edited"])
        return redirect(f"{comment.brief.get_absolute_url()}#comment-{comment.pk}")
    return render(request, "talk/edit.html", {"form": form, "comment": comment})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reader ask a moderator to look; several such readers hold a comment back."""
    comment = get_object_or_404(Comment, pk=pk, state=Comment.State.SHOWN)
    form = FlagForm(request.POST or None)
    if request.method == "POST":
        refused = ratelimit.consume_or_429(request, action="flag", user=request.user)
        if refused:
            return refused
    if request.method == "POST" and form.is_valid():
        Flag.objects.get_or_create(
            comment=comment, raised_by=request.user, defaults={"why": form.cleaned_data["why"]}
        )
        if comment.flags.filter(settled=False).count() >= _HELD_AT:
            Comment.objects.filter(pk=pk).update(state=Comment.State.HELD)
        messages.success(request, _("A moderator will look at it."))
        return redirect(comment.brief)
    return render(request, "talk/flag.html", {"form": form, "comment": comment})


@require_safe
@permission_required("talk.moderate", raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for a moderator, most flagged first."""
    open_flags = Flag.objects.filter(settled=False).select_related("raised_by")
    waiting = (
        Comment.objects.filter(Q(flags__settled=False) | Q(state=Comment.State.HELD))
        .annotate(raised=Count("flags", filter=Q(flags__settled=False), distinct=True))
        .select_related("author", "brief")
        .prefetch_related(Prefetch("flags", open_flags, to_attr="open_flags"))
        .order_by("-raised", "written")
        .distinct()
    )
    verdicts = [
        ("show", _("Show it")),
        ("remove", _("Remove it")),
        ("silence", _("Remove it and pause its author for a week")),
    ]
    return render(request, "talk/queue.html", {"waiting": waiting[:50], "verdicts": verdicts})


@require_POST
@permission_required("talk.moderate", raise_exception=True)
def judge(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """Show or remove a comment, with or without silencing its author for a week."""
    states = {"show": "shown", "remove": "removed", "silence": "removed"}
    if verdict not in states:
        raise Http404
    comment = get_object_or_404(Comment.objects.select_related("author"), pk=pk)
    with transaction.atomic():
        comment.state = states[verdict]
        comment.save(update_fields=["state"])
        comment.flags.update(settled=True)
        if verdict == "silence" and comment.author:
            comment.author.silenced_until = timezone.now() + _SILENCE
            comment.author.silenced_why = request.POST.get("why", "")[:200]
            comment.author.save(update_fields=["silenced_until", "silenced_why"])
    letters.tell(request, comment, comment.author, states[verdict])
    return redirect("talk:queue")


@csrf_exempt  # a mail program posts here for its reader; the signed link says for whom
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """End the letters of who holds the link; following it alone changes nothing."""
    reader = letters.declined_by(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        User.objects.filter(pk=reader.pk).update(wants_letters=False)
    return render(request, "talk/decline.html", {"is_declined": request.method == "POST"})
