"""The infusion record as a form of fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.validation import parse
from trials.rules.definition import ProtocolDefinition
from visits.models import Infusion
from visits.rules.infusion import InfusionValues
from workbench.forms.acts import ActForm, instant_field, prose_field

SPARE_PAUSES = 2
PLAIN = ("lot", "dose", "dose_unit", "started_at", "stopped_at", "percent_given")
PROSE = ("premedication", "reason_not_whole")
PAUSE = ("stopped_at", "resumed_at", "reason")


class InfusionForm(ActForm):
    lot = forms.CharField(label=_("Lot number"), max_length=40)
    dose = forms.DecimalField(label=_("Dose"), localize=False)
    dose_unit = forms.CharField(label=_("Dose unit"), max_length=40)
    started_at = instant_field(_("Started at"))
    stopped_at = instant_field(_("Stopped at"))
    percent_given = forms.DecimalField(label=_("Per cent of the dose given"), initial=100)
    reason_not_whole = prose_field(_("Reason if not the whole dose was given"), required=False)
    premedication = prose_field(_("Premedication"), required=False, help_text=_("Drug, dose and time."))

    def __init__(self, *args: Any, infusion: Infusion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = len(infusion.interruptions) if infusion else 0
        self.pauses = range(stored + SPARE_PAUSES)
        for number in self.pauses:
            self.fields[f"pause{number}_stopped_at"] = instant_field(_("Interrupted at"), required=False)
            self.fields[f"pause{number}_resumed_at"] = instant_field(_("Resumed at"), required=False)
            self.fields[f"pause{number}_reason"] = forms.CharField(label=_("Why"), required=False)
        if infusion:
            self.fields["reason"] = prose_field(
                _("Reason for change"), required=False, help_text=_("Needed to change a saved value.")
            )

    def arguments(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
        pauses = [{name: cleaned[f"pause{n}_{name}"] for name in PAUSE} for n in self.pauses]
        sent = {name: cleaned[name] for name in (*PLAIN, *PROSE)}
        sent["interruptions"] = [pause for pause in pauses if any(pause.values())]
        return {"values": parse(InfusionValues, sent), "reason": cleaned.get("reason", "")}

    def place_of(self, pointer: str) -> str | None:
        parts = pointer.split("/")
        if "interruptions" in parts and parts[2:]:
            return f"pause{parts[2]}_{(*parts, 'stopped_at')[3]}"
        return super().place_of(pointer)

    def pause_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each interruption."""
        return [[self[f"pause{number}_{name}"] for name in PAUSE] for number in self.pauses]

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*PLAIN, *PROSE)]


def stored_infusion(infusion: Infusion | None, definition: ProtocolDefinition) -> dict[str, Any]:
    """What the record has; for a new one the unit in which the protocol gives the dose."""
    if infusion is None:
        return {"dose_unit": next((i.dose_unit for i in definition.interventions), "")}
    initial = {name: getattr(infusion, name) for name in (*PLAIN, *PROSE)}
    for name in ("dose", "percent_given"):
        initial[name] = f"{initial[name].normalize():f}"
    for number, pause in enumerate(infusion.interruptions):
        for name in PAUSE:
            value = pause.get(name)
            initial[f"pause{number}_{name}"] = _local(value) if name != "reason" else value
    return initial


def _local(written: str | None) -> Any:
    """An instant kept as text, on the site's clock."""
    return timezone.localtime(datetime.fromisoformat(written)) if written else None
