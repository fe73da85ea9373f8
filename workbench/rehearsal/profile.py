"""How the simulated subjects of a trial look: `rehearsal.yaml` beside its protocol, over what any trial has.

It is no part of the protocol: nothing of it is published or reaches a digest. What it does not say follows
from the type, code list and range of each item.
"""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trials.rules.text import Strict, Words

ORDINARY = Path(__file__).parent / "ordinary.yaml"
FILE_NAME = "rehearsal.yaml"

Scalar = str | int | float
Span = Annotated[tuple[float, float], Field(description="from, to; both included")]
Days = Annotated[tuple[int, int], Field(description="fewest, most; both included")]


class Unplayable(ValueError):
    """A rehearsal that can't be played as it is described; the message says what to declare."""


class Course(Strict):
    """A value that follows the response: a number goes from its start towards its end, a code turns."""

    start: Span | Scalar = Field(alias="from")
    end: Scalar = Field(alias="to")
    noise: float = Field(default=0, ge=0)


class Draw(Strict):
    """How the value of one item is found; exactly one way. `keeps`: the same throughout for one subject."""

    always: Scalar | None = None
    choose: dict[Scalar, int] | None = Field(default=None, description="value: weight")
    between: Span | None = None
    course: Course | None = None
    age: Days | None = Field(default=None, description="a date of birth, by age in years at that day")
    days_before: Days | None = None
    clock: tuple[str, str] | None = Field(default=None, description="earliest, latest time of day, HH:MM")
    not_done: str | None = None
    keeps: bool = False

    @model_validator(mode="after")
    def _says_one_way(self) -> Self:
        ways = self.model_dump(exclude={"keeps"}, exclude_none=True)
        if len(ways) != 1 and ways.keys() != {"clock", "days_before"}:
            raise ValueError("say exactly one way in which the value is found")
        return self


Row = dict[str, Draw]


class Response(Strict):
    """How the disease responds: `gain` of the way to health, in how many days; some don't respond."""

    gain: Span
    days: float = Field(gt=0, description="after so many days, 63 % of the gain is reached")
    without: float = Field(ge=0, le=1, description="share of subjects without response")


class Log(Strict):
    """The rows that a log is begun with: the first `always` ones, and some of the others."""

    rows: tuple[Row, ...]
    always: int = Field(default=1, ge=0)


class Dose(Strict):
    """What an infusion record says. The dose is made up where the protocol states none."""

    dose: Words
    unit: Words
    minutes: Days
    premedication: str = ""


class Event(Strict):
    """An adverse event as it may happen. `occasion` names the incident that it belongs to."""

    values: dict[str, Any]
    grades: dict[int, int] = Field(description="CTCAE grade: weight")
    begins: Days = Field(description="days after an infusion")
    lasts: Days
    weight: int = 1
    occasion: str = ""
    treatment: Row | None = Field(default=None, description="a row of the log of medication")


class Failure(Strict):
    """A subject who fails screening: by what is captured (`items`), or else by the judgement."""

    items: Row = {}
    comment: str = ""


class Profile(Strict):
    """Everything that the script needs to know beyond the protocol."""

    response: Response
    infusion: Dose
    staff: tuple[Words, ...] = Field(min_length=1, description="codes of those who obtain consent")
    items: dict[str, Draw] = Field(default={}, description="FORM.ITEM: how it is found")
    repeats: dict[str, dict[str, tuple[Row, ...]]] = Field(
        default={}, description="form: kind of visit (or `other`): a row for each time it is captured"
    )
    logs: dict[str, Log] = {}
    medication: str = Field(default="", description="the log in which treatments of events are noted")
    adverse_events: tuple[Event, ...]
    screen_failures: tuple[Failure, ...]
    words: dict[str, tuple[Words, ...]] = Field(description="reasons that staff give, by occasion")


def read_profile(folder: Path | None) -> Profile:
    """The profile of a protocol folder; without a folder, or a file in it, that of any trial.

    Raises `Unplayable` for a file that can't be read or understood.
    """
    own = folder / FILE_NAME if folder else None
    parts = [_load(ORDINARY), _load(own) if own and own.exists() else {}]
    merged = {**parts[0], **parts[1], "words": {**parts[0]["words"], **parts[1].get("words", {})}}
    try:
        return Profile.model_validate(merged)
    except ValidationError as error:
        raise Unplayable(f"{own or ORDINARY}: {error}") from error


def _load(path: Path) -> dict[str, Any]:
    try:
        return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except (OSError, YAMLError, TypeError, ValueError) as error:
        raise Unplayable(f"{path}: {error}") from error
