"""How Django knows this application."""

from django.apps import AppConfig


class Api(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.api"
    label = "api"
