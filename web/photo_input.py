"""The photo component, which leaves decoding to `model.photo`."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import ImageData


class PhotoInput(gr.Image):
    """An image input that hands on the path of the uploaded file.

    Gradio's own decoding corrupts 16-bit, palette and transparent pictures, and opens files of any
    size before anybody could refuse them.
    """

    def preprocess(self, payload: ImageData | None) -> str | None:
        """Gives the path of the upload, or None without one."""
        return payload.path if payload else None

    def get_block_name(self) -> str:
        """Names the browser's component, which is that of the parent."""
        return "image"
