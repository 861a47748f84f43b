"""What two accords differ in by their words: clause by clause, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, final

from entente.accord.document import Accord
from entente.accord.text import ALL_TABLES
from entente.language import marked, phrase


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `before` is None where it was added, `after` where it was removed."""

    table: str  # accord, source, metric, choice, clause or open
    id: str
    field: str  # empty: the whole entry
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """Give the flat record that `entente compare --json` prints."""
        return {
            "table": self.table, "id": self.id, "field": self.field,
            "before": plain(self.before), "after": plain(self.after),
        }  # fmt: skip

    def __str__(self) -> str:
        subject = f"{self.table} {self.id}".strip()
        if not self.field:
            gone = marked("{entry}: added") if self.before is None else marked("{entry}: removed")
            return phrase(gone, entry=subject)
        said = marked("{entry}: {field} from {before} to {after}")
        if self.before is None:
            said = marked("{entry}: {field} added, {after}")
        elif self.after is None:
            said = marked("{entry}: {field} removed, was {before}")
        return phrase(
            said,
            entry=subject,
            field=self.field,
            before=said_value(self.before),
            after=said_value(self.after),
        )


def text_difference(before: Accord, after: Accord) -> tuple[Change, ...]:
    """List what was added, removed or changed, by id and field; order in the file is nothing.

    Lists of names are compared as they stand, since the order of rules and steps has meaning.
    """
    return tuple(_changes(before.plain(), after.plain()))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if key not in ALL_TABLES:
            if old != new:
                yield Change("accord", "", key, old, new)
            continue
        for id_ in sorted({*(old or {}), *(new or {})}):
            yield from _rows(key, id_, (old or {}).get(id_), (new or {}).get(id_))


def _rows(
    table: str, id_: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(table, id_, "", before, after)
        return
    for field in dict.fromkeys((*before, *after)):
        if before.get(field) != after.get(field):
            yield Change(table, id_, field, before.get(field), after.get(field))


def said_value(value: object) -> str:
    """Say a value of a file as the file writes it, near enough to be read."""
    if value is None:
        return phrase("nothing")
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {said_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(said_value, value))}]"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def plain(value: object) -> Any:
    """Turn what TOML holds into what JSON does: dates become texts."""
    match value:
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case date():
            return value.isoformat()
        case _:
            return value
