"""Refusals say what happened in the caller's language; a reason is a reason."""

from dataclasses import dataclass

import pytest

from audit.rules import Fault, InvalidValues, RuleViolation, StaleRevision, demand_reason, say


@dataclass
class Bilingual:
    en: str
    zh: str

    def in_language(self, code: str) -> str:
        return self.zh if code.startswith("zh") else self.en


def shout(message: str) -> str:
    return message.upper().replace("{ITEM}", "{item}")


def test_a_message_is_translated_before_its_parameters_are_filled_in() -> None:
    params = {"item": Bilingual("Talking", "说话")}
    assert say("Mend {item}", params, translate=shout, language="zh-hans") == "MEND 说话"
    assert say("Mend {item}", params, translate=str, language="en") == "Mend Talking"


def test_a_violation_has_a_code_for_programs_and_words_for_people() -> None:
    refused = RuleViolation("too-late", "{visit} is over.", visit="INF2")
    assert refused.code == "too-late"
    assert refused.render(str, "en") == "INF2 is over."
    assert str(refused) == "too-late: INF2 is over."


def test_invalid_values_list_every_fault() -> None:
    refused = InvalidValues([Fault("/a", "one", "First."), Fault("/b", "two", "Second.")])
    assert [fault.pointer for fault in refused.faults] == ["/a", "/b"]
    assert str(refused) == "/a one: First.; /b two: Second."


def test_a_stale_revision_says_who_and_when() -> None:
    refused = StaleRevision(revision=3, changed_by="li.wei", changed_at="2026-03-02T02:00:00+00:00")
    assert "li.wei changed this record at 2026-03-02T02:00:00+00:00" in refused.render(str, "en")


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_reason_is_none(blank: str) -> None:
    with pytest.raises(InvalidValues, match="reason-required"):
        demand_reason(blank)


def test_a_reason_is_stripped() -> None:
    assert demand_reason("  misread ") == "misread"
