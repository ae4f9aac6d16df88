"""Cuts the main face out of every picture once and keeps the crops on disk.

Reading, face search and cropping are the functions that the page uses, so a network is trained on
the very pixels it will be asked about.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from model.cascade.networks import SHA256
from model.faces import (
    CROP_MARGIN,
    CROP_SIZE,
    MIN_CONFIDENCE,
    SEARCH_SIDE,
    SMALLEST_WANTED,
    crop_face,
    find_faces,
)
from model.photo import PhotoError, read_photo
from train.datasets import DataError, Sample

_WORKERS = 2
_CHUNK = 64


@dataclass(frozen=True)
class CropSet:
    """The crops of a data set.

    Attributes:
        pixels: uint8 RGB (pictures, 256, 256, 3), read from disk as needed.
        samples: The samples that have a face.
        rows: int64, the row of `pixels` that belongs to each sample.
        landmarks: float32 (samples, 5, 2), x and y in crop pixels, in the order of `model.faces.LANDMARKS`.
        skipped: (path, reason) of every picture left out.
    """

    pixels: np.ndarray
    samples: list[Sample]
    rows: np.ndarray
    landmarks: np.ndarray
    skipped: list[tuple[str, str]]

    def select(self, split: str) -> CropSet:
        """Gives the part of one split."""
        return self.where(np.array([sample.split == split for sample in self.samples]))

    def where(self, chosen: np.ndarray) -> CropSet:
        """Gives a part of the set.

        Args:
            chosen: bool (samples,) or the indices of samples, in the wanted order.

        Returns:
            The chosen samples; the pixels are shared.
        """
        keep = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        samples = [self.samples[i] for i in keep]
        return CropSet(self.pixels, samples, self.rows[keep], self.landmarks[keep], self.skipped)

    @property
    def labels(self) -> np.ndarray:
        """Label of each sample, float32 (samples,), 1 for fake."""
        return np.array([sample.label for sample in self.samples], np.float32)

    @property
    def sources(self) -> np.ndarray:
        """Source of each sample, str (samples,)."""
        return np.array([sample.source for sample in self.samples])

    @property
    def paired_sources(self) -> list[str]:
        """Names of the sources that have real and fake faces, in alphabetical order."""
        sources, labels = self.sources, self.labels
        return [str(source) for source in np.unique(sources) if len(set(labels[sources == source].tolist())) == 2]


def load_crops(data: Path, samples: Sequence[Sample], cache: Path) -> CropSet:
    """Gives the face crops of a data set, from the cache where they are already there.

    In a picture with several faces the largest one counts. Pictures that can't be read or show no
    face are left out and listed.

    Args:
        data: The folder that the samples' paths are relative to.
        samples: What `read_samples` returned.
        cache: Folder for crops; each data set gets a folder of its own in it, about 200 KB a picture.

    Returns:
        The crops.

    Raises:
        DataError: If no picture has a face.
    """
    folder = cache / _fingerprint(data, samples)
    if not (folder / "crops.csv").exists():
        _build(data, samples, folder)
    with (folder / "crops.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    rows = np.array([row for row, line in enumerate(table) if not line["error"]], np.int64)
    if not len(rows):
        raise DataError(f"{data}: none of the {len(samples)} pictures shows a face that can be found")
    landmarks = np.array([json.loads(table[row]["landmarks"]) for row in rows], np.float32)
    skipped = [(sample.path, line["error"]) for sample, line in zip(samples, table, strict=True) if line["error"]]
    pixels = np.load(folder / "crops.npy", mmap_mode="r")
    return CropSet(pixels, [samples[row] for row in rows], rows, landmarks, skipped)


def _fingerprint(data: Path, samples: Sequence[Sample]) -> str:
    """Names what the crops depend on, so that changed pictures or settings never meet old crops."""
    settings = [CROP_SIZE, CROP_MARGIN, SEARCH_SIDE, SMALLEST_WANTED, MIN_CONFIDENCE, SHA256]
    stats = [(data / sample.path).stat() for sample in samples]
    files = [(sample.path, stat.st_size, stat.st_mtime_ns) for sample, stat in zip(samples, stats, strict=True)]
    return hashlib.sha256(json.dumps([settings, files]).encode()).hexdigest()[:16]


def _build(data: Path, samples: Sequence[Sample], folder: Path) -> None:
    """Writes to a folder beside the final one and renames it when all is there."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write(data, samples, partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(data: Path, samples: Sequence[Sample], folder: Path) -> None:
    shape = (len(samples), CROP_SIZE, CROP_SIZE, 3)
    pixels = np.lib.format.open_memmap(folder / "crops.npy", mode="w+", dtype=np.uint8, shape=shape)
    if hasattr(os, "posix_fallocate"):
        # The file is a hole so far: without room for it on the disk, writing to the map would end the process.
        with (folder / "crops.npy").open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, (folder / "crops.npy").stat().st_size)
    paths = [data / sample.path for sample in samples]
    with (folder / "crops.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "landmarks", "error"])
        bar = tqdm(_crop_all(paths), total=len(paths), desc="Finding faces", unit="picture")
        for row, result in enumerate(bar):
            if isinstance(result, str):
                writer.writerow([samples[row].path, "", result])
            else:
                pixels[row] = result.pixels
                writer.writerow([samples[row].path, json.dumps(result.landmarks.round(2).tolist()), ""])
    pixels.flush()


def _crop_all(paths: Sequence[Path]) -> Iterator[MainFace | str]:
    """Crops in order, a chunk at a time, so that Ctrl-C waits for a few pictures, not for thousands."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        for start in range(0, len(paths), _CHUNK):
            yield from pool.map(crop_main_face, paths[start : start + _CHUNK])


@dataclass(frozen=True)
class MainFace:
    """The largest face of a picture, cut out.

    Attributes:
        pixels: uint8 RGB (256, 256, 3).
        landmarks: float64 (5, 2), x and y in crop pixels.
    """

    pixels: np.ndarray
    landmarks: np.ndarray


def crop_main_face(path: Path) -> MainFace | str:
    """Reads one picture and crops its largest face.

    Args:
        path: A picture.

    Returns:
        The face, or the reason why there is none.
    """
    try:
        photo = read_photo(path)
    except PhotoError as error:
        return str(error)
    faces = find_faces(photo)
    if not faces:
        return "No face was found."
    largest = max(faces, key=lambda face: face.box[2] * face.box[3])
    crop, crop_to_photo = crop_face(photo, largest)
    return MainFace(crop, (largest.landmarks - crop_to_photo[:, 2]) / np.diag(crop_to_photo[:, :2]))
