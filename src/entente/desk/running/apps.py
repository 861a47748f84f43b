"""How Django knows this application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Running(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.running"
    label = "running"

    def ready(self) -> None:
        """Make the roles once the tables of every other application are there."""
        from entente.desk.people.roles import make_roles

        post_migrate.connect(make_roles, sender=self)
