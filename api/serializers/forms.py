"""Captured forms, as they are sent and answered whole."""

from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StringConstraints

from api.serializers.documents import Answered, Reason, Sent
from assessments.models import Assessment
from audit.rules import InvalidValues, Severity, invalid
from audit.rules import gettext_noop as _
from trials.rules.text import Text


class OverrideSent(Sent):
    """Why a value that a soft check asks about is right as it is."""

    check: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    reason: Reason


class FormSent(Sent):
    """One whole form. An item left out is blank; `{"not_done": reason}` says why it was not done."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=12)] = Field(
        description="the protocol version from which the form was drawn"
    )
    values: dict[str, Any] = Field(description="by item; see the form's own JSON Schema")
    complete: StrictBool = Field(description="whether everything required is filled in")
    reason: Reason = Field("", description="required to change a value already saved")
    overrides: list[OverrideSent] = Field(default_factory=list)

    @property
    def reasons_by_check(self) -> dict[str, str]:
        """Raises `InvalidValues` (duplicate-override) for a check that is overridden twice."""
        given: dict[str, str] = {}
        for index, override in enumerate(self.overrides):
            if override.check in given:
                raise invalid(
                    f"/overrides/{index}/check", "duplicate-override", _("This check is overridden twice.")
                )
            given[override.check] = override.reason
        return given

    def located(self, refusal: InvalidValues) -> InvalidValues:
        """The same faults at pointers into what was sent, where overrides are a list."""
        places = {f"/overrides/{given.check}": f"/overrides/{i}" for i, given in enumerate(self.overrides)}
        return InvalidValues(
            replace(fault, pointer=places.get(fault.pointer, fault.pointer)) for fault in refusal.faults
        )


class FindingRead(Answered):
    """A soft check that asks about a value, and the reason if it was overridden."""

    check: str
    item: str = Field(description="JSON pointer to the value it asks about")
    severity: Severity
    message: Text
    override: str | None


class FormRead(Answered):
    """A captured form: what people entered, what the server computed, and what is asked about it."""

    form: str
    visit: str | None = Field(description="null for a log")
    repeat: int = Field(description="the number of the row, for a log")
    version: str
    state: Literal["incomplete", "complete"]
    values: dict[str, Any]
    derived: dict[str, Any]
    findings: list[FindingRead]

    @classmethod
    def of(cls, row: Assessment) -> Self:
        return cls(
            form=row.form,
            visit=row.visit.name if row.visit else None,
            repeat=row.repeat,
            version=row.version.version,
            state=row.state,
            values=row.values | {item: {"not_done": reason} for item, reason in row.not_done.items()},
            derived=row.derived,
            findings=[
                FindingRead(
                    check=finding["check"],
                    item=f"/values/{finding['item']}",
                    severity=finding["severity"],
                    message=finding["message"],
                    override=row.overrides.get(finding["check"]),
                )
                for finding in row.findings
            ],
        )
