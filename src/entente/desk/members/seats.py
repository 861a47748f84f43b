"""The room of who looks after an institution's seats: how many are taken, by whom, and the code.

A holder sees of a member the name that the member shows to all, and the day; nothing else.
"""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from entente.desk.members import subscribe
from entente.desk.members.models import Subscription

LOG = logging.getLogger("entente.desk.people")


@never_cache
@require_safe
@login_required
def seats(request: HttpRequest) -> HttpResponse:
    """Show the codes that a person looks after, each with the seats that are taken."""
    taken = Subscription.objects.select_related("user").order_by("starts", "pk")
    codes = request.user.codes.select_related("plan").prefetch_related(Prefetch("taken", taken))
    held = list(codes.order_by("institution", "pk"))
    if not held:
        raise Http404
    return render(request, "members/seats.html", {"codes": held})


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a seat under an own code; another's is not there."""
    ended = subscribe.give_back(Subscription.objects.filter(pk=pk, code__holder=request.user))
    if not ended:
        raise Http404
    LOG.info("seat ended", extra={"facts": {"user": request.user.pk, "seat": pk}})
    messages.success(
        request, _("The seat is free. Renew the code if it should not be taken by who had it.")
    )
    return redirect("members:seats")


@require_POST
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an own code new letters."""
    code = get_object_or_404(request.user.codes, pk=pk)
    subscribe.renew(code)
    LOG.info("code renewed", extra={"facts": {"user": request.user.pk, "code": pk}})
    messages.success(request, _("The code is renewed; the old one opens nothing any more."))
    return redirect("members:seats")
