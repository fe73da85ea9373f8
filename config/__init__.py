"""Wiring only: settings, URLs, Celery, WSGI. Celery is loaded with Django so that tasks find their app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
