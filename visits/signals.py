"""Heard above: a visit's actual date was corrected. Sent with `send()`, in the same transaction.

Receivers live above (assessments: forms that rest on the date) and get `visit` and `by`.
"""

from django.dispatch import Signal

visit_redated = Signal()
