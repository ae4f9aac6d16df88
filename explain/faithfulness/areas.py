"""The hottest part of a map, and places elsewhere that are alike in all but the heat."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

# Over how many pixels ties look around for warmer surroundings: one patch of the shipped network.
_NEIGHBOURHOOD = 16.0


@dataclass(frozen=True)
class Move:
    """Puts a picture elsewhere without changing its size, shape or texture.

    Attributes:
        flips: Axes along which it is mirrored first.
        shift: Rows and columns by which it is then moved around, as on a torus.
    """

    flips: tuple[int, ...]
    shift: tuple[int, int]

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """Moves a picture, (rows, columns)."""
        return np.roll(np.flip(picture, self.flips), self.shift, (0, 1))


def by_heat(heat: np.ndarray) -> np.ndarray:
    """Orders pixels from hot to cold.

    Of equally hot pixels those with hotter surroundings come first, so that a map that is flat in large parts grows
    from its hot spots; where these are equal too, the order is that of reading.

    Args:
        heat: float (rows, columns), finite, any unit; larger is hotter.

    Returns:
        int64 (rows x columns,), indices into the flattened map.

    Raises:
        ValueError: If `heat` is not a map of finite numbers.
    """
    heat = np.asarray(heat, np.float64)
    if heat.ndim != 2 or not np.isfinite(heat).all():
        raise ValueError(f"`heat` must be a map of finite numbers, (rows, columns). Received: shape {heat.shape}")
    # In whole steps, or the rounding errors of the blur would order what is equal.
    span = float(np.ptp(heat)) or 1.0
    around = np.rint(cv2.GaussianBlur((heat - heat.min()) / span, (0, 0), _NEIGHBOURHOOD) * 1e9)
    return np.lexsort((-around.ravel(), -heat.ravel()))


def hottest(heat: np.ndarray, share: float) -> np.ndarray:
    """Marks the hottest share of a map, exactly.

    Args:
        heat: float (rows, columns), finite, any unit; larger is hotter.
        share: Of all pixels, 0..1.

    Returns:
        bool (rows, columns) with round(share x pixels) pixels set; ties as in `by_heat`.

    Raises:
        ValueError: If `share` is beyond 0..1 or `heat` not finite.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be within 0..1. Received: share={share}")
    marked = np.zeros(heat.size, bool)
    marked[by_heat(heat)[: round(share * heat.size)]] = True
    return marked.reshape(heat.shape)


def random_moves(area: np.ndarray, count: int, generator: np.random.Generator) -> list[Move]:
    """Draws moves that take an area elsewhere: where it overlaps with itself no more than by chance.

    Two areas with a share s of a picture each overlap in a share s² of it on average over all shifts.

    Args:
        area: bool (rows, columns).
        count: How many moves, 0 or more.
        generator: Where the choice comes from.

    Returns:
        The moves, drawn evenly from all shifts of all four mirrorings that keep to this.
    """
    # The overlaps at all shifts at once are a circular cross-correlation.
    from scipy import fft  # here, so that the page need not wait for it

    spectrum = fft.rfft2(area.astype(np.float64))
    overlaps = []
    mirrorings = ((), (0,), (1,), (0, 1))
    for flips in mirrorings:
        mirrored = fft.rfft2(np.flip(area, flips).astype(np.float64))
        overlaps.append(fft.irfft2(spectrum * mirrored.conj(), s=area.shape))
    # Overlaps are whole numbers of pixels; half a pixel absorbs the rounding errors of the transform.
    elsewhere = np.argwhere(np.array(overlaps) <= np.count_nonzero(area) ** 2 / area.size + 0.5)
    chosen = elsewhere[generator.integers(0, len(elsewhere), count)].tolist()
    return [Move(mirrorings[mirroring], (row, column)) for mirroring, row, column in chosen]


def random_areas(area: np.ndarray, count: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Gives areas as large as a given one, of the same shape and texture, but elsewhere.

    Pixels drawn one by one would not do: hiding sand says nothing about hiding a region.

    Args:
        area: bool (rows, columns).
        count: How many, 0 or more.
        generator: Where the choice comes from.

    Returns:
        bool (rows, columns) each: `area` mirrored and moved around as on a torus, overlapping it no more than by
        chance.
    """
    return [move(area) for move in random_moves(area, count, generator)]
