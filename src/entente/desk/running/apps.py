"""How Django knows this application."""

from django.apps import AppConfig


class Running(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.running"
    label = "running"
