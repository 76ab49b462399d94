"""The long-polling chat of the Django tutorials, as small as it gets: a thread waits for each poll.

Everything is in this one process: a queue a user, in a dictionary. A poll blocks in its user's
queue; a message is put into it. There are no accounts and no rules, as the other rivals have none.

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
    SECRET_KEY="kept by nobody: nothing is signed here",
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  (the settings come first)
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

WAIT_S = 100

inboxes: collections.defaultdict[str, queue.Queue[bytes]] = collections.defaultdict(queue.Queue)


def answer(body: bytes) -> HttpResponse:
    """An answer with its length, so that the connection can be kept."""
    response = HttpResponse(body, content_type="application/json")
    response["Content-Length"] = str(len(body))
    return response


def new_messages(request: HttpRequest) -> HttpResponse:
    """Holds the poll, and with it this thread."""
    try:
        return answer(inboxes[request.GET["id"]].get(timeout=WAIT_S))
    except queue.Empty:
        return answer(b"[]")


def send_message(request: HttpRequest) -> HttpResponse:
    """Wakes the thread that holds the user's poll."""
    inboxes[request.GET["id"]].put(request.body)
    return answer(b"ok")


urlpatterns = [path("sub", new_messages), path("pub", send_message)]

application = get_wsgi_application()
