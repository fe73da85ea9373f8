"""A sound adverse event, to be changed in the one respect that a test is about."""

from datetime import date, datetime
from typing import Any

from audit.validation import parse
from safety.rules.values import AdverseEventValues
from tests.factories import SHANGHAI

CONSENTED = date(2026, 2, 2)
TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 14, 30, tzinfo=SHANGHAI)
HEADACHE = {
    "term": "Headache",
    "start_date": "2026-03-10",
    "end_date": "2026-03-12",
    "grade": 2,
    "serious": False,
    "action_taken": "DOSE NOT CHANGED",
    "outcome": "RECOVERED/RESOLVED",
    "aware_at": "2026-03-10T15:00+08:00",
}
HOSPITALISED = {"grade": 3, "serious": True, "hospitalisation": True}
DIED = {"grade": 5, "serious": True, "death": True, "outcome": "FATAL"}
ONGOING = {"end_date": None, "ongoing": True, "outcome": "NOT RECOVERED/NOT RESOLVED"}


def sent(**changes: Any) -> dict[str, Any]:
    """As a client sends it."""
    return HEADACHE | changes


def event(**changes: Any) -> AdverseEventValues:
    return parse(AdverseEventValues, sent(**changes))
