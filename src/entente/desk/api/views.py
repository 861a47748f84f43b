"""The pages about the interface: one's own tokens, and what can be asked."""

import logging
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entente.desk.api.first import api
from entente.desk.api.forms import TokenForm
from entente.desk.api.limits import allowance, runs_left
from entente.desk.api.models import Token

LOG = logging.getLogger("entente.desk.people")
_MOST = 20  # tokens of one person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens; make another, whose secret is shown this once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        if request.user.tokens.count() >= _MOST:
            form.add_error(None, _("You have as many tokens as one person may; end one first."))
        else:
            made, secret = Token.make(request.user, **form.cleaned_data)
            LOG.info("token made", extra={"facts": {"user": request.user.pk, "token": made.pk}})
            form = TokenForm()
    content = {
        "form": form, "secret": secret, "tokens": request.user.tokens.all(),
        "allowance": allowance(request.user), "runs_left": runs_left(request.user),
    }  # fmt: skip
    return render(request, "api/tokens.html", content)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token; from now on it opens nothing."""
    get_object_or_404(Token, pk=pk, owner=request.user).delete()
    LOG.info("token ended", extra={"facts": {"user": request.user.pk, "token": pk}})
    messages.success(request, _("The token is ended."))
    return redirect("api:tokens")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """List what can be asked, from the OpenAPI description; nothing is fetched from elsewhere."""
    described = api.get_openapi_schema()
    return render(
        request,
        "api/docs.html",
        {"operations": list(_operations(described)), "shapes": _shapes(described)},
    )


def _operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "anchor": asked["operationId"],
            "says": asked.get("description", ""),
            "parameters": asked.get("parameters", []),
            "body": _named(asked.get("requestBody", {})),
            "answers": {code: _named(answer) for code, answer in asked["responses"].items()},
        }
        for path, by_method in described["paths"].items()
        for method, asked in by_method.items()
    ]


def _named(part: dict[str, Any]) -> str:
    """Name the shape of a body."""
    schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _shapes(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the fields of each shape with their kind."""
    return {
        name: {
            "says": shape.get("description", ""),
            "fields": [
                {"name": field, "kind": _kind(about), "needed": field in shape.get("required", [])}
                for field, about in shape.get("properties", {}).items()
            ],
        }
        for name, shape in described["components"]["schemas"].items()
    }


def _kind(about: dict[str, Any]) -> str:
    """Say the kind of a field in a word or two."""
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    if "anyOf" in about:
        return " | ".join(_kind(one) for one in about["anyOf"])
    if about.get("type") == "array":
        return f"[{_kind(about.get('items', {}))}]"
    return str(about.get("format") or about.get("type") or "any")
