"""The form of a line of the log; read before Django is ready, so it knows nothing of the desk."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Write a record as one line that a machine can read; no line break of a user's survives."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay the record out."""
        line = {"time": _when(record), "level": record.levelname, "logger": record.name}
        line |= {"event": record.getMessage()} | getattr(record, "facts", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


class TextLines(logging.Formatter):
    """Write a record for who reads along in a terminal; a line break in it is shown, not made."""

    def format(self, record: logging.LogRecord) -> str:
        """Lay the record out."""
        facts = "".join(f" {name}={value}" for name, value in getattr(record, "facts", {}).items())
        line = f"{_when(record)} {record.levelname} {record.getMessage()}{facts}"
        told = line.encode("unicode_escape").decode()
        return f"{told}\n{self.formatException(record.exc_info)}" if record.exc_info else told


def _when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
