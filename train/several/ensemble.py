"""Joins several detectors to one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.calibration import fit_shift
from model.detector import DetectorError
from model.ensemble import ENSEMBLE, digest_of, member_name
from train.crops import load_crops
from train.datasets import DataError, read_samples
from train.evaluation.faces import Faces
from train.export import describe_detector
from train.files import write_files
from train.several.detectors import Named, load_several, score_faces
from train.several.stacking import Mix, cross_validate, fit_mix


@dataclass(frozen=True)
class Joined:
    """An ensemble that was written.

    Attributes:
        file: Its `detector.json`.
        shares: What the logit of each detector counts, by name, also of those that count nothing and were left out.
        found: What `train.several.stacking.cross_validate` found.
        metrics: The `metrics` of its description.
    """

    file: Path
    shares: dict[str, float]
    found: dict[str, Any]
    metrics: dict[str, Any]


def join_detectors(
    data: Path, files: Sequence[Path], out: Path, cache: Path, *, how: str, seed: int = 0, error: float = 0.03
) -> Joined:
    """Joins detectors to one, calibrates it and writes it.

    Args:
        data: Folder with the pictures; the validation part decides what each member counts and calibrates.
        files: Two or more `detector.json` files.
        out: Folder for `detector.json` and copies of the members' weights.
        cache: Folder for face crops, as for `fit`.
        how: "average" or "stack", as `train.several.stacking.fit_mix` takes it.
        seed: Divides data that is not divided, and seeds folds and intervals.
        error: Accepted share of wrong verdicts in each class outside the uncertain band.

    Returns:
        What was written and found.

    Raises:
        DataError: If the data can't be used.
        DetectorError: If a detector can't be loaded.
        ValueError: If the detectors can't be joined.
        OSError: If a file can't be read or written; nothing is half-written then.
    """
    detectors = load_several(files)
    for named in detectors:
        if named.detector.members:
            raise ValueError(f"{named.file}: this is an ensemble itself. Name its members in --detectors instead")
    validation = load_crops(data, read_samples(data, seed=seed), cache).select("validation")
    if not validation.paired_sources:
        raise DataError(f"{data}: no source has both real and fake faces in its validation part")
    faces = Faces(validation, "validation", [], validation.paired_sources, [])
    logits = np.stack([score.logits for score in score_faces(detectors, faces)])
    pool = faces.in_pool
    paired, fake = faces.where(pool), validation.labels[pool] > 0.5
    temperatures = np.array([named.detector.calibration.temperature for named in detectors])
    names = [named.name for named in detectors]
    found = cross_validate(paired, logits[:, pool], temperatures, how, seed, names)
    mix = fit_mix(logits[:, pool], fake, temperatures, how)
    if not mix.shares.any():
        raise ValueError("none of --detectors tells fakes from reals on these faces, so there is nothing to join")
    # The bias may as well stand where the two classes are equally likely: one temperature is then all it takes.
    mix = Mix(mix.shares, mix.bias + fit_shift(mix(logits[:, pool]), fake))
    parts, weights = _parts(detectors, mix)
    shares = {name: round(float(share), 6) for name, share in zip(names, mix.shares, strict=True)}
    about = {"ensemble": {"how": how, "seed": seed, "shares": shares, "cross_validation": found}}
    description = describe_detector(parts, validation, mix(logits), error=error, about=about)
    text = json.dumps(description, indent=2) + "\n"
    write_files(out, weights | {"detector.json": text.encode()})
    return Joined(out / "detector.json", shares, found, description["metrics"])


def _parts(detectors: Sequence[Named], mix: Mix) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Gives what says which networks it is, and the files with their weights by name."""
    members, files = [], {}
    for named, share in zip(detectors, mix.shares, strict=True):
        if share == 0:
            continue
        description = named.detector.description
        file = f"{member_name(len(members) + 1)}-{description['network']}.weights.h5"
        files[file] = _read_weights(named)
        weights = {"file": file, "sha256": description["weights"]["sha256"]}
        depth = {"depth": description["depth"]} if "depth" in description else {}
        members.append({"network": description["network"], **depth, "weights": weights, "share": float(share)})
    bias = float(mix.bias)
    digest = {"sha256": digest_of(members, bias)}
    return {"network": ENSEMBLE, "weights": digest, "members": members, "bias": bias}, files


def _read_weights(named: Named) -> bytes:
    stated = named.detector.description["weights"]
    path = named.file.parent / stated["file"]
    content = path.read_bytes()
    # Read again, minutes after they were loaded: a training may have written others since.
    if hashlib.sha256(content).hexdigest() != stated["sha256"]:
        raise DetectorError(f"{path}: the weights have changed since they were loaded. Run the command again")
    return content
