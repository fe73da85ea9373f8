from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import issue_token
from accounts.models import User
from audit.rules import Channel, system_actor

DAYS = 90


class Command(BaseCommand):
    help = "Issue an access token for an eCRF client. It acts as its user, and is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what the token is for, such as the tablet's name")
        parser.add_argument("--days", type=int, default=DAYS, help="how long it lives; default %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {options['username']}.")
        if options["days"] < 1:
            raise CommandError("A token lives for one day at least.")
        token = issue_token(
            user=user,
            name=options["name"],
            now=timezone.now(),
            days=options["days"],
            by=system_actor(Channel.COMMAND),
        )
        self.stderr.write(
            f"Token of {user.username} for {options['days']} days. It can't be read again:", style_func=str
        )
        self.stdout.write(token)
