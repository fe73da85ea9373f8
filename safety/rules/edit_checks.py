"""What can't be true of an adverse event. A partial date is refused only if no day in it fits."""

from collections.abc import Iterator
from datetime import date, datetime, time

from audit.rules import Fault
from audit.rules import gettext_noop as _
from safety.rules.terms import FATAL_GRADE, LIFE_THREATENING_GRADE, Criterion, Outcome
from safety.rules.values import AdverseEventValues
from trials.rules.partial_dates import PartialDate


def edit_checks(event: AdverseEventValues, *, consent_date: date, today: date, now: datetime) -> list[Fault]:
    """Every contradiction in the event, each at its item; empty for a sound one.

    `today` and `now` are the site's. Codes: too-early, end-before-start, time-without-day,
    future-date, ongoing-ended, end-missing, seriousness-contradicted, seriousness-unanswered,
    fatal-contradicted.
    """
    return [
        *_order(event, consent_date),
        *_future(event, today, now),
        *_end(event),
        *_seriousness(event),
        *_fatality(event),
    ]


def _at(item: str, code: str, template: str, **params: str) -> Fault:
    return Fault(f"/{item}", code, template, params)


def _order(event: AdverseEventValues, consent_date: date) -> Iterator[Fault]:
    if event.start.latest < consent_date:
        yield _at(
            "start_date",
            "too-early",
            _("{day} is before the consent of {consent_date}: this is medical history."),
            day=event.start_date,
            consent_date=consent_date.isoformat(),
        )
    if event.end and _ends_before_start(event, event.end):
        yield _at(
            "end_date",
            "end-before-start",
            _("The event can't have ended ({end}) before it started ({start})."),
            end=event.end_date or "",
            start=event.start_date,
        )
    for moment in ("start", "end"):
        day: PartialDate | None = getattr(event, moment)
        if getattr(event, f"{moment}_time") and not (day and day.is_whole):
            yield _at(f"{moment}_time", "time-without-day", _("A time of day needs a whole date."))


def _ends_before_start(event: AdverseEventValues, end: PartialDate) -> bool:
    if end.latest != event.start.earliest:
        return end.latest < event.start.earliest
    if event.start_time is None or event.end_time is None:
        return False
    same_day = end.is_whole and event.start.is_whole
    return same_day and event.end_time < event.start_time


def _future(event: AdverseEventValues, today: date, now: datetime) -> Iterator[Fault]:
    clock = now.time()
    if _lies_ahead(event.start, event.start_time, today, clock):
        yield _ahead("start_date", event.start_date, today)
    if event.end and _lies_ahead(event.end, event.end_time, today, clock):
        yield _ahead("end_date", event.end_date or "", today)
    if event.aware_at > now:
        yield _at("aware_at", "future-date", _("This time lies in the future."))


def _lies_ahead(day: PartialDate, at: time | None, today: date, clock: time) -> bool:
    today_later = day.is_whole and day.earliest == today and at is not None and at > clock
    return day.earliest > today or today_later


def _ahead(item: str, day: str, today: date) -> Fault:
    template = _("{day} lies in the future; today is {today} at the site.")
    return _at(item, "future-date", template, day=day, today=today.isoformat())


def _end(event: AdverseEventValues) -> Iterator[Fault]:
    if event.ongoing and event.end_date:
        yield _at("ongoing", "ongoing-ended", _("An ongoing event has no end date: clear one of the two."))
    if not (event.ongoing or event.end_date or event.outcome is Outcome.UNKNOWN):
        yield _at(
            "end_date",
            "end-missing",
            _("Give the end date, unless the event is ongoing or its outcome is unknown."),
        )


def _seriousness(event: AdverseEventValues) -> Iterator[Fault]:
    """Serious if and only if a criterion is (ICH E2A II.B)."""
    met = any(getattr(event, criterion.item) for criterion in Criterion)
    if met and not event.serious:
        yield _at(
            "serious",
            "seriousness-contradicted",
            _("A seriousness criterion is ticked: the event is serious, or the tick is wrong."),
        )
    elif event.serious and not met:
        yield _at(
            "serious",
            "seriousness-contradicted",
            _("Tick at least one criterion that makes the event serious."),
        )
    elif event.serious is None and event.grade >= LIFE_THREATENING_GRADE:
        yield _at(
            "serious",
            "seriousness-unanswered",
            _("An event of grade 4 or 5 needs an answer: serious, yes or no."),
        )


def _fatality(event: AdverseEventValues) -> Iterator[Fault]:
    """Fatal outcome, grade 5 and the criterion death: one never without the others."""
    says = {
        "outcome": event.outcome is Outcome.FATAL,
        "grade": event.grade == FATAL_GRADE,
        "death": event.death,
    }
    if any(says.values()):
        for item in (item for item, fatal in says.items() if not fatal):
            yield _at(
                item,
                "fatal-contradicted",
                _("A death is a fatal outcome, grade 5 and the criterion death: all or none."),
            )
