"""Where the two faces are mounted: the API for machines, the workbench for people."""

from django.contrib import admin
from django.urls import path

from workbench.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", admin.site.urls),
]
