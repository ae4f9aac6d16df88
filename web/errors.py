"""What can go wrong in an event becomes a card; nothing is raised, nothing that names a file is logged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from model.photo import PhotoError
from web import states
from web.operation.patience import TooLongError
from web.operation.requests import noted, steps_of
from web.progress import AbandonedError
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


def with_cards(what: str, event: Iterator[Shown], refuse: Callable[[str], Shown]) -> Iterator[Shown]:
    """Passes on what an event shows; if it fails, shows a card instead.

    Gradio would leave the last answer standing beside the new photo.

    Args:
        what: What it is called in the log.
        event: The event's generator.
        refuse: From a card's HTML to what the event shows.

    Yields:
        What to show.
    """
    with noted(what) as request:
        try:
            yield from steps_of(request, event)
        except PhotoGoneError:
            request.refused("gone")
            yield refuse(states.GONE)
        except PhotoError as error:
            request.refused("photo")
            yield refuse(states.refusal(str(error)))
        except TooLongError as error:
            request.refused("too long")
            yield refuse(states.failure(str(error)))
        except NotReadyError as error:
            request.failed("not ready")
            yield refuse(states.failure(str(error)))
        except AbandonedError:
            request.given_up()
        except Exception:
            # Logged with its traceback: an event must end with a card, whatever happened.
            request.failed("error")
            _logger.exception("An event of the page failed")
            yield refuse(states.failure(states.UNEXPECTED))
