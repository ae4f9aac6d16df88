"""Random changes to a crop that keep its label, drawn alike for both classes.

Each change is one OpenCV call on a uint8 RGB crop. The libraries for this are either no longer
maintained (albumentations 2), under a licence that a Space can't use (its successor, AGPL), or tied to one backend
(torchvision), which is why they are written out here.
"""

from __future__ import annotations

import cv2
import numpy as np

MAX_STRENGTH = 3.0


def augment(crop: np.ndarray, size: int, generator: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Changes a crop at random: framing, colour, then loss of detail, as a photo on its way through the web.

    A third of the crops keep every detail. When only a seventh did, two epochs took openforensics to a validation
    AUC of 0.885 and stylegan_ffhq to 0.596, instead of 0.935 and 0.715: too much to see through in a short training.

    Args:
        crop: uint8 RGB (height, width, 3).
        size: Side of the result in pixels. Smaller than the crop gives a random window of it, never a
            shrunken copy: shrinking would erase what the network looks for.
        generator: Source of chance. Two crops with equally seeded generators get the same changes.
        strength: Factor of the ranges of framing and colour and of the chances of all changes, 0 to `MAX_STRENGTH`. At
            0 only the window and the mirroring are left.

    Returns:
        uint8 RGB (size, size, 3).
    """
    crop = frame(crop, size, generator, strength)
    if generator.random() < 0.5 * strength:
        crop = change_colour(crop, generator, strength)
    if generator.random() < 0.15 * strength:
        crop = lose_resolution(crop, generator)
    if generator.random() < 0.1 * strength:
        crop = cv2.GaussianBlur(crop, (0, 0), generator.uniform(0.3, 1.5))
    if generator.random() < 0.35 * strength:
        crop = compress(crop, int(generator.integers(40, 96)))
    return np.ascontiguousarray(crop)


def frame(picture: np.ndarray, size: int, generator: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Cuts a random window and mirrors every other one: the part of `augment` that a mask has to follow.

    Args:
        picture: (height, width) or (height, width, channels), a crop or a mask, at least `size` on both sides.
        size: Side of the window in pixels.
        generator: Source of chance; seeded like the one given to `augment`, it cuts the same window.
        strength: As given to `augment`.

    Returns:
        The window, (size, size) or (size, size, channels).
    """
    picture = reframe(picture, size, generator, strength)
    return picture[:, ::-1] if generator.random() < 0.5 else picture


def reframe(crop: np.ndarray, size: int, generator: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Cuts a random window; in three of ten cases, at strength 1, from a turned, scaled and shifted crop.

    Args:
        crop: uint8 RGB (height, width, 3), at least `size` on both sides.
        size: Side of the window in pixels.
        generator: Source of chance.
        strength: Factor of the ranges and of the chance, from 0.

    Returns:
        uint8 RGB (size, size, 3).
    """
    height, width = crop.shape[:2]
    left = int(generator.integers(0, width - size + 1))
    top = int(generator.integers(0, height - size + 1))
    turned = generator.random() < 0.3 * strength
    angle = generator.uniform(-10 * strength, 10 * strength)
    scale = generator.uniform(1 - 0.1 * strength, 1 + 0.15 * strength)
    shift = generator.uniform(-0.06 * strength, 0.06 * strength, 2) * (width, height)
    if not turned:
        return crop[top : top + size, left : left + size]
    return move(crop, angle, scale, shift, window=(left, top, size, size))


def move(
    picture: np.ndarray,
    angle: float,
    scale: float,
    shift: np.ndarray,
    *,
    window: tuple[int, int, int, int] | None = None,
) -> np.ndarray:
    """Turns, zooms and shifts a picture in one step; what comes in from outside is the picture mirrored at its edge.

    Args:
        picture: uint8 RGB (height, width, 3).
        angle: Degrees anticlockwise, about the middle.
        scale: How many times larger what is seen becomes.
        shift: Pixels to the right and down.
        window: (left, top, width, height) of the part to give, in pixels; the whole picture if None.

    Returns:
        uint8 RGB of the window's size.
    """
    height, width = picture.shape[:2]
    left, top, *size = window or (0, 0, width, height)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    matrix[:, 2] += shift - (left, top)
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def change_colour(crop: np.ndarray, generator: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Changes brightness and contrast by up to 25 %, saturation by up to 30 %, hue by up to 10 degrees.

    Args:
        crop: uint8 RGB (height, width, 3).
        generator: Source of chance.
        strength: Factor of these ranges, from 0 to `MAX_STRENGTH`.

    Returns:
        uint8 RGB of the same shape.
    """
    contrast, brightness = generator.uniform(1 - 0.25 * strength, 1 + 0.25 * strength, 2)
    hue = round(strength * int(generator.integers(-5, 6)))
    saturation = generator.uniform(1 - 0.3 * strength, 1 + 0.3 * strength)
    return recolour(crop, contrast, brightness, hue, saturation)


def recolour(crop: np.ndarray, contrast: float, brightness: float, hue: int, saturation: float) -> np.ndarray:
    """Changes colours by given amounts.

    Args:
        crop: uint8 RGB (height, width, 3).
        contrast: Factor of the distance from middle grey.
        brightness: Factor of the level of middle grey.
        hue: Steps of two degrees round the colour circle.
        saturation: Factor of the saturation.

    Returns:
        uint8 RGB of the same shape.
    """
    levels = (np.arange(256) - 127.5) * contrast + 127.5 * brightness
    crop = cv2.LUT(crop, np.clip(levels, 0, 255).astype(np.uint8))
    hsv = cv2.cvtColor(crop, cv2.COLOR_RGB2HSV)
    # OpenCV keeps hue as 0..179, two degrees a step.
    tables = np.stack([(np.arange(256) + hue) % 180, np.clip(np.arange(256) * saturation, 0, 255), np.arange(256)], 1)
    return cv2.cvtColor(cv2.LUT(hsv, tables[None].astype(np.uint8)), cv2.COLOR_HSV2RGB)


def vary_sharpness(crop: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Blurs a third of the crops a little, sharpens a third, and leaves a third alone.

    Args:
        crop: uint8 RGB (height, width, 3).
        generator: Source of chance.

    Returns:
        uint8 RGB of the same shape.
    """
    choice = generator.integers(3)
    if choice == 0:
        return crop
    soft = cv2.GaussianBlur(crop, (0, 0), generator.uniform(0.5, 1.2))
    if choice == 1:
        return soft
    amount = generator.uniform(0.5, 1.5)
    return cv2.addWeighted(crop, 1 + amount, soft, -amount, 0)


def lose_resolution(crop: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shrinks to 40..90 % and enlarges again, with an interpolation drawn for each way.

    Args:
        crop: uint8 RGB (height, width, 3).
        generator: Source of chance.

    Returns:
        uint8 RGB of the same shape.
    """
    height, width = crop.shape[:2]
    share = generator.uniform(0.4, 0.9)
    down, up = generator.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC], 2)
    small = cv2.resize(crop, (round(width * share), round(height * share)), interpolation=int(down))
    return cv2.resize(small, (width, height), interpolation=int(up))


def compress(crop: np.ndarray, quality: int) -> np.ndarray:
    """Sends a crop through JPEG.

    Args:
        crop: uint8 RGB (height, width, 3).
        quality: JPEG quality, 1..100.

    Returns:
        uint8 RGB of the same shape.
    """
    _, data = cv2.imencode(".jpg", crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
