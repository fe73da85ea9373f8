"""The admin that Casebook signs people into is its own site."""

from django.contrib.admin.apps import AdminConfig


class CasebookAdminConfig(AdminConfig):
    default_site = "workbench.site.CasebookAdminSite"
