"""WSGI entry point. On a laptop (no REDIS_URL) the one web process also runs the Celery worker and beat."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  settings are complete only after get_wsgi_application

if settings.CELERY_EMBEDDED and os.environ.get("CASEBOOK_EMBEDDED_WORKER") == "1":
    from config.embedded import start_embedded

    start_embedded()
