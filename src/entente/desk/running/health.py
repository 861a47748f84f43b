"""Whether the desk lives, and whether it can serve: its database answers, how long work waits."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from entente.desk.running.queue import waiting


@require_safe
def lives(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process does; nothing else is asked, so a restart would help."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 503 where the database does not; pages are read without workers, so they only show."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        queue = waiting()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    status = "ok" if queue.workers else "no worker"
    return JsonResponse({"status": status, "queue": queue._asdict()})
