"""Edit checks that look at another visit's form, and grades that rest on one."""

from tests.factories import BASELINE, MGADL, SCREENED, attended, captured, consented


def asked(assessment):
    return [finding["check"] for finding in assessment.findings]


def test_a_later_form_is_compared_with_the_one_at_screening(cast):
    subject = consented(cast)
    attended(cast, subject, "SCR", SCREENED)
    captured(cast, subject, "SCR", "MGADL", MGADL | {"MGRATER": "SELF"})
    attended(cast, subject, "BL", BASELINE)
    later = captured(cast, subject, "BL", "MGADL", MGADL | {"MGRATER": "INTERVIEWER"})
    assert asked(later) == ["MGADL-01"]


def test_a_correction_is_not_held_against_what_it_corrects(cast):
    subject = consented(cast)
    attended(cast, subject, "SCR", SCREENED)
    first = captured(cast, subject, "SCR", "MGADL", MGADL | {"MGRATER": "SELF"})
    corrected = captured(
        cast,
        subject,
        "SCR",
        "MGADL",
        MGADL | {"MGRATER": "INTERVIEWER"},
        expected_revision=first.revision,
        reason="Wrong box ticked",
    )
    assert asked(corrected) == []
