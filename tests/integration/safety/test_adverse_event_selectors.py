"""Who sees which adverse events, and what follows from the infusions given."""

from typing import Any

import pytest

from audit.rules import UnknownObject
from safety.actions import record_adverse_event
from safety.selectors import emergence, event_of, events_of, visible_to
from subjects.models import Subject
from tests.adverse_events import NOW, TODAY, event
from tests.factories import DAY1, Cast, consented, enrolled, infused, make_staff, second_site
from trials.rules.roles import Role


def recorded(cast: Cast, subject: Subject, **changes: Any) -> None:
    record_adverse_event(subject=subject, values=event(**changes), today=TODAY, now=NOW, by=cast.coordinator)


def test_events_of_another_site_are_not_visible(cast: Cast) -> None:
    subject = consented(cast)
    recorded(cast, subject)
    here = make_staff(cast.trial, Role.COORDINATOR, site=subject.site, username="here")
    elsewhere = make_staff(cast.trial, Role.COORDINATOR, site=second_site(cast), username="elsewhere")
    assert visible_to(here).count() == visible_to(cast.roles[Role.MONITOR]).count() == 1
    assert not visible_to(elsewhere).exists()


def test_events_are_listed_and_found_by_number(cast: Cast) -> None:
    subject = consented(cast)
    recorded(cast, subject)
    recorded(cast, subject, term="Nausea")
    assert [found.term for found in events_of(subject)] == ["Headache", "Nausea"]
    assert event_of(subject, 2).term == "Nausea"
    with pytest.raises(UnknownObject):
        event_of(subject, 3)
    with pytest.raises(UnknownObject):
        event_of(consented(cast), 1)


def test_emergence_follows_the_infusions_given(cast: Cast, django_assert_num_queries: Any) -> None:
    subject = enrolled(cast)
    recorded(cast, subject, start_date="2026-02-28", end_date="2026-03-01")
    recorded(cast, subject, start_date="2026-03")
    recorded(cast, subject, start_date="2026-03-03")
    events = list(events_of(subject))
    assert emergence(subject, events) == {1: False, 2: False, 3: False}
    infused(cast, subject, "INF1", DAY1)
    with django_assert_num_queries(1):
        assert emergence(subject, events) == {1: False, 2: None, 3: True}
