"""Joins the three networks: proposals at many sizes, refined twice.

Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional Networks". Thresholds and
steps are those of the package `mtcnn` 1.0.0, which has the same weights; tests compare with it. Between its networks it
runs TensorFlow step by step, and it keeps matrices of all proposals: a photo full of texture would take gigabytes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from model.cascade.boxes import correct, place_landmarks, suppress, to_squares
from model.cascade.networks import run_network
from model.cascade.patches import MOST, cut_patches
from model.sessions import count_processors

# The first network looks at windows of 12 pixels, 2 apart.
_WINDOW, _STRIDE = 12, 2
SMALLEST = 20
"""Side in pixels of the smallest face that can be found."""
_SHRINK = 0.709
# What the three networks must be sure of.
_PROPOSED, _REFINED, _CERTAIN = 0.6, 0.7, 0.8
# How many windows of one size, and in all, go on to the next network: far more than photos of crowds have.
_AT_ONE_SIZE, _IN_ALL = 1000, 2000


@dataclass(frozen=True)
class Found:
    """Faces in a picture.

    Attributes:
        boxes: float64 (faces, 4), left, top, right and bottom in pixels, inside the picture.
        landmarks: float64 (faces, 5, 2), x and y in pixels.
        confidences: float64 (faces,), 0..1.
    """

    boxes: np.ndarray
    landmarks: np.ndarray
    confidences: np.ndarray


def search(pixels: np.ndarray, smallest: float = SMALLEST) -> Found:
    """Searches a picture for faces.

    Args:
        pixels: uint8 RGB (rows, columns, 3).
        smallest: Side in pixels of the smallest face wanted, from `SMALLEST`. Half of the work is for faces of less
            than one and a half times that; larger ones are found in the same places whatever it is.

    Returns:
        The faces.
    """
    values = (pixels.astype(np.float32) - np.float32(127.5)) * np.float32(1 / 128)
    boxes = _propose(values, smallest)
    boxes = _refine(values, boxes) if len(boxes) else boxes
    if len(boxes):
        return _conclude(values, boxes)
    return Found(boxes, np.empty((0, 5, 2)), np.empty(0))


def _propose(values: np.ndarray, smallest: float) -> np.ndarray:
    """Gives squares where there may be a face, (squares, 4)."""
    scales = _scales(*values.shape[:2], smallest)
    # Sizes side by side on one processor each take little more than half of the time that all processors take for one
    # after another.
    with ThreadPoolExecutor(count_processors()) as pool:
        found = list(pool.map(partial(_propose_at, values), scales))
    boxes = np.concatenate([np.empty((0, 4)), *(boxes for boxes, _ in found)])
    scores = np.concatenate([np.empty(0), *(scores for _, scores in found)])
    best = np.argsort(scores)[::-1][:_IN_ALL]
    return to_squares(boxes[best][suppress(boxes[best], scores[best], 0.7)])


def _scales(height: int, width: int, smallest: float) -> np.ndarray:
    """How much the picture is shrunk, so that faces from the smallest to the whole picture get 12 pixels."""
    count = round(np.log(_WINDOW / min(height, width)) / np.log(_SHRINK) - 1)
    scales = _WINDOW / SMALLEST * _SHRINK ** np.arange(count)
    # Left out: what is too small for the network, and sizes so fine that the next coarser one finds all that is wanted.
    return scales[(min(height, width) * scales >= _WINDOW) & (_WINDOW / scales / _SHRINK > smallest)]


def _propose_at(values: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Gives windows of the whole picture where there may be a face, (windows, 4), and how sure that is, (windows,)."""
    height, width = (int(length * scale) for length in values.shape[:2])
    shrunk = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
    answer = run_network("proposal", shrunk[None])
    faces = answer["scores"][0, :, :, 1]
    rows, columns = np.nonzero(faces > _PROPOSED)
    corners = np.stack([columns, rows], axis=1) * _STRIDE
    windows = np.hstack([corners + 1, corners + _WINDOW])
    boxes = (windows + answer["offsets"][0, rows, columns] * (_WINDOW - 1)) / scale
    scores = faces[rows, columns]
    best = np.argsort(scores)[::-1][:_AT_ONE_SIZE]
    stay = best[suppress(boxes[best], scores[best], 0.5)]
    return boxes[stay], scores[stay]


def _refine(values: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Asks the second network about squares; gives squares."""
    answer = _ask("refinement", values, boxes, 24)
    scores = answer["scores"][:, 1]
    sure = scores > _REFINED
    better = correct(boxes, answer["offsets"])[sure]
    return to_squares(better[suppress(better, scores[sure], 0.7)])


def _conclude(values: np.ndarray, boxes: np.ndarray) -> Found:
    """Asks the third network about squares."""
    answer = _ask("output", values, boxes, 48)
    landmarks = place_landmarks(boxes, answer["landmarks"])
    scores = answer["scores"][:, 1].astype(np.float64)
    sure = scores > _CERTAIN
    better = correct(boxes, answer["offsets"])[sure]
    stay = suppress(better, scores[sure], 0.7, relative_to="smaller")
    height, width = values.shape[:2]
    inside = np.clip(better[stay], 0, np.array([width, height] * 2) - 1)
    return Found(inside, landmarks[sure][stay], scores[sure][stay])


def _ask(network: str, values: np.ndarray, boxes: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """Shows a network what is in boxes; some at a time, since patches of a crowd would take much memory."""
    starts = range(0, len(boxes), MOST)
    answers = [run_network(network, cut_patches(values, boxes[start : start + MOST], side)) for start in starts]
    return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}
