"""What a person typed becomes the JSON values that capture takes; what is no value stays as typed."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import SHANGHAI
from trials.rules.forms import Form, Item, ItemGroup, ItemType
from trials.rules.text import Text
from workbench.forms.answers import Answers, shown

WORDS = Text(en="item", zh_hans="条目")


def form_of(*items: Item) -> Form:
    return Form(oid="F", label=WORDS, groups=(ItemGroup(oid="G", label=WORDS, items=items),))


def item(kind: ItemType, **more) -> Item:
    if kind is ItemType.CHOICE:
        more["codelist"] = "LIST"
    return Item(oid="X", label=WORDS, type=kind, **more)


def value_of(kind: ItemType, typed: str):
    form = form_of(item(kind))
    return Answers.posted(form, QueryDict(mutable=True) | {"v-X": typed}).values(form).get("X")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (ItemType.INTEGER, "3", 3),
        (ItemType.INTEGER, "-3", -3),
        (ItemType.INTEGER, "3.5", "3.5"),
        (ItemType.INTEGER, "three", "three"),
        (ItemType.INTEGER, "³", "³"),
        (ItemType.DECIMAL, "36.50", Decimal("36.50")),
        (ItemType.DECIMAL, "36,5", "36,5"),
        (ItemType.DECIMAL, "NaN", "NaN"),
        (ItemType.DECIMAL, "Infinity", "Infinity"),
        (ItemType.TEXT, " words ", "words"),
        (ItemType.CHOICE, "7", "7"),
        (ItemType.DATE, "2026-02-30", "2026-02-30"),
        (ItemType.PARTIAL_DATE, "2026", "2026"),
        (ItemType.TIME, "9:30", "9:30"),
        (ItemType.DATETIME, "soon", "soon"),
        (ItemType.DATETIME, "2026-03-02T09:30+01:00", "2026-03-02T09:30+01:00"),
    ],
)
def test_typed_text_becomes_its_value_only_where_it_is_one(kind, typed, value):
    assert value_of(kind, typed) == value


@pytest.mark.parametrize("typed", ["", "   "])
@pytest.mark.parametrize("kind", ItemType)
def test_blank_item_is_left_out(kind, typed):
    assert value_of(kind, typed) is None


def test_clock_time_at_the_site_gets_the_sites_offset():
    with timezone.override(SHANGHAI):
        assert value_of(ItemType.DATETIME, "2026-03-02T09:30") == "2026-03-02T09:30+08:00"


def test_instant_is_shown_on_the_sites_clock():
    with timezone.override(SHANGHAI):
        assert shown(item(ItemType.DATETIME), "2026-03-02T01:30+00:00") == "2026-03-02T09:30"


@given(st.integers(-(10**14), 10**14))
def test_integer_comes_back_as_it_was(number):
    assert value_of(ItemType.INTEGER, shown(item(ItemType.INTEGER), number)) == number


@given(st.decimals(-9999, 9999, places=3))
def test_decimal_comes_back_as_it_was(number):
    assert value_of(ItemType.DECIMAL, shown(item(ItemType.DECIMAL), float(number))) == number


def test_reason_for_not_done_is_sent_as_such():
    form = form_of(item(ItemType.INTEGER, not_done="ND"))
    answers = Answers.posted(form, QueryDict(mutable=True) | {"nd-X": "REFUSED"})
    assert answers.values(form) == {"X": {"not_done": "REFUSED"}}
    assert answers.contradicted() == []


def test_value_beside_a_reason_for_none_contradicts_itself():
    form = form_of(item(ItemType.INTEGER, not_done="ND"))
    answers = Answers.posted(form, QueryDict(mutable=True) | {"nd-X": "REFUSED", "v-X": "1"})
    assert answers.contradicted() == ["X"]


def test_derived_item_is_never_sent():
    form = form_of(item(ItemType.INTEGER, derive="1"))
    assert Answers.posted(form, QueryDict(mutable=True) | {"v-X": "1"}).values(form) == {}


@pytest.mark.parametrize(("posted", "revision"), [("3", 3), ("", None), ("x", None), ("-1", None)])
def test_revision_is_a_number_or_none(posted, revision):
    form = form_of(item(ItemType.TEXT))
    assert Answers.posted(form, QueryDict(mutable=True) | {"revision": posted}).revision == revision
