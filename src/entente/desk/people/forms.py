"""What signing up asks beyond an address and a password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entente.desk.people.models import User


class SignupForm(forms.Form):
    """A name to show; nothing else is asked of a reader."""

    name = forms.CharField(
        label=_("Name to show"), max_length=60, help_text=_("Others see it beside your comments.")
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name with the new account."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
