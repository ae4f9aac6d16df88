"""The log: a line an event, as text or JSON, with nothing that a visitor brought along."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from model.detector import DetectorError
from web.operation.configuration import LogFormat

# What these say is about this installation. Messages of others may hold what a visitor sent: paths, names, texts.
_TELLING = (DetectorError, ImportError)

_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_ROOT = Path(__file__).parents[2]
_PACKAGES = "site-packages"
# What every record has; the rest was given with `extra`.
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_logger = logging.getLogger(__name__)


def discreet_traceback(error: BaseException) -> str:
    """Says where an error came from and of which kind it is, but not what it says.

    Args:
        error: The error.

    Returns:
        Lines as Python prints them. The causes come first; messages are left out unless they are about this
        installation.
    """
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = f": {error}" if isinstance(error, _TELLING) else ""
        stack = "".join(traceback.format_tb(error.__traceback__))
        parts.insert(0, f"Traceback (most recent call last):\n{stack}{type(error).__qualname__}{said}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to:\n".join(parts)


class _Discreet(logging.Formatter):
    """Leaves the messages of exceptions out."""

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802, the name is Python's
        return discreet_traceback(ei[1]) if ei[1] else ""


class TextFormatter(_Discreet):
    """A line such as "2026-01-31 12:00:00 INFO web.requests: request what=check outcome=answered"."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Adds what was given with `extra`."""
        given = (f"{key}={value}" for key, value in vars(record).items() if key not in _ORDINARY and value is not None)
        return " ".join((super().formatMessage(record), *given))


class LineFormatter(_Discreet, JsonFormatter):
    """The same as JSON, one object a line, times in UTC."""

    converter = time.gmtime

    def __init__(self):
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            "%Y-%m-%dT%H:%M:%SZ",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback"},
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leaves out what is not known."""
        return {key: value for key, value in log_data.items() if value is not None}


def start_logs(form: LogFormat) -> None:
    """Sends everything that is logged, printed as a traceback or left uncaught to standard error.

    Args:
        form: Of the lines.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter() if form == "json" else TextFormatter())
    # Of other packages only warnings: what they tell besides may be about a visitor's file.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("web").setLevel(logging.INFO)
    # Gradio prints what an event was given along with where it failed.
    traceback.print_exc = _log_current
    sys.excepthook = lambda kind, error, trace: _logger.critical("Ended by an error", exc_info=(kind, error, trace))


def take_over_server_logs() -> None:
    """Has the web server's own lines pass through ours; to be called once it is configured."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # Addresses of visitors and names of files stand in it.
    logging.getLogger("uvicorn.access").disabled = True


def _log_current(*_: Any, **__: Any) -> None:
    """Stands in for `traceback.print_exc`."""
    error = sys.exception()
    if _passed_through_us(error):
        _logger.error("An event failed", exc_info=True)
    else:
        log_malformed(error)


def log_malformed(error: BaseException) -> None:
    """Notes in one line that Gradio could make nothing of a request: whoever tries a thousand shall not fill the log.

    Args:
        error: What Gradio raised.
    """
    (*_, last) = traceback.extract_tb(error.__traceback__)
    where = f"{Path(last.filename).name}:{last.lineno}"
    _logger.warning("Not a proper request", extra={"kind": type(error).__name__, "where": where})


def _passed_through_us(error: BaseException) -> bool:
    files = (Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__))
    return any(file.is_relative_to(_ROOT) and _PACKAGES not in file.parts for file in files)
