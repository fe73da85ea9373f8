"""The small forms of single acts. A field is named as the action names its argument."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.rules import InvalidValues, RuleViolation, StaleRevision
from subjects.models import Subject
from subjects.rules.lifecycle import DISPOSITION_LABELS, TRANSITIONS, SubjectEvent
from trials.models import Site, StaffRole
from trials.rules.events import ON_DEMAND
from trials.selectors import sites_of
from workbench.refusals import status_of, words_of
from workbench.words import say


class ActForm(forms.Form):
    """What one act needs to know. After a refusal `status` says which kind it was."""

    layout = ""
    status = 200
    use_required_attribute = False

    def attempt(self, act: Callable[..., Any], **known: Any) -> bool:
        """Do the act with what was typed and what is known; a refusal goes beside the fields."""
        if not self.is_valid():
            self.status = 422
            return False
        try:
            act(**self.arguments(self.cleaned_data), **known)
        except RuleViolation as refusal:
            self.show(refusal)
        return self.status == 200

    def arguments(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the action takes."""
        return cleaned

    def show(self, refusal: RuleViolation) -> None:
        """Put a refusal beside the fields it speaks of; what speaks of none stands above the form."""
        self.status = status_of(refusal)
        if isinstance(refusal, StaleRevision):
            for name in self.changed_data:
                self.fields[name].meanwhile = self.initial.get(name, "")
        if not isinstance(refusal, InvalidValues):
            self.add_error(None, words_of(refusal))
            return
        for fault in refusal.faults:
            self.add_error(self.place_of(fault.pointer), words_of(fault))

    def place_of(self, pointer: str) -> str | None:
        """The field that a JSON pointer speaks of."""
        return next((part for part in pointer.split("/") if part in self.fields), None)

    def everything_wrong(self) -> list[str]:
        """Every complaint in one list, for a page on which the form itself is not shown."""
        return [str(words) for errors in self.errors.values() for words in errors]


def unplaced(refused: Mapping[str, ActForm], shown: Collection[str]) -> list[str]:
    """What was refused in forms that the page does not offer (any more)."""
    return [words for name, form in refused.items() if name not in shown for words in form.everything_wrong()]


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def instant_field(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **more)


def prose_field(label: Any, **more: Any) -> forms.CharField:
    field = forms.CharField(label=label, max_length=1000, widget=forms.Textarea({"rows": 2}), **more)
    field.broad = True
    return field


class SiteField(forms.ModelChoiceField):
    """A site by its number and its name in the reader's language."""

    def label_from_instance(self, site: Site) -> str:
        chinese = (get_language() or "").startswith("zh")
        return f"{site.number} {site.name_zh if chinese else site.name_en}"


class ScreenForm(ActForm):
    layout = "single"

    site = SiteField(Site.objects.none(), label=_("Site"), empty_label=None, to_field_name="number")
    screened_on = day_field(_("Screening started on"))

    def __init__(self, *args: Any, role: StaffRole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites_of(role)


class ConsentForm(ActForm):
    layout = "single"

    icf_version = forms.ChoiceField(label=_("Version of the informed consent form"))
    signed_at = instant_field(_("Signed at"), help_text=_("Date and time at the site."))
    obtained_by = forms.CharField(label=_("Consent obtained by"), max_length=150)

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = subject.version.definition.consent_versions
        self.fields["icf_version"].choices = [(consent.version,) * 2 for consent in reversed(approved)]


class EnrolForm(ActForm):
    layout = "single"

    enrolled_on = day_field(_("Enrolled on"))
    day1 = day_field(
        _("First infusion planned for (Day 1)"),
        required=False,
        help_text=_("The whole schedule is planned from it; it follows the first infusion once given."),
    )


class DispositionForm(ActForm):
    layout = "single"

    event = forms.ChoiceField(label=_("How the subject leaves the trial"), widget=forms.RadioSelect)
    on = day_field(_("On"))
    reason = prose_field(
        _("Reason"), required=False, help_text=_("Needed unless the subject completed the trial.")
    )

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [event for state, event in TRANSITIONS if state == subject.state]
        self.fields["event"].choices = [
            (event, _(label)) for event, label in DISPOSITION_LABELS.items() if event in possible
        ]

    def arguments(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**cleaned, "event": SubjectEvent(cleaned["event"])}


class AttendForm(ActForm):
    on = day_field(_("The visit took place on"))
    reason = forms.CharField(
        label=_("Reason for change"),
        required=False,
        help_text=_("Needed when a date recorded before is corrected."),
    )

    def __init__(self, *args: Any, corrects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["reason"]


class ReasonForm(ActForm):
    layout = "single"

    reason = prose_field(_("Reason"))


class RescheduleForm(ActForm):
    planned_date = day_field(_("New date"))
    reason = prose_field(_("Reason for change"))


class MoveDay1Form(ActForm):
    layout = "single"

    day1 = day_field(_("First infusion planned for (Day 1)"))
    reason = prose_field(_("Reason for change"))


class AddVisitForm(ActForm):
    layout = "single"

    event = forms.ChoiceField(label=_("Visit"), widget=forms.RadioSelect)
    on = day_field(_("Date"))

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [
            (name, f"{name} · {say(planned.event.label)}")
            for name, planned in subject.version.definition.plan.items()
            if planned.kind in ON_DEMAND
        ]


class JudgementForm(ActForm):
    applies = forms.TypedChoiceField(
        choices=[("yes", _("yes")), ("no", _("no"))], coerce=lambda answer: answer == "yes"
    )
    comment = prose_field(_("Comment"), required=False)
    reason = forms.CharField(label=_("Reason for change"), required=False)


class ConfirmationForm(ActForm):
    layout = "single"

    eligible = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("eligible")), ("no", _("not eligible"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    on = day_field(_("Confirmed on"))
    comment = prose_field(_("Comment"), required=False, help_text=_("Needed for a decision of not eligible."))


class AnswerForm(ActForm):
    layout = "single"

    answer = prose_field(_("Answer"))


class NoteForm(ActForm):
    layout = "single"

    note = prose_field(_("Note"), required=False)
