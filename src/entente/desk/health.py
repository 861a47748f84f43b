"""Whether the desk can serve: its database answers, and how long work waits."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from entente.desk.studio.models import Job


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 with the number of runs under way, or 503 where the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = Job.objects.filter(state__in=Job.UNDER_WAY).count()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok", "runs_under_way": waiting})
