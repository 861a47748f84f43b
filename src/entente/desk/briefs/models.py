"""A brief and its frozen revisions, with the log of who did what to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Subject(models.Model):
    """A matter that briefs have in common."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Brief(models.Model):
    """A page worth publishing; what it says stands in its revisions."""

    class State(models.TextChoices):
        """How far a brief has come."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    subjects = models.ManyToManyField(Subject, blank=True, related_name="briefs")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="briefs"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    for_subscribers = models.BooleanField(_("for subscribers only"), default=False)
    published = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-published", "-pk")
        permissions = (("review", "May publish what others wrote"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Say where the brief is read."""
        return reverse("briefs:brief", args=[self.slug])

    @property
    def newest(self) -> "Revision | None":
        """Return the revision that readers meet."""
        return self.revisions.first()


class Revision(models.Model):
    """What a brief said at one time, with all that is needed to make it again; never changed."""

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    headline = models.CharField(max_length=400)
    answer = models.TextField()
    page = models.TextField(_("the whole page, as a file"))
    map = models.TextField(_("its map, for the home page"), blank=True)
    picture = models.BinaryField(_("its card, where others share it"), default=bytes)
    accord = models.TextField(_("the accord's text"))
    record = models.JSONField(_("what the run was made of"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("brief", "number"), name="one_revision_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.brief} ({self.number})"


class Act(models.Model):
    """A line of the log: who did what to a brief, and when."""

    VERBS: ClassVar = (
        "drafted",
        "revised",
        "sent to review",
        "sent back",
        "published",
        "withdrawn",
    )

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="acts")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    did = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.who} {self.did} {self.brief}"
