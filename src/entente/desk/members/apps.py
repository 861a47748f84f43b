"""How Django knows this application."""

from django.apps import AppConfig


class Members(AppConfig):
    """Its folder and its short name."""

    name = "entente.desk.members"
    label = "members"
