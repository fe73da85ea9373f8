"""What may be said by e-mail: declared words, subject codes and dates, nothing else."""

import pytest

from notifications.rules.kinds import WORDINGS, Announcement, NoticeChannel, NoticeKind
from visits.rules.reminders import ReminderStage

ALLOWED_HOLES = {"trial", "subject", "visit", "opens", "closes"}
PARAMS = {
    "trial": "NCT07243366",
    "subject": "S001",
    "visit": "INF2",
    "opens": "2026-03-13",
    "closes": "2026-03-19",
    "path": "/",
}


def announcement(**changes) -> Announcement:
    values = {
        "kind": NoticeKind.VISIT_REMINDER,
        "cause": "visit:17",
        "stage": "opens-soon",
        "occasion": "2026-03-16",
        "recipient_id": 4,
        "params": PARAMS,
    }
    return Announcement(**(values | changes))


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=lambda wording: wording.subject)
def test_wording_names_codes_and_dates_only(wording):
    assert wording.holes <= ALLOWED_HOLES
    assert "subject" in wording.holes


def test_every_stage_of_a_visit_reminder_has_words():
    declared = {stage for kind, stage in WORDINGS if kind is NoticeKind.VISIT_REMINDER}
    assert declared == set(ReminderStage)


def test_announcement_says_what_makes_it_one():
    assert announcement().identity == (
        "visit:17", "opens-soon", 4, NoticeChannel.EMAIL, "2026-03-16",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "whenever"},
        {"kind": NoticeKind.SERIOUS_ADVERSE_EVENT},
        {"params": PARAMS | {"diagnosis": "myasthenic crisis"}},
        {"params": {name: PARAMS[name] for name in PARAMS if name != "path"}},
    ],
    ids=["undeclared stage", "stage of another kind", "fact too much", "word missing"],
)
def test_announcement_refuses_what_no_wording_declares(changes):
    with pytest.raises(ValueError):
        announcement(**changes)
