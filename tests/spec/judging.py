"""Judges forms and criteria of the published definition, as capture and eligibility do."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from assessments.rules.capture import Judged, judge_form
from assessments.rules.eligibility import Outcome, Stage, evaluate
from assessments.rules.values import known_value
from tests.factories import nct_definition

DAY = date(2026, 3, 2)
NCT = nct_definition()


def judge(
    form: str, sent: Mapping[str, Any], *, elsewhere: Mapping[str, Any] | None = None, on: date = DAY
) -> Judged:
    """What the form says, what follows from it, and what is wrong or asked."""
    declared = NCT.form(form)
    assert declared is not None
    return judge_form(NCT, declared, sent, elsewhere=elsewhere or {}, visit_date=on, today=max(on, DAY))


def known_from(form: str, visit: str, sent: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The typed values that a captured form makes known, as `VISIT.FORM.ITEM`."""
    judged = judge(form, sent, **more)
    assert judged.faults == []
    declared = NCT.form(form)
    assert declared is not None
    stored = judged.values | judged.derived
    return {
        f"{visit}.{form}.{item.oid}": known_value(item, stored[item.oid])
        for item in declared.items()
        if stored.get(item.oid) is not None
    }


def outcome(criterion: str, known: Mapping[str, Any], stage: Stage = Stage.SCREENING) -> Outcome:
    """What one criterion comes to."""
    results = evaluate(NCT, stage, known=known, judgements={}).results
    return next(r.outcome for r in results if r.criterion.oid == criterion)
