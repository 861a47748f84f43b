"""All that the desk holds about a person: given to them as one file, and forgotten on request."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from django.db import transaction

from entente.desk.members.subscribe import give_back
from entente.desk.people.models import User

_ACCOUNT: Final = ("email", "name", "date_joined", "last_login", "wants_letters", "language",
                   "silenced_until", "silenced_why", "is_staff", "is_active")  # fmt: skip
# What refers to a person, by the name it has there, and what of it is told. Digests of tokens and
# the secrets of second factors are left out: who took the file could use them.
ROWS: Final = {
    "emailaddress": ("email", "verified", "primary"),
    "authenticator": ("type", "created_at", "last_used_at"),
    "logentry": ("action_time", "object_repr", "change_message"),
    "subscriptions": ("plan__name", "starts", "ends", "cause"),
    "codes": ("institution", "code", "plan__name", "ends", "seats", "used"),
    "payment": ("name", "plan__name", "cents", "received"),
    "briefs": ("slug", "title", "state", "published"),
    "act": ("brief__slug", "did", "at"),
    "comments": ("brief__slug", "written", "edited", "text", "state"),
    "flag": ("comment__brief__slug", "why", "raised", "settled"),
    "notices": ("comment__brief__slug", "made"),
    "jobs": ("key", "name", "kind", "asked", "ended", "settings", "accord", "state"),
    "ledgers": (
        "key",
        "name",
        "accord",
        "choose",
        "lines",
        "totals",
        "uploaded",
        "expires",
        "state",
    ),
    "cases": ("key", "kind", "state", "rows", "problems", "asked", "ended", "expires"),
    "tokens": ("name", "may_run", "made", "used", "expires"),
}

# Those of them that have a folder of files each.
FOLDERS: Final = ("jobs", "ledgers", "cases")


def held_on(user: User) -> dict[str, Any]:
    """Gather everything that names this person; `files_of` are what lies beside it."""
    rows = {name: _of(user, name).values(*fields) for name, fields in ROWS.items()}
    return {field: getattr(user, field) for field in _ACCOUNT} | {
        "groups": list(user.groups.values_list("name", flat=True)),
        **{name: list(found) for name, found in rows.items()},
    }


def files_of(user: User) -> Iterator[tuple[str, Path | str]]:
    """Give the files of a person by the names they take away: a path, or a text as it is kept."""
    for kind in FOLDERS:
        for row in _of(user, kind):
            for file in sorted(row.folder.rglob("*")):
                if file.is_file() and not file.name.startswith("."):  # one half-written has a dot
                    yield f"{kind}/{row.key}/{file.relative_to(row.folder)}", file
    for brief in user.briefs.prefetch_related("revisions"):
        for made in brief.revisions.all():
            yield f"briefs/{brief.slug}-{made.number}.html", made.page
            yield f"briefs/{brief.slug}-{made.number}.toml", made.accord


@transaction.atomic
def forget(user: User) -> None:
    """End an account: runs, ledgers, tokens and drafts go; what was published stays unnamed."""
    folders = [row.folder for name in FOLDERS for row in _of(user, name)]
    user.briefs.exclude(state="published").delete()
    give_back(user.subscriptions.all())
    user.delete()
    for folder in folders:
        transaction.on_commit(partial(rmtree, folder, ignore_errors=True))


def _of(user: User, name: str) -> Any:
    """Give the rows that refer to a person by their name there."""
    relation = next(r for r in User._meta.related_objects if name in (r.name, r.related_name))
    return relation.related_model.objects.filter(**{relation.field.name: user}).order_by("pk")
