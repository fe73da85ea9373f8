"""Celery inside the web process: worker and beat as two threads, for a site on one laptop.

The broker is this process' memory, so there must be exactly one web process. What is lost with it
is only a queue of sweeps; what is due stands in the database.
"""

import threading
from multiprocessing.util import Finalize
from typing import Any

import structlog
from celery.beat import EmbeddedService
from celery.worker import WorkController

from config.celery import app

log = structlog.get_logger(__name__)

STOP_SECONDS = 5.0


def start_embedded() -> None:
    """Start worker and beat, and let every scheduled task run once: the laptop was off till now.

    They end with the process: the task in hand is finished, or its claim's lease runs out.
    """
    worker = WorkController(
        app=app,
        pool_cls="solo",
        concurrency=1,
        hostname="embedded@casebook",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    # In memory, not in a file: after a start everything runs anyway.
    beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    thread = threading.Thread(target=worker.start, name="Worker", daemon=True)
    thread.start()
    beat.start()
    # Not atexit, which a web server's forked process leaves out.
    Finalize(None, _stop, args=(beat, thread), exitpriority=10)
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry["options"])
    log.info("embedded_worker_started", tasks=sorted(app.conf.beat_schedule))


def _stop(beat: Any, worker: threading.Thread) -> None:
    """A warm stop: the worker hears of it when it has finished the task in hand."""
    beat.service.stop()
    app.control.shutdown()
    worker.join(STOP_SECONDS)
    log.info("embedded_worker_stopped", finished=not worker.is_alive())
