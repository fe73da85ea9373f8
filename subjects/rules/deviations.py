"""Departures from the protocol that the system finds by itself."""

from enum import StrEnum

from audit.rules import gettext_noop as _


class DeviationKind(StrEnum):
    OUT_OF_WINDOW = "out-of-window"
    MISSED_VISIT = "missed-visit"
    MINIMUM_GAP = "minimum-gap"


DEVIATION_LABELS = {
    DeviationKind.OUT_OF_WINDOW: _("visit out of window"),
    DeviationKind.MISSED_VISIT: _("visit missed"),
    DeviationKind.MINIMUM_GAP: _("infusions too close together"),
}


class DeviationState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
