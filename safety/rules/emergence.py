"""Did an event emerge under treatment? A date that is not known well enough gives no answer."""

from datetime import date, datetime, time, timedelta, tzinfo

from safety.rules.terms import counts_as_related
from safety.rules.values import AdverseEventValues


def treatment_emergent(
    event: AdverseEventValues,
    *,
    first_infusion_at: datetime | None,
    last_infusion_at: datetime | None,
    emergent_days: int,
) -> bool | None:
    """Whether the event started after the first infusion did, and not too long after the last.

    Infusion starts are on the site's clock. `emergent_days` counts days after the date of the last
    infusion (protocol setting), without limit for a serious event related to the product. A
    worsening after the first infusion is an event of its own. None: it can't be known.
    """
    if first_infusion_at is None or last_infusion_at is None:
        return False
    earliest, latest = _possible_starts(event, first_infusion_at.tzinfo)
    after_first = _at_least(earliest, latest, first_infusion_at)
    limit = last_infusion_at.date() + timedelta(days=emergent_days)
    unlimited = _both(event.serious, counts_as_related(event.caused_by_product))
    return _both(after_first, _either(_at_most(earliest.date(), latest.date(), limit), unlimited))


def _possible_starts(event: AdverseEventValues, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The first and the last instant at which the event can have started."""
    start = event.start
    return (
        datetime.combine(start.earliest, event.start_time or time.min, zone),
        datetime.combine(start.latest, event.start_time or time.max, zone),
    )


def _at_least(earliest: datetime, latest: datetime, limit: datetime) -> bool | None:
    if earliest >= limit:
        return True
    return False if latest < limit else None


def _at_most(earliest: date, latest: date, limit: date) -> bool | None:
    if latest <= limit:
        return True
    return False if earliest > limit else None


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's AND."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's OR."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False
