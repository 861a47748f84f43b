"""What is asked of a run: an accord's text, draws, months, seed and choices."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from entente.accord.checks import check
from entente.accord.document import Accord
from entente.accord.usable import usable
from entente.advice.deals.negotiation import before_signature, sides_of
from entente.advice.deals.terms import read_terms
from entente.desk.studio.laid import laid
from entente.desk.studio.work import settings_of
from entente.problems import EntenteError, InputProblemsError, Problem

_LARGEST = 200_000  # characters of an accord; the longest shipped one has a tenth


class AccordForm(forms.Form):
    """An accord's text, checked as `entente check` does."""

    name = forms.SlugField(label=_("Short name"), max_length=60)
    text = forms.CharField(
        label=_("The accord"),
        max_length=_LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
    )

    def problems(self) -> list[Problem]:
        """List what `entente check` finds, every place named by line and column."""
        return problems_of(self.data.get("name", ""), self.data.get("text", "")[:_LARGEST])


class ExplainForm(AccordForm):
    """A text and the day that is asked about."""

    on = forms.DateField()
    choose = forms.CharField(required=False, max_length=2000)


class RunForm(AccordForm):
    """An accord and how to run it, within what one person may ask of the desk."""

    draws = forms.IntegerField(
        label=_("Draws"), min_value=20, max_value=settings.DESK_DRAWS, initial=1000
    )
    months = forms.IntegerField(
        label=_("Months"), min_value=1, max_value=settings.DESK_MONTHS, initial=18
    )
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=1)
    choose = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=2000,
        help_text=_("One a line: ID=VALUE, or ID@DATE=VALUE from that day on."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a text with errors, listed beside it, and what does not fit a text without."""
        cleaned: dict[str, Any] = super().clean() or {}
        if any(problem.is_error for problem in self.problems()):
            self.add_error("text", _("The accord has errors; they are listed beside it."))
        elif not self.errors:
            with laid(cleaned["text"], f"{cleaned['name']}.toml") as path:
                self._fitted(usable(str(path)))
        return cleaned

    def _fitted(self, accord: Accord) -> None:
        """Tell what cannot be run with this accord, beside the field that asks for it."""
        self._told("choose", lambda: settings_of(self.asked(), accord))

    def _told(self, field: str, read: Callable[[], object]) -> None:
        try:
            read()
        except InputProblemsError as wrong:
            for problem in wrong.problems:
                self.add_error(field, str(problem).removeprefix(f"{problem.where}: "))
        except EntenteError as failure:
            self.add_error(field, str(failure))

    def asked(self) -> dict[str, Any]:
        """Give what was asked, for the job's record."""
        return {
            **{name: self.cleaned_data[name] for name in ("draws", "months", "seed")},
            "choose": lines_of(self.cleaned_data["choose"]),
        }


class NegotiateForm(RunForm):
    """An accord, the terms that may vary, and how many deals to try."""

    draws = forms.IntegerField(label=_("Draws"), min_value=20, max_value=500, initial=100)
    vary = forms.CharField(
        label=_("Terms that may vary"), max_length=2000,
        help_text=_("One a line: CLAUSE.FIELD=LOW:HIGH, as ladder.steps=5:30."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "code"}),
    )  # fmt: skip
    deals = forms.IntegerField(label=_("Deals"), min_value=4, max_value=128, initial=32)

    def _fitted(self, accord: Accord) -> None:
        """Tell, too, of terms that no clause has, and of an accord without two sides."""
        vary = tuple(lines_of(self.cleaned_data["vary"]))
        super()._fitted(accord)
        self._told("vary", lambda: read_terms(vary, accord))
        self._told("text", lambda: (sides_of(accord), before_signature(accord)))

    def asked(self) -> dict[str, Any]:
        """Give what was asked, for the job's record."""
        vary = lines_of(self.cleaned_data["vary"])
        return {**super().asked(), "vary": vary, "deals": self.cleaned_data["deals"]}


def lines_of(text: str) -> list[str]:
    """Take the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def problems_of(name: str, text: str) -> list[Problem]:
    """Check a text that lies in no file."""
    shown = f"{name or 'accord'}.toml"
    with laid(text, "accord.toml") as path:
        return [problem.within(shown) for problem in check(str(path))]
