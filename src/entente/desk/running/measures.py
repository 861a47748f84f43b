"""Measures of the desk in the form that Prometheus reads, for who runs it alone."""

import os
import time
from collections.abc import Callable, Iterator
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric

from entente.desk.api.models import Case
from entente.desk.ledgers.models import Ledger
from entente.desk.running.queue import waiting
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment

_SECONDS = Histogram(
    "desk_request_seconds",
    "Seconds from a request's coming to its answer",
    ("page", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
)


def timed(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count each answer under the name of its page, never under what a visitor typed."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = respond(request)
        found = request.resolver_match
        page = (found.view_name or "unnamed") if found else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        _SECONDS.labels(page, method, response.status_code).observe(time.perf_counter() - began)
        return response

    return answer


class Tables:
    """What the database says at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """Give the queue, and the rows of each state."""
        for name, number in waiting()._asdict().items():
            yield GaugeMetricFamily(f"desk_queue_{name}", f"The queue: {name}", number)
        for model in (Job, Ledger, Case, Comment):
            name = f"desk_{model.__name__.lower()}s"
            rows = GaugeMetricFamily(name, f"Rows of {name[5:]} by state", labels=("state",))
            for state, number in (
                model.objects.order_by().values_list("state").annotate(Count("pk"))
            ):
                rows.add_metric((state,), number)
            yield rows


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Give the measures to who shows the token; without a token set, to this machine alone."""
    if not _may_ask(request):
        raise Http404
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # counts of all processes of the server
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(Tables())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_ask(request: HttpRequest) -> bool:
    if settings.DESK_METRICS_TOKEN:
        shown = request.headers.get("authorization", "").encode()
        return compare_digest(shown, f"Bearer {settings.DESK_METRICS_TOKEN}".encode())
    # A proxy on this machine asks from here for anybody.
    is_direct = (
        not settings.ALLAUTH_TRUSTED_PROXY_COUNT and "HTTP_X_FORWARDED_FOR" not in request.META
    )
    return is_direct and ip_address(request.META["REMOTE_ADDR"]).is_loopback
