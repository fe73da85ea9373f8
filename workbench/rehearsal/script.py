"""The script of a rehearsal: what happens to every simulated subject on every day, decided by a seed.

Pure: the same definition, profile, seed and dates make the same script, act for act and value for value.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from random import Random

from assessments.rules.eligibility import Stage
from trials.rules.definition import ProtocolDefinition
from workbench.rehearsal.acts import Act
from workbench.rehearsal.casting import Part, cast
from workbench.rehearsal.dates import visit_dates
from workbench.rehearsal.person import Person
from workbench.rehearsal.profile import Profile, Unplayable
from workbench.rehearsal.screening import fails_screening, passes_screening
from workbench.rehearsal.story import Story
from workbench.rehearsal.treatment import is_treated

SEED, SUBJECTS, WEEKS = 1, 15, 24
CASTINGS = 60  # people tried for a part until one meets the criteria, or fails them, as the part demands


@dataclass(frozen=True)
class Script:
    """All acts, in order of happening; none on or after `until`, which belongs to those who rehearse."""

    acts: tuple[Act, ...]
    until: date

    def days(self) -> list[tuple[date, list[Act]]]:
        """The days on which something happens, with what happens."""
        return [(day, list(acts)) for day, acts in groupby(self.acts, key=lambda act: act.on)]


def write_script(
    definition: ProtocolDefinition,
    profile: Profile,
    *,
    seed: int,
    subjects: int,
    weeks: int,
    until: date,
) -> Script:
    """`subjects` enrolled subjects (at most the protocol's cap) and the profile's screen failures.

    The first subjects' Day 1 lies `weeks` weeks before `until`, their screening before that. Raises
    `Unplayable` where nothing can be found that passes the protocol's forms or criteria.
    """
    if not 1 <= subjects <= definition.enrolment_cap:
        raise Unplayable(f"the protocol has places for 1 to {definition.enrolment_cap} subjects")
    rng = Random(seed)  # noqa: S311  a simulation, no secret
    failures = len(profile.screen_failures)
    parts = cast(definition, rng, subjects=subjects, failures=failures, weeks=weeks, until=until)
    dated = [(part, visit_dates(definition, part, rng)) for part in parts]
    dated.sort(key=lambda pair: (min(pair[1].values()), pair[0].day1))
    author = Author(definition, profile, seed, until)
    acts = [
        act
        for number, (part, dates) in enumerate(dated, start=1)
        for act in author.story_of(part, dates, number).acts
        if act.on < until
    ]
    return Script(tuple(sorted(acts, key=lambda act: (act.on, act.subject))), until)


@dataclass(frozen=True)
class Author:
    """Tells the story of one part after another."""

    definition: ProtocolDefinition
    profile: Profile
    seed: int
    until: date

    def story_of(self, part: Part, dates: dict[str, date], number: int) -> Story:
        """Try people until one suits the part, and tell their story."""
        rng = Random(f"{self.seed}/{number}")  # noqa: S311
        profile = self._profile_for(part)
        for _ in range(CASTINGS):
            person = Person.drawn(rng, profile.response)
            story = Story(self.definition, profile, number, person, self.until, part.day1)
            if self._suits(story, part, dates):
                return story
        results = story.evaluation(Stage.ENROLMENT, part.day1).results
        outcomes = ", ".join(f"{r.criterion.oid} {r.outcome}" for r in results if not r.passes)
        raise Unplayable(f"nobody was found for whom the criteria give what the part demands: {outcomes}")

    def _suits(self, story: Story, part: Part, dates: dict[str, date]) -> bool:
        if part.failure is not None:
            return fails_screening(story, self.profile.screen_failures[part.failure], dates)
        if passes_screening(story, dates, part.day1):
            is_treated(story, part, dates)
            return True
        return False

    def _profile_for(self, part: Part) -> Profile:
        if part.failure is None:
            return self.profile
        own = self.profile.screen_failures[part.failure].items
        return self.profile.model_copy(update={"items": {**self.profile.items, **own}})
