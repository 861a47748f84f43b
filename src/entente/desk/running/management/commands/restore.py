"""Bring a copy of the desk back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from entente.desk.running import copies
from entente.problems import EntenteError


class Command(BaseCommand):
    """Do it while the desk is stopped, then `migrate`, and start it."""

    help = "Bring back what `backup` wrote. Stop the desk first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of a desk with accounts"
        )

    def handle(self, *arguments: Any, file: Path, replace: bool, **options: Any) -> None:
        """Bring the copy back."""
        try:
            copies.restore(file, replace=replace)
        except (copies.CopyError, EntenteError, OSError) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write("The desk is as it was. Before it starts: python -m django migrate")
