"""How Django knows this application."""

from django.apps import AppConfig


class Talk(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.talk"
    label = "talk"
