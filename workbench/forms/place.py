"""Where a form is filled in: the subject, the visit or log, the row. Judged and saved by capture's rules."""

from dataclasses import dataclass

from assessments.actions.capture import capture, demand_form, next_row
from assessments.models import Assessment
from assessments.rules.capture import Judged
from assessments.selectors import assessment_of, judge
from audit.rules import Fault, InvalidValues, RuleViolation, StaleRevision, UnknownObject
from audit.rules import gettext_noop as _
from subjects.models import Subject
from trials.models import ProtocolVersion
from trials.rules.forms import Form
from visits.models import Visit
from workbench.desk import Desk
from workbench.forms.answers import Answers
from workbench.forms.sheet import Sheet, build_sheet


@dataclass(frozen=True)
class Place:
    """One form of one subject, at a visit or (visit None) as a row of a log."""

    desk: Desk
    subject: Subject
    visit: Visit | None
    form: Form
    repeat: int
    stored: Assessment | None

    @classmethod
    def of(cls, desk: Desk, subject: Subject, visit: Visit | None, oid: str, repeat: int | None) -> "Place":
        """`UnknownObject` for a form that does not belong there; `repeat` None is a log's next row."""
        declared = demand_form(subject, oid, visit)
        row = repeat or next_row(subject, oid)
        stored = assessment_of(subject, oid, visit, row)
        if stored is None and not _may_be_new(declared, visit, repeat):
            raise UnknownObject()
        form = stored.version.definition.form(oid) if stored else declared
        return cls(desk, subject, visit, form or declared, row, stored)

    @property
    def version(self) -> ProtocolVersion:
        return self.stored.version if self.stored else self.subject.version

    def judged(self, answers: Answers) -> Judged:
        """What the capture rules say of these answers; nothing is stored."""
        values = answers.values(self.form)
        return judge(self.subject, self.version, self.form, self.visit, values, today=self.desk.today)

    def sheet(self, answers: Answers, refusal: RuleViolation | None = None) -> Sheet:
        """The form with these answers, and beside them why a save was refused."""
        faults = refusal.faults if isinstance(refusal, InvalidValues) else ()
        return build_sheet(
            self.version.definition,
            self.form,
            answers,
            self.judged(answers),
            stored=self.stored,
            faults=faults,
            compare=isinstance(refusal, StaleRevision) or getattr(refusal, "code", "") == "form-exists",
        )

    def blank(self) -> Answers:
        """What the record has: the answers with which the page opens."""
        return Answers.stored(self.form, self.stored)

    def save(self, answers: Answers, *, complete: bool) -> Assessment:
        """Capture. Raises what `capture` raises, and `InvalidValues` where an answer contradicts itself."""
        if contradicted := answers.contradicted():
            raise InvalidValues(map(_contradiction, contradicted))
        asked = {finding.check for finding in self.judged(answers).findings}
        return capture(
            subject=self.subject,
            form=self.form.oid,
            visit=self.visit,
            repeat=self.repeat if self.visit or self.stored else None,
            values=answers.values(self.form),
            overrides={check: why for check, why in answers.overrides.items() if check in asked},
            complete=complete,
            expected_revision=answers.revision,
            reason=answers.reason,
            today=self.desk.today,
            by=self.desk.by,
        )


def _may_be_new(form: Form, visit: Visit | None, repeat: int | None) -> bool:
    """A log's new row has no number yet; a visit's form has a second one only where it may repeat."""
    return repeat is None if visit is None else repeat == 1 or form.repeats


def _contradiction(item: str) -> Fault:
    return Fault(
        f"/values/{item}",
        "value-and-not-done",
        _("There is a value and a reason why it was not done: keep one of them."),
    )
