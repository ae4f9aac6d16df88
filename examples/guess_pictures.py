"""The pictures that only the guessing game shows: crops of real portraits, and fakes made from them.

`examples.make` writes them into `guess/`; README.md says what each is.
"""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data

from model.faces import Face, crop_square, find_faces
from model.photo import Photo
from train.synthetic.blending import soften
from train.synthetic.face_shape import draw_region, place_face
from train.synthetic.resynthesis import reconstruct, train_autoencoder
from train.synthetic.swap import match_colours, paste_gradients, warp_face

_DECODER, _STEPS = "transposed_4", 400


def guess_pictures(astronaut: np.ndarray, hopper: np.ndarray) -> dict[str, np.ndarray]:
    """Makes all of them.

    Args:
        astronaut: uint8 RGB, a portrait.
        hopper: uint8 RGB, another.

    Returns:
        uint8 RGB by name, no side above 512 pixels.
    """
    camera = np.repeat(skimage.data.camera()[..., None], 3, 2)
    bust = hopper[:512]
    return {
        "astronaut_mirrored": astronaut[:320, 40:400][:, ::-1],
        "astronaut_dark": darken(astronaut[:400, 60:460]),
        "hopper_crop": hopper[60:440, 70:450],
        "cameraman": camera[40:340, 60:360],
        "hopper_eye_swap": swap_region(bust, astronaut, "eye_band", seed=3),
        "astronaut_mouth_swap": swap_region(astronaut[:420, 40:460], hopper, "mouth", seed=1),
        "astronaut_redrawn": redraw(astronaut[:360, 60:420], [astronaut, hopper]),
    }


def darken(photo: np.ndarray) -> np.ndarray:
    """Makes a photo darker, as a shorter exposure would: uint8 RGB in and out."""
    levels = 255 * (np.arange(256) / 255) ** 1.6
    return cv2.LUT(np.ascontiguousarray(photo), np.rint(levels).astype(np.uint8))


def swap_region(target: np.ndarray, donor: np.ndarray, region: str, *, seed: int) -> np.ndarray:
    """Replaces a part of a face by that of another, without a seam: Perez et al. 2003, "Poisson Image Editing".

    Args:
        target: uint8 RGB, the photo to be changed, with one face.
        donor: uint8 RGB, the photo that gives the part, with one face.
        region: As `train.synthetic.face_shape.draw_region` takes it.
        seed: Seed of the outline.

    Returns:
        uint8 RGB of the target's shape.
    """
    generator, shape = np.random.default_rng(seed), target.shape[:2]
    here, there = only_face(target).landmarks, only_face(donor).landmarks
    mask = draw_region(region, place_face(here, shape), shape, generator)
    source = match_colours(warp_face(donor, there, here, shape), target, mask, 1.0)
    return paste_gradients(source, target, mask)[0]


def redraw(photo: np.ndarray, portraits: list[np.ndarray]) -> np.ndarray:
    """Has a small network, an autoencoder, draw a face anew.

    Args:
        photo: uint8 RGB, with one face.
        portraits: What the network learns from, uint8 RGB, with one face each.

    Returns:
        uint8 RGB of the photo's shape.
    """
    crops = np.stack([cv2.resize(_square(portrait)[0], (256, 256)) for portrait in portraits])
    autoencoder = train_autoencoder(_DECODER, crops, seed=1, steps=_STEPS)
    square, left, top = _square(photo)
    # The network halves sides twice.
    side = len(square) // 4 * 4
    drawn = reconstruct(autoencoder, square[None, :side, :side])[0]
    landmarks = only_face(photo).landmarks - (left, top)
    mask = draw_region("face", place_face(landmarks, (side, side)), (side, side), np.random.default_rng(1))
    weight = soften(mask, np.random.default_rng(1))[..., None]
    result = photo.copy()
    below = result[top : top + side, left : left + side]
    result[top : top + side, left : left + side] = np.rint(drawn * weight + below * (1 - weight)).astype(np.uint8)
    return result


def only_face(photo: np.ndarray) -> Face:
    """Gives the one face of a photo, uint8 RGB."""
    (face,) = find_faces(Photo(photo, (), ""))
    return face


def _square(photo: np.ndarray) -> tuple[np.ndarray, int, int]:
    left, top, side = crop_square(only_face(photo).box, *photo.shape[:2])
    return photo[top : top + side, left : left + side], left, top
