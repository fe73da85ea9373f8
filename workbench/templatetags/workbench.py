"""The few words templates need besides Django's own: texts in the reader's language, days, states."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from review.rules.lifecycle import QUERY_STATE_LABELS, QueryState
from trials.models import Trial
from trials.rules.roles import ROLE_LABELS, Role
from workbench.registers import may_keep_registers, roles_held
from workbench.words import NOTHING, say

register = template.Library()
register.filter("say", say)
BLANKS: tuple[Any, ...] = (None, "", [], {})


@register.filter
def day(value: date | None) -> str:
    """ISO 8601, so that a day can't be read as a month."""
    return value.isoformat() if value else NOTHING


@register.filter
def weekday(value: date | None) -> str:
    """The day of the week, which people plan by."""
    return date_format(value, "D") if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    """An instant in the zone of the trial's site, to the minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else NOTHING


@register.filter
def signed(number: Any) -> str:
    """A change with its sign; nothing known is a dash, never a zero."""
    return NOTHING if number is None else f"{number:+g}".replace("-", "−")


@register.filter
def plain(number: Decimal) -> str:
    """A decimal without the zeros that its column adds."""
    return f"{number.normalize():f}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite. Without a label it only repeats the word beside it."""
    source = f"{static('workbench/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon is-{}" role="img" aria-label="{}"><title>{}</title><use href="{}"/></svg>',
            name, label, label, source,
        )  # fmt: skip
    return format_html('<svg class="icon is-{}" aria-hidden="true"><use href="{}"/></svg>', name, source)


@register.simple_tag
def state(name: str, label: str) -> SafeString:
    """A state by shape, colour and word."""
    return format_html('<span class="state is-{}">{}<span>{}</span></span>', name, icon(name), label)


@register.simple_tag(takes_context=True)
def keeps_registers(context: template.Context) -> bool:
    """Whether the reader may look into the registers."""
    return may_keep_registers(context["request"])


@register.simple_tag(takes_context=True)
def trials(context: template.Context) -> list[Trial]:
    """The trials that the reader can go to."""
    return [role.trial for role in roles_held(context["request"])]


BAR_WIDTH, GAP = 300, 2


@register.inclusion_tag("workbench/_enrolment.html")
def enrolment_bar(enrolment: dict[str, int]) -> dict[str, Any]:
    """The places of the trial, one box each, as SVG."""
    each = BAR_WIDTH / max(enrolment["cap"], 1)
    places = [
        {"x": f"{n * each:.2f}", "width": f"{each - GAP:.2f}", "taken": n < enrolment["enrolled"]}
        for n in range(enrolment["cap"])
    ]
    return {"enrolment": enrolment, "places": places}


@register.filter
def value(recorded: Any) -> str:
    """A recorded value in the trail; blank is said, not left out."""
    if isinstance(recorded, datetime):
        return instant(recorded)
    if isinstance(recorded, Decimal):
        return plain(recorded)
    if isinstance(recorded, bool):
        return _("yes") if recorded else _("no")
    if isinstance(recorded, dict) and set(recorded) == {"not_done"}:
        return str(recorded["not_done"])
    return _("blank") if recorded in BLANKS else str(recorded)


@register.simple_tag
def query_state(name: str) -> SafeString:
    """A turn in the life of a query."""
    return state(name, _(QUERY_STATE_LABELS[QueryState(name)]))


@register.simple_tag
def role_label(role: str) -> str:
    """A role in words; the system has none."""
    return _(ROLE_LABELS[Role(role)] if role in ROLE_LABELS else role)
