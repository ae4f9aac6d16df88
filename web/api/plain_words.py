"""Endpoints answer errors in the words of the page."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from model.photo import PhotoError
from web.operation.patience import TooLongError
from web.operation.requests import Reason, noted
from web.progress import AbandonedError
from web.states import UNEXPECTED
from web.warmup import NotReadyError

_logger = logging.getLogger(__name__)

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def in_plain_words(endpoint: Endpoint) -> Endpoint:
    """Has an endpoint refuse with the words of the error, and with a general sentence for what nobody foresaw.

    Args:
        endpoint: A function with type hints, from which Gradio derives the schema; a `PhotoError` is a `ValueError`.

    Returns:
        The same function with the same schema, which raises nothing but `gr.Error`.
    """

    @functools.wraps(endpoint)
    def answer(*args: Any, **kwargs: Any) -> Any:
        with noted(endpoint.__name__) as request:
            try:
                return endpoint(*args, **kwargs)
            except (ValueError, TooLongError) as error:
                request.refused(_reason(error))
                raise gr.Error(str(error), print_exception=False) from error
            except NotReadyError as error:
                request.failed("not ready")
                raise gr.Error(str(error), print_exception=False) from error
            except AbandonedError as error:
                request.given_up()
                raise gr.Error(UNEXPECTED, print_exception=False) from error
            except Exception as error:
                # Logged with its traceback: a program that asks must get an answer, whatever happened.
                request.failed("error")
                _logger.exception("A request to an endpoint failed")
                raise gr.Error(UNEXPECTED, print_exception=False) from error

    return answer


def _reason(error: ValueError | TooLongError) -> Reason:
    if isinstance(error, TooLongError):
        return "too long"
    return "photo" if isinstance(error, PhotoError) else "argument"
