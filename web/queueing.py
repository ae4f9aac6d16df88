"""Which requests wait for each other, and how many may."""

from __future__ import annotations

import functools
from typing import Any

import gradio as gr
from gradio.utils import LRUCache
from starlette.exceptions import HTTPException

from web.states import BUSY

ONE_AT_A_TIME: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
"""Pages and endpoints share one place at the model: two runs at once would each take twice as long."""

_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

ON_SERVER: dict[str, Any] = {**ONE_AT_A_TIME, **_QUIETLY}
"""For events of the pages: they show their own progress and are nobody else's."""

BESIDE_THE_MODEL: dict[str, Any] = {**_QUIETLY, "concurrency_id": "file", "concurrency_limit": 2}
"""For events of the pages that don't ask the network."""

AT_ONCE: dict[str, Any] = {**_QUIETLY, "queue": False}
"""For events that only tell the server something."""

SESSIONS = 250
"""Of how many visitors something is remembered: what they play, and answers that nobody has come for yet. Gradio counts
every request of a program as a visitor, and keeps 160 kB for each."""

_RETRY_SECONDS = "60"


def open_queue(site: gr.Blocks, places: int) -> None:
    """Opens the queue of a site.

    Args:
        site: The pages and endpoints.
        places: How many requests may wait. The next one is told at once that there are too many, as an error that
            pages and programs show to their users.
    """
    site.queue(max_size=places, default_concurrency_limit=4, api_open=False)
    queue = site._queue
    queue.pending_messages_per_session = LRUCache(SESSIONS)
    push = queue.push

    @functools.wraps(push)
    async def push_or_refuse(body: Any, **asked: Any) -> Any:
        # Who came long ago would be forgotten first, even while they wait.
        if body.session_hash in queue.pending_messages_per_session:
            queue.pending_messages_per_session.move_to_end(body.session_hash)
        pushed = await push(body=body, **asked)
        if pushed[-1] != "queue_full":
            return pushed
        # Of Gradio's two clients, browsers show the words of every status but 503, Python shows words for 503 alone.
        event = site.fns.get(body.fn_index)
        of_programs = event is not None and event.api_visibility == "public"
        raise HTTPException(503 if of_programs else 429, BUSY, {"Retry-After": _RETRY_SECONDS})

    queue.push = push_or_refuse
