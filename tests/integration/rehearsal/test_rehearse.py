"""A rehearsal drives the same actions as people: marked, whole or not at all, never in a real trial."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from assessments.models import Assessment
from audit.recording import record
from audit.rules import InvalidValues, RuleViolation
from audit.selectors import audited_models
from notifications.models import Notice
from notifications.rules.kinds import NoticeKind
from review.models import Query
from safety.models import AdverseEvent
from subjects.models import Deviation, EligibilityConfirmation, Subject
from tests.factories import SYSTEM, make_staff
from trials.models import Site, Trial
from trials.reading import PROTOCOLS
from trials.rules.kinds import TrialKind
from trials.rules.roles import Role
from visits.actions.reminders import flag_overdue, sweep
from visits.models import Infusion, Visit
from workbench.rehearsal import driver
from workbench.rehearsal.driver import rehearse
from workbench.rehearsal.profile import Profile, read_profile

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UNTIL = date(2026, 11, 24)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return read_profile(PROTOCOLS / "nct07243366")


def rehearsed(trial: Trial, profile: Profile, **more):
    arguments = {"seed": 1, "subjects": 3, "weeks": 10, "until": UNTIL, "now": NOW}
    return rehearse(trial=trial, profile=profile, **(arguments | more))


def test_whole_rehearsal(rehearsal_trial, profile):
    before = timezone.now()
    coordinator = make_staff(rehearsal_trial, Role.COORDINATOR)
    days = []

    script = rehearsed(
        rehearsal_trial, profile, subjects=15, weeks=24, on_day=lambda done, of: days.append((done, of))
    )

    states = list(Subject.objects.values_list("state", flat=True))
    assert sorted(states) == ["enrolled"] * 14 + ["screen-failed"] * 2 + ["withdrawn"]
    assert sorted(Subject.objects.filter(place__isnull=False).values_list("place__number", flat=True)) == [
        *range(1, 16)
    ]
    kinds = set(Deviation.objects.filter(state="open").values_list("kind", flat=True))
    assert kinds == {"out-of-window", "missed-visit", "minimum-gap"}
    assert AdverseEvent.objects.filter(serious=True).count() == 1
    assert AdverseEvent.objects.values("grade").distinct().count() >= 3
    assert Infusion.objects.exclude(interruptions=[]).count() == 2
    assert Infusion.objects.filter(percent_given__lt=100).count() == 2
    assert Assessment.objects.filter(state="incomplete").exists()
    assert Assessment.objects.exclude(overrides={}).exists()
    assert Query.objects.filter(state="open").exists()
    assert Visit.objects.filter(name="EOT", state="attended").count() >= 2
    assert Visit.objects.filter(actual_date__gte=UNTIL).count() == 0

    everything_is_marked(rehearsal_trial)
    everything_is_attributed(before)
    assert days[-1] == (len(days), len(days)) == (len(script.days()), len(script.days()))
    something_is_due(coordinator)


def everything_is_marked(trial: Trial) -> None:
    assert trial.kind == TrialKind.REHEARSAL
    assert not Subject.objects.exclude(trial=trial).exists()
    assert all(code.startswith("R") for code in Subject.objects.values_list("code", flat=True))
    assert all(Notice.objects.values_list("rehearsal", flat=True))


def everything_is_attributed(since: datetime) -> None:
    """Audit rows keep the instant at which they were written, and name no real person."""
    corrected = Assessment.history.filter(history_type="~").exclude(history_change_reason="")
    assert corrected.count() >= 5
    simulated = {driver.COORDINATOR.username, driver.INVESTIGATOR.username}
    for model in audited_models():
        for row in model.history.filter(history_scope__startswith="subject:"):
            assert row.history_date >= since
            assert row.history_user_id is None
            assert row.history_username in simulated | {"system"}
    assert set(EligibilityConfirmation.objects.values_list("confirmed_by", flat=True)) == {
        driver.INVESTIGATOR.username
    }


def something_is_due(coordinator) -> None:
    assert Notice.objects.filter(kind=NoticeKind.SERIOUS_ADVERSE_EVENT, recipient=coordinator.user).exists()
    assert sweep(now=NOW) >= 3
    stages = set(Notice.objects.filter(kind=NoticeKind.VISIT_REMINDER).values_list("stage", flat=True))
    assert "closed-unattended" in stages
    assert len(stages) >= 2
    assert flag_overdue(now=NOW) == 2


def test_same_seed_makes_the_same_record(rehearsal_trial, profile):
    first = rehearsed(rehearsal_trial, profile, subjects=1, weeks=4)
    captured = list(Assessment.objects.order_by("pk").values_list("form", "values", "derived", "not_done"))
    assert captured
    assert {act.on for act in first.acts} >= {
        row.actual_date for row in Visit.objects.exclude(actual_date=None)
    }
    assert [form for form, *_ in captured] == [
        act.form for act in first.acts if hasattr(act, "form") and not act.reason
    ]


def test_production_trial_is_refused(trial, profile):
    with pytest.raises(RuleViolation, match="not-a-rehearsal"):
        rehearsed(trial, profile)
    assert not Subject.objects.exists()


def test_rehearsal_leaves_the_production_trial_alone(trial, rehearsal_trial, profile):
    rehearsed(rehearsal_trial, profile, subjects=1, weeks=2)
    assert rehearsal_trial.subjects.exists()
    assert not trial.subjects.exists()
    assert not trial.places.filter(subject__isnull=False).exists()


def test_rehearsal_begins_with_no_subject(rehearsal_trial, profile):
    rehearsed(rehearsal_trial, profile, subjects=1, weeks=2)
    known = Subject.objects.count()
    with pytest.raises(RuleViolation, match="rehearsed-already"):
        rehearsed(rehearsal_trial, profile)
    assert Subject.objects.count() == known


def test_future_is_refused(rehearsal_trial, profile):
    with pytest.raises(InvalidValues, match="future-date"):
        rehearsed(rehearsal_trial, profile, until=UNTIL + timedelta(days=1))


def test_rehearsal_broken_off_leaves_no_trace(rehearsal_trial, profile):
    def break_off(done: int, of: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rehearsed(rehearsal_trial, profile, on_day=break_off)
    assert not Subject.objects.exists()
    assert not Subject.history.exists()


def test_two_sites_share_the_subjects(rehearsal_trial, profile):
    with record(by=SYSTEM):
        Site(trial=rehearsal_trial, number="02", name_en="Second", name_zh="第二中心").save()
    rehearsed(rehearsal_trial, profile, subjects=3, weeks=2)
    assert set(Subject.objects.values_list("site__number", flat=True)) == {"01", "02"}
