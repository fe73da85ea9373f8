"""The API about itself: its OpenAPI document, a page to browse it, and what answers where nothing is."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.rules import UnknownObject


@cache
def openapi_document() -> dict[str, Any]:
    """The same for every caller, and drawn once: it changes with the code only."""
    return SchemaGenerator().get_schema(public=True)


@extend_schema(exclude=True)
class OpenApi(APIView):
    http_method_names = ["get", "head"]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]

    def get(self, request: Request) -> Response:
        """The OpenAPI 3.1 document."""
        return Response(openapi_document())


@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """A page that shows the OpenAPI document and tries its calls out with the session of the person."""
    return render(request, "api/docs.html")


@extend_schema(exclude=True)
class Nothing(APIView):
    """Every other address below the API's: refused as any unknown object, in the API's own form."""

    def initial(self, request: Request, *args: Any, **keys: Any) -> None:
        super().initial(request, *args, **keys)
        raise UnknownObject()
