"""Where the two faces are mounted: the API for machines, the workbench for people."""

from django.contrib import admin
from django.urls import include, path

from workbench.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", include("api.urls")),
    path("", admin.site.urls),
]
