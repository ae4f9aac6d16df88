"""How far one gets without looking for forgeries: what file size, thumbnail and mean colour give away.

Geirhos et al. 2020, "Shortcut Learning in Deep Neural Networks". What a linear model on such features
reaches, a detector may have reached the same way.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from model.photo import read_photo
from train.evaluation.faces import Faces

FOLDS = 5
_SIDE = 12

Features = Callable[[Path, np.ndarray, np.ndarray], np.ndarray]
"""From a file, its pixels and its face crop, uint8 RGB both, to a vector of numbers."""


def file_features(path: Path, photo: np.ndarray, crop: np.ndarray) -> np.ndarray:
    """Gives bytes, height, width and bytes a pixel, all as logarithms, (4,)."""
    height, width = photo.shape[:2]
    size = path.stat().st_size
    return np.log([size, height, width, size / (height * width)])


def thumbnail(pixels: np.ndarray) -> np.ndarray:
    """Shrinks a picture, uint8 RGB, to 12 × 12 and gives its values, (432,)."""
    return cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).ravel().astype(np.float64)


FEATURES: dict[str, Features] = {
    "file": file_features,
    "picture_thumbnail": lambda path, photo, crop: thumbnail(photo),
    "picture_colour": lambda path, photo, crop: photo.mean((0, 1)),
    "crop_thumbnail": lambda path, photo, crop: thumbnail(crop),
}
LABELS = {
    "file": "file size and dimensions",
    "picture_thumbnail": "12 × 12 thumbnail of the picture",
    "picture_colour": "mean colour of the picture",
    "crop_thumbnail": "12 × 12 thumbnail of the face crop",
}


def audit_shortcuts(data: Path, faces: Faces, seed: int) -> dict[str, dict[str, float | None]]:
    """Cross-validates a logistic regression on features that know nothing of forgeries, within each source.

    Args:
        data: The folder that the samples' paths are relative to.
        faces: The faces; sources with a single class are passed over.
        seed: Seed of the division into folds, which never divides a group.

    Returns:
        Mean AUC of the folds by name of the features and source; None where there are too few groups of a class
        for two folds.
    """
    sources = faces.crops.sources
    chosen = np.flatnonzero(faces.in_pool)
    vectors: dict[str, list[np.ndarray]] = {name: [] for name in FEATURES}
    for index in tqdm(chosen, desc="Looking for shortcuts", unit="picture"):
        path = data / faces.crops.samples[index].path
        photo, crop = read_photo(path).pixels, faces.crops.pixels[faces.crops.rows[index]]
        for name, features in FEATURES.items():
            vectors[name].append(features(path, photo, crop))
    of_source = {source: sources[chosen] == source for source in faces.pooled}
    labels, groups = faces.crops.labels[chosen] > 0.5, faces.groups[chosen]
    return {
        name: {
            source: cross_validated_auc(np.array(rows)[part], labels[part], groups[part], seed)
            for source, part in of_source.items()
        }
        for name, rows in vectors.items()
    }


def cross_validated_auc(features: np.ndarray, fake: np.ndarray, groups: np.ndarray, seed: int) -> float | None:
    """Measures how well a logistic regression tells the classes apart on groups that it was not fitted to.

    Args:
        features: (samples, numbers).
        fake: bool (samples,).
        groups: (samples,).
        seed: Seed of the folds.

    Returns:
        Mean AUC of up to five folds, to four digits; None if there are too few groups.
    """
    folds = min(FOLDS, *(len(set(groups[fake == label].tolist())) for label in (False, True)))
    if folds < 2:
        return None
    # The more numbers, the stronger the penalty: a priori the logit varies as much whatever the features.
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / features.shape[1], max_iter=1000))
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    scores = []
    with warnings.catch_warnings():
        # A class with fewer samples than folds; such folds are passed over below.
        warnings.simplefilter("ignore", UserWarning)
        divisions = list(splitter.split(features, fake, groups))
    for fitted, tested in divisions:
        if len(set(fake[fitted].tolist())) == 2 and len(set(fake[tested].tolist())) == 2:
            model.fit(features[fitted], fake[fitted])
            scores.append(roc_auc_score(fake[tested], model.decision_function(features[tested])))
    return round(float(np.mean(scores)), 4) if scores else None
