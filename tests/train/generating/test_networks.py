"""Generators, discriminators and encoders of every size."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from train.generating.networks import LATENT, build_discriminator, build_encoder, build_generator


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((count, LATENT), np.float32)


@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_a_generator_makes_pictures_and_the_others_read_them(size: int):
    pictures = build_generator(size)(noise(3))
    assert pictures.shape == (3, size, size, 3)
    assert build_discriminator(size)(pictures).shape == (3, 1)
    assert build_encoder(size)(pictures).shape == (3, 2 * LATENT)


@pytest.mark.parametrize("size", [8, 48, 100, 256])
def test_other_sizes_are_refused(size: int):
    for build in (build_generator, build_discriminator, build_encoder):
        with pytest.raises(ValueError, match=f"Received: size={size}"):
            build(size)


def test_levels_lie_between_minus_one_and_one_however_large_the_weights():
    generator = build_generator(16)
    generator.set_weights([10 * weights for weights in generator.get_weights()])
    pictures = keras.ops.convert_to_numpy(generator(noise(8)))
    assert pictures.min() < -0.99
    assert pictures.max() > 0.99
    assert np.abs(pictures).max() <= 1


def test_a_face_depends_on_its_noise_only_not_on_the_others_of_the_batch():
    generator = build_generator(32)
    together = keras.ops.convert_to_numpy(generator(noise(4), training=True))
    alone = keras.ops.convert_to_numpy(generator(noise(4)[2:3], training=False))
    np.testing.assert_allclose(together[2:3], alone, atol=1e-5)
    assert np.abs(together[0] - together[1]).max() > 1e-3


def test_pictures_start_near_grey_where_there_is_most_to_learn():
    # Black and white pixels lie where tanh is flat: a generator that starts there never leaves.
    pictures = keras.ops.convert_to_numpy(build_generator(64)(noise(8)))
    assert 0.01 < np.abs(pictures).mean() < 0.3
    assert np.abs(pictures).max() < 0.9


def test_every_layer_has_a_part_in_the_picture():
    generator = build_generator(32)
    before = keras.ops.convert_to_numpy(generator(noise(1)))
    for side in (4, 8, 16, 32):
        layer = generator.get_layer(f"picture_{side}")
        kept = layer.get_weights()
        layer.set_weights([np.zeros_like(kept[0]), kept[1]])
        assert np.abs(keras.ops.convert_to_numpy(generator(noise(1))) - before).max() > 1e-4
        layer.set_weights(kept)


def test_the_discriminator_can_tell_faces_apart_as_clearly_as_it_likes():
    # Bounded to a Lipschitz constant it never scored further than a twentieth apart.
    discriminator = build_discriminator(32)
    discriminator.compile("adam", "mse")
    pictures = np.random.default_rng(0).uniform(-1, 1, (8, 32, 32, 3)).astype(np.float32)
    scores = np.repeat([[3.0], [-3.0]], 4, axis=0)
    discriminator.fit(pictures, scores, epochs=40, verbose=0)
    found = discriminator.predict(pictures, verbose=0)
    assert found[:4].min() > 1
    assert found[4:].max() < -1
