"""What is asked of a ledger: its file, its columns, the accord to price it under."""

from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entente.accord.text import read, shipped
from entente.desk.ledgers.courses import offered
from entente.desk.ledgers.models import Ledger
from entente.desk.studio.models import Job


@cache
def with_duties() -> tuple[str, ...]:
    """Name the shipped accords that set a duty."""
    return tuple(
        name
        for name in shipped()
        if any(getattr(c, "sets", "") == "duty" for c in read(name).clauses.values())
    )


class UploadForm(forms.Form):
    """A file of entry lines."""

    file = forms.FileField(label=_("Entry lines, CSV or Parquet"))
    purpose = forms.ChoiceField(
        label=_("What is asked"), choices=Ledger.Purpose.choices, initial=Ledger.Purpose.DUTY,
        required=False,
        help_text=_("A plan reads ways to buy each product, with the columns of entente plan."),
    )  # fmt: skip

    def clean_purpose(self) -> str:
        """Price the lines where nothing else is asked."""
        return self.cleaned_data["purpose"] or "duty"

    def clean(self) -> dict[str, Any]:
        """Take a plan as CSV alone, as `entente plan` reads it."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if (
            upload
            and cleaned["purpose"] == Ledger.Purpose.PLAN
            and Path(upload.name).suffix.lower() != ".csv"
        ):
            self.add_error("file", _("A plan is read from CSV."))
        return cleaned

    def clean_file(self) -> Any:
        """Take the two kinds that the laboratory reads."""
        upload = self.cleaned_data["file"]
        if Path(upload.name).suffix.lower() not in Ledger.KINDS:
            raise forms.ValidationError(_("The file must end in .csv or .parquet."))
        return upload


class PriceForm(forms.Form):
    """Which of our columns each of the file's is, and the accord."""

    accord = forms.ChoiceField(label=_("Accord"))
    choose = forms.CharField(
        label=_("Choices"), required=False, max_length=500,
        help_text=_("One a line: ID=VALUE; preset=as-announced-2019 or preset=terms-of-2025."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "code"}),
    )  # fmt: skip

    run = forms.ModelChoiceField(
        Job.objects.none(), label=_("Over the courses of events of a run"), required=False,
        empty_label=_("under the text alone"), to_field_name="key",
    )  # fmt: skip

    def __init__(self, ledger: Ledger, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        names, guess = list(ledger.columns), ledger.columns
        self.fields["accord"].choices = [(name, name) for name in with_duties()]
        self.fields["run"].queryset = offered(ledger.owner)
        self.fields["run"].label_from_instance = lambda job: job.headline or job.name
        if ledger.purpose == Ledger.Purpose.PLAN:
            del self.fields["accord"]
            self.fields["run"].required = True
        ours = [("", _("leave out")), *((name, name) for name in ledger.known)]
        self.names = names
        for place, name in enumerate(names):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name[:60], choices=ours, required=False, initial=guess[name]
            )

    def columns(self) -> dict[str, str]:
        """Give theirs -> ours."""
        return {n: self.cleaned_data[f"column_{i}"] for i, n in enumerate(self.names)}

    def clean(self) -> dict[str, Any]:
        """Refuse two columns under one name."""
        cleaned: dict[str, Any] = super().clean() or {}
        taken = [v for k, v in cleaned.items() if k.startswith("column_") and v]
        for twice in {name for name in taken if taken.count(name) > 1}:
            self.add_error(None, _("Two columns are named %(n)s.") % {"n": twice})
        return cleaned
