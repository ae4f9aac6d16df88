"""Which files an endpoint may read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder


def uploaded_path(image: Any) -> Path:
    """Gives the path of an uploaded file, and of no other file on the server.

    Gradio checks the paths that its components receive, but hands those of a plain endpoint on unchecked.

    Args:
        image: What should be Gradio's description of an upload.

    Returns:
        The file's path.

    Raises:
        ValueError: If it is anything else.
    """
    given = image.get("path") if isinstance(image, dict) else getattr(image, "path", None)
    try:
        path = Path(given).resolve()
    except (TypeError, ValueError, OSError):
        path = None
    if path is None or not path.is_relative_to(Path(get_upload_folder()).resolve()):
        raise ValueError("`image` must be an uploaded file, such as handle_file(...) of gradio_client makes.")
    return path
