"""Words for where in a face the evidence lies."""

from __future__ import annotations

import functools

import numpy as np

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection
from explain.overlay import peak, stands_out
from model.faces import CROP_SIZE

# A region is named when it holds this share of the evidence; fewer means the map is vague.
_NAMED = 0.22
# Share of the value in full colour from which evidence counts.
_CLEAR = 0.3


def region_shares(heatmap: Heatmap, landmarks: np.ndarray) -> dict[str, float]:
    """Divides the evidence of a map among the parts of a face.

    Args:
        heatmap: The heatmap; of a signed one only what speaks for fake counts, pass its negative for real.
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.

    Returns:
        Share, 0..1, by region, largest first; all zero if the map has no such evidence.
    """
    heat = np.nan_to_num(heatmap.on_crop())
    # Only what is drawn clearly: faint evidence all over a large region would outweigh what catches the eye.
    heat = np.where(heat >= _CLEAR * peak(heatmap), heat, 0)
    regions = _regions(tuple(np.asarray(landmarks, np.float64).ravel().round(1)))
    total = float(heat.sum())
    shares = {name: float(heat[place].sum()) / total if total > 0 else 0.0 for name, place in regions.items()}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def describe(face: FaceInspection, method: str) -> str:
    """Says in one sentence where the evidence for a face's verdict lies.

    Args:
        face: The face.
        method: A key of its heatmaps.

    Returns:
        A sentence; a vague one when the map is vague.
    """
    heatmap = face.heatmaps[method]
    if not stands_out(heatmap):
        return "No region stood out."
    side = "fake" if face.logit > 0 else "real"
    if heatmap.signed and side == "real":
        heatmap = Heatmap(-heatmap.values, heatmap.method, True, heatmap.to_crop)
    to_crop = (face.landmarks - face.crop_to_photo[:, 2]) / np.diag(face.crop_to_photo[:, :2])
    named = [name for name, share in region_shares(heatmap, to_crop).items() if share >= _NAMED][:2]
    if not named:
        return "The evidence is spread over the picture; no single region stood out."
    where = f"{'this region' if len(named) == 1 else 'these regions'}: {', '.join(named)}"
    if heatmap.signed:
        return f"What spoke for {side} lies mostly in {where}."
    return f"The answer is most sensitive in {where}."


@functools.lru_cache(maxsize=16)
def _regions(landmarks: tuple[float, ...]) -> dict[str, np.ndarray]:
    """Boolean (256, 256) of each region, every pixel in exactly one.

    Coordinates across and along the face, in units of the distance from the eyes to the mouth, make the
    rules independent of size and tilt.
    """
    left_eye, right_eye, _, mouth_left, mouth_right = np.array(landmarks).reshape(5, 2)
    eyes, mouth = (left_eye + right_eye) / 2, (mouth_left + mouth_right) / 2
    down = mouth - eyes
    length = max(float(np.linalg.norm(down)), 1.0)
    down = down / length
    right = np.array([down[1], -down[0]])
    rows, columns = np.mgrid[:CROP_SIZE, :CROP_SIZE]
    points = np.stack([columns, rows], axis=-1) - eyes
    across, along = np.abs(points @ right) / length, points @ down / length
    inside = (across / 1.2) ** 2 + ((along - 0.45) / 1.35) ** 2 <= 1
    rules = {
        "eyes": inside & (np.abs(along) < 0.3),
        "nose": inside & (along >= 0.3) & (along < 0.75) & (across < 0.3),
        "cheeks": inside & (along >= 0.3) & (along < 0.75) & (across >= 0.3),
        "mouth and chin": inside & (along >= 0.75),
        "forehead and hairline": inside & (along <= -0.3),
    }
    return rules | {"outside the face": ~inside}
