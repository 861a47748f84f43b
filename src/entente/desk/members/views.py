"""Subscribing: why, to what, and by which way."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from entente.desk.members import payments, subscribe
from entente.desk.members.models import Plan


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Say why only subscribers comment, and what can be subscribed to."""
    return render(request, "members/plans.html", {"plans": Plan.objects.filter(is_offered=True)})


@require_POST
@login_required
def free(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a free plan."""
    plan = get_object_or_404(Plan, slug=slug, cents=0, is_offered=True)
    subscribe.take_free(request.user, plan)
    messages.success(request, _("You are a subscriber now. Thank you."))
    return redirect("people:account")


@require_POST
@login_required
def code(request: HttpRequest) -> HttpResponse:
    """Take a seat under the code of an institution."""
    refused = ratelimit.consume_or_429(request, action="redeem", user=request.user)
    if refused:
        return refused
    try:
        held = subscribe.redeem(request.user, request.POST.get("code", ""))
    except subscribe.RefusedCodeError:
        messages.error(request, _("This code is not known, has ended or has no seat left."))
        return redirect("members:plans")
    messages.success(request, _("You are a subscriber through %(who)s.") % {"who": held.plan})
    return redirect("people:account")


@csrf_exempt
@require_POST
def notice(request: HttpRequest) -> JsonResponse:
    """Take the payment provider's signed notice; it carries no session, so no CSRF token."""
    try:
        payment = payments.receive(request.body, request.headers.get("X-Signature", ""))
    except payments.RefusedNoticeError as refused:
        return JsonResponse({"refused": str(refused)}, status=400)
    return JsonResponse({"kept": payment.name})
