"""Networks that ONNX Runtime runs: on a processor several times as fast as TensorFlow, and sooner loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ERRORS = 3


def open_session(data: bytes, threads: int | None = None) -> InferenceSession:
    """Opens an ONNX network on the processor.

    Args:
        data: The file's bytes; its digest must have been checked.
        threads: How many processors one run may use; all of this process if None.

    Returns:
        The session.
    """
    # Here, not above: the page must show before anything has loaded.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or count_processors()
    options.log_severity_level = _ERRORS
    # Threads that wait for work by turning round and round take the processors from TensorFlow and from other requests.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def count_processors() -> int:
    """Counts the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
