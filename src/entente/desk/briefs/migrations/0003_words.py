"""The index of words that SQLite searches; PostgreSQL reads the tables themselves."""

from typing import Any

from django.db import migrations


def make(apps: Any, editor: Any) -> None:
    """Make the index where the database is SQLite."""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            "CREATE VIRTUAL TABLE briefs_words USING fts5(title, said, tokenize='porter unicode61')"
        )


def drop(apps: Any, editor: Any) -> None:
    """Take it away again."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE briefs_words")


class Migration(migrations.Migration):
    """After the tables of briefs."""

    dependencies = [("briefs", "0002_initial")]
    operations = [migrations.RunPython(make, drop)]
