"""How much each dimension matters, by Optuna's fANOVA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import optuna
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import TrialState

from train.tuning.space import Space, depth_name

LEAST_TRIALS = 10
"""With fewer finished trials the shares would be noise."""


@dataclass(frozen=True)
class Importance:
    """How much some dimensions matter in some trials.

    Attributes:
        title: Which trials these are.
        trials: How many of them were finished.
        shares: The share of each dimension in the variance of the AUC, the largest first; they add up to 1. Empty if
            that can't be told.
        why_not: Why it can't be told, a sentence; "" if it can.
    """

    title: str
    trials: int
    shares: dict[str, float]
    why_not: str = ""


def measure_importance(study: optuna.Study, space: Space, seed: int) -> list[Importance]:
    """Measures how much each dimension matters.

    A forest predicts the AUC of finished trials; of its variance each dimension explains a share: Hutter et al. 2014,
    "An Efficient Approach for Assessing Hyperparameter Importance". Depths are dimensions of one network only, so they
    are measured among its trials.

    Args:
        study: The study.
        space: The dimensions.
        seed: Seed of the forest.

    Returns:
        One for all trials, and if there are several networks, one for each that has a depth to choose.
    """
    names = space.searched()
    if len(space.networks) == 1:
        return [_measure(study, "all trials", names, seed)]
    depths = {depth_name(network): network for network in space.networks}
    common = [name for name in names if name not in depths]
    found = [_measure(study, "all trials", common, seed)]
    for depth, network in depths.items():
        if depth in names:
            own = [name for name in common if name != "network"]
            found.append(_measure(study, f"trials with {network}", [*own, depth], seed))
    return found


def _measure(study: optuna.Study, title: str, names: Sequence[str], seed: int) -> Importance:
    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    values = [trial.value for trial in finished if set(names) <= set(trial.params)]
    if len(names) < 2:
        return Importance(title, len(values), {}, f"Only one dimension was searched: {names[0].replace('_', ' ')}.")
    if len(values) < LEAST_TRIALS:
        why_not = f"Too few finished trials to tell: {len(values)}, and it takes {LEAST_TRIALS}."
        return Importance(title, len(values), {}, why_not)
    if min(values) == max(values):
        return Importance(title, len(values), {}, "All trials have the same AUC, so nothing mattered.")
    shares = get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed), params=list(names))
    return Importance(title, len(values), {name: round(float(share), 4) for name, share in shares.items()})
