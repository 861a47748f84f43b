"""Accounts in the administrator's room."""

from django.contrib import admin

from entente.desk.people.models import User

admin.site.register(
    User,
    list_display=("email", "name", "is_active", "is_staff", "silenced_until"),
    search_fields=("email", "name"),
    exclude=("password",),
)
