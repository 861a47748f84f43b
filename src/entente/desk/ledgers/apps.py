"""How Django knows this application."""

from django.apps import AppConfig


class Ledgers(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.ledgers"
    label = "ledgers"
