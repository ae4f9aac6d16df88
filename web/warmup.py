"""Loads TensorFlow and the detector in the background, so that the page appears first."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.detector import DEFAULT_DETECTOR, read_description

if TYPE_CHECKING:
    from model.detector import Detector

_logger = logging.getLogger(__name__)
_REHEARSAL_SIDE = 320


class NotReadyError(RuntimeError):
    """The detector could not be loaded; the message is for visitors, the reason is in the server's log."""


class Warmup:
    """A detector that loads in a thread of its own.

    Args:
        path: A `detector.json`; the shipped one if None.

    Raises:
        DetectorError: At once, if the description can't be read.
    """

    def __init__(self, path: Path | None = None):
        self._path = path or DEFAULT_DETECTOR
        self.description = read_description(self._path)
        self._loaded: Future[Detector] = Future()
        self._starting = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Begins to load; later calls do nothing."""
        with self._starting:
            if self._started:
                return
            self._started = True
        # A daemon, so that the server can be stopped while TensorFlow is still loading.
        threading.Thread(target=self._load, name="warm-up", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether loading has ended, well or not."""
        return self._loaded.done()

    def detector(self) -> Detector:
        """Waits until the detector is there.

        Returns:
            The detector.

        Raises:
            NotReadyError: If it could not be loaded.
        """
        self.start()
        try:
            return self._loaded.result()
        except Exception as error:
            raise NotReadyError("The detector could not be loaded. Please tell whoever runs this page.") from error

    def _load(self) -> None:
        try:
            self._loaded.set_result(_load_and_rehearse(self._path))
        except BaseException as error:
            # Whatever it was, requests must not wait for ever.
            _logger.exception("The detector could not be loaded")
            self._loaded.set_exception(error)


def _load_and_rehearse(path: Path) -> Detector:
    """Loads, then runs everything once: TensorFlow compiles at the first call, which a visitor would feel."""
    from explain.gradients import compute_gradients
    from model import Photo, find_faces, load_detector
    from model.faces import CROP_SIZE

    detector = load_detector(path)
    noise = np.random.default_rng(0).integers(0, 256, (_REHEARSAL_SIDE, _REHEARSAL_SIDE, 3), np.uint8)
    find_faces(Photo(noise, (), ""))
    compute_gradients(detector, noise[None, :CROP_SIZE, :CROP_SIZE])
    return detector
