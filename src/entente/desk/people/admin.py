"""Accounts in the administrator's room."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import DateTimeField

from entente.desk.people.models import User

# Django's pair of fields for a day and an hour has one label between them.
_ONE_FIELD = {"form_class": forms.DateTimeField, "widget": forms.DateTimeInput}

admin.site.register(
    User,
    list_display=("email", "name", "is_active", "is_staff", "silenced_until"),
    search_fields=("email", "name"),
    exclude=("password",),
    readonly_fields=("last_login", "date_joined"),
    formfield_overrides={DateTimeField: _ONE_FIELD},
)
# Roles come with the tables and are given to an account in its own form.
admin.site.unregister(Group)
