"""Uploading entry lines, naming their columns, pricing them, taking the prices away."""

from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from entente.desk.briefs import frozen
from entente.desk.ledgers import uploads
from entente.desk.ledgers.forms import PriceForm, UploadForm
from entente.desk.ledgers.models import Ledger
from entente.desk.ledgers.packed import RefusedUploadError


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own ledgers and take another."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        name, kind = Path(upload.name).stem[:120], Path(upload.name).suffix.lower()
        asked = form.cleaned_data["purpose"]
        made = Ledger(owner=request.user, name=name, kind=kind, purpose=asked)
        try:
            uploads.kept(made, upload)
            made.columns = uploads.guessed(uploads.header(made), made.known)
        except RefusedUploadError as refused:
            rmtree(made.folder, ignore_errors=True)
            form.add_error("file", str(refused))
        else:
            made.save()
            return redirect("ledgers:ledger", key=made.key)
    ledgers = Ledger.objects.filter(owner=request.user)
    return render(request, "ledgers/list.html", {"form": form, "ledgers": ledgers})


@require_safe
@login_required
def ledger(request: HttpRequest, key: str) -> HttpResponse:
    """Show a ledger: its columns to be named, or its totals with the rows that were wrong."""
    found = _own(request, key)
    form = PriceForm(found)
    return render(request, "ledgers/ledger.html", {"ledger": found, "form": form})


@require_POST
@login_required
def price(request: HttpRequest, key: str) -> HttpResponse:
    """Have a ledger priced."""
    found = _own(request, key)
    form = PriceForm(found, request.POST)
    waiting = Ledger.objects.filter(owner=request.user, state=Ledger.State.QUEUED).count()
    if waiting >= settings.DESK_LEDGERS_WAITING:
        form.add_error(None, _("You have as many ledgers waiting as one person may."))
    if not form.is_valid():
        content = {"ledger": found, "form": form}
        return render(request, "ledgers/ledger.html", content, status=422)
    found.columns, found.run = form.columns(), form.cleaned_data["run"]
    found.accord = form.cleaned_data.get("accord", "")
    chosen = form.cleaned_data["choose"].splitlines()
    found.choose = [line.strip() for line in chosen if line.strip()]
    found.state, found.problems, found.courses = Ledger.State.QUEUED, [], []
    found.save()
    async_task("entente.desk.ledgers.work.price", found.pk)
    return redirect("ledgers:ledger", key=key)


@require_safe
@login_required
def priced(request: HttpRequest, key: str) -> FileResponse:
    """Give the priced lines; no cell in them runs as a formula."""
    found = _own(request, key)
    if found.state != Ledger.State.DONE:
        raise Http404
    return FileResponse(found.priced.open("rb"), as_attachment=True, filename=f"{found.name}.csv")


@require_safe
@login_required
def exposed(request: HttpRequest, key: str) -> FileResponse:
    """Give the totals by month, chapter, supplier and course of events."""
    found = _own(request, key)
    if not found.courses:
        raise Http404
    name = f"{found.name}-exposure.csv"
    return FileResponse(found.exposed.open("rb"), as_attachment=True, filename=name)


@require_safe
@login_required
def planned(request: HttpRequest, key: str) -> HttpResponse:
    """Give the page of a plan."""
    found = _own(request, key)
    if found.state != Ledger.State.DONE or found.purpose != Ledger.Purpose.PLAN:
        raise Http404
    text = found.planned.read_text(encoding="utf-8")
    response = HttpResponse(text)
    response["Content-Security-Policy"] = frozen.policy(text, "'self'")
    return response


@require_POST
@login_required
def delete(request: HttpRequest, key: str) -> HttpResponse:
    """Forget a ledger with its files, now."""
    _own(request, key).delete()
    messages.success(request, _("The ledger and its files are gone."))
    return redirect("ledgers:list")


def _own(request: HttpRequest, key: str) -> Ledger:
    """Find a ledger of this person; another's is not there."""
    try:
        return Ledger.objects.get(key=key, owner=request.user)
    except Ledger.DoesNotExist as absent:
        raise Http404 from absent
