"""Copy the whole desk to one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from entente.desk.running import copies
from entente.problems import EntenteError


class Command(BaseCommand):
    """Do it while the desk goes on."""

    help = "Copy database, runs and ledgers to one file. The desk may go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file."""
        parser.add_argument("file", type=Path, help="such as desk-2026-11-25.tar.gz")

    def handle(self, *arguments: Any, file: Path, **options: Any) -> None:
        """Make the copy."""
        try:
            copies.back_up(file)
        except (copies.CopyError, EntenteError, OSError) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes")
