"""Which phases a training has, by what its network can do."""

from __future__ import annotations

from model.faces import CROP_SIZE
from model.networks import build_network
from train.settings import Phase

WINDOW = 128


def plan_phases(
    network: str,
    learning_rate: float,
    *,
    frozen_epochs: int = 0,
    epochs: int = 0,
    full_epochs: int = 0,
    adapt_whole: bool = False,
) -> tuple[Phase, ...]:
    """Plans a training: the head alone, then windows, then whole crops.

    Windows cost a quarter, and small traces of a forgery are on them as well. A network that takes whole crops only
    spends all of its epochs on these.

    Args:
        network: Name of the network.
        learning_rate: Highest learning rate of the first phases; half of it on whole crops.
        frozen_epochs: Epochs in which only the head learns.
        epochs: Epochs on windows of 128 x 128 pixels.
        full_epochs: Epochs on whole crops of 256 x 256 pixels.
        adapt_whole: Whether the normalisation layers learn on whole crops, too.

    Returns:
        The phases that have epochs, in order.

    Raises:
        ValueError: If there is no network of that name.
    """
    if build_network(network).input_shape[1]:
        phases = [
            Phase(CROP_SIZE, frozen_epochs, learning_rate, adapt_statistics=False, frozen=True),
            Phase(CROP_SIZE, epochs + full_epochs, learning_rate, adapt_statistics=True),
        ]
    else:
        phases = [
            Phase(WINDOW, frozen_epochs, learning_rate, adapt_statistics=False, frozen=True),
            Phase(WINDOW, epochs, learning_rate, adapt_statistics=True),
            Phase(CROP_SIZE, full_epochs, learning_rate / 2, adapt_statistics=adapt_whole),
        ]
    return tuple(phase for phase in phases if phase.epochs)
