"""How Django knows this application."""

from django.apps import AppConfig


class Studio(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.studio"
    label = "studio"
