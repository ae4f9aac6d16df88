"""Writes fakes made from the real faces of a data set, each with its real partner and its mask."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from tqdm import tqdm

from model.faces import CROP_SIZE
from train.augment import augment, frame
from train.crops import CropSet, load_crops
from train.datasets import DataError, read_samples
from train.synthetic.resynthesis import DECODERS, FACES, HELD_OUT, load_autoencoder, reconstruct
from train.synthetic.self_blend import self_blend
from train.synthetic.swap import nearest_pose, swap_face

_FAMILY_GROUPS = 32
_DONORS_COMPARED = 64
_COLUMNS = ["path", "source", "split", "label", "group", "kind", "mask", "made_from"]


@dataclass(frozen=True)
class Forgery:
    """A fake with its real partner.

    Attributes:
        real: uint8 RGB (256, 256, 3).
        fake: uint8 RGB (256, 256, 3).
        mask: float32 (256, 256), 0..1, how much of each pixel was replaced.
        made_from: Indices of the samples whose pictures went into the fake, its real partner's first.
    """

    real: np.ndarray
    fake: np.ndarray
    mask: np.ndarray
    made_from: list[int]


@dataclass(frozen=True)
class Material:
    """What fakes are made from.

    Attributes:
        crops: The crops.
        donors: For the index of each real face, those of the faces that may be put on it, int64 (donors,).
        autoencoders: The trained autoencoders by the name of their decoder.
    """

    crops: CropSet
    donors: dict[int, np.ndarray]
    autoencoders: dict[str, keras.Model]

    def pixels(self, face: int) -> np.ndarray:
        """Gives a crop, uint8 RGB (256, 256, 3)."""
        return np.array(self.crops.pixels[self.crops.rows[face]])


@dataclass(frozen=True)
class Kind:
    """A way to make fakes.

    Attributes:
        make: Takes the material, the index of a real face and a source of chance.
        needs_donor: Whether it takes a second person.
        decoders: Names of the decoders that it takes autoencoders of.
    """

    make: Callable[[Material, int, np.random.Generator], Forgery]
    needs_donor: bool = False
    decoders: Sequence[str] = ()


def _self_blend(material: Material, face: int, generator: np.random.Generator) -> Forgery:
    return Forgery(*self_blend(material.pixels(face), material.crops.landmarks[face], generator), [face])


def _swap(material: Material, face: int, generator: np.random.Generator) -> Forgery:
    donors, landmarks = material.donors[face], material.crops.landmarks
    compared = generator.choice(donors, min(_DONORS_COMPARED, len(donors)), replace=False)
    donor = int(compared[nearest_pose(landmarks[face], landmarks[compared])])
    real = material.pixels(face)
    fake, mask = swap_face(real, landmarks[face], material.pixels(donor), landmarks[donor], generator)
    return Forgery(real, fake, mask, [face, donor])


def _resynthesis(decoders: Sequence[str]) -> Kind:
    def make(material: Material, face: int, generator: np.random.Generator) -> Forgery:
        real = material.pixels(face)
        fake = reconstruct(material.autoencoders[str(generator.choice(decoders))], real[None])[0]
        return Forgery(real, fake, np.ones(real.shape[:2], np.float32), [face])

    return Kind(make, decoders=decoders)


KINDS = {
    "self-blend": Kind(_self_blend),
    "swap": Kind(_swap, needs_donor=True),
    "resynthesis": _resynthesis([name for name in DECODERS if name != HELD_OUT]),
    "held-out-decoder": _resynthesis([HELD_OUT]),
}
"""Every kind of fake that the command offers, by its name on the command line."""
DEFAULT_KINDS = ("self-blend", "swap", "resynthesis")
"""All but the one that training never sees."""


def synthesise(
    data: Path,
    out: Path,
    *,
    cache: Path,
    kinds: Sequence[str] = DEFAULT_KINDS,
    count: int | None = None,
    seed: int = 0,
    split: str = "train",
) -> None:
    """Makes fakes and writes them by kind, each kind a source for `read_samples`, and a `manifest.csv`.

    A kind's folder has `SPLIT/real/*.jpg`, `SPLIT/fake/*.jpg` and `SPLIT/mask/*.png`; same number, same pair.

    Both of a pair go through `train.augment.augment` with one seed, which the mask follows, and are saved as JPEG of
    one quality; so neither tells the class. (Blur and JPEG spread what they meet: close to the mask the files of a pair
    differ slightly outside of it, too.) Donors come from the source of the face, are of another group, and look the
    same way. All groups that are mixed by swaps become one group in the manifest, so that a division by groups keeps a
    donor's other pictures on the fake's side.

    Args:
        data: Folder with pictures in a layout that `read_samples` knows.
        out: Folder to be written, new or empty. It appears when all is there.
        cache: Folder for face crops, as for `fit`.
        kinds: Names from `KINDS`; one is drawn for every fake.
        count: Number of fakes; as many as there are real faces if None.
        seed: Seed of everything random, and of the division of `data` where there is none.
        split: Part of `data` whose real faces are used.

    Raises:
        DataError: If `data` can't be used, has too few real faces in this part, or `out` holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out}: exists and is not empty. `--out` takes a new folder; delete this one or name another")
    everything = load_crops(data, read_samples(data, seed=seed), cache)
    crops = everything.select(split)
    groups = _manifest_groups(crops, mixed=any(KINDS[kind].needs_donor for kind in kinds))
    donors = _donors(crops, groups)
    possible = {
        face: [kind for kind in kinds if len(donors[face]) or not KINDS[kind].needs_donor] for face in sorted(groups)
    }
    faces = [face for face in possible if possible[face]]
    if not faces:
        raise DataError(
            f"{data}: its {split} part has {len(groups)} real faces, too few for {' or '.join(kinds)}. "
            "A swap needs two of different groups in one source"
        )
    # Trained on the training part whatever the split, as for `fit`.
    autoencoders = {
        decoder: load_autoencoder(decoder, everything.select("train"), cache, faces=FACES, seed=seed)
        for kind in kinds
        for decoder in KINDS[kind].decoders
    }
    material = Material(crops, donors, autoencoders)
    order = np.resize(np.random.default_rng(seed).permutation(faces), count or len(faces)).tolist()
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        with (partial / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, _COLUMNS, restval="")
            writer.writeheader()
            for number, face in enumerate(tqdm(order, desc="Making fakes", unit="fake")):
                generator = np.random.default_rng([seed, number])
                kind = str(generator.choice(possible[face]))
                forgery = KINDS[kind].make(material, face, generator)
                sample = crops.samples[face]
                paths = _save(partial, f"{kind}/{sample.split}", f"{number:06d}", forgery, generator)
                row = {"source": sample.source, "split": sample.split, "group": groups[face]}
                made_from = ";".join(crops.samples[i].path for i in forgery.made_from)
                writer.writerow(row | {"path": paths["real"], "label": "real", "made_from": sample.path})
                fake = {"path": paths["fake"], "label": "fake", "kind": kind, "mask": paths["mask"]}
                writer.writerow(row | fake | {"made_from": made_from})
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _manifest_groups(crops: CropSet, *, mixed: bool) -> dict[int, str]:
    """Names the group that each real face has in the manifest: its own, or with `mixed` one of about 32 groups."""
    groups = {int(face): crops.samples[face].group for face in np.flatnonzero(crops.labels == 0)}
    if not mixed:
        return groups
    merged = {}
    for source in sorted({crops.samples[face].source for face in groups}):
        own = sorted({groups[face] for face in groups if crops.samples[face].source == source})
        # Small sources still make ten, so that some can be held out for validation.
        size = min(max(len(own) // 10, 2), _FAMILY_GROUPS)
        for number, part in enumerate(np.array_split(own, max(1, len(own) // size))):
            merged |= {(source, str(group)): f"{source}/family-{number}" for group in part}
    return {face: merged[crops.samples[face].source, group] for face, group in groups.items()}


def _donors(crops: CropSet, groups: dict[int, str]) -> dict[int, np.ndarray]:
    """Lists for each face the others that its manifest group merged with its own group."""
    members = defaultdict(list)
    for face, group in groups.items():
        members[group].append(face)
    own = {face: crops.samples[face].group for face in groups}
    return {
        face: np.array([other for other in members[group] if own[other] != own[face]], int)
        for face, group in groups.items()
    }


def _save(out: Path, folder: str, name: str, forgery: Forgery, generator: np.random.Generator) -> dict[str, str]:
    """Augments and writes the three pictures of a forgery; gives their paths relative to `out`."""
    seed, quality = generator.integers(2**63), int(generator.integers(80, 96))
    endings = {"real": "jpg", "fake": "jpg", "mask": "png"}
    paths = {part: f"{folder}/{part}/{name}.{ending}" for part, ending in endings.items()}
    pictures = {
        "real": augment(forgery.real, CROP_SIZE, np.random.default_rng(seed))[..., ::-1],
        "fake": augment(forgery.fake, CROP_SIZE, np.random.default_rng(seed))[..., ::-1],
        "mask": np.rint(255 * frame(forgery.mask, CROP_SIZE, np.random.default_rng(seed))).astype(np.uint8),
    }
    for part, picture in pictures.items():
        settings = [] if part == "mask" else [cv2.IMWRITE_JPEG_QUALITY, quality]
        _, content = cv2.imencode(Path(paths[part]).suffix, picture, settings)
        (out / paths[part]).parent.mkdir(parents=True, exist_ok=True)
        (out / paths[part]).write_bytes(content)
    return paths
