"""The study: Optuna's record of all trials, kept on disk, and which trial comes next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import optuna
from optuna.pruners import MedianPruner, NopPruner
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import URL

from train.tuning.dimensions import GRID
from train.tuning.space import Space

FULL_TRIALS = 5
"""So many trials are finished before any is pruned, for there must be something to be worse than."""
FIRST_PRUNED_EPOCH = 2
"""The first epoch after which a trial may be pruned: a low learning rate only begins slowly."""
RANDOM_TRIALS = 10
"""So many trials of the Bayesian search are random, for there must be something to learn from."""


class _Grid(GridSampler):
    """Optuna's grid for trials that are asked for one by one: at its end there is no loop that it could stop."""

    def after_trial(
        self, study: optuna.Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None
    ) -> None:
        """Does nothing."""


def open_study(file: Path, *, pruning: bool) -> optuna.Study:
    """Opens the study in a file, a new one if there is none.

    Args:
        file: The SQLite file.
        pruning: Whether trials that stay behind are ended early.

    Returns:
        The study.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    pruner = MedianPruner(FULL_TRIALS, n_warmup_steps=FIRST_PRUNED_EPOCH) if pruning else NopPruner()
    # Not put together by hand: a folder's name may hold what means something in an address.
    address = URL.create("sqlite", database=str(file)).render_as_string()
    return optuna.create_study(
        storage=address, study_name="tuning", direction="maximize", pruner=pruner, load_if_exists=True
    )


def next_trial(study: optuna.Study, space: Space, sampler: str, seed: int) -> optuna.Trial:
    """Gives the trial that was interrupted, with all that it has chosen, or else a new one.

    Args:
        study: The study.
        space: Where to search.
        sampler: A name from `SAMPLERS`; not a grid that is exhausted.
        seed: The seed.

    Returns:
        The trial.
    """
    running = interrupted(study)
    number = running.number if running else len(study.trials)
    study.sampler = _make_sampler(study, space, sampler, seed, number)
    return optuna.Trial(study, running._trial_id) if running else study.ask()


def interrupted(study: optuna.Study) -> FrozenTrial | None:
    """Gives the trial that has begun but not ended; there is never more than one."""
    return next(iter(study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))), None)


def ended(study: optuna.Study) -> list[FrozenTrial]:
    """Gives the trials that were finished, pruned or failed: those that count."""
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]


def best_of(study: optuna.Study) -> FrozenTrial | None:
    """Gives the finished trial with the highest AUC, the first of several; None if none was finished."""
    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return max(finished, key=lambda trial: trial.value, default=None)


def _make_sampler(study: optuna.Study, space: Space, sampler: str, seed: int, number: int) -> BaseSampler:
    if sampler == GRID:
        # Networks take turns, so that a search that ends early has tried all of them.
        grids = [_Grid(grid, seed) for grid in space.grids()]
        left = [grid for grid in grids if not grid.is_exhausted(study)]
        return left[number % len(left)]
    # A seed a trial: what a trial chooses depends on the trials before it, not on how often the search was interrupted.
    own_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    if sampler == "random":
        return RandomSampler(own_seed)
    # Tree-structured Parzen estimator: Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization".
    return TPESampler(n_startup_trials=RANDOM_TRIALS, seed=own_seed)
