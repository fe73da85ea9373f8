"""The address of every endpoint, below /api/v1."""

from django.urls import URLPattern, re_path

from api.routes import route
from api.views import (
    adverse_events,
    consents,
    documentation,
    eligibility,
    forms,
    infusions,
    queries,
    records,
    subjects,
    trials,
    visits,
)

TRIAL = "trials/<spoken:trial>"
SUBJECT = f"{TRIAL}/subjects/<spoken:subject>"
VISIT = f"{SUBJECT}/visits/<spoken:visit>"
VERSION = f"{TRIAL}/versions/<dotted:version>"
QUERY = f"{TRIAL}/queries/<count:number>"

urlpatterns: list[URLPattern] = [
    route("trials", trials.Trials.as_view()),
    route(TRIAL, trials.Trial.as_view()),
    route(f"{TRIAL}/enrolment", trials.Enrolment.as_view()),
    route(f"{TRIAL}/versions", trials.Versions.as_view()),
    route(VERSION, trials.Version.as_view()),
    route(f"{VERSION}/forms/<spoken:form>/schema", trials.FormSchema.as_view()),
    route(f"{TRIAL}/subjects", subjects.Subjects.as_view()),
    route(SUBJECT, subjects.Subject.as_view()),
    route(f"{SUBJECT}/enrolment", subjects.SubjectEnrolment.as_view()),
    route(f"{SUBJECT}/disposition", subjects.SubjectDisposition.as_view()),
    route(f"{SUBJECT}/consents", consents.Consents.as_view()),
    route(f"{SUBJECT}/eligibility", eligibility.Eligibility.as_view()),
    route(f"{SUBJECT}/eligibility/judgements/<spoken:criterion>", eligibility.EligibilityJudgement.as_view()),
    route(f"{SUBJECT}/eligibility/confirmation", eligibility.EligibilityConfirmation.as_view()),
    route(f"{SUBJECT}/visits", visits.Visits.as_view()),
    route(VISIT, visits.Visit.as_view()),
    route(f"{VISIT}/attendance", visits.VisitAttendance.as_view()),
    route(f"{VISIT}/absence", visits.VisitAbsence.as_view()),
    route(f"{VISIT}/infusion", infusions.Infusion.as_view()),
    route(f"{VISIT}/forms/<spoken:form>", forms.VisitForm.as_view()),
    route(f"{VISIT}/forms/<spoken:form>/<count:repeat>", forms.RepeatedVisitForm.as_view()),
    route(f"{SUBJECT}/logs/<spoken:form>", forms.Log.as_view()),
    route(f"{SUBJECT}/logs/<spoken:form>/<count:repeat>", forms.LogRow.as_view()),
    route(f"{SUBJECT}/adverse-events", adverse_events.AdverseEvents.as_view()),
    route(f"{SUBJECT}/adverse-events/<count:number>", adverse_events.AdverseEvent.as_view()),
    route(f"{SUBJECT}/audit", records.Audit.as_view()),
    route(f"{SUBJECT}/casebook", records.Casebook.as_view()),
    route(f"{SUBJECT}/measures", records.Measures.as_view()),
    route(f"{TRIAL}/deviations", records.Deviations.as_view()),
    route(f"{TRIAL}/queries", queries.Queries.as_view()),
    route(QUERY, queries.Query.as_view()),
    route(f"{QUERY}/answer", queries.QueryAnswer.as_view()),
    route(f"{QUERY}/close", queries.QueryClose.as_view()),
    route(f"{QUERY}/cancel", queries.QueryCancel.as_view()),
    route(f"{QUERY}/reopen", queries.QueryReopen.as_view()),
    route("openapi.json", documentation.OpenApi.as_view()),
    route("docs", documentation.docs),
    re_path("^.*$", documentation.Nothing.as_view()),
]
