"""The environment variables, checked before anything starts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

LogFormat = Literal["text", "json"]

OURS = "UNMASK_"
# Each would let Gradio hand out what it must not, or to whom it must not.
FORBIDDEN = ("GRADIO_ALLOWED_PATHS", "GRADIO_LOCAL_DEV_MODE")

_PATH = re.compile(r"(?:https?://[A-Za-z0-9.:\[\]-]+)?(?:/[A-Za-z0-9._~-]+)*/?")
# A host with or without scheme, port and a star for its first part; nothing that could end the header's directive.
_SOURCE = r"(?:'self'|(?:https?://)?(?:\*\.)?[A-Za-z0-9.-]+(?::\d+)?)"
_SOURCES = re.compile(rf"'none'|{_SOURCE}(?: {_SOURCE})*")


class ConfigurationError(ValueError):
    """A variable can't be used; the message names it, what it holds and what is expected."""


@dataclass(frozen=True)
class Variable:
    """An environment variable.

    Attributes:
        name: Its name.
        expected: What it must hold, in words.
        meaning: What it is for, in words.
        parse: From what it holds to the value. Raises `ValueError` if it holds something else.
    """

    name: str
    expected: str
    meaning: str
    parse: Callable[[str], Any]


def _flag(text: str) -> bool:
    # The command line's flags come as words.
    return _matching(re.compile("0|1|True|False"))(text) in {"1", "True"}


def _number(kind: type, low: float, high: float) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        value = kind(text)
        # Not a number compares with nothing.
        if not low <= value <= high:
            raise ValueError
        return value

    return parse


def _matching(pattern: re.Pattern) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return parse


@dataclass(frozen=True)
class Configuration:
    """What decides how the page runs; `VARIABLES` says what each is for."""

    host: str = "127.0.0.1"
    port: int | None = None
    root_path: str = ""
    temporary: Path | None = None
    detector: Path | None = None
    mcp: bool = False
    timeout: float = 120.0
    upload_seconds: int = 600
    upload_space: int = 2048
    queue: int = 24
    log_format: LogFormat = "text"
    metrics: bool = False
    frame_ancestors: str = "'self' https://huggingface.co"


VARIABLES: dict[str, Variable] = {
    "host": Variable("GRADIO_SERVER_NAME", "a host name or an address", "where to listen; `0.0.0.0` for all", str),
    "port": Variable(
        "GRADIO_SERVER_PORT",
        "a port from 1 to 65535",
        "port; the first free one from 7860 if not set",
        _number(int, 1, 65535),
    ),
    "root_path": Variable(
        "GRADIO_ROOT_PATH",
        "a path such as `/unmask`, or a whole address",
        "where a reverse proxy shows the page",
        _matching(_PATH),
    ),
    "temporary": Variable(
        "GRADIO_TEMP_DIR",
        "a folder that can be written to",
        "where each start makes a folder of its own for uploads; in the system's temporary folder if not set",
        Path,
    ),
    "detector": Variable(
        "UNMASK_DETECTOR", "the path of a `detector.json`", "another detector than the shipped one", Path
    ),
    "mcp": Variable(
        "UNMASK_MCP",
        "`0` or `1`",
        "also serve the endpoints to assistants as tools; the server then fetches pictures from public addresses",
        _flag,
    ),
    "timeout": Variable(
        "UNMASK_TIMEOUT",
        "seconds from 1 to 3600",
        "how long a request may keep the network busy before it is refused",
        _number(float, 1, 3600),
    ),
    "upload_seconds": Variable(
        "UNMASK_UPLOAD_SECONDS",
        "whole seconds from 2 to 86400",
        "age at which files of visitors are deleted; all are gone at the latest half as long after that",
        _number(int, 2, 86400),
    ),
    "upload_space": Variable(
        "UNMASK_UPLOAD_SPACE",
        "whole megabytes from 16 to 1000000",
        "how much disk all files of visitors may take together; more uploads are refused",
        _number(int, 16, 1_000_000),
    ),
    "queue": Variable(
        "UNMASK_QUEUE",
        "a whole number from 1 to 1000",
        "how many requests may wait; more are refused",
        _number(int, 1, 1000),
    ),
    "log_format": Variable(
        "UNMASK_LOG_FORMAT", "`text` or `json`", "form of the lines of the log", _matching(re.compile("text|json"))
    ),
    "metrics": Variable(
        "UNMASK_METRICS", "`0` or `1`", "serve `/metrics` to everybody instead of this machine alone", _flag
    ),
    "frame_ancestors": Variable(
        "UNMASK_FRAME_ANCESTORS",
        "`'none'`, or `'self'` and hosts with spaces between",
        "which sites may show the page in a frame, as a Space is",
        _matching(_SOURCES),
    ),
}
"""By the field that each decides."""


def read_configuration(environment: Mapping[str, str], **options: Any) -> Configuration:
    """Reads the variables of this program.

    Args:
        environment: The process' environment. An empty variable counts as one that is not set.
        **options: Fields that the command line gives; None for what it doesn't.

    Returns:
        The configuration.

    Raises:
        ConfigurationError: If a variable can't be used, is forbidden, or is none of ours but looks like it.

    Example:
        >>> read_configuration({"UNMASK_TIMEOUT": "30"}).timeout
        30.0
    """
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    names = [variable.name for variable in VARIABLES.values()]
    for name in given:
        if name.startswith(OURS) and name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.8)
            known = ", ".join(one for one in names if one.startswith(OURS))
            raise ConfigurationError(
                f"{name} is not known. {f'Did you mean {near[0]}?' if near else f'Known: {known}.'}"
            )
        if name in FORBIDDEN:
            raise ConfigurationError(f"{name} must not be set: it would open what this program keeps closed.")
    values = {}
    for field, variable in VARIABLES.items():
        text = given.get(variable.name) if options.get(field) is None else str(options[field]).strip()
        if text is not None:
            values[field] = _parse(variable, text)
    return Configuration(**values)


def _parse(variable: Variable, text: str) -> Any:
    try:
        return variable.parse(text)
    except ValueError:
        raise ConfigurationError(f"{variable.name} must be {variable.expected}. Received: {text!r}") from None
