from __future__ import annotations

import keras
import numpy as np
import pytest

from explain.gradients import compute_gradients
from model.networks import build_network


def test_the_logits_are_those_of_the_detector(detector, crops):
    np.testing.assert_allclose(compute_gradients(detector, crops).logits, detector.logits(crops), rtol=1e-5, atol=1e-5)


def test_crops_of_a_batch_do_not_touch_each_other(detector, crops):
    together = compute_gradients(detector, crops)
    alone = compute_gradients(detector, crops[1:2])
    np.testing.assert_allclose(together.at_pixels[1], alone.at_pixels[0], rtol=1e-3, atol=1e-8)
    np.testing.assert_allclose(together.logits[1], alone.logits[0], rtol=1e-5)


def test_another_number_of_faces_does_not_compile_again(detector, crops):
    from explain import gradients

    compiled = gradients._compile(detector.folded.network, "features")
    compute_gradients(detector, crops[:1])
    count = compiled.experimental_get_tracing_count()
    compute_gradients(detector, crops)
    compute_gradients(detector, crops[:2])
    assert compiled.experimental_get_tracing_count() == count == 1


def test_any_layer_by_name(detector, crops):
    assert compute_gradients(detector, crops[:1], "block4_add").features.shape == (1, 32, 32, 40)


def test_an_unknown_layer_is_an_error(detector, crops):
    with pytest.raises(ValueError, match="nowhere"):
        compute_gradients(detector, crops, "nowhere")


def test_wrong_shapes_and_types_are_errors(detector, crops):
    with pytest.raises(ValueError, match="float32"):
        compute_gradients(detector, crops.astype(np.float32))
    with pytest.raises(ValueError, match="128"):
        compute_gradients(detector, crops[:, :128])


def test_saliency_agrees_with_finite_differences_in_double_precision(crops):
    """[z(x + e v) - z(x - e v)] / 2e = grad z . v; the difference quotient needs no backward pass."""
    import tensorflow as tf

    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    try:
        # Both: otherwise the input is silently rounded to single precision.
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        keras.utils.set_random_seed(7)
        network = build_network("lite0")
        head = network.get_layer("patch_logits")
        head.set_weights([np.random.default_rng(7).normal(0, 0.3, (1, 1, 112, 1)), np.array([0.37])])
        # The head is built in single precision on purpose; its input here must be double.
        features = keras.Model(network.inputs, network.get_layer("features").output)
        kernel = tf.constant(np.random.default_rng(7).normal(0, 0.3, 112))

        def logit(pixels):
            return tf.reduce_mean(tf.tensordot(features(pixels, training=False), kernel, 1))

        pixels = tf.constant(crops[:1].astype(np.float64))
        direction = np.random.default_rng(2).normal(size=pixels.shape)
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            value = logit(pixels)
        slope = float(np.sum(tape.gradient(value, pixels).numpy() * direction))
        step = 1e-5
        quotient = float(logit(pixels + step * direction) - logit(pixels - step * direction)) / (2 * step)
        assert slope == pytest.approx(quotient, rel=1e-6)
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


def test_pixel_gradients_agree_with_finite_differences(detector, crops):
    """In single precision, on the very function that serves."""
    gradients = compute_gradients(detector, crops[:1])
    direction = np.sign(gradients.at_pixels)
    slope = float((gradients.at_pixels * direction).sum(dtype=np.float64))
    pixels = crops[:1].astype(np.float32)
    step = 1e-2
    up, down = (float(np.asarray(detector.network(pixels + way * step * direction))[0, 0]) for way in (1, -1))
    assert slope == pytest.approx((up - down) / (2 * step), rel=5e-2)
