"""A training of a few seconds, for tests of what happens around it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import keras
import pytest

from tests.quickly import uncompiled, undrawn
from train.fit import fit
from train.pairs import Mixture
from train.settings import Phase, Settings

SHORT = Settings(
    network="tiny",
    phases=(Phase(64, 2, 1e-2, True), Phase(96, 1, 1e-3, False)),
    batch_size=4,
    mixture=Mixture(self_blended=0.2, swapped=0.1, resynthesised=0, across=0.2),
    patience=9,
)


@pytest.fixture(scope="module")
def run(faces_data: Path, faces_cache: Path, tiny_network: str) -> Callable[..., Path]:
    """Trains the tiny network in a folder and gives that folder; keywords replace settings.

    `as_shipped` it is compiled and its curves are drawn, as for everybody; that takes twice the time.
    """

    def train(
        out: Path,
        *,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        workers: int = 0,
        as_shipped: bool = False,
        **changes: object,
    ) -> Path:
        settings = replace(SHORT, **changes)
        with contextlib.ExitStack() as stack:
            if not as_shipped:
                stack.enter_context(uncompiled())
                stack.enter_context(undrawn())
            written = fit(faces_data, out, faces_cache, settings, workers=workers, callbacks=callbacks)
            assert written == out / "detector.json"
        return out

    return train
