"""The addresses of the pages, by the keys that people say aloud: trial, subject, visit, form."""

from collections.abc import Callable

from django.contrib.admin import AdminSite
from django.http import HttpResponseBase
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from workbench.entrance import language
from workbench.pages import (
    adverse_events,
    audit,
    casebook,
    deviations,
    eligibility,
    exports,
    forms,
    infusions,
    logs,
    notices,
    participation,
    queries,
    subjects,
    visits,
)


class Key(StringConverter):
    """A key as it is spoken: S001, INF2, MGADL, NCT07243366."""

    regex = "[A-Z][A-Z0-9-]*"


register_converter(Key, "key")

TRIAL = "trials/<key:trial>/"
SUBJECT = TRIAL + "subjects/<key:subject>/"
VISIT = SUBJECT + "visits/<key:visit>/"
FORM = VISIT + "forms/<key:form>/"
LOG = SUBJECT + "logs/<key:form>/"

PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    (TRIAL + "subjects/", subjects.subject_list, "subjects"),
    (TRIAL + "subjects/screen/", subjects.screen, "screen"),
    (TRIAL + "queries/", queries.query_list, "queries"),
    (TRIAL + "queries/<int:number>/", queries.query_page, "query"),
    (TRIAL + "queries/<int:number>/<slug:event>/", queries.query_move, "query-move"),
    (TRIAL + "deviations/", deviations.deviation_list, "deviations"),
    (TRIAL + "notices/", notices.notice_list, "notices"),
    (TRIAL + "export/", exports.trial_export, "export"),
    (SUBJECT, casebook.casebook_page, "casebook"),
    (SUBJECT + "consent/", participation.consent, "consent"),
    (SUBJECT + "enrolment/", participation.enrol, "enrol"),
    (SUBJECT + "day1/", participation.plan_day1, "plan-day1"),
    (SUBJECT + "disposition/", participation.disposition, "disposition"),
    (SUBJECT + "visits/new/", participation.unscheduled, "unscheduled"),
    (SUBJECT + "eligibility/", eligibility.eligibility, "eligibility"),
    (SUBJECT + "eligibility/confirmation/", eligibility.confirmation, "confirmation"),
    (SUBJECT + "eligibility/<key:criterion>/", eligibility.judgement, "judgement"),
    (SUBJECT + "adverse-events/", adverse_events.event_list, "adverse-events"),
    (SUBJECT + "adverse-events/new/", adverse_events.new_event, "new-adverse-event"),
    (SUBJECT + "adverse-events/<int:number>/", adverse_events.event_page, "adverse-event"),
    (SUBJECT + "audit/", audit.audit_trail, "audit"),
    (SUBJECT + "audit/export/", exports.trail_export, "audit-export"),
    (VISIT, visits.visit_page, "visit"),
    (VISIT + "attendance/", visits.attendance, "attendance"),
    (VISIT + "absence/", visits.absence, "absence"),
    (VISIT + "reschedule/", visits.move, "reschedule"),
    (VISIT + "cancellation/", visits.cancellation, "cancellation"),
    (VISIT + "infusion/", infusions.infusion, "infusion"),
    (FORM, forms.visit_form, "visit-form"),
    (FORM + "preview/", forms.visit_form_preview, "visit-form-preview"),
    (FORM + "<int:repeat>/", forms.visit_form, "visit-form-again"),
    (FORM + "<int:repeat>/preview/", forms.visit_form_preview, "visit-form-again-preview"),
    (LOG, logs.log, "log"),
    (LOG + "new/", logs.log_row, "new-log-row"),
    (LOG + "new/preview/", logs.log_row_preview, "new-log-row-preview"),
    (LOG + "<int:number>/", logs.log_row, "log-row"),
    (LOG + "<int:number>/preview/", logs.log_row_preview, "log-row-preview"),
]


def page_routes(site: AdminSite) -> list[URLPattern]:
    """Every page behind the sign-in, and the language switch before it."""
    pages = [path(route, site.admin_view(view), name=name) for route, view, name in PAGES]
    return [
        path("language/", language, name="language"),
        path("registers/", site.admin_view(site.registers), name="registers"),
        *pages,
    ]
