"""The definition's texts are the registry entry's, word for word."""

import re

import pytest

from tests.factories import nct_definition
from tests.spec.supplied import supplied

NCT = nct_definition()
ENTRY = supplied("NCT07243366-registry.txt")
# The registry lists two "baseline characteristics" under one heading; here each is a criterion.
HEADING = "Baseline characteristics - all must be fulfilled:"


def letters(text: str) -> str:
    """Without spacing, list marks and escapes, which differ between a page and a table."""
    return re.sub(r"[\s*\\]", "", text).rstrip(".;")


@pytest.mark.parametrize("criterion", NCT.criteria, ids=lambda criterion: criterion.oid)
def test_criterion_is_the_registrys(criterion):
    assert letters(criterion.text.en.removeprefix(HEADING)) in letters(ENTRY)


@pytest.mark.parametrize(
    "text",
    [
        NCT.registry.title,
        NCT.registry.brief_summary,
        NCT.registry.detailed_description,
        NCT.registry.sponsor,
        NCT.registry.eligibility_notes,
        NCT.arms[0].label,
        NCT.arms[0].description,
        NCT.interventions[0].label,
        NCT.interventions[0].description,
    ],
    ids=lambda text: text.en[:30],
)
def test_text_is_the_registrys(text):
    assert letters(text.en) in letters(ENTRY)


@pytest.mark.parametrize(
    "field",
    [
        "id", "org_study_id", "sponsor_class", "responsible_party", "phase", "status", "study_type",
        "allocation", "intervention_model", "masking", "primary_purpose", "start_date",
        "completion_date", "last_updated", "sex", "minimum_age", "maximum_age",
    ],
)  # fmt: skip
def test_fact_is_the_registrys(field):
    assert re.search(rf"\b{getattr(NCT.registry, field)}\b", ENTRY)


def test_enrolment_is_the_registrys():
    assert f"{NCT.enrolment_cap} participants" in ENTRY
    assert all(part in ENTRY for part in NCT.registry.contact.split(", "))


def test_nothing_that_the_registry_lists_is_left_out():
    lists = ENTRY.split("Inclusion Criteria\n")[1].split("Minimum Eligible Age")[0]
    told = letters("".join(c.text.en for c in NCT.criteria) + NCT.registry.eligibility_notes.en)
    sentences = [letters(s) for s in re.split(r"(?<=[.;])\s|\n|^\* ", lists) if len(s) > 12]
    headings = {letters(HEADING), letters("Exclusion Criteria")}
    assert [s for s in sentences if s not in told and s not in headings] == []
