"""The first trial's definition: what its registry entry states, and what is complete in itself."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from tests.factories import nct_definition
from trials.rules.definition import CriterionKind
from trials.rules.forms import ItemType
from trials.rules.text import Text

NCT = nct_definition()
CHINESE = re.compile("[\u4e00-\u9fff]")


def texts(part: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text of the definition with the place where it stands."""
    if isinstance(part, Text):
        yield path, part
    elif isinstance(part, tuple):
        for index, entry in enumerate(part):
            yield from texts(entry, f"{path}.{getattr(entry, 'oid', index)}")
    elif hasattr(type(part), "model_fields"):
        for name in type(part).model_fields:
            yield from texts(getattr(part, name), f"{path}.{name}")


TEXTS = dict(texts(NCT))


@pytest.mark.parametrize(
    ("fact", "value"),
    {
        "id": "NCT07243366",
        "org_study_id": "PLKR-CAR-NK-I-101",
        "sponsor_class": "INDUSTRY",
        "responsible_party": "SPONSOR",
        "contact": "Jiexing Chen, 183 0200 2029",
        "phase": "EARLY_PHASE1",
        "status": "NOT_YET_RECRUITING",
        "study_type": "INTERVENTIONAL",
        "allocation": "NA",
        "intervention_model": "SINGLE_GROUP",
        "masking": "NONE",
        "primary_purpose": "TREATMENT",
        "start_date": date(2025, 11, 25),
        "completion_date": date(2027, 11, 30),
        "last_updated": date(2025, 11, 21),
        "sex": "ALL",
        "minimum_age": 18,
        "maximum_age": 65,
        "healthy_volunteers": False,
    }.items(),
)
def test_registry_fact(fact, value):
    assert getattr(NCT.registry, fact) == value


def test_registry_titles_and_names():
    assert NCT.registry.title.en == (
        "Allogeneic CD19-CAR-NK Cells in Patients With Refractory Myasthenia Gravis"
    )
    assert NCT.registry.sponsor.en == "Guangdong ProCapZoom Biosciences Co., Ltd."
    assert [c.en for c in NCT.registry.conditions] == ["Refractory Myasthenia Gravis"]
    assert [(a.type, a.label.en) for a in NCT.arms] == [("EXPERIMENTAL", "CD19-CAR-NK Cells Group")]
    (product,) = NCT.interventions
    assert (product.type, product.label.en) == ("DRUG", "CD19-CAR-NK Cells Injection")
    assert product.other_names == ("CD19-CAR-NK Cells",)


def test_fifteen_places_at_one_site_in_china():
    assert (NCT.enrolment_cap, len(NCT.sites), NCT.time_zone) == (15, 1, "Asia/Shanghai")


def test_the_ethics_approval_date_is_not_known_and_not_invented():
    (consent,) = NCT.consent_versions
    assert (consent.version, consent.approved_on) == ("1.0", None)


def test_every_open_question_has_its_default():
    assert [decision.oid for decision in NCT.decisions] == [f"D{n}" for n in range(1, 21)]
    assert NCT.settings.minimum_infusion_gap_days == 11
    assert NCT.settings.ctcae_version == "5.0"


def test_twelve_infusions_every_two_weeks_from_day_1():
    infusions = [planned for planned in NCT.plan.values() if planned.kind == "infusion"]
    assert [planned.name for planned in infusions] == [f"INF{n}" for n in range(1, 13)]
    assert [planned.timing.offset for planned in infusions] == list(range(0, 155, 14))


@pytest.mark.parametrize(
    ("visit", "opens", "planned", "closes"),
    [
        ("SCR", -28, -14, -1),
        ("BL", -7, -1, 0),
        ("INF1", -3, 0, 3),
        ("INF2", 11, 14, 17),
        ("INF12", 151, 154, 157),
        ("EOT", 165, 7 * 24, 171),
        ("FU1", 189, 7 * 28, 203),
        ("FU2", 245, 7 * 36, 259),
        ("FU3", 350, 7 * 52, 378),
    ],
)
def test_window_in_days_from_day_1(visit, opens, planned, closes):
    timing = NCT.plan[visit].timing
    assert (timing.offset - timing.before, timing.offset, timing.offset + timing.after) == (
        opens,
        planned,
        closes,
    )


def test_visits_on_demand_have_no_window():
    assert NCT.plan["ET"].timing is NCT.plan["UNS"].timing is None
    assert NCT.event_named("UNS3").name == "UNS"
    assert NCT.event_named("ET2") is NCT.event_named("INF13") is None


FOUR_WEEKLY = ["MGADL", "QMG", "MGDX", "VS"]


@pytest.mark.parametrize(
    ("visit", "forms"),
    {
        "SCR": ["DM", "MGDX", "MGADL", "QMG", "VS"],
        "BL": FOUR_WEEKLY,
        **{f"INF{n}": FOUR_WEEKLY if n % 2 else ["MGADL", "VS"] for n in range(1, 13)},
        "EOT": FOUR_WEEKLY,
        "FU1": FOUR_WEEKLY,
        "FU2": FOUR_WEEKLY,
        "FU3": FOUR_WEEKLY,
        "ET": ["MGADL", "QMG", "VS"],
    }.items(),
)
def test_forms_due(visit, forms):
    refs = NCT.plan[visit].form_refs
    assert sorted(ref.form for ref in refs) == sorted(forms)
    assert all(ref.required for ref in refs)


def test_an_unscheduled_visit_offers_forms_and_requires_none():
    assert {ref.form: ref.required for ref in NCT.plan["UNS"].form_refs} == {
        "MGADL": False,
        "QMG": False,
        "VS": False,
    }


def test_logs_and_repeating_forms():
    assert {form.oid for form in NCT.logs()} == {"PT", "CM"}
    assert [form.oid for form in NCT.forms if form.repeats] == ["VS"]


def test_eight_inclusion_and_seven_exclusion_criteria():
    assert [c.oid for c in NCT.criteria if c.kind is CriterionKind.INCLUSION] == [
        f"INC-{n:02}" for n in range(1, 9)
    ]
    assert [c.oid for c in NCT.criteria if c.kind is CriterionKind.EXCLUSION] == [
        f"EXC-{n:02}" for n in range(1, 8)
    ]


def test_criteria_that_the_forms_decide_have_a_rule():
    assert {c.oid for c in NCT.criteria if not c.is_judgement} == {
        "INC-01",
        "INC-02",
        "INC-03",
        "INC-04",
        "INC-06",
    }
    assert {c.oid for c in NCT.criteria if c.final_rule} == {"INC-02", "INC-06"}


def test_every_text_is_in_both_languages():
    assert len(TEXTS) > 400
    assert [place for place, text in TEXTS.items() if not CHINESE.search(text.zh_hans)] == []
    assert [place for place, text in TEXTS.items() if CHINESE.search(text.en)] == []


def test_chinese_punctuation_is_full_width():
    assert [place for place, text in TEXTS.items() if re.search("[,:;?!()]", text.zh_hans)] == []


def test_item_names_fit_into_sdtm():
    assert [i.oid for form in NCT.forms for i in form.items() if len(i.oid) > 8] == []


def test_everything_found_elsewhere_names_a_public_source():
    sources = [form.source for form in NCT.forms] + [c.source for c in NCT.criteria]
    assert all(sources)
    assert not [s for s in sources if ".md" in s or "/" in s]


@pytest.mark.parametrize("form", ["MGADL", "QMG"])
def test_ordinal_items_have_all_grades_from_0_to_3_each_described(form):
    lists = {
        item.codelist for item in NCT.form(form).items() if item.type is ItemType.INTEGER and item.codelist
    }
    for codes in (NCT.codelist(oid).codes for oid in lists):
        assert [code.code for code in codes] == [0, 1, 2, 3]
        assert len({code.label.en for code in codes}) == 4
        assert len({code.label.zh_hans for code in codes}) == 4


def test_mg_adl_has_its_eight_items_each_answerable():
    items = [i for i in NCT.form("MGADL").items() if i.captured and i.type is ItemType.INTEGER]
    assert [i.oid for i in items] == [
        "TALK",
        "CHEW",
        "SWAL",
        "BRTH",
        "BRUSH",
        "CHAIR",
        "DIPL",
        "PTOS",
    ]
    assert all(i.required and i.not_done == "NDADL" for i in items)


def test_qmg_has_thirteen_grades_in_order():
    assert [i.oid for i in NCT.form("QMG").items() if re.fullmatch(r"G\d+", i.oid)] == [
        f"G{n}" for n in range(1, 14)
    ]


def test_mgfa_classes_are_complete():
    assert [code.code for code in NCT.codelist("MGFA").codes] == [
        "I", "IIa", "IIb", "IIIa", "IIIb", "IVa", "IVb", "V",
    ]  # fmt: skip


def test_no_code_list_is_unused():
    items = [item for form in NCT.forms for item in form.items()]
    used = {item.codelist for item in items} | {item.not_done for item in items}
    assert {codelist.oid for codelist in NCT.codelists} <= used


def test_measures():
    assert [(m.form, m.item, m.baseline, m.responder_change, m.sustained_days) for m in NCT.measures] == [
        ("MGADL", "TOTAL", "BL", 2, 28),
        ("QMG", "TOTAL", "BL", 3, 28),
    ]
