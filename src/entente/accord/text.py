"""An accord's TOML into an `Accord` and back, with every fault of the text at its place."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from importlib.resources import files
from importlib.resources.abc import Traversable
from keyword import iskeyword
from pathlib import Path as File
from typing import Any, Final, final

from entente.accord.clauses import EITHER, KINDS, Clause
from entente.accord.document import (
    Accord,
    Choice,
    Metric,
    Open,
    Source,
    clause_of,
)
from entente.accord.marks import marks_of
from entente.accord.rest import Calendar
from entente.accord.schema import (
    Field,
    Path,
    Reading,
    fields_of,
    parts_of,
)
from entente.accord.shapes import identifier
from entente.accord.tables import HEAD, TABLES
from entente.accord.weighing import Player, Stake
from entente.problems import (
    InputProblemsError,
    Place,
    Problem,
    did_you_mean,
    in_reading_order,
)

ALL_TABLES: Final = (
    "source", "calendar", "metric", "choice", "clause", "open", "stake", "player"
)  # fmt: skip
LARGEST: Final = 1_000_000  # bytes; no accord written by hand comes near it
_MADE: Final[Mapping[str, Any]] = {
    "source": Source,
    "calendar": Calendar,
    "metric": Metric,
    "choice": Choice,
    "open": Open,
    "stake": Stake,
    "player": Player,
}
_WHERE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
# What stands for a head that cannot be read, so that the rest may still be checked.
_ABSENT: Final[Mapping[str, Any]] = {
    "accord": "",
    "parties": (),
    "zone": "UTC",
    "horizon": (date.min, date.max),
}


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A text as far as it could be read: what stands, the ids of what does not, and why.

    `accord` holds everything that could be read, and is usable only where `problems` is empty.
    """

    accord: Accord | None
    broken: frozenset[tuple[str, str]]  # (table, id)
    problems: tuple[Problem, ...]


def read(name: str | File) -> Accord:
    """Read a shipped accord by its name, or a file by its path; `NAME@DATE` as known on that day.

    Raises InputProblemsError with every fault of the text.
    """
    found, as_of = draft(name)
    if found.accord is None or found.problems:
        raise InputProblemsError(found.problems)
    return found.accord if as_of is None else found.accord.known(as_of)


def draft(name: str | File) -> tuple[Draft, date | None]:
    """Read as far as possible; gives also the day of `NAME@DATE`."""
    plain, as_of = _split(str(name))
    return parse(text_of(plain), _file_of(plain)), as_of


def text_of(name: str) -> str:
    """Return the text of a shipped accord or of a file, less a byte order mark."""
    plain, _ = _split(name)
    try:
        return _bytes_of(plain).decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        message = f"not UTF-8 text: byte {wrong.object[wrong.start]:#04x}"
        raise _refusal(Place(plain, line, 1), message, "save the file as UTF-8") from wrong
    except (OSError, ValueError) as wrong:
        message = f"cannot read: {getattr(wrong, 'strerror', None) or wrong}"
        raise _refusal(Place(plain), message) from wrong


def _file_of(name: str) -> str:
    """Name the file that problems are addressed to."""
    return f"{name}.toml" if name in shipped() and not File(name).is_file() else name


def shipped() -> dict[str, Traversable]:
    """Map the names of the shipped accords to their files, in order of name."""
    folder = files("entente") / "accords"
    if not folder.is_dir():
        return {}
    found = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    return dict(sorted(found.items()))


def _split(name: str) -> tuple[str, date | None]:
    """Part `NAME@DATE`; a path that exists keeps its own '@'."""
    plain, at, day = name.rpartition("@")
    if not at or File(name).exists():
        return name, None
    try:
        return plain, date.fromisoformat(day)
    except ValueError as wrong:
        mend = "write it as us-mexico-2019@2019-05-31"
        raise _refusal(Place(name), f"'{day}' is no date", mend) from wrong


def _bytes_of(name: str) -> bytes:
    """Read a shipped accord or a file, not more than the largest."""
    known = shipped()
    path = File(name)
    if name in known and not path.is_file():
        return known[name].read_bytes()
    if path.is_dir():
        raise _refusal(Place(name), "is a folder, not an accord file", "name the file in it")
    if not path.exists():
        looks_like_path = "/" in name or name.endswith(".toml")
        what = "no such file" if looks_like_path else f"no shipped accord named '{name}'"
        raise _refusal(Place(name), what, did_you_mean(name, known))
    with path.open("rb") as handle:
        raw = handle.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _refusal(Place(name), f"larger than {LARGEST:,} bytes", "an accord is a small text")
    return raw


def _refusal(where: Place, message: str, mend: str = "") -> InputProblemsError:
    return InputProblemsError([Problem("E100", where, "", message, mend)])


def parse(text: str, file: str) -> Draft:
    """Read a TOML text; `file` is the name that problems carry."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as wrong:
        return Draft(None, frozenset(), (toml_problem(text, file, wrong),))
    reading = Reading(file, marks_of(text, file))
    if not values:
        reading.say("E100", Place(file, 1, 1), "the file is empty", "begin with accord = ...")
        return Draft(None, frozenset(), tuple(reading.problems))
    accord, broken = _Whole(reading, values, text).read()
    return Draft(accord, frozenset(broken), in_reading_order(reading.problems))


def toml_problem(text: str, file: str, wrong: Exception) -> Problem:
    """Say where a text stops being TOML, and why."""
    message = str(wrong)
    spot = _WHERE.search(message)
    lines = text.splitlines() or [""]
    line, col = (int(spot[1]), int(spot[2])) if spot else (len(lines), len(lines[-1]) + 1)
    message = re.sub(r"\s*\(at .*\)$", "", message)
    doubled = "overwrite" in message or "declare" in message or "Duplicate" in message
    what = "a key or table stands twice" if doubled else "not TOML"
    mend = "" if doubled else _toml_mend(lines[min(line, len(lines)) - 1], col - 1)
    return Problem("E100", Place(file, line, col), "", f"{what}: {message}", mend)


def _toml_mend(line: str, index: int) -> str:
    """Return a mend where what is written is a code or a word without quotes."""
    if code := re.match(r"0\d+", line[max(index - 1, 0) :]):
        return f'write codes in quotes, as "{code[0]}"'
    if word := re.match(r"[A-Za-z][\w-]*", line[index:]):
        truth = word[0].lower() in ("true", "false")
        return f"write {word[0].lower()}" if truth else f'write texts in quotes, as "{word[0]}"'
    return ""


@final
class _Whole:
    """A whole file being read, table by table."""

    def __init__(self, reading: Reading, values: dict[str, Any], text: str) -> None:
        self.reading, self.values, self.text = reading, values, text
        self.broken: set[tuple[str, str]] = set()

    def read(self) -> tuple[Accord, set[tuple[str, str]]]:
        """Read the head and every table."""
        head = self._head()
        rows = {
            table: dict(self._rows(table, _MADE[table], fields)) for table, fields in TABLES.items()
        }
        accord = Accord(
            name=head["accord"],
            title=head["title"],
            parties=head["parties"],
            zone=head["zone"],
            horizon=head["horizon"],
            known_on=head["known_on"],
            sunset=head["sunset"],
            sources=rows["source"],
            metrics=rows["metric"],
            choices=rows["choice"],
            clauses=dict(self._clauses()),
            opens=rows["open"],
            stakes=rows["stake"],
            players=rows["player"],
            calendars=rows["calendar"],
            file=self.reading.file,
            text=self.text,
            marks=self.reading.marks,
        )
        clauses = {id_: accord.counted(clause) for id_, clause in accord.clauses.items()}
        return replace(accord, clauses=clauses), self.broken

    def _head(self) -> dict[str, Any]:
        head = {key: value for key, value in self.values.items() if key not in ALL_TABLES}
        start = Place(self.reading.file, 1, 1)
        found, whole = parts_of(self.reading, (), head, HEAD, start)
        if not whole:
            self.broken.add(("accord", ""))
        return {key: _ABSENT.get(key) if value is None else value for key, value in found.items()}

    def _table(self, table: str) -> Iterator[tuple[str, Any, Path]]:
        rows = self.values.get(table, {})
        if not isinstance(rows, dict):
            self.reading.subject = ""
            self.reading.wrong((table,), f"a table of {table}s by id", rows, f"write [{table}.id]")
            rows = {}
        for id_, row in rows.items():
            path = (table, id_)
            self.reading.subject = id_
            if not isinstance(row, dict):
                self.reading.wrong(path, "a table", row, "write { key = value }")
                self.broken.add((table, id_))
            elif not self._nameable(path, id_):
                self.broken.add((table, id_))
            else:
                yield id_, row, path
        self.reading.subject = ""

    def _nameable(self, path: Path, id_: str) -> bool:
        """Whether expressions can name an id."""
        if iskeyword(id_) or id_ in ("true", "false", "today"):
            mend = "choose another word"
            message = f"'{id_}' is a word that expressions keep for themselves"
            self.reading.say("E111", self.reading.key(path), message, mend)
            return False
        return identifier(self.reading, path, id_) is not None

    def _rows(
        self, table: str, make: Any, fields: Mapping[str, Field]
    ) -> Iterator[tuple[str, Any]]:
        for id_, row, path in self._table(table):
            where = self.reading.key(path)
            found = fields_of(self.reading, path, row, fields, where)
            if found is None:
                self.broken.add((table, id_))
                continue
            if table == "metric":
                found["series"] = found["series"] or id_
            yield id_, make(id=id_, where=where, **found)

    def _clauses(self) -> Iterator[tuple[str, Clause]]:
        for id_, row, path in self._table("clause"):
            where = self.reading.key(path)
            clause = self._clause(id_, row, where) if self._kind(row, path, where) else None
            if (kind := str(row.get("kind"))) in EITHER:
                self.reading.problems += EITHER[kind].problems(row, where, id_)
            if clause is None:
                self.broken.add(("clause", id_))
            else:
                self.reading.problems += clause.own_problems(row)
                yield id_, clause

    def _kind(self, row: dict[str, Any], path: Path, where: Place) -> bool:
        kind = row.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            return True
        if kind is None:
            mend = f"write kind = one of {', '.join(KINDS)}"
            self.reading.say("E102", where, "'kind' is missing", mend)
        else:
            at = self.reading.at((*path, "kind"))
            mend = did_you_mean(str(kind), KINDS)
            self.reading.say("E111", at, f"no kind of clause is named '{kind}'", mend)
        return False

    def _clause(self, id_: str, row: dict[str, Any], where: Place) -> Clause | None:
        return clause_of(self.reading, id_, row, where)


def write(accord: Accord) -> str:
    """Write an accord as canonical TOML: reading it back gives an equal accord.

    Tables and ids are sorted, so two files that say the same in another order give the same bytes.
    """
    values = accord.plain()
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if key not in ALL_TABLES]
    for table in ALL_TABLES:
        rows = values.get(table, {})
        if not rows:
            continue
        if table != "clause":
            lines += ["", f"[{table}]"]
        for id_ in sorted(rows):
            if table == "clause":
                lines += ["", f"[clause.{id_}]"]
                lines += [f"{key} = {_toml(value)}" for key, value in rows[id_].items()]
            else:
                lines.append(f"{id_} = {_toml(rows[id_])}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Write one value."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(int(value)) if value.is_integer() else repr(value)
        case int():
            return repr(value)
        case date() | time():
            return value.isoformat()
        case str():
            return _quoted(value)
        case dict():
            parts = [f"{_key(key)} = {_toml(item)}" for key, item in value.items()]
            return f"{{ {', '.join(parts)} }}"
        case list():
            if value and all(isinstance(item, dict) for item in value):
                rows = "".join(f"  {_toml(item)},\n" for item in value)
                return f"[\n{rows}]"
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            raise TypeError(f"TOML holds no {type(value).__name__}")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _quoted(text: str) -> str:
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    parts = [
        named.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text
    ]
    return f'"{"".join(parts)}"'
