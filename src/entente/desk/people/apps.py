"""How Django knows this application."""

from django.apps import AppConfig


class People(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.people"
    label = "people"

    def ready(self) -> None:
        """Listen to sign-ins, so that they are logged."""
        from entente.desk.people import log

        log.listen()
