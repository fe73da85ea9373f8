"""Every act that the API offers: who may do it, in which state, and what refuses it otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from review.actions import answer_query, close_query, open_query
from review.models import Query
from safety.actions import record_adverse_event
from subjects.models import Subject
from subjects.rules.lifecycle import SubjectEvent
from tests import adverse_events
from tests.api.calling import TRIAL
from tests.factories import (
    BASELINE,
    DAY1,
    MGADL,
    SCREENED,
    Cast,
    at,
    attended,
    captured,
    confirmed,
    consented,
    enrolled,
    infusion_values,
    screened,
    screening_done,
)
from trials.rules.roles import Role
from visits.actions.disposition import end_participation
from visits.actions.schedule import add_visit

State = Callable[[Cast], Any]
CREATE = {"if-none-match": "*"}
CHANGE = {"if-match": '"1"'}
CM = {"CMTRT": "Paracetamol"}


@dataclass(frozen=True)
class Act:
    """`ready` reaches the state in which the act is right, `wrong` one in which it is refused as `code`."""

    name: str
    method: str
    path: str
    body: dict[str, Any]
    by: Role
    not_by: Role
    ready: State
    wrong: State
    status: int
    code: str
    done: int = 201
    headers: tuple[tuple[str, str], ...] = ()
    elsewhere: int = 404

    def url(self, subject: Any) -> str:
        code = subject.code if isinstance(subject, Subject) else "S001"
        return self.path.format(trial=TRIAL, subject=f"{TRIAL}/subjects/{code}")


def form(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": "1.0", "values": values, "complete": False} | more


def withdrawn(cast: Cast) -> Subject:
    return end_participation(
        subject=enrolled(cast),
        event=SubjectEvent.WITHDRAW,
        on=BASELINE,
        reason="moved away",
        today=BASELINE,
        by=cast.coordinator,
    )


def with_early_termination(cast: Cast) -> Subject:
    subject = enrolled(cast)
    add_visit(subject=subject, event="ET", on=DAY1, by=cast.coordinator)
    return subject


def at_first_infusion(cast: Cast) -> Subject:
    subject = enrolled(cast)
    attended(cast, subject, "INF1", DAY1)
    return subject


def with_scores(cast: Cast) -> Subject:
    subject = at_first_infusion(cast)
    captured(cast, subject, "INF1", "MGADL", MGADL, complete=False)
    return subject


def with_log_row(cast: Cast) -> Subject:
    subject = consented(cast)
    captured(cast, subject, None, "CM", CM, complete=False)
    return subject


def with_event(cast: Cast) -> Subject:
    subject = consented(cast)
    record_adverse_event(
        subject=subject,
        values=adverse_events.event(),
        today=adverse_events.TODAY,
        now=adverse_events.NOW,
        by=cast.coordinator,
    )
    return subject


def asked(cast: Cast) -> Query:
    return open_query(subject=screened(cast), text="Is this right?", by=cast.by(Role.MONITOR))


def answered(cast: Cast) -> Query:
    return answer_query(query=asked(cast), answer="Yes.", by=cast.coordinator)


def closed(cast: Cast) -> Query:
    return close_query(query=answered(cast), by=cast.by(Role.MONITOR))


INFUSION = infusion_values(DAY1).model_dump(mode="json", exclude={"interruptions"})
CONSENT = {"icf_version": "1.0", "signed_at": at(SCREENED).isoformat(), "obtained_by": "Dr Li"}
EVENT = adverse_events.sent()
GRADED_AGAIN = EVENT | {"grade": 3, "reason": "graded again"}
SITE, SPONSOR = Role.COORDINATOR, Role.MONITOR
CONFIRMATION = {"stage": "enrolment", "eligible": True, "on": str(BASELINE)}
WITHDRAWAL = {"event": "withdrawn", "on": str(DAY1), "reason": "moved away"}
INF1 = "{subject}/visits/INF1"
QUERY = "{trial}/queries/1"

ACTS = [
    Act("screen", "post", "{trial}/subjects", {"site": "01", "screened_on": str(SCREENED)}, SITE, SPONSOR,
        lambda cast: None, lambda cast: None, 0, "", elsewhere=422),
    Act("consent", "post", "{subject}/consents", CONSENT, SITE, SPONSOR,
        screened, consented, 409, "consent-recorded"),
    Act("judge", "put", "{subject}/eligibility/judgements/INC-05", {"applies": True}, Role.INVESTIGATOR, SITE,
        consented, screened, 409, "consent-missing", headers=tuple(CREATE.items())),
    Act("confirm", "post", "{subject}/eligibility/confirmation", CONFIRMATION, Role.INVESTIGATOR, SITE,
        confirmed, screening_done, 409, "not-eligible"),
    Act("enrol", "post", "{subject}/enrolment", {"enrolled_on": str(BASELINE)}, SITE, SPONSOR,
        confirmed, screening_done, 409, "not-eligible"),
    Act("dispose", "post", "{subject}/disposition", WITHDRAWAL, SITE, SPONSOR,
        enrolled, withdrawn, 409, "illegal-transition"),
    Act("add a visit", "post", "{subject}/visits", {"event": "ET", "on": str(DAY1)}, SITE, SPONSOR,
        enrolled, with_early_termination, 409, "visit-exists"),
    Act("attend", "post", INF1 + "/attendance", {"on": str(DAY1)}, SITE, SPONSOR,
        enrolled, withdrawn, 409, "subject-left", done=200),
    Act("miss", "post", INF1 + "/absence", {"reason": "a cold"}, SITE, SPONSOR,
        enrolled, at_first_infusion, 409, "illegal-transition", done=200),
    Act("infuse", "put", INF1 + "/infusion", INFUSION, SITE, SPONSOR,
        at_first_infusion, enrolled, 409, "visit-not-attended", headers=tuple(CREATE.items())),
    Act("capture", "put", INF1 + "/forms/MGADL", form(MGADL), SITE, SPONSOR,
        at_first_infusion, enrolled, 409, "visit-not-attended", headers=tuple(CREATE.items())),
    Act("capture again", "put", INF1 + "/forms/VS/2", form({"VSTPT": "END"}), SITE, SPONSOR,
        at_first_infusion, enrolled, 409, "visit-not-attended", headers=tuple(CREATE.items())),
    Act("correct", "put", INF1 + "/forms/MGADL", form(MGADL | {"TALK": 3}, reason="misread"), SITE, SPONSOR,
        with_scores, at_first_infusion, 404, "not-found", done=200, headers=tuple(CHANGE.items())),
    Act("add a row", "post", "{subject}/logs/CM", form(CM), SITE, SPONSOR,
        consented, screened, 409, "consent-missing"),
    Act("change a row", "put", "{subject}/logs/CM/1", form({"CMTRT": "Ibuprofen"}, reason="misread"), SITE,
        SPONSOR, with_log_row, consented, 404, "not-found", done=200, headers=tuple(CHANGE.items())),
    Act("report an event", "post", "{subject}/adverse-events", EVENT, SITE, SPONSOR,
        consented, screened, 409, "consent-missing"),
    Act("correct an event", "put", "{subject}/adverse-events/1", GRADED_AGAIN, SITE, SPONSOR,
        with_event, consented, 404, "not-found", done=200, headers=tuple(CHANGE.items())),
    Act("ask", "post", "{trial}/queries", {"subject": "S001", "text": "Is this right?"}, SPONSOR, SITE,
        screened, lambda cast: None, 404, "not-found"),
    Act("answer", "post", QUERY + "/answer", {"answer": "Yes."}, SITE, SPONSOR,
        asked, answered, 409, "illegal-transition", done=200),
    Act("close", "post", QUERY + "/close", {}, SPONSOR, SITE,
        answered, asked, 409, "illegal-transition", done=200),
    Act("cancel", "post", QUERY + "/cancel", {"reason": "asked twice"}, SPONSOR, SITE,
        asked, closed, 409, "illegal-transition", done=200),
    Act("reopen", "post", QUERY + "/reopen", {"reason": "not an answer"}, SPONSOR, SITE,
        closed, asked, 409, "illegal-transition", done=200),
]  # fmt: skip
