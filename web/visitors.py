"""Whether whoever asked for something is still there to hear the answer."""

from __future__ import annotations

from collections.abc import Callable

from gradio.context import LocalContext


def watch_visitor() -> Callable[[], bool]:
    """Begins to watch whoever asked for what is being run.

    Gradio notices when the stream is closed on which a page, or a program, waits for its answer. It then takes what
    waits in the queue out of it, but lets go on what has begun, until the generator of an event yields again.

    Returns:
        A function that says whether they have gone. It may be called from any thread; it says no where nobody can know,
        and of programs that have not come for their answer yet.
    """
    site, number = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    asked = None if site is None or number is None else site._queue.event_ids_to_events.get(number)
    return lambda: asked is not None and not asked.alive
