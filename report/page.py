"""A report as one HTML page that asks nobody for anything."""

from __future__ import annotations

import base64
import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from report import words
from report.pictures import Picture
from report.views import Content


def render_page(content: Content) -> str:
    """Renders a report.

    Args:
        content: What to show.

    Returns:
        HTML5 with pictures and style inside, and without scripts.
    """
    return _template().render(content=content, words=words, data_uri=_data_uri)


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        # Text from a photo's file is a stranger's.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html")


def _data_uri(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode('ascii')}"
