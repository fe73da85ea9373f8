"""How the values of simulated subjects are found, item by item."""

from datetime import date
from random import Random

import pytest

from tests.factories import nct_definition
from trials.rules.dates import completed_years
from trials.rules.forms import Item
from trials.rules.text import Text
from workbench.rehearsal.person import Moment, Person, guess, value_of
from workbench.rehearsal.profile import ORDINARY, Draw, Unplayable, read_profile
from workbench.rehearsal.sheets import Place, fill, left_open, miscopied, not_done, unexpected

DAY1 = date(2026, 3, 2)
BEFORE, LATE = Moment(date(2026, 2, 23), DAY1), Moment(date(2026, 12, 31), DAY1)


def seeded(seed: int = 3) -> Random:
    return Random(seed)  # noqa: S311  a simulation, no secret


def person(gain: float = 1.0) -> Person:
    return Person(seeded(1), gain, days=40)


def item(type_: str, **more) -> Item:
    return Item(oid="X", label=Text(en="X", zh_hans="X"), type=type_, **more)


def drawn(declared: Item, who: Person, moment: Moment = BEFORE, **way):
    return value_of(nct_definition(), "F.X", declared, Draw(**way), who, moment)


def test_course_starts_where_it_starts_and_ends_where_it_ends():
    course = {"from": (3, 3), "to": 0}
    assert drawn(item("integer"), person(), BEFORE, course=course) == 3
    assert drawn(item("integer"), person(), LATE, course=course) == 0


def test_course_stays_for_those_who_do_not_respond():
    assert drawn(item("integer"), person(gain=0.0), LATE, course={"from": (3, 3), "to": 0}) == 3


def test_course_of_a_code_turns():
    onset = item("choice", codelist="ONSET60")
    course = {"from": "ONSET", "to": "NONE"}
    assert drawn(onset, person(), BEFORE, course=course) == "ONSET"
    assert drawn(onset, person(), LATE, course=course) == "NONE"


@pytest.mark.parametrize(("span", "expected"), [((500, 500), 120.0), ((-5, -5), 0.0)])
def test_number_stays_within_the_hard_range(span, expected):
    assert drawn(item("decimal", hard={"min": 0, "max": 120}), person(), between=span) == expected


def test_number_is_the_nearest_code():
    assert drawn(item("integer", codelist="TALK"), person(), between=(2.6, 2.9)) == 3


def test_number_has_the_decimals_of_its_item():
    assert drawn(item("decimal", decimals=1), person(), between=(36.12, 36.14)) == 36.1


@pytest.mark.parametrize("age", [18, 40, 65])
def test_age_gives_a_date_of_birth(age):
    born = date.fromisoformat(drawn(item("partial-date"), person(), age=(age, age)))
    assert completed_years(born, BEFORE.on) == age


def test_clock_and_days_before_make_an_instant_at_the_site():
    taken = drawn(item("datetime"), person(), days_before=(1, 1), clock=("20:00", "20:00"))
    assert taken == "2026-02-22T20:00+08:00"


def test_what_keeps_is_drawn_once():
    who = person()
    values = {drawn(item("integer"), who, between=(0, 10_000), keeps=True) for _ in range(5)}
    assert len(values) == 1


@pytest.mark.parametrize("type_", ["integer", "decimal", "text", "date", "time", "datetime", "partial-date"])
def test_every_type_can_be_guessed(type_):
    declared = item(type_)
    assert drawn(declared, person(), **guess(nct_definition(), declared).model_dump(exclude_none=True))


@pytest.mark.parametrize(
    "ways", [{}, {"always": 1, "between": (0, 1)}, {"age": (1, 2), "days_before": (1, 2)}]
)
def test_a_draw_says_exactly_one_way(ways):
    with pytest.raises(ValueError, match="exactly one way"):
        Draw(**ways)


def sheet(form: str = "QMG"):
    place = Place(nct_definition(), nct_definition().form(form), {"SCR.DM.SEX": "F"}, BEFORE.on, BEFORE.on)
    return fill(place, read_profile(None).items, {}, person(), BEFORE)


@pytest.mark.parametrize("form", ["DM", "MGADL", "QMG", "VS", "CM", "PT"])
def test_form_is_filled_soundly_from_its_types(form):
    assert sheet(form).is_complete


def test_items_that_do_not_apply_are_left_out():
    filled = sheet("QMG").but({"DIPL": "NONE"})
    assert "DIPLS" not in filled.values
    assert filled.is_sound


def test_flaws_can_be_stored_and_differ():
    filled = sheet("VS")
    for flaw in (left_open, not_done, unexpected, miscopied):
        flawed = flaw(filled, seeded())
        assert flawed is not None, flaw
        assert flawed.is_sound
        assert flawed.values != filled.values
    assert not left_open(filled, seeded()).is_complete
    assert not_done(filled, seeded()).is_complete
    assert unexpected(filled, seeded()).judged.findings


def test_form_that_nothing_passes_names_its_check():
    place = Place(nct_definition(), nct_definition().form("VS"), {}, BEFORE.on, BEFORE.on)
    contradicting = {"SYSBP": Draw(always=100), "DIABP": Draw(always=120)}
    with pytest.raises(Unplayable, match="VS.*diastolic"):
        fill(place, {}, contradicting, person(), BEFORE)


def test_profile_of_a_folder_goes_over_that_of_any_trial(tmp_path):
    (tmp_path / "rehearsal.yaml").write_text("staff: [DR-9]\nwords: {absence: [Flood]}\n", encoding="utf-8")
    profile = read_profile(tmp_path)
    assert profile.staff == ("DR-9",)
    assert profile.words["absence"] == ("Flood",)
    assert profile.words["withdrawal"] == read_profile(None).words["withdrawal"]


@pytest.mark.parametrize("text", ["staff: [", "surprise: 1", "items: {DM.SEX: {}}", "- a list"])
def test_broken_profile_names_its_file(tmp_path, text):
    (tmp_path / "rehearsal.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Unplayable, match=r"rehearsal\.yaml"):
        read_profile(tmp_path)


def test_ordinary_profile_is_sound():
    assert ORDINARY.exists()
    assert read_profile(None).adverse_events
