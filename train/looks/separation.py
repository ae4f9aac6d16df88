"""Which simple numbers tell fakes from reals, and how well all of them together do it.

What a model reaches that sees no picture at all, a network can reach the same way: Geirhos et al. 2020, "Shortcut
Learning in Deep Neural Networks".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import mutual_info_classif
from sklearn.inspection import permutation_importance
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from train.datasets import Sample
from train.looks.features import FEATURES

FOLDS = 5
LEAST_GROUPS = 20
"""Fewer groups of a class than this say nothing: a fold would hold three or less."""
_REPEATS = 3
# More pictures change no digit that is shown, and the mutual information is slow.
_MOST = 50_000


@dataclass(frozen=True)
class Power:
    """What one feature tells.

    Attributes:
        name: A key of `FEATURES`.
        auc: Area under the ROC curve of the number alone, 0..1; above .5 where fakes have higher values.
        mutual_information: With the class, in bits; 1 would tell balanced classes apart without fail.
        importance: AUC that the model loses on pictures it was not fitted to when the number is shuffled, mean.
        importance_deviation: Standard deviation of that over folds and shuffles.
    """

    name: str
    auc: float
    mutual_information: float
    importance: float
    importance_deviation: float


@dataclass(frozen=True)
class Separation:
    """How far the features separate the classes.

    Attributes:
        pictures: Number of pictures that were compared.
        auc: AUC of the gradient-boosted model over all pictures, out of fold.
        sources: The same within each source that has twenty groups of both classes.
        features: The features, the most important first.
    """

    pictures: int
    auc: float
    sources: dict[str, float]
    features: list[Power]


def separate(samples: Sequence[Sample], features: np.ndarray, seed: int) -> Separation | None:
    """Fits a gradient-boosted model to the features and measures it on pictures of other groups.

    Args:
        samples: The pictures.
        features: float64 (samples, features), in the order of `FEATURES`.
        seed: Seed of the folds, of the model, of the shuffling and, beyond 50,000 pictures, of their choice.

    Returns:
        The figures; None if a class has fewer than twenty groups.
    """
    if len(samples) > _MOST:
        chosen = sorted(random.Random(seed).sample(range(len(samples)), _MOST))
        samples, features = [samples[index] for index in chosen], features[chosen]
    fake = np.array([sample.label == 1 for sample in samples])
    groups = np.array([sample.group for sample in samples])
    sources = np.array([sample.source for sample in samples])
    if not _enough_groups(fake, groups):
        return None
    features = _filled(features)
    # One thread: where others use the cores too, OpenMP's threads wait for one another twenty times as long.
    with threadpool_limits(1):
        scores, losses = _cross_validate(features, fake, groups, seed)
    information = mutual_info_classif(features, fake, random_state=seed) / np.log(2)
    powers = [
        Power(
            name,
            round(float(roc_auc_score(fake, features[:, column])), 4),
            round(float(information[column]), 4),
            round(float(losses[column].mean()), 4),
            round(float(losses[column].std()), 4),
        )
        for column, name in enumerate(FEATURES)
    ]
    within = {
        str(source): round(float(roc_auc_score(fake[part], scores[part])), 4)
        for source in np.unique(sources)
        if _enough_groups(fake[part := sources == source], groups[part])
    }
    return Separation(
        len(samples),
        round(float(roc_auc_score(fake, scores)), 4),
        within,
        sorted(powers, key=lambda power: -power.importance),
    )


def _filled(features: np.ndarray) -> np.ndarray:
    """Puts a column's median where it has no number, and 0 in a column without any."""
    missing = np.isnan(features)
    return np.where(missing, np.nanmedian(np.where(missing.all(0), 0, features), 0), features)


def _enough_groups(fake: np.ndarray, groups: np.ndarray) -> bool:
    return all(len(set(groups[fake == label].tolist())) >= LEAST_GROUPS for label in (False, True))


def _cross_validate(
    features: np.ndarray, fake: np.ndarray, groups: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Gives the scores of pictures by models that did not see their groups, and the losses, (features, measured)."""
    scores, losses = np.zeros(len(fake)), []
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    folds = list(splitter.split(features, fake, groups))
    for fitted, tested in tqdm(folds, desc="Which numbers tell the classes apart?", unit="fold"):
        # Without early stopping, which would divide the pictures regardless of groups.
        model = HistGradientBoostingClassifier(early_stopping=False, random_state=seed)
        model.fit(features[fitted], fake[fitted])
        scores[tested] = model.predict_proba(features[tested])[:, 1]
        # A fold of few large groups may lack a class.
        if len(set(fake[tested].tolist())) == 2:
            result = permutation_importance(
                model, features[tested], fake[tested], scoring="roc_auc", n_repeats=_REPEATS, random_state=seed
            )
            losses.append(result.importances)
    return scores, np.hstack(losses)
