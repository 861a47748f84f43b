"""Comments under briefs, flags that readers raise, and notices of answers."""

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from entente.desk.briefs.models import Brief


class Comment(models.Model):
    """What a subscriber said under a brief; an answer names what it answers."""

    class State(models.TextChoices):
        """Whether readers see it."""

        SHOWN = "shown", _("shown")
        HELD = "held", _("held for a moderator")
        REMOVED = "removed", _("removed by a moderator")

    brief = models.ForeignKey(Brief, models.CASCADE, related_name="comments")
    answers = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments"
    )
    text = models.TextField(validators=[MinLengthValidator(1), MaxLengthValidator(4000)])
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    written = models.DateTimeField(auto_now_add=True)
    edited = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("written", "pk")
        permissions = (("moderate", "May hold, remove and restore comments"),)

    def __str__(self) -> str:
        return f"{self.author} under {self.brief}"


class Flag(models.Model):
    """A reader's word that a comment breaks the rules; one a reader."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="flags")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    why = models.CharField(max_length=300)
    raised = models.DateTimeField(auto_now_add=True)
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("comment", "raised_by"), name="one_flag_a_reader"),
        )

    def __str__(self) -> str:
        return self.why


class Notice(models.Model):
    """Tells a person that somebody answered them."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    comment = models.ForeignKey(Comment, models.CASCADE)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-made",)

    def __str__(self) -> str:
        return f"{self.comment} to {self.to}"
