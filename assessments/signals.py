"""The one signal of the house: an assessment was saved. Sent with `send()`, in the same transaction.

Receivers live above (review) and get `assessment` and `by`; what they raise undoes the capture.
"""

from django.dispatch import Signal

assessment_saved = Signal()
