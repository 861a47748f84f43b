"""What a new passkey is asked for."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class KeyForm(AddWebAuthnForm):
    """A new passkey, asked for in words of the reader's language."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.fields["name"].label = _("Name of the key")
        self.fields["passwordless"].label = _("Sign in by this key alone")
