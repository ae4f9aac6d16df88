"""The three networks of the face search, as files that are checked before they are loaded."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.sessions import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FOLDER = Path(__file__).parents[1] / "weights" / "mtcnn"
# What `python -m train.shipping.search_networks` printed.
SHA256 = {
    "proposal": "5ea81daf29939107e9f1a1cccb8836523cc7b0849bdfb5dfa4e0111da65a193e",
    "refinement": "a509587be343e73e4171efb917351106833a551711f0e7b3e60e25f1943508dc",
    "output": "dd34e7fcce918d0aece3a6b286123f8a57915803c6b87a15cdce40637841f500",
}


def run_network(name: str, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Runs one of the networks.

    Args:
        name: "proposal", "refinement" or "output".
        pixels: float32 RGB (pictures, rows, columns, 3), as (grey - 127.5) / 128; 24 x 24 for "refinement", 48 x 48 for
            "output".

    Returns:
        `offsets` of boxes, last axis 4, and `scores`, the probabilities of no face and of a face, last axis 2; from
        "output" also `landmarks`, last axis 10.

    Raises:
        RuntimeError: If the network's file is missing or another one than it should be.
    """
    session = _session(name)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"pixels": pixels}), strict=True))


@functools.cache
def _session(name: str) -> InferenceSession:
    file = FOLDER / f"{name}.onnx"
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RuntimeError(f"{file}: this part of the face search can't be read: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256[name]:
        raise RuntimeError(f"{file}: this is not the face search's. Expected sha256 {SHA256[name]}. Received: {digest}")
    # The first network is run for many sizes at the same time.
    return open_session(data, threads=1 if name == "proposal" else None)
