"""A minimal long-polling chat in the design of the Django tutorials: one thread waits per poll.

All state is in this one process: a dictionary with one queue per user. A poll blocks on its user's
queue; a message is put into it. There are no accounts and no rules, as in the other rivals. Works
with Django 3.2 and later.

    gunicorn --worker-class gthread --workers 1 --threads 1100 chat:application

GET  /sub?id=N   waits up to 100 s for the next message of user N
POST /pub?id=N   gives user N a message
"""

from __future__ import annotations

import collections
import queue

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    DEBUG=False,
    LOGGING_CONFIG=None,
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: nothing is signed",
    USE_TZ=False,  # the default depends on the version
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  (settings must be configured first)
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

WAIT_S = 100

inboxes: collections.defaultdict[str, queue.Queue[bytes]] = collections.defaultdict(queue.Queue)


def json_response(body: bytes) -> HttpResponse:
    """A response with Content-Length, so that the connection stays open."""
    response = HttpResponse(body, content_type="application/json")
    response["Content-Length"] = str(len(body))
    return response


def new_messages(request: HttpRequest) -> HttpResponse:
    """Blocks this thread until the user's next message."""
    try:
        return json_response(inboxes[request.GET["id"]].get(timeout=WAIT_S))
    except queue.Empty:
        return json_response(b"[]")


def send_message(request: HttpRequest) -> HttpResponse:
    """Wakes the thread that waits for the user's messages."""
    inboxes[request.GET["id"]].put(request.body)
    return json_response(b"ok")


urlpatterns = [path("sub", new_messages), path("pub", send_message)]

application = get_wsgi_application()
