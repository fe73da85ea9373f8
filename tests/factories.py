"""States for tests, reached only through the actions that people use."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from accounts.actions import open_account
from assessments.actions.capture import capture
from assessments.actions.eligibility import confirm, enrol_subject, judge
from assessments.models import Assessment
from assessments.rules.eligibility import Stage
from audit.rules import Actor, Channel
from subjects.actions import record_consent
from subjects.models import Subject
from trials.actions import assign_role, publish
from trials.models import Site, StaffRole, Trial
from trials.reading import PROTOCOLS, read_protocol
from trials.rules.definition import ProtocolDefinition, SiteDeclaration
from trials.rules.kinds import TrialKind
from trials.rules.roles import Role
from trials.selectors import actor
from visits.actions.attendance import attend
from visits.actions.infusion import record_infusion
from visits.actions.screening import screen_subject
from visits.models import Infusion, Visit
from visits.rules.infusion import InfusionValues

SYSTEM = Actor(None, "tests", "system", Channel.COMMAND)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery"
SCREENED = date(2026, 2, 2)
BASELINE = date(2026, 2, 23)
DAY1 = date(2026, 3, 2)


def demography(sex: str) -> dict[str, Any]:
    return {"BRTHDAT": "1978-07-19", "SEX": sex}


def diagnosis(on: date) -> dict[str, Any]:
    return {
        "MGFACL": "IIb",
        "ACHRSRC": "STUDY",
        "ACHRDAT": on.isoformat(),
        "ACHRMETH": "CBA",
        "ACHRRES": "POSITIVE",
    }


MGADL = {"TALK": 2, "CHEW": 1, "SWAL": 2, "BRTH": 1, "BRUSH": 1, "CHAIR": 1, "DIPL": 2, "PTOS": 1}


@lru_cache
def nct_definition() -> ProtocolDefinition:
    return read_protocol(PROTOCOLS / "nct07243366")


def publish_trial(*, now: datetime, kind: TrialKind = TrialKind.PRODUCTION) -> Trial:
    return publish(definition=nct_definition(), kind=kind, now=now, by=SYSTEM).trial


def make_staff(
    trial: Trial, role: Role, *, site: Site | None = None, username: str = "", language: str = "en"
) -> StaffRole:
    name = username or f"{role.replace('-', '')}.{trial.pk}"
    user = open_account(
        username=name,
        password=PASSWORD,
        full_name=name.title(),
        email=f"{name}@site.example",
        language=language,
        by=SYSTEM,
    )
    return assign_role(user=user, trial=trial, role=role, site=site, starts_on=date(2020, 1, 1), by=SYSTEM)


@dataclass(frozen=True)
class Cast:
    """The staff of a trial, one a role, and the actors they are."""

    trial: Trial
    roles: dict[Role, StaffRole]

    def by(self, role: Role, channel: Channel = Channel.WEB) -> Actor:
        return actor(self.roles[role], channel=channel)

    @property
    def coordinator(self) -> Actor:
        return self.by(Role.COORDINATOR)

    @property
    def investigator(self) -> Actor:
        return self.by(Role.INVESTIGATOR)


def cast_of(trial: Trial) -> Cast:
    return Cast(trial, {role: make_staff(trial, role) for role in Role})


def at(day: date, clock: str = "09:00") -> datetime:
    """A wall-clock time in Shanghai."""
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


def second_site(cast: Cast) -> Site:
    """An amendment adds a site."""
    other = {"number": "99", "label": {"en": "Another hospital", "zh-hans": "另一家医院"}}
    sites = (*nct_definition().sites, SiteDeclaration.model_validate(other))
    amended = nct_definition().model_copy(update={"version": "9.0", "sites": sites})
    publish(definition=amended, now=at(SCREENED), by=SYSTEM)
    return cast.trial.sites.get(number="99")


def screened(cast: Cast, *, on: date = SCREENED, site: Site | None = None) -> Subject:
    site = site or cast.trial.sites.first()
    return screen_subject(trial=cast.trial, site=site, screened_on=on, today=on, by=cast.coordinator)


def consented(cast: Cast, *, on: date = SCREENED) -> Subject:
    subject = screened(cast, on=on)
    record_consent(
        subject=subject,
        icf_version="1.0",
        signed_at=at(on),
        obtained_by="Dr Li",
        now=at(on, "10:00"),
        by=cast.coordinator,
    )
    return subject


def visit(subject: Subject, name: str) -> Visit:
    found = Visit.objects.select_related("version").get(subject=subject, name=name)
    found.subject = Subject.objects.select_related("trial", "site", "version", "place").get(pk=subject.pk)
    return found


def attended(cast: Cast, subject: Subject, name: str, on: date) -> Visit:
    attend(visit=visit(subject, name), on=on, today=on, by=cast.coordinator)
    return visit(subject, name)


def captured(
    cast: Cast, subject: Subject, name: str | None, form: str, values: dict[str, Any], **more: Any
) -> Assessment:
    at_visit = visit(subject, name) if name else None
    arguments: dict[str, Any] = {
        "complete": True,
        "expected_revision": None,
        "today": (at_visit.actual_date if at_visit else None) or date(2026, 12, 31),
        "by": cast.coordinator,
        "repeat": 1 if name else None,
    }
    return capture(subject=subject, form=form, visit=at_visit, values=values, **(arguments | more))


def screening_done(cast: Cast, *, sex: str = "F", on: date = SCREENED) -> Subject:
    """Consented, screening and baseline visits captured as far as criteria need them."""
    subject = consented(cast, on=on)
    attended(cast, subject, "SCR", on)
    captured(cast, subject, "SCR", "DM", demography(sex))
    captured(cast, subject, "SCR", "MGDX", diagnosis(on))
    captured(cast, subject, "SCR", "MGADL", MGADL, complete=False)
    baseline = on + (BASELINE - SCREENED)
    attended(cast, subject, "BL", baseline)
    captured(cast, subject, "BL", "MGDX", diagnosis(baseline), complete=False)
    captured(cast, subject, "BL", "MGADL", MGADL, complete=False)
    return subject


def confirmed(cast: Cast, *, on: date = SCREENED, **more: Any) -> Subject:
    subject = screening_done(cast, on=on, **more)
    for criterion in nct_definition().criteria:
        if criterion.is_judgement:
            judge(
                subject=subject,
                criterion=criterion.oid,
                applies=criterion.kind == "inclusion",
                by=cast.investigator,
            )
    day = on + (BASELINE - SCREENED)
    confirm(
        subject=subject,
        stage=Stage.ENROLMENT,
        eligible=True,
        on=day,
        today=day,
        by=cast.investigator,
    )
    return subject


def enrolled(cast: Cast, *, on: date = SCREENED, **more: Any) -> Subject:
    """Enrolled on the day of baseline; Day 1 is planned 28 days after the start of screening."""
    subject = confirmed(cast, on=on, **more)
    return enrol_subject(
        subject=subject,
        enrolled_on=on + (BASELINE - SCREENED),
        day1=on + timedelta(days=28),
        today=on + (BASELINE - SCREENED),
        by=cast.coordinator,
    )


def infusion_values(on: date, **more: Any) -> InfusionValues:
    return InfusionValues(
        **{
            "lot": "LOT-001",
            "dose": "1",
            "dose_unit": "bag",
            "started_at": at(on, "10:00"),
            "stopped_at": at(on, "10:40"),
        }
        | more
    )


def infused(cast: Cast, subject: Subject, name: str, on: date, **more: Any) -> Infusion:
    attended(cast, subject, name, on)
    return record_infusion(
        visit=visit(subject, name),
        values=infusion_values(on, **more),
        expected_revision=None,
        now=at(on, "18:00"),
        by=cast.coordinator,
    )


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
