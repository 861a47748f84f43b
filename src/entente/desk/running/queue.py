"""How the queue stands: what waits, how long, who works; and what is said of work it stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.models import OrmQ
from django_q.status import Stat


class Queue(NamedTuple):
    """Tasks that wait or are being done, seconds that the first has waited, workers alive."""

    waiting: int
    under_way: int
    oldest_seconds: int
    workers: int


def waiting() -> Queue:
    """Ask the queue; a task that is being done is locked until it would be delivered again."""
    now = timezone.now()
    free = OrmQ.objects.filter(lock__lte=now)
    oldest = free.aggregate(first=Min("lock"))["first"]
    return Queue(
        waiting=free.count(),
        under_way=OrmQ.objects.filter(lock__gt=now).count(),
        oldest_seconds=round((now - oldest) / timedelta(seconds=1)) if oldest else 0,
        workers=sum(len(cluster.workers) for cluster in Stat.get_all()),
    )


@contextmanager
def stopping(tell: Callable[[str], object]) -> Iterator[None]:
    """Tell its owner that work was stopped, whatever stops it, so that it does not wait for ever.

    The queue stops what takes too long by an exception of its own, or by a SystemExit.
    """
    try:
        yield
    except (Exception, SystemExit):
        tell(_("The desk stopped this: it took longer than work may, or the desk has a fault."))
        raise
