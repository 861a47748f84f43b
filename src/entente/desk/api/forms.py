"""What is asked of a new token."""

from django import forms

from entente.desk.api.models import Token


class TokenForm(forms.ModelForm):
    """What it is for, and whether it may run."""

    class Meta:
        model = Token
        fields = ("name", "may_run")
