"""Words for where in a face the evidence lies."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import cv2
import numpy as np

from explain.heatmap import Heatmap
from explain.inspection import FaceInspection
from explain.methods import METHODS
from explain.overlay import stands_out, strongest
from model.faces import CROP_SIZE

# How each region is spoken of: preposition and noun.
REGIONS = {
    "eyes": ("around", "the eyes"),
    "nose": ("around", "the nose"),
    "mouth": ("around", "the mouth"),
    "cheeks": ("on", "the cheeks"),
    "forehead": ("on", "the forehead"),
    "hairline": ("along", "the hairline"),
    "outside the face": ("outside", "the face"),
}
# Share of the strongest evidence from which evidence counts: faint evidence all over a large region would outweigh
# what catches the eye.
_CLEAR = 0.3
# A region is named when it holds this share of the evidence, and when the odds that evidence lies there are this many
# times the odds that any pixel does. Most of a crop is cheeks and background: of a map that is the same everywhere
# they hold most, and that is no finding. Odds, since a share can't grow beyond 1 however large the region.
_NAMED = 0.2
_TIMES = 3.0


def region_shares(heatmap: Heatmap, landmarks: np.ndarray) -> dict[str, float]:
    """Divides the evidence of a map among the parts of a face.

    Only evidence from three tenths of the strongest on counts.

    Args:
        heatmap: The heatmap; of a signed one only what speaks for fake counts, pass its negative for real.
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.

    Returns:
        Share, 0..1, by region, largest first; they add up to 1, or are all 0 if no such evidence stands out.
    """
    heat = heatmap.on_crop()
    highest = strongest(heat, heatmap)
    found = stands_out(heatmap) and highest >= METHODS[heatmap.method].unit.weakest
    heat = np.where(heat >= _CLEAR * highest, heat, 0) if found else np.zeros_like(heat)
    total = float(heat.sum(dtype=np.float64)) or 1.0
    places = find_regions(landmarks)
    shares = {name: float(heat[place].sum(dtype=np.float64)) / total for name, place in places.items()}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def face_shares(face: FaceInspection, method: str) -> dict[str, float]:
    """Divides what spoke for a face's answer among the parts of the face.

    Args:
        face: The face; if its logit is above 0, evidence for fake counts, otherwise that for real.
        method: A key of its heatmaps.

    Returns:
        As `region_shares`; all 0 if the network gave no answer.
    """
    heatmap = face.heatmaps[method]
    if not math.isfinite(face.logit):
        return dict.fromkeys(REGIONS, 0.0)
    if heatmap.signed and face.logit <= 0:
        heatmap = replace(heatmap, values=-heatmap.values)
    return region_shares(heatmap, _landmarks_on_crop(face))


def describe(face: FaceInspection, method: str) -> str:
    """Says in one sentence where the evidence for a face's answer lies.

    Args:
        face: The face.
        method: A key of its heatmaps.

    Returns:
        A sentence that names at most two regions, each of which holds a fifth of the evidence and clearly more than
        its size accounts for; a vague one when the map is vague.
    """
    if not math.isfinite(face.logit):
        return "The network gave no answer for this face, so there is nothing to point at."
    shares = face_shares(face, method)
    if not any(shares.values()):
        return "No region stood out."
    areas = {name: float(place.mean()) for name, place in find_regions(_landmarks_on_crop(face)).items()}
    named = {name: share for name, share in shares.items() if _is_finding(share, areas[name])}
    named = dict(list(named.items())[:2])
    if not named:
        return "The evidence is spread over the picture; no single region stood out."
    if not METHODS[method].signed:
        return f"The answer is most sensitive {_where(named)}."
    side = "fake" if face.logit > 0 else "real"
    extent = "mostly" if sum(named.values()) > 0.5 else "partly"
    return f"What spoke for {side} lies {extent} {_where(named)}."


def _is_finding(share: float, area: float) -> bool:
    # Odds compared without dividing: a region may hold everything.
    return share >= _NAMED and share * (1 - area) >= _TIMES * area * (1 - share)


def _where(shares: dict[str, float]) -> str:
    """Joins regions, each preposition said once in a row: "around the mouth (46%) and the nose (24%)"."""
    parts, before = [], ""
    for name, share in shares.items():
        preposition, noun = REGIONS[name]
        parts.append(f"{'' if preposition == before else preposition + ' '}{noun} ({share:.0%})")
        before = preposition
    return " and ".join(parts)


def _landmarks_on_crop(face: FaceInspection) -> np.ndarray:
    to_crop = cv2.invertAffineTransform(face.crop_to_photo)
    return face.landmarks @ to_crop[:, :2].T + to_crop[:, 2]


def find_regions(landmarks: np.ndarray) -> dict[str, np.ndarray]:
    """Divides a crop into the parts of a face, whatever its size and tilt and wherever it turns.

    Args:
        landmarks: (5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.

    Returns:
        bool (256, 256) by region, every pixel in exactly one. The mouth includes the chin; the hairline is the upper
        band of the outline, temples included; hair beyond it counts as outside the face.
    """
    return _find_regions(tuple(np.asarray(landmarks, np.float64).ravel().round(1).tolist()))


@functools.lru_cache(maxsize=32)
def _find_regions(landmarks: tuple[float, ...]) -> dict[str, np.ndarray]:
    """The numbers were fitted by eye to faces of the validation set, from the front, in profile and tilted."""
    left_eye, right_eye, nose, mouth_left, mouth_right = np.array(landmarks).reshape(5, 2)
    eyes, mouth = (left_eye + right_eye) / 2, (mouth_left + mouth_right) / 2
    length = max(float(np.linalg.norm(mouth - eyes)), 1.0)
    down = (mouth - eyes) / length if length > 1 else np.array([0.0, 1.0])
    right = np.array([down[1], -down[0]])
    apart = float(np.linalg.norm(right_eye - left_eye))
    # A face that looks up or down is short between eyes and mouth, one in profile has its eyes close together; the
    # larger of both tells its size. From the front they are alike: 0.95, median over the validation set.
    unit = max(length, 0.95 * apart)
    rows, columns = np.mgrid[:CROP_SIZE, :CROP_SIZE]
    points = np.stack([columns, rows], axis=-1) - eyes
    # Across in units; along 0 at the eyes and 1 at the mouth.
    across, along = points @ right / unit, points @ down / length
    # How far the tip of the nose leaves the line from the eyes to the mouth tells how far the head is turned.
    turn = float(np.clip((nose - eyes) @ right / unit, -0.5, 0.5))
    tip = float(np.clip((nose - eyes) @ down / length, 0.3, 0.8))

    # Seen turned, the side that the nose points to is narrow and the other one wide.
    towards_nose = across * np.sign(turn) > 0
    half_width = 1.1 + abs(turn) * np.where(towards_nose, -1.0, 0.7)
    radius = np.hypot(across / half_width, (points @ down / unit - 0.4) / 1.35)
    is_upper = along < 0.1
    face = radius <= np.where(is_upper, 1.18, 1.0)
    hairline = face & is_upper & (radius > 0.88)
    face &= ~hairline
    beside_eyes = np.abs(across) < apart / 2 / unit + 0.36
    is_eyes = face & beside_eyes & (along >= -0.38) & (along < 0.25)
    # The bridge leans towards the tip and widens down to the nostrils.
    off_bridge = np.abs(across - turn * np.interp(along, [0, tip], [0, 1]))
    is_nose = face & (along >= 0.25) & (along < tip + 0.17) & (off_bridge < np.interp(along, [0.2, tip], [0.14, 0.3]))
    half_mouth = float(np.linalg.norm(mouth_right - mouth_left)) / 2 / unit + 0.15
    is_mouth = face & (along >= tip + 0.17) & (np.abs(across) < half_mouth)
    is_forehead = face & (along < -0.38)
    is_cheeks = face & ~(is_eyes | is_nose | is_mouth | is_forehead)
    regions = (is_eyes, is_nose, is_mouth, is_cheeks, is_forehead, hairline, ~(face | hairline))
    return dict(zip(REGIONS, regions, strict=True))
