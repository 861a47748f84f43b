"""How Django knows this application."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class Running(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.running"
    label = "running"

    def ready(self) -> None:
        """Make the roles once the tables of every application are there."""
        from entente.desk.people.roles import make_roles

        last = [known for known in apps.get_app_configs() if known.models_module][-1]
        post_migrate.connect(make_roles, sender=last)
