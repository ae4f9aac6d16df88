"""Files that an endpoint answers with."""

from __future__ import annotations

from gradio.context import LocalContext
from gradio.data_classes import FileData
from gradio.processing_utils import save_bytes_to_cache


def hand_out(data: bytes, name: str, mime_type: str) -> FileData:
    """Writes an endpoint's answer where the client can fetch it; it is deleted when uploads of its age are.

    Args:
        data: The file's bytes.
        name: What it is to be called.
        mime_type: Its type.

    Returns:
        Gradio's description of a file, which its clients download.
    """
    site = LocalContext.blocks.get()
    path = save_bytes_to_cache(data, name, site.GRADIO_CACHE)
    site.upload_file_set.add(path)
    return FileData(path=path, orig_name=name, mime_type=mime_type)
