"""One's own account: see it, take it away, end it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entente.desk.members.models import Subscription
from entente.desk.people.held import forget
from entente.desk.people.packing import packed


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the account with its subscriptions and notices."""
    held = Subscription.objects.filter(user=request.user).select_related("plan")
    notices = request.user.notices.select_related("comment__brief", "comment__author")[:20]
    has_codes = request.user.codes.exists()
    content = {"held": held, "notices": notices, "has_codes": has_codes}
    return render(request, "people/account.html", content)


@require_POST
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Turn letters about comments on or off."""
    request.user.wants_letters = not request.user.wants_letters
    request.user.save(update_fields=["wants_letters"])
    return redirect("people:account")


@require_safe
@login_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give a person everything that the desk holds about them, their files with it."""
    response = StreamingHttpResponse(packed(request.user), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="account.zip"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """End an account after its password is given; comments stay, without their author's name."""
    if request.method == "POST":
        if request.user.check_password(request.POST.get("password", "")):
            user = request.user
            logout(request)
            forget(user)
            messages.success(request, _("Your account and what belonged to it are gone."))
            return redirect("briefs:home")
        messages.error(request, _("That is not the password of this account."))
    return render(request, "people/delete.html")
