"""A person with an account: an e-mail address to sign in with and a name to show."""

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Make accounts without user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; the password is kept as a hash only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an administrator's account."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """An account; `name` is what others see beside a comment or a brief."""

    username = None
    first_name = None
    last_name = None
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name to show"), max_length=60)
    silenced_until = models.DateTimeField(null=True, blank=True)
    silenced_why = models.CharField(max_length=200, blank=True)

    wants_letters = models.BooleanField(_("letters about answers and moderation"), default=True)
    language = models.CharField(_("language of letters"), max_length=7, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_silenced(self) -> bool:
        """Say whether a moderator has taken the right to comment away for now."""
        return self.silenced_until is not None and self.silenced_until > timezone.now()

    @property
    def is_moderator(self) -> bool:
        """Say whether this person looks after comments."""
        return bool(self.has_perm("talk.moderate"))

    @property
    def is_analyst(self) -> bool:
        """Say whether this person may run accords and propose briefs."""
        return bool(self.has_perm("studio.add_job"))
