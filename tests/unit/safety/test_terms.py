"""The codes are CDISC's, and everything that a person chooses from has a label."""

import json
from pathlib import Path

import pytest

from safety.rules import terms
from safety.rules.terms import ActionTaken, Causality, Criterion, Outcome, SpecialInterest, counts_as_related
from safety.rules.values import AdverseEventValues
from tests.architecture.rooms import ROOT

CODELISTS = Path(ROOT).parent / "shared" / "standards" / "ct" / "codelists.json"


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (Outcome, terms.OUTCOME_LABELS),
        (ActionTaken, terms.ACTION_LABELS),
        (Causality, terms.CAUSALITY_LABELS),
        (Criterion, terms.CRITERION_LABELS),
        (SpecialInterest, terms.SPECIAL_INTEREST_LABELS),
        (terms.GRADES, terms.GRADE_LABELS),
    ],
)
def test_every_code_has_a_label_of_its_own(codes, labels):
    assert list(labels) == list(codes)
    assert len(set(labels.values())) == len(labels)


def controlled_terms(name: str) -> set[str]:
    if not CODELISTS.exists():
        pytest.skip("CDISC controlled terminology is not on this machine")
    codelist = json.loads(CODELISTS.read_text(encoding="utf-8"))[name]
    return {term[1] for term in codelist["terms"]}


def test_outcomes_are_those_of_cdisc_c66768():
    assert {str(outcome) for outcome in Outcome} == controlled_terms("OUT")


def test_actions_taken_are_of_cdisc_c66767():
    assert {str(action) for action in ActionTaken} <= controlled_terms("ACN")


@pytest.mark.parametrize(
    ("causality", "related"),
    [
        (Causality.DEFINITELY, True),
        (Causality.PROBABLY, True),
        (Causality.POSSIBLY, True),
        (Causality.UNABLE_TO_JUDGE, True),
        (Causality.POSSIBLY_NOT, False),
        (Causality.DEFINITELY_NOT, False),
        ("POSSIBLY RELATED", True),
        (None, None),
        ("", None),
    ],
)
def test_causality_that_counts_as_related(causality, related):
    assert counts_as_related(causality) is related


def test_every_criterion_is_an_item_of_the_event_under_its_cdash_name():
    titles = {name: field.title for name, field in AdverseEventValues.model_fields.items()}
    assert {titles[criterion.item] for criterion in Criterion} == {str(c) for c in Criterion}
