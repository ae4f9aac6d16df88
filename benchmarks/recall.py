"""Does the face search lose faces for being quick? `python -m benchmarks.recall --data faces`.

It leaves out the sizes in which only faces too small to judge could be found. Each picture of the validation part is
searched in all sizes and in those that are shipped: as it is, and shrunk until its largest face has a given height,
which stands for faces that are small in large photos. Also compares with the package `mtcnn`, whose networks these
are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from model import read_photo
from model.cascade.search import Found, search
from model.faces import MIN_CONFIDENCE, SMALL_FACE, SMALLEST_WANTED
from train.datasets import DataError, read_samples

_HEIGHTS = (None, 100, 60, 52)
# A photo is searched as it is, or, if it is of 1024 pixels, on a copy of 640.
_SHRINKS = (1.0, 640 / 1024)
# Over the picture: the search wants some room for its windows.
_LEAST_SIDE = 160
_SAME = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints the table.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0, or 2 for wrong use.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recall", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled pictures, as for `train fit`")
    parser.add_argument("--pictures", type=int, default=10_000, help="at most so many (default: all)")
    options = parser.parse_args(arguments)
    try:
        samples = [sample for sample in read_samples(options.data) if sample.split == "validation"]
    except DataError as error:
        parser.error(str(error))
    chosen = np.random.default_rng(0).permutation(len(samples))[: options.pictures]
    pictures = [read_photo(options.data / samples[place].path).pixels for place in sorted(chosen)]
    print(f"{'largest face':<14}{'searched at':>12}{'faces':>8}{'found':>8}{'recall':>9}{'overlap, worst 1 %':>20}")
    for height in _HEIGHTS:
        for shrink in _SHRINKS if height else (1.0,):
            overlaps = np.concatenate([_overlaps(pixels, height, shrink) for pixels in tqdm(pictures, leave=False)])
            found = int((overlaps > _SAME).sum())
            name = f"{height} pixels" if height else "as it is"
            print(
                f"{name:<14}{shrink:>12.3f}{len(overlaps):>8}{found:>8}{found / len(overlaps):>9.2%}"
                f"{np.percentile(overlaps, 1):>20.3f}"
            )
    print(_beside_the_package(pictures))
    return 0


def _overlaps(pixels: np.ndarray, height: int | None, shrink: float) -> np.ndarray:
    """For each face large enough to judge that a search of all sizes finds, its overlap with the nearest one found."""
    if height:
        pixels = _shrink(pixels, height * shrink)
        if pixels is None:
            return np.empty(0)
    everything, shipped = _sure(search(pixels)), _sure(search(pixels, min(SMALL_FACE * shrink, SMALLEST_WANTED)))
    sides = (everything[:, 2:] - everything[:, :2]).max(axis=1)
    wanted = everything[sides >= SMALL_FACE * shrink]
    return np.array([max((_overlap(box, other) for other in shipped), default=0.0) for box in wanted])


def _shrink(pixels: np.ndarray, height: float) -> np.ndarray | None:
    """Brings the largest face to a height, on a grey ground if the picture gets too small; None without a face."""
    faces = _sure(search(pixels))
    if not len(faces):
        return None
    scale = height / (faces[:, 3] - faces[:, 1]).max()
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = np.full((*np.maximum(small.shape[:2], _LEAST_SIDE), 3), 127, np.uint8)
    ground[: small.shape[0], : small.shape[1]] = small
    return ground


def _sure(found: Found) -> np.ndarray:
    return found.boxes[found.confidences >= MIN_CONFIDENCE]


def _overlap(box: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    shared = np.clip(np.minimum(box[2:], other[2:]) - np.maximum(box[:2], other[:2]), 0, None).prod()
    return float(shared / ((box[2:] - box[:2]).prod() + (other[2:] - other[:2]).prod() - shared))


def _beside_the_package(pictures: Sequence[np.ndarray], count: int = 200) -> str:
    """Says in how many pictures a search of all sizes gives the same boxes as the package."""
    from mtcnn import MTCNN

    detector = MTCNN()
    chosen = pictures[:: max(1, len(pictures) // count)][:count]
    same = sum(_same_boxes(pixels, detector.detect_faces) for pixels in tqdm(chosen, leave=False))
    return f"The same boxes to .05 pixels as the package mtcnn: in {same} of {len(chosen)} pictures."


def _same_boxes(pixels: np.ndarray, detect: Callable[..., np.ndarray]) -> bool:
    rows = detect(pixels, box_format="xyxy", output_type="numpy")
    theirs, mine = (boxes[np.argsort(boxes[:, 0])] for boxes in (rows[:, 1:5], search(pixels).boxes))
    return len(theirs) == len(mine) and bool(np.allclose(theirs, mine, atol=0.05))


if __name__ == "__main__":
    sys.exit(main())
