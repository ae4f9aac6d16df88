"""One file of a data folder: what it is, whether training can read it, and what it looks like."""

from __future__ import annotations

import hashlib
import io
import warnings
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple

import imagehash
from PIL import Image

from model.containers import picture_format, without_metadata
from model.photo import FORMATS, MAX_BYTES, MAX_PIXELS, MIN_SIDE, PhotoError, read_photo
from train.dataset.jpeg_quality import estimate_quality
from train.datasets import EXTENSIONS

HASH_SIDE = 16
"""The perceptual hash has this many bits by as many: which of two neighbours in a small grey copy is brighter."""

_SUFFIXES = {"JPEG": {".jpg", ".jpeg"}, "PNG": {".png"}, "WEBP": {".webp"}}
_OTHER_FORMATS = ("GIF", "BMP", "TIFF", "AVIF")
_BLOCK = 1 << 20


class Problem(StrEnum):
    """What may be wrong with a file; the value is its name in the manifest."""

    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    WRONG_EXTENSION = "wrong-extension"
    PASSED_OVER = "passed-over"
    DUPLICATE = "duplicate"
    BOTH_LABELS = "both-labels"
    NEAR_DUPLICATE = "near-duplicate"
    NEAR_BOTH_LABELS = "near-both-labels"
    LEAK = "leak"
    NEAR_LEAK = "near-leak"
    GROUP_LEAK = "group-leak"
    NO_FACE = "no-face"


class FileFacts(NamedTuple):
    """What one file says, without looking at others.

    Attributes:
        path: Path relative to the data folder, with forward slashes.
        bytes: Size of the file.
        format: "JPEG", "PNG", "WEBP" or another format that is known; "" if none is.
        width: In pixels as stored; 0 if unknown.
        height: In pixels as stored; 0 if unknown.
        mode: Pillow's name of the kind of pixels, such as "RGB"; "" if unknown.
        quality: Estimated JPEG quality, 1..100; None for other formats.
        sha256: Hexadecimal digest of the bytes; "" for what is no picture.
        phash: The perceptual hash, 32 bytes; b"" if the picture can't be read.
        problems: What is wrong with the file alone.
        reason: Why it can't be read, in plain words; "" if it can.
    """

    path: str
    bytes: int
    format: str = ""
    width: int = 0
    height: int = 0
    mode: str = ""
    quality: int | None = None
    sha256: str = ""
    phash: bytes = b""
    problems: tuple[Problem, ...] = ()
    reason: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, or is called one."""
        return bool(self.sha256 or self.problems)


def read_facts(data: Path, path: str) -> FileFacts:
    """Looks at one file. Only what is or is called a picture is read in full.

    Args:
        data: The data folder.
        path: The file, relative to it.

    Returns:
        What it says; whatever is wrong with it is among the problems.
    """
    suffix = Path(path).suffix.lower()
    try:
        size = (data / path).stat().st_size
        with (data / path).open("rb") as file:
            if suffix not in EXTENSIONS and picture_format(file.read(16)) is None:
                return FileFacts(path, size)
            file.seek(0)
            content = file.read(MAX_BYTES + 1)
            digest = _digest(content, file)
    except OSError as error:
        reason = f"This file can't be opened: {error.strerror or error}."
        problems = (Problem.UNREADABLE,) if suffix in EXTENSIONS else ()
        return FileFacts(path, 0, problems=problems, reason=reason)
    facts = _with_header(FileFacts(path, size, sha256=digest), content)
    facts = _with_pixels(facts, content)
    problems = list(facts.problems)
    if suffix not in EXTENSIONS:
        problems.append(Problem.PASSED_OVER)
    elif suffix not in _SUFFIXES.get(facts.format, {suffix}):
        problems.append(Problem.WRONG_EXTENSION)
    return facts._replace(problems=tuple(problems))


def perceptual_hash(image: Image.Image) -> bytes:
    """Computes the difference hash of a picture, 256 bits as 32 bytes (Krawetz 2013, "Kind of Like That")."""
    bits = imagehash.dhash(image, HASH_SIDE).hash
    return bytes.fromhex(str(imagehash.ImageHash(bits)))


def _digest(content: bytes, file: BinaryIO) -> str:
    digest = hashlib.sha256(content)
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _with_header(facts: FileFacts, content: bytes) -> FileFacts:
    """Adds what stands in the header."""
    formats = FORMATS if picture_format(content) else _OTHER_FORMATS
    try:
        with warnings.catch_warnings():
            # The number of pixels is compared with the limit below; nothing is decoded before.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(without_metadata(content)), formats=formats)
    except Image.DecompressionBombError:
        return facts._replace(format=picture_format(content) or "", problems=(Problem.TOO_LARGE,))
    except Exception:  # decoders raise anything on hostile bytes; `read_photo` says in words what is wrong
        return facts._replace(format=picture_format(content) or "")
    # A JPEG with several pictures calls itself MPO.
    kind = picture_format(content) or image.format or ""
    quality = estimate_quality(getattr(image, "quantization", {})) if kind == "JPEG" else None
    return facts._replace(format=kind, width=image.width, height=image.height, mode=image.mode, quality=quality)


def _with_pixels(facts: FileFacts, content: bytes) -> FileFacts:
    """Decodes the picture the way training does, and adds its hash or why there is none."""
    try:
        photo = read_photo(content)
    except PhotoError as error:
        return facts._replace(problems=(_cause(facts, content),), reason=str(error))
    return facts._replace(phash=perceptual_hash(Image.fromarray(photo.pixels)))


def _cause(facts: FileFacts, content: bytes) -> Problem:
    """Says which of the reasons for which a picture is refused it was."""
    if Problem.TOO_LARGE in facts.problems or facts.bytes > MAX_BYTES or facts.width * facts.height > MAX_PIXELS:
        return Problem.TOO_LARGE
    if facts.format in FORMATS and 0 < min(facts.width, facts.height) < MIN_SIDE:
        return Problem.TOO_SMALL
    return Problem.TRUNCATED if _lacks_its_end(facts.format, content) else Problem.UNREADABLE


def _lacks_its_end(kind: str, content: bytes) -> bool:
    tail = content[-1024:]
    if kind == "JPEG":
        return b"\xff\xd9" not in tail
    if kind == "PNG":
        return b"IEND" not in tail
    return kind == "WEBP" and len(content) < int.from_bytes(content[4:8], "little") + 8
