"""What can go wrong in an event becomes a card; nothing is raised, nothing that names a file is logged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from model.photo import PhotoError
from web import states
from web.warmup import NotReadyError

_logger = logging.getLogger(__name__)

Shown = TypeVar("Shown")


class PhotoGoneError(Exception):
    """The upload is no longer on the server."""


def require_upload(path: str | None) -> str:
    """Gives the path of an upload that is still there.

    Raises:
        PhotoGoneError: If there is none, or it was removed meanwhile.
    """
    if path is None or not Path(path).is_file():
        raise PhotoGoneError
    return path


def with_cards(event: Iterator[Shown], refuse: Callable[[str], Shown]) -> Iterator[Shown]:
    """Passes on what an event shows; if it fails, shows a card instead.

    Gradio would leave the last answer standing beside the new photo.

    Args:
        event: The event's generator.
        refuse: From a card's HTML to what the event shows.

    Yields:
        What to show.
    """
    try:
        yield from event
    except PhotoGoneError:
        yield refuse(states.GONE)
    except PhotoError as error:
        yield refuse(states.refusal(str(error)))
    except NotReadyError as error:
        yield refuse(states.failure(str(error)))
    except Exception:
        # Logged with its traceback: an event must end with a card, whatever happened.
        _logger.exception("An event of the page failed")
        yield refuse(states.failure(states.UNEXPECTED))
