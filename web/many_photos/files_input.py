"""The file component, which hands on what was uploaded and leaves opening it to us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import gradio as gr
from gradio.data_classes import ListFiles


@dataclass(frozen=True)
class Upload:
    """An uploaded file.

    Attributes:
        path: Where it lies on the server.
        name: What the visitor's device calls it, without folders. A stranger's text.
    """

    path: Path
    name: str


class FilesInput(gr.File):
    """An input of several files that keeps their names.

    Gradio's own leaves an empty temporary file behind for each, cleans their names and ends with a bare "Error" for
    names that it doesn't expect.
    """

    def preprocess(self, payload: ListFiles | None) -> list[Upload]:
        """Gives the uploads in the order in which they stand on the page; none if nothing was chosen."""
        files = payload.root if payload else []
        return [Upload(Path(file.path), last_part(file.orig_name or file.path)) for file in files]

    def get_block_name(self) -> str:
        """Names the browser's component, which is that of the parent."""
        return "file"


def last_part(name: str) -> str:
    r"""Gives a file's name without folders, whichever system wrote it.

    Example:
        >>> last_part("holiday/beach.jpg"), last_part("C:\\photos\\beach.jpg")
        ('beach.jpg', 'beach.jpg')
    """
    return PurePosixPath(name.replace("\\", "/")).name
