"""A notice as an e-mail, written when it leaves and in its recipient's language."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext, override

from notifications.models import Notice
from notifications.rules.kinds import FOOTER, REHEARSAL_MARK, WORDINGS, NoticeKind


def compose(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    """The message, under the Message-ID that the ledger keeps; marked as automatic (RFC 3834)."""
    wording = WORDINGS[NoticeKind(notice.kind), notice.stage]
    with override(notice.recipient.language):
        subject = gettext(wording.subject).format(**notice.params)
        body = gettext(wording.body).format(**notice.params)
        footer = gettext(FOOTER)
        mark = gettext(REHEARSAL_MARK)
    return EmailMessage(
        subject=f"{mark} {subject}" if notice.rehearsal else subject,
        body="\n\n".join([body, urljoin(settings.SITE_URL, notice.params["path"]), footer]) + "\n",
        to=[notice.recipient.email],
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
