"""What is asked of a comment and of a flag."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entente.desk.talk.models import Comment, Flag


class CommentForm(forms.ModelForm):
    """One to four thousand characters of Markdown."""

    class Meta:
        model = Comment
        fields = ("text",)
        labels = {"text": _("Your comment")}
        help_texts = {"text": _("Up to 4,000 characters. *emphasis*, **strong**, > quote, links.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "maxlength": 4000})}


class FlagForm(forms.ModelForm):
    """Why a comment should be looked at."""

    class Meta:
        model = Flag
        fields = ("why",)
        labels = {"why": _("What is wrong with it?")}
