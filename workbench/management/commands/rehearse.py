from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from trials.models import Trial
from trials.reading import PROTOCOLS
from trials.rules.kinds import REHEARSAL_SUFFIX, TrialKind
from trials.selectors import today_at
from workbench.management.told import Bar, refusals_told
from workbench.rehearsal.driver import rehearse
from workbench.rehearsal.profile import read_profile
from workbench.rehearsal.script import SEED, SUBJECTS, WEEKS


class Command(BaseCommand):
    help = "Fill an empty rehearsal trial with simulated subjects, through the acts that people use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("trial", nargs="?", help="its code; not needed where there is one rehearsal only")
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed makes the same rehearsal")
        parser.add_argument(
            "--subjects", type=int, default=SUBJECTS, help="enrolled subjects; default %(default)s"
        )
        parser.add_argument("--weeks", type=int, default=WEEKS, help="of treatment; default %(default)s")
        parser.add_argument(
            "--until", type=date.fromisoformat, help="the day that is left to you; default today"
        )
        parser.add_argument(
            "--profile", type=Path, help="a folder with a rehearsal.yaml; default the protocol's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        trial = _trial(options["trial"])
        folder = options["profile"] or PROTOCOLS / trial.code.removesuffix(REHEARSAL_SUFFIX).lower()
        with refusals_told():
            script = rehearse(
                trial=trial,
                profile=read_profile(folder),
                seed=options["seed"],
                subjects=options["subjects"],
                weeks=options["weeks"],
                until=options["until"] or today_at(trial, now),
                now=now,
                on_day=Bar(self.stderr, "days"),
            )
        self.stdout.write(
            f"{trial.code}: {trial.subjects.count()} subjects, {len(script.acts)} acts from "
            f"{script.acts[0].on} to {script.acts[-1].on}. {script.until} is left to you."
        )


def _trial(code: str | None) -> Trial:
    wanted = {"code": code} if code else {"kind": TrialKind.REHEARSAL}
    found = list(Trial.objects.filter(**wanted)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError("There are several rehearsals: name one.")
    raise CommandError("There is no such trial. Publish it first: manage publish NCT07243366 --rehearsal")
