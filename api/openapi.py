"""The OpenAPI document, drawn from the endpoints' own declarations: it can't say anything else."""

import re
from typing import Any, cast

from django.conf import settings
from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.drainage import warn
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from pydantic.json_schema import model_json_schema

from api.endpoints import Endpoint
from api.parameters import Parameter
from api.serializers.problems import Problem

PROBLEM = "application/problem+json"
REFUSED = {
    400: "The request, a query parameter or the body can't be read.",
    401: "No access token, or one that does not hold.",
    403: "The caller's role does not include this.",
    404: "There is no such thing, or it is not the caller's to see.",
    406: "Something else than JSON was asked for.",
    409: "A rule refuses the act; `code` names the rule.",
    412: "The record has changed since it was read, or exists already. Nothing was overwritten.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "Values can't be stored; `errors` lists every fault. Nothing was stored.",
    428: "Neither `If-Match` nor `If-None-Match: *` was sent.",
}
EVERYWHERE = (400, 401, 403, 404, 406)
ON_WRITING = (409, 413, 415, 422)
ON_CONDITION = (412, 428)
KEYS = {
    "trial": ("The registry id.", "NCT07243366"),
    "version": ("The protocol version.", "1.0"),
    "subject": ("The subject code.", "S001"),
    "visit": ("The visit.", "INF2"),
    "form": ("The form.", "MGADL"),
    "criterion": ("The eligibility criterion.", "INC-05"),
    "repeat": ("The number of the form or row, from 1.", 1),
    "number": ("The number of the event or query, from 1.", 1),
}


class Contract(AutoSchema):
    """One operation, from the `Endpoint` declared on the view method."""

    @property
    def endpoint(self) -> Endpoint:
        return getattr(self.view, self.method.lower()).endpoint

    def get_operation_id(self) -> str:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__).lower()
        return f"{self.method.lower()}_{words}"

    def get_tags(self) -> list[str]:
        return [cast(Any, self.view).tag]

    def get_summary(self) -> str:
        return self._words()[0]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        return self._words()[1]

    def _words(self) -> tuple[str, str]:
        """First line and rest of the method's docstring; the permission is said with it."""
        first, _blank, rest = (getattr(self.view, self.method.lower()).__doc__ or "").partition("\n")
        needs = f"Permission: `{self.endpoint.permission}`." if self.endpoint.permission else ""
        rest = " ".join(line.strip() for line in rest.splitlines() if line.strip())
        return first.strip().removesuffix("."), f"{rest} {needs}".strip()

    def get_request_serializer(self) -> Any:
        return self.endpoint.sends

    def get_response_serializers(self) -> Any:
        conditional = ON_CONDITION if self.endpoint.conditional else ()
        refused = EVERYWHERE + (ON_WRITING if self.endpoint.sends else ()) + conditional
        done = {self.endpoint.status: "Done."} | ({201: "Made."} if self.endpoint.creates else {})
        if self.endpoint.sends:
            done.setdefault(200, "A dry run: all checks hold, and nothing was stored.")
        return {
            **{status: OpenApiResponse(self.endpoint.answers, said) for status, said in done.items()},
            **{(status, PROBLEM): OpenApiResponse(Problem, REFUSED[status]) for status in sorted(refused)},
        }

    def get_override_parameters(self) -> list[Any]:
        keys = re.findall(r"{(\w+)}", self.path)
        return [
            *(_key(name) for name in keys),
            *(_query(parameter) for parameter in self.endpoint.parameters),
            *(_preconditions() if self.endpoint.conditional else ()),
            *(_answer_headers(self.endpoint)),
        ]


def _key(name: str) -> OpenApiParameter:
    description, example = KEYS[name]
    kind = OpenApiTypes.INT if isinstance(example, int) else OpenApiTypes.STR
    return OpenApiParameter(
        name, kind, OpenApiParameter.PATH, description=f"{description} Such as `{example}`."
    )


def _query(parameter: Parameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name, parameter.schema, OpenApiParameter.QUERY, description=parameter.description
    )


def _preconditions() -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            "If-Match",
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            description="To change: the ETag that was read.",
        ),
        OpenApiParameter(
            "If-None-Match",
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            description="To create: `*`.",
        ),
    ]


def _answer_headers(endpoint: Endpoint) -> list[OpenApiParameter]:
    told: dict[str, tuple[str, Any]] = {"X-Request-ID": ("Names this call; the audit trail keeps it.", True)}
    if endpoint.tagged or endpoint.conditional:
        made = (201,) if endpoint.creates else ()
        told["ETag"] = "The revision of the record.", [endpoint.status, *made]
    return [
        OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=said, response=where)
        for name, (said, where) in told.items()
    ]


class DocumentExtension(PydanticExtension):
    """Pydantic documents, as they are read in a request and as they are written in an answer."""

    priority = 1

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        return re.sub(r"\W+", "", super().get_name(auto_schema, direction).replace("[", "Of"))

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        schema = model_json_schema(
            self.target,
            ref_template="#/components/schemas/{model}",
            mode="serialization" if direction == "response" else "validation",
        )
        for name, part in schema.pop("$defs", {}).items():
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=part)
            auto_schema.registry.register_on_missing(component)
            if auto_schema.registry[component].schema != part:
                warn(f"two different documents are called {name}")
        return schema


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An access token: `casebook_…`."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of the pages. Writes send its CSRF token as `X-CSRFToken`.",
        }
