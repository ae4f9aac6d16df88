"""What the network is taught: the answer for the crop and, where it is known, for every patch of it."""

from __future__ import annotations

import keras


def patch_loss(target: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Mean binary cross-entropy of the patches whose target is known.

    Args:
        target: (batch, rows, columns, 1), 0 for real to 1 for fake; negative where it is not known.
        logits: The patch logits, of the same shape.

    Returns:
        A number from 0; 0 where no target is known.
    """
    known = keras.ops.cast(target >= 0, logits.dtype)
    losses = keras.ops.relu(logits) - logits * target + keras.ops.log1p(keras.ops.exp(-keras.ops.abs(logits)))
    return keras.ops.sum(losses * known) / keras.ops.maximum(keras.ops.sum(known), 1)


def right_answers(label: keras.KerasTensor, logit: keras.KerasTensor) -> keras.KerasTensor:
    """Says of every crop whether its logit is on the right side of 0.

    Args:
        label: (batch, 1), 1 for fake, 0 for real.
        logit: (batch, 1), positive for fake.

    Returns:
        (batch,), 1 where it is, else 0.
    """
    right = keras.ops.equal(logit > 0, label > 0.5)
    return keras.ops.mean(keras.ops.cast(right, "float32"), axis=-1)
