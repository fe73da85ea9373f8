"""How a notice is delivered: its lease, its attempts, the identity that a mail server sees."""

import hashlib
import json
from datetime import datetime, timedelta

# Longer than a task may run (CELERY_TASK_TIME_LIMIT): whoever holds an older claim is dead.
LEASE = timedelta(minutes=15)
ATTEMPT_LIMIT = 6
FIRST_DELAY = timedelta(minutes=1)


def next_attempt_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after a refusal: 1, 4, 16, 64, 256 minutes later; None at the limit.

    `attempts` counts those made, from 1. Six attempts reach over five and a half hours.
    """
    if attempts >= ATTEMPT_LIMIT:
        return None
    return now + FIRST_DELAY * 4 ** (attempts - 1)


def message_id(identity: tuple[str, ...], host: str) -> str:
    """The Message-ID (RFC 5322 3.6.4) of a notice, the same each time it is sent: a mailbox that
    got it twice can tell. A digest, because headers must not say more than the subject line."""
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()
    return f"<{digest[:40]}@{host}>"
