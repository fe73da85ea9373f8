"""A form of the protocol as it is shown: each question with its choices, what is wrong, what is asked."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from assessments.models import Assessment
from assessments.rules.capture import Finding, Judged
from audit.rules import Fault
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import CodeList, Form, Item, ItemGroup, ItemType
from trials.rules.text import Text
from workbench.forms.answers import Answers, shown
from workbench.refusals import words_of

MOST_BUTTONS = 8
LONG_TEXT = 200
KINDS = {
    ItemType.INTEGER: "number",
    ItemType.DECIMAL: "number",
    ItemType.DATE: "date",
    ItemType.PARTIAL_DATE: "partial",
    ItemType.TIME: "time",
    ItemType.DATETIME: "datetime-local",
}


@dataclass(frozen=True)
class Choice:
    """One entry of a code list. Scores show their number beside the words."""

    value: str
    label: Text
    chosen: bool
    is_score: bool = False


@dataclass(frozen=True)
class Asked:
    """A soft finding and the reason, if any, for which the value stands all the same."""

    finding: Finding
    override: str


@dataclass(frozen=True)
class Question:
    """One item on the page."""

    item: Item
    typed: str
    choices: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    derived: Any
    derived_label: Text | None
    hidden: bool
    faults: tuple[str, ...]
    asked: tuple[Asked, ...]
    seen: str
    stored_meanwhile: str | None = None

    @property
    def kind(self) -> str:
        """Which control it gets."""
        if not self.item.captured:
            return "derived"
        if self.choices:
            return "buttons" if len(self.choices) <= MOST_BUTTONS else "list"
        if self.item.type is ItemType.TEXT:
            return "paragraph" if self.item.max_length > LONG_TEXT else "text"
        return KINDS[self.item.type]

    @cached_property
    def mark(self) -> str:
        """What the page shows now beside the answer, in short: the preview sends only what differs."""
        shown = "|".join([*self.faults, *(asked.finding.check for asked in self.asked)])
        digest = hashlib.sha256(shown.encode()).hexdigest()[:8]
        return f"{'hidden' if self.hidden else 'shown'}.{digest}"

    @property
    def toggles(self) -> bool:
        """Whether the question must appear on the page, or vanish from it."""
        return self.seen.partition(".")[0] != self.mark.partition(".")[0]


@dataclass(frozen=True)
class Section:
    """The questions of one item group."""

    group: ItemGroup
    questions: tuple[Question, ...]

    @property
    def is_computed(self) -> bool:
        """Whether nobody answers anything here."""
        return all(question.kind == "derived" for question in self.questions)


@dataclass(frozen=True)
class Sheet:
    """The whole form on the page."""

    form: Form
    sections: tuple[Section, ...]
    answers: Answers
    needs_reason: bool
    other_faults: tuple[str, ...]
    reason_faults: tuple[str, ...]
    answered: int
    expected: int

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    @property
    def headline(self) -> Question | None:
        """The score that stands for the form, kept in sight while the form is filled in."""
        return next((q for q in self.derived if q.item.oid == self.form.headline), None)

    @property
    def reason_mark(self) -> str:
        """Whether the page asks for a reason for change, as the preview compares it."""
        return "asked" if self.needs_reason or self.reason_faults else "not-asked"

    @property
    def derived(self) -> list[Question]:
        return [question for question in self.questions if question.kind == "derived"]


def build_sheet(
    definition: ProtocolDefinition,
    form: Form,
    answers: Answers,
    judged: Judged,
    *,
    stored: Assessment | None = None,
    faults: Iterable[Fault] = (),
    compare: bool = False,
) -> Sheet:
    """Lay out a form. `faults` are those of a refused save, besides the ones that `judged` has;
    `compare` shows what is stored by now beside what was typed."""
    faults = {fault.pointer + fault.code: fault for fault in [*judged.faults, *faults]}.values()
    paper = _Paper(definition, form, answers, judged, list(faults), stored if compare else None)
    asked = [i for i in form.items() if i.captured and i.oid not in judged.hidden]
    return Sheet(
        form=form,
        sections=tuple(Section(g, tuple(map(paper.question, g.items))) for g in form.groups),
        answers=answers,
        needs_reason=stored is not None and _overwrites(stored, judged),
        other_faults=tuple(paper.said_at(None)),
        reason_faults=tuple(paper.said_at("/reason")),
        answered=sum(i.oid in answers.typed or i.oid in answers.not_done for i in asked),
        expected=len(asked),
    )


def _overwrites(stored: Assessment, judged: Judged) -> bool:
    """Whether saving would replace a recorded value, by the record's own rule."""
    return stored.overwrites("values", stored.values, judged.values) or stored.overwrites(
        "not_done", stored.not_done, judged.not_done
    )


@dataclass(frozen=True)
class _Paper:
    definition: ProtocolDefinition
    form: Form
    answers: Answers
    judged: Judged
    faults: list[Fault]
    meanwhile: Assessment | None

    def question(self, item: Item) -> Question:
        typed = self.answers.typed.get(item.oid, "")
        codelist = self.definition.codelist(item.codelist) if item.codelist else None
        reasons = self.definition.codelist(item.not_done) if item.not_done else None
        derived = self.judged.derived.get(item.oid)
        not_done = self.answers.not_done.get(item.oid, "")
        question = Question(
            item=item,
            typed=typed,
            choices=_choices(codelist, typed, is_score=item.type is ItemType.INTEGER),
            reasons=_choices(reasons, not_done),
            derived=None if derived is None else shown(item, derived),
            derived_label=codelist.label(derived) if codelist and derived is not None else None,
            hidden=item.oid in self.judged.hidden and not typed,
            faults=tuple(self.said_at(f"/values/{item.oid}")),
            asked=tuple(
                Asked(finding, self.answers.overrides.get(finding.check, ""))
                for finding in self.judged.findings
                if finding.item == item.oid
            ),
            seen=self.answers.seen.get(item.oid, ""),
        )
        return replace(question, stored_meanwhile=self._meanwhile(item, question))

    def _meanwhile(self, item: Item, question: Question) -> str | None:
        """What somebody else stored since, where it is not what this person typed."""
        if self.meanwhile is None or not item.captured:
            return None
        by_now = Answers.stored(self.form, self.meanwhile)
        theirs = (by_now.typed.get(item.oid, ""), by_now.not_done.get(item.oid, ""))
        mine = (question.typed, self.answers.not_done.get(item.oid, ""))
        return None if theirs == mine else " ".join(filter(None, theirs)) or "–"

    def said_at(self, pointer: str | None) -> Iterator[str]:
        """The faults at a place; None asks for those that no place of the page shows."""
        placed = {f"/values/{item.oid}" for item in self.form.items()} | {"/reason"}
        for fault in self.faults:
            if fault.pointer == pointer or (pointer is None and fault.pointer not in placed):
                yield words_of(fault)


def _choices(codelist: CodeList | None, chosen: str, *, is_score: bool = False) -> tuple[Choice, ...]:
    if codelist is None:
        return ()
    return tuple(
        Choice(str(entry.code), entry.label, str(entry.code) == chosen, is_score) for entry in codelist.codes
    )
