"""What a worker does with a case that a program left to it."""

import json
from shutil import rmtree
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from entente.desk.api.answers import ANSWERS, SENT
from entente.desk.api.models import Case
from entente.desk.api.refusals import told
from entente.desk.people.language import spoken_to
from entente.desk.running.queue import stopping
from entente.files import write_whole
from entente.problems import EntenteError, InputProblemsError

_SHOWN = 200  # problems told of one case


def answer(pk: int) -> None:
    """Answer a case; one that is gone or answered already stays as it is."""
    case = Case.objects.filter(pk=pk, state=Case.State.QUEUED).select_related("owner").first()
    if case is None:
        return
    with spoken_to(case.owner), stopping(lambda said: _end(case, state="failed", says=said)):
        _end(case, **_ended(case))


def _end(case: Case, **told: Any) -> None:
    """Tell how a case ended; one that was forgotten meanwhile leaves no file."""
    if not Case.objects.filter(pk=case.pk).update(ended=timezone.now(), **told):
        rmtree(case.folder, ignore_errors=True)


def _ended(case: Case) -> dict[str, Any]:
    """Write the rows, and give what the case says of itself from now on."""
    try:
        sent = SENT[case.kind].model_validate_json(case.sent.read_bytes())
        found = ANSWERS[case.kind](sent)
    except InputProblemsError as wrong:
        return {"state": Case.State.FAILED, "problems": told(wrong.problems)[:_SHOWN]}
    except EntenteError as failure:
        return {"state": Case.State.FAILED, "says": str(failure)}
    write_whole(case.answer, json.dumps(found["rows"], cls=DjangoJSONEncoder))
    rows, problems = len(found["rows"]), found["problems"][:_SHOWN]
    return {"state": Case.State.DONE, "rows": rows, "problems": problems}


def forget_expired() -> int:
    """Delete every case whose time is over; a schedule of the queue calls it each day."""
    over = Case.objects.filter(expires__lte=timezone.localdate())
    for case in over:
        case.delete()
    return len(over)
