"""How Django knows this application."""

from django.apps import AppConfig


class Briefs(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.briefs"
    label = "briefs"
