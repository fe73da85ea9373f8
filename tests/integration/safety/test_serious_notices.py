"""A serious event is told to the site's people, once, in the transaction that stores it."""

from typing import Any

import pytest

from notifications.models import Notice
from safety.actions import correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent
from subjects.models import Subject
from tests.adverse_events import HOSPITALISED, NOW, TODAY, event
from tests.factories import Cast, cast_of, consented, make_staff
from trials.rules.roles import Role


def recorded(cast: Cast, subject: Subject, **changes: Any) -> AdverseEvent:
    return record_adverse_event(
        subject=subject, values=event(**changes), today=TODAY, now=NOW, by=cast.coordinator
    )


def corrected(cast: Cast, found: AdverseEvent, revision: int, **changes: Any) -> AdverseEvent:
    return correct_adverse_event(
        event=found,
        values=event(**changes),
        expected_revision=revision,
        reason="follow-up",
        today=TODAY,
        now=NOW,
        by=cast.coordinator,
    )


def told() -> list[str]:
    return sorted(Notice.objects.values_list("recipient__staff_roles__role", flat=True))


def test_serious_event_is_told_to_coordinator_and_investigator(cast: Cast) -> None:
    found = recorded(cast, consented(cast), **HOSPITALISED)
    assert found.is_sae
    assert told() == ["coordinator", "investigator"]
    notice = Notice.objects.first()
    assert (notice.kind, notice.cause) == ("serious-adverse-event", f"adverse-event:{found.pk}")
    assert notice.params == {
        "trial": "NCT07243366",
        "subject": "S001",
        "path": "/trials/NCT07243366/subjects/S001/adverse-events/1/",
    }


@pytest.mark.parametrize("serious", [False, None])
def test_event_that_is_not_serious_is_not_told(cast: Cast, serious: bool | None) -> None:
    recorded(cast, consented(cast), serious=serious, grade=3)
    assert told() == []


def test_event_that_becomes_serious_is_told_then_and_only_once(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    corrected(cast, found, 1, **HOSPITALISED)
    assert told() == ["coordinator", "investigator"]
    corrected(cast, found, 2, **HOSPITALISED | {"grade": 4})
    corrected(cast, found, 3)
    corrected(cast, found, 4, **HOSPITALISED)
    assert told() == ["coordinator", "investigator"]


def test_each_serious_event_is_told(cast: Cast) -> None:
    subject = consented(cast)
    recorded(cast, subject, **HOSPITALISED)
    recorded(cast, subject, term="Sepsis", **HOSPITALISED)
    assert told() == ["coordinator"] * 2 + ["investigator"] * 2


def test_a_notice_that_fails_undoes_the_event(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("safety.actions.plan", fail)
    subject = consented(cast)
    with pytest.raises(RuntimeError):
        recorded(cast, subject, **HOSPITALISED)
    assert not AdverseEvent.objects.exists()


def test_a_rehearsed_event_is_told_as_rehearsal(rehearsal_trial: Any) -> None:
    cast = cast_of(rehearsal_trial)
    recorded(cast, consented(cast), **HOSPITALISED)
    assert set(Notice.objects.values_list("rehearsal", flat=True)) == {True}


def test_who_has_no_role_any_more_is_not_told(cast: Cast) -> None:
    newcomer = make_staff(cast.trial, Role.INVESTIGATOR, username="dr.new")
    recorded(cast, consented(cast), **HOSPITALISED)
    assert Notice.objects.filter(recipient=newcomer.user).count() == 1
    newcomer.user.is_active = False
    newcomer.user.save()
    recorded(cast, consented(cast), **HOSPITALISED)
    assert Notice.objects.filter(recipient=newcomer.user).count() == 1
