"""From what was uploaded to the photos in it, each with its name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from model.photo import PhotoError
from web.errors import require_upload
from web.many_photos.archive import NO_PHOTOS, Allowance, Archive
from web.many_photos.files_input import Upload

MAX_PHOTOS = 50


@dataclass(frozen=True)
class Source:
    """A photo that is not read yet.

    Attributes:
        name: The file's name; of one in a ZIP with the ZIP's name and its folders before it. A stranger's text.
        read: Gives what `inspect_photo` takes, or raises `PhotoError`.
    """

    name: str
    read: Callable[[], Path | bytes]


@dataclass(frozen=True)
class Sources:
    """What is to be looked at.

    Attributes:
        photos: At most `MAX_PHOTOS`.
        left_out: How many more there are.
    """

    photos: list[Source]
    left_out: int


@contextlib.contextmanager
def open_sources(uploads: Sequence[Upload]) -> Iterator[Sources]:
    """Opens uploads, ZIPs among them.

    Args:
        uploads: The files.

    Yields:
        The photos in their order. A ZIP that can't be opened stands there as one whose reading fails.

    Raises:
        PhotoGoneError: If an upload is no longer on the server.
    """
    with contextlib.ExitStack() as stack:
        allowance, photos, left_out = Allowance(), [], 0
        for upload in uploads:
            require_upload(str(upload.path))
            if len(photos) == MAX_PHOTOS:
                # Nobody opens a ZIP just to count what is left out.
                left_out += 1
                continue
            found = list(_photos(upload, allowance, stack))
            room = MAX_PHOTOS - len(photos)
            photos += found[:room]
            left_out += len(found[room:])
        yield Sources(photos, left_out)


def _photos(upload: Upload, allowance: Allowance, stack: contextlib.ExitStack) -> Iterator[Source]:
    if Path(upload.name).suffix.lower() != ".zip":
        yield Source(upload.name, lambda: upload.path)
        return
    try:
        archive = stack.enter_context(contextlib.closing(Archive(upload.path, allowance)))
    except PhotoError as error:
        yield Source(upload.name, partial(_refuse, str(error)))
        return
    empty = True
    for name, member in archive.members():
        empty = False
        yield Source(f"{upload.name}/{name}", partial(archive.read, member))
    if empty:
        yield Source(upload.name, partial(_refuse, NO_PHOTOS))


def _refuse(reason: str) -> bytes:
    raise PhotoError(reason)
