"""Every page and act of the workbench, as tables that the tests walk through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from subjects.models import Subject
from tests.factories import SCREENED
from tests.workbench_story import (
    INF2,
    TODAY,
    Story,
    attend_second_infusion,
    clock,
    number_of_query,
    url,
)
from trials.rules.roles import Role

Keys = Callable[[Story], tuple[Any, ...]]


def of(who: str, *more: Any) -> Keys:
    """The keys of a page of one subject of the story."""
    return lambda story: (story.cast.trial.code, getattr(story, who).code, *more)


def in_trial(*more: Any) -> Keys:
    return lambda story: (story.cast.trial.code, *more)


def of_query(story: Story) -> tuple[Any, ...]:
    return (story.cast.trial.code, number_of_query(story))


TRIAL_PAGES: dict[str, Keys] = {
    "subjects": in_trial(),
    "queries": in_trial(),
    "deviations": in_trial(),
    "notices": in_trial(),
}
SUBJECT_PAGES: dict[str, Keys] = {
    "casebook": of("treated"),
    "eligibility": of("treated"),
    "adverse-events": of("treated"),
    "adverse-event": of("treated", 1),
    "audit": of("treated"),
    "visit": of("treated", "INF1"),
    "infusion": of("treated", "INF1"),
    "visit-form": of("treated", "INF1", "MGADL"),
    "visit-form-again": of("treated", "INF1", "VS", 2),
    "log": of("treated", "CM"),
    "log-row": of("treated", "CM", 1),
    "query": of_query,
}
READ_PAGES = TRIAL_PAGES | SUBJECT_PAGES
ACT_PAGES: dict[str, Keys] = {
    "screen": in_trial(),
    "consent": of("fresh"),
    "enrol": of("confirmed"),
    "plan-day1": of("waiting"),
    "unscheduled": of("treated"),
    "disposition": of("treated"),
    "new-adverse-event": of("treated"),
    "new-log-row": of("treated", "CM"),
}
EVENT = {
    "term": "Headache",
    "start_date": "2026-03-10",
    "ongoing": "on",
    "grade": "1",
    "serious": "no",
    "action_taken": "DOSE NOT CHANGED",
    "outcome": "NOT RECOVERED/NOT RESOLVED",
    "aware_at": clock(TODAY, "08:00"),
}
INFUSION = {
    "lot": "LOT-2",
    "dose": "1",
    "dose_unit": "bag",
    "started_at": clock(INF2, "10:00"),
    "stopped_at": clock(INF2, "10:40"),
    "percent_given": "100",
}


@dataclass(frozen=True)
class Act:
    """One act: what is posted where, by whom; who may not; where it is illegal, and what it leaves."""

    route: str
    keys: Keys
    post: dict[str, str]
    left: Callable[[Story], bool]
    wrong_keys: Keys
    wrong_post: dict[str, str] = field(default_factory=dict)
    wrong_status: int = 409
    by: Role = Role.COORDINATOR
    not_by: Role = Role.MONITOR
    before: Callable[[Story], None] = lambda story: None
    elsewhere: int = 404

    def __str__(self) -> str:
        return self.route

    def url(self, story: Story) -> str:
        return url(self.route, *self.keys(story))

    def wrong_url(self, story: Story) -> str:
        return url(self.route, *self.wrong_keys(story))


def again(subject: Subject) -> Subject:
    return Subject.objects.get(pk=subject.pk)


ACTS = [
    Act(
        "screen",
        in_trial(),
        {"site": "01", "screened_on": "2026-03-20"},
        lambda s: Subject.objects.count() == 6,
        in_trial(),
        {"site": "01", "screened_on": "2026-03-21"},
        422,
        elsewhere=422,
    ),
    Act(
        "consent",
        of("fresh"),
        {"icf_version": "1.0", "signed_at": clock(SCREENED, "09:00"), "obtained_by": "Dr Li"},
        lambda s: s.fresh.consents.count() == 1,
        of("treated"),
    ),
    Act(
        "judgement",
        of("in_screening", "INC-05"),
        {"applies": "yes", "stage": "screening"},
        lambda s: s.in_screening.judgements.get().applies,
        of("treated", "INC-05"),
        by=Role.INVESTIGATOR,
        not_by=Role.COORDINATOR,
        elsewhere=403,
    ),
    Act(
        "confirmation",
        of("in_screening"),
        {"stage": "screening", "eligible": "no", "on": "2026-03-20", "comment": "too frail"},
        lambda s: not s.in_screening.confirmations.get().eligible,
        of("in_screening"),
        {"stage": "screening", "eligible": "yes", "on": "2026-03-20"},
        by=Role.INVESTIGATOR,
        not_by=Role.COORDINATOR,
        elsewhere=403,
    ),
    Act(
        "enrol",
        of("confirmed"),
        {"enrolled_on": "2026-03-20", "day1": "2026-03-25"},
        lambda s: again(s.confirmed).state == "enrolled",
        of("in_screening"),
    ),
    Act(
        "plan-day1",
        of("waiting"),
        {"day1": "2026-03-25", "reason": "the product arrives later"},
        lambda s: str(again(s.waiting).day1) == "2026-03-25",
        of("treated"),
    ),
    Act(
        "unscheduled",
        of("treated"),
        {"event": "UNS", "on": "2026-03-21"},
        lambda s: s.treated.visits.filter(name="UNS2").exists(),
        of("treated"),
        {"event": "EOT", "on": "2026-03-21"},
        422,
    ),
    Act(
        "disposition",
        of("treated"),
        {"event": "withdrawn", "on": "2026-03-20", "reason": "moved away"},
        lambda s: again(s.treated).state == "withdrawn",
        of("treated"),
        {"event": "screen-failure", "on": "2026-03-20", "reason": "moved away"},
        422,
    ),
    Act(
        "attendance",
        of("treated", "INF2"),
        {"on": "2026-03-16"},
        lambda s: s.treated.visits.get(name="INF2").state == "attended",
        of("fresh", "SCR"),
    ),
    Act(
        "absence",
        of("treated", "INF2"),
        {"reason": "had a cold"},
        lambda s: s.treated.visits.get(name="INF2").state == "missed",
        of("treated", "INF12"),
    ),
    Act(
        "reschedule",
        of("treated", "UNS1"),
        {"planned_date": "2026-03-24", "reason": "asked for"},
        lambda s: str(s.treated.visits.get(name="UNS1").planned_date) == "2026-03-24",
        of("treated", "INF2"),
    ),
    Act(
        "cancellation",
        of("treated", "INF12"),
        {"reason": "not needed"},
        lambda s: s.treated.visits.get(name="INF12").state == "cancelled",
        of("treated", "INF1"),
    ),
    Act(
        "infusion",
        of("treated", "INF2"),
        INFUSION,
        lambda s: s.treated.infusions.count() == 2,
        of("treated", "INF3"),
        before=attend_second_infusion,
    ),
    Act(
        "visit-form",
        of("treated", "INF2", "MGADL"),
        {"v-TALK": "1", "nd-CHEW": "REFUSED"},
        lambda s: s.treated.assessments.get(visit__name="INF2").values == {"TALK": 1},
        of("treated", "INF3", "MGADL"),
        before=attend_second_infusion,
    ),
    Act(
        "new-log-row",
        of("treated", "CM"),
        {"v-CMTRT": "prednisone"},
        lambda s: s.treated.assessments.filter(form="CM").count() == 2,
        of("fresh", "CM"),
    ),
    Act(
        "new-adverse-event",
        of("treated"),
        EVENT,
        lambda s: s.treated.adverse_events.count() == 2,
        of("fresh"),
    ),
    Act(
        "adverse-event",
        of("treated", 1),
        EVENT | {"revision": "1", "reason": "it started again"},
        lambda s: s.treated.adverse_events.get().ongoing,
        of("treated", 1),
        EVENT | {"revision": "7", "reason": "it started again"},
        412,
    ),
    Act(
        "query-move",
        lambda s: (*of_query(s), "answer"),
        {"answer": "measured twice"},
        lambda s: s.treated.queries.get().answer == "measured twice",
        lambda s: (*of_query(s), "answer"),
        {"answer": ""},
        422,
    ),
]
