"""An adverse event as a form of fields, in the order in which it is asked about."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import models
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.validation import parse
from safety.models import AdverseEvent
from safety.rules.terms import GRADE_LABELS, Criterion
from safety.rules.values import AdverseEventValues
from subjects.models import Subject
from trials.rules.events import EventKind
from workbench.forms.acts import ActForm, instant_field, prose_field
from workbench.words import NOTHING

PARTIAL = {"placeholder": _("YYYY-MM-DD, YYYY-MM or YYYY")}
ANSWERS = [("", _("not answered")), ("yes", _("yes")), ("no", _("no"))]
SECTIONS = [
    (_("What happened"), ["term", "start_date", "start_time", "end_date", "end_time", "ongoing", "aware_at"]),
    (_("How grave it was"), ["grade", "serious", *(criterion.item for criterion in Criterion)]),
    (
        _("What it is related to"),
        [
            "caused_by_product", "caused_by_procedure", "caused_by_medication", "caused_by_disease",
            "infusion_visit", "special_interest",
        ],
    ),
    (
        _("What was done, and what became of it"),
        ["action_taken", "other_action", "treated", "outcome", "led_to_discontinuation"],
    ),
]  # fmt: skip


def _control(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The control of a column: lists keep their choices, a question with three answers gets three buttons."""
    if isinstance(field, models.BooleanField) and field.null:
        return forms.TypedChoiceField(
            label=capfirst(field.verbose_name),
            choices=ANSWERS,
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
    if field.name in ("start_date", "end_date"):
        kwargs["widget"] = forms.TextInput(PARTIAL)
    if isinstance(field, models.TimeField):
        kwargs["widget"] = forms.TimeInput({"type": "time"}, format="%H:%M")
    made = field.formfield(**kwargs)
    if isinstance(made, forms.TypedChoiceField):
        made.choices = [("", NOTHING if field.blank else _("choose …")), *cast(list, field.choices)]
    return made


class AdverseEventForm(ActForm):
    """Labels and choices are the model's; what contradicts what is decided by the safety rules."""

    def __init__(self, *args: Any, subject: Subject, event: AdverseEvent | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for _title, names in SECTIONS for name in names]
        made = fields_for_model(AdverseEvent, names, formfield_callback=_control)
        made["grade"] = forms.TypedChoiceField(
            label=made["grade"].label,
            choices=[(grade, _(words)) for grade, words in GRADE_LABELS.items()],
            coerce=int,
            widget=forms.RadioSelect,
        )
        made["grade"].broad = True
        made["serious"].broad = True
        made["aware_at"] = instant_field(made["aware_at"].label)
        made["infusion_visit"] = forms.ChoiceField(
            label=made["infusion_visit"].label, choices=_infusion_visits(subject), required=False
        )
        self.fields.update({name: made[name] for name in names})
        if event:
            self.fields["reason"] = prose_field(
                _("Reason for change"), required=False, help_text=_("Needed to change a saved value.")
            )

    def arguments(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
        sent = {name: cleaned[name] for name in AdverseEventValues.model_fields}
        given = {name: None if value == "" else value for name, value in sent.items()}
        more = {"reason": cleaned["reason"]} if "reason" in self.fields else {}
        return {"values": parse(AdverseEventValues, given, pointer="/values"), **more}

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]


def stored_event(event: AdverseEvent) -> dict[str, Any]:
    """What the record has, as the fields take it."""
    values = event.values.model_dump()
    answers = {True: "yes", False: "no", None: ""}
    for name in ("serious", "treated", "led_to_discontinuation"):
        values[name] = answers[values[name]]
    return values


def _infusion_visits(subject: Subject) -> list[tuple[str, Any]]:
    plan = subject.version.definition.plan
    names = [name for name, event in plan.items() if event.kind is EventKind.INFUSION]
    return [("", _("none")), *((name, name) for name in names)]
