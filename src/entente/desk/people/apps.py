"""How Django knows this application."""

from django.apps import AppConfig


class People(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.people"
    label = "people"

    def ready(self) -> None:
        """Listen to sign-ins: they are logged, and a first one tells the account's language."""
        from entente.desk.people import language, log

        log.listen()
        language.listen()
