"""Accords and runs: start from any accord, see its faults and its course, run it, publish it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entente.accord.choices import Choices
from entente.accord.explain import explain
from entente.accord.starter import starter
from entente.accord.text import read, shipped, text_of
from entente.accord.timeline import timeline
from entente.accord.usable import usable
from entente.desk.briefs import frozen, publishing
from entente.desk.briefs.models import Brief
from entente.desk.people.models import User
from entente.desk.studio.asking import TooManyRunsError, ask, room
from entente.desk.studio.forms import (
    AccordForm,
    ExplainForm,
    NegotiateForm,
    RunForm,
    lines_of,
)
from entente.desk.studio.laid import laid
from entente.desk.studio.models import Job
from entente.desk.studio.shelf import in_short
from entente.desk.studio.work import cancelled
from entente.outcome.compare import compare as set_beside
from entente.outcome.run import Run
from entente.problems import EntenteError
from entente.report.pages import compare_page

_BESIDE = 8  # runs that are set beside each other at most
analyst = permission_required("studio.add_job", raise_exception=True)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the shipped accords."""
    return render(request, "studio/library.html", {"accords": in_short()})


@require_http_methods(["GET", "HEAD", "POST"])
@analyst
def new(request: HttpRequest) -> HttpResponse:
    """Write an accord, from any shipped one or a starter, and have it run."""
    return _written(request, RunForm, "run")


@require_http_methods(["GET", "HEAD", "POST"])
@analyst
def negotiate(request: HttpRequest) -> HttpResponse:
    """Write an accord, and have terms looked for that both sides prefer to no deal."""
    return _written(request, NegotiateForm, "negotiation")


def _written(request: HttpRequest, asks: type[RunForm], kind: str) -> HttpResponse:
    if request.method != "POST":
        form = asks(initial=_start(request))
        return render(request, "studio/new.html", {"form": form, "kind": kind})
    form = asks(request.POST)
    try:
        room(request.user)
    except TooManyRunsError as full:
        form.add_error(None, str(full))
    if not form.is_valid():
        content = {"form": form, "kind": kind, "problems": form.problems()}
        return render(request, "studio/new.html", content, status=422)
    name, text = (form.cleaned_data[field] for field in ("name", "text"))
    job = ask(request.user, name, text, form.asked(), kind)
    return redirect("studio:job", key=job.key)


def _start(request: HttpRequest) -> dict[str, Any]:
    """Begin with a shipped accord, with the accord of an own run, or with the starter."""
    name = request.GET.get("from", "")
    if name in shipped():
        return {"name": name, "text": text_of(name)}
    return {"name": "my-accord", "text": starter("my-accord")}


@require_POST
@analyst
def check_text(request: HttpRequest) -> HttpResponse:
    """List the faults of a text while it is written."""
    return render(
        request, "studio/problems.html", {"problems": AccordForm(request.POST).problems()}
    )


@require_POST
@analyst
def timeline_of_text(request: HttpRequest) -> HttpResponse:
    """Show what is in force when, of a text while it is written."""
    with laid(request.POST.get("text", ""), "accord.toml") as path:
        try:
            intervals = timeline(read(str(path)))
        except EntenteError:
            intervals = None
    return render(request, "studio/timeline.html", {"intervals": intervals})


@require_POST
@analyst
def explain_text(request: HttpRequest) -> HttpResponse:
    """Say what holds on a day under a text while it is written, and why."""
    form = ExplainForm(request.POST)
    if not form.is_valid():
        return render(request, "studio/explain.html", {"form": form})
    asked = form.cleaned_data
    try:
        with laid(asked["text"], f"{asked['name']}.toml") as path:
            accord = usable(str(path))
            choices = Choices.parse(tuple(lines_of(asked["choose"])), accord)
            lines = list(explain(accord, asked["on"], choices).lines())
    except EntenteError as failure:
        lines = str(failure).splitlines()
    return render(request, "studio/explain.html", {"form": form, "lines": lines})


@require_safe
@analyst
def jobs(request: HttpRequest) -> HttpResponse:
    """Show one's own runs."""
    own = Job.objects.filter(owner=request.user).defer("accord")
    return render(request, "studio/jobs.html", {"jobs": own[:100]})


@require_safe
@analyst
def job(request: HttpRequest, key: str) -> HttpResponse:
    """Show a run: how far it is, or what came out."""
    briefs = Brief.objects.filter(author=request.user)
    return render(request, "studio/job.html", {"job": _own(request, key), "briefs": briefs})


@require_safe
@analyst
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """Say how far a run is; told again each second while it is under way."""
    found = _own(request, key)
    content = {"job": found, "left": found.seconds_left}
    response = render(request, "studio/progress.html", content)
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@analyst
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Stop a run at its next block of draws."""
    cancelled(_own(request, key))
    return redirect("studio:job", key=key)


@require_safe
@analyst
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Give the page of a finished run."""
    text = _page(_own(request, key))
    response = HttpResponse(text)
    response["Content-Security-Policy"] = frozen.policy(text, "'self'")
    return response


@require_safe
@analyst
def compare(request: HttpRequest) -> HttpResponse:
    """Set own finished runs beside each other; which ones stands in the address."""
    keys = list(dict.fromkeys(request.GET.getlist("run")))
    if not 2 <= len(keys) <= _BESIDE:
        told = _("Choose two to %(n)s finished runs to set beside each other.") % {"n": _BESIDE}
        messages.info(request, told)
        return redirect("studio:jobs")
    chosen = _chosen(request.user, keys)
    try:
        text = compare_page(set_beside([Run.load(found.folder) for found in chosen]))
    except EntenteError as failure:
        messages.error(request, str(failure))
        return redirect("studio:jobs")
    response = HttpResponse(text)
    response["Content-Security-Policy"] = frozen.policy(text, "'self'")
    return response


@require_POST
@analyst
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Make a brief of a finished run, or a new revision of an own brief."""
    found = _own(request, key)
    if found.kind != Job.Kind.RUN:
        raise Http404
    text, run = _page(found), Run.load(found.folder)
    record = dict(run.record)
    slug = request.POST.get("revises", "")
    if slug:
        brief = get_object_or_404(Brief, slug=slug, author=request.user)
        note = request.POST.get("note", "")[:300]
        publishing.revise(brief, request.user, text, found.accord, record, note)
    else:
        title = run.accord.title or found.name
        brief = publishing.draft(request.user, title, text, found.accord, record)
    Job.objects.filter(pk=found.pk).update(brief=brief)
    return redirect(brief)


def _own(request: HttpRequest, key: str) -> Job:
    """Find a run of this person; another's is not there."""
    try:
        return Job.objects.get(key=key, owner=request.user)
    except (Job.DoesNotExist, ValueError) as absent:
        raise Http404 from absent


def _chosen(user: User, keys: list[str]) -> list[Job]:
    """Find finished own runs in the order that they are named; raises Http404 for any other."""
    own = Job.objects.filter(owner=user, kind=Job.Kind.RUN, state=Job.State.DONE)
    try:
        found = {str(job.key): job for job in own.filter(key__in=keys).defer("accord")}
        return [found[key] for key in keys]
    except (KeyError, ValidationError) as absent:
        raise Http404 from absent


def _page(found: Job) -> str:
    if found.state != Job.State.DONE:
        raise Http404
    return found.page.read_text(encoding="utf-8")
