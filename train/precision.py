"""How many bits a network computes with while it learns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Builds networks of a precision for a while.

    Mixed precision computes with 16 bits and keeps weights of 32 (Micikevicius et al. 2018, "Mixed Precision
    Training"); Keras scales the loss of `mixed_float16` by itself.

    Args:
        precision: Name of a Keras dtype policy, such as "mixed_float16".

    Yields:
        Nothing; afterwards networks have the precision that they had before.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
