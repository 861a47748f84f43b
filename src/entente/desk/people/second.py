"""The second factor: codes of an app, passkeys and recovery codes, their secrets kept in cipher."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class SecondFactor(DefaultMFAAdapter):
    """Keep secrets so that the database alone is of no use (ASVS 5.0, 11.4 and 13.3)."""

    def encrypt(self, text: str) -> str:
        """Put a secret into cipher under the desk's own key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret back."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = sha256(b"second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))
