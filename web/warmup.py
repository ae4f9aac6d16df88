"""Loads TensorFlow and the detector in the background, so that the page appears first."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Literal

from explain.inspection import inspect_photo
from model.detector import DEFAULT_DETECTOR, Detector, load_detector, read_description
from web.examples import example_photos
from web.operation.patience import PATIENCE

_logger = logging.getLogger(__name__)


class NotReadyError(RuntimeError):
    """There is no detector yet, or none at all; the message is for visitors, a reason is in the server's log."""


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

    @property
    def status(self) -> Literal["warming up", "ready", "failed"]:
        """How far it is."""
        if not self.done:
            return "warming up"
        return "failed" if self._loaded.exception() else "ready"

    @property
    def version(self) -> str:
        """The detector's version, known before it is loaded; it is what `Detector.version` says then."""
        return f"{self.description['network']}-{self.description['weights']['sha256'][:12]}"

    def detector(self) -> Detector:
        """Waits until the detector is there.

        Returns:
            The detector.

        Raises:
            NotReadyError: If it could not be loaded, or takes longer than a request may.
        """
        self.start()
        try:
            return self._loaded.result(PATIENCE.seconds)
        except TimeoutError as error:
            raise NotReadyError("The detector is still loading. Please try again in a minute.") from error
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
    """Loads, then inspects an example: TensorFlow compiles at the first face, which a visitor would feel."""
    detector = load_detector(path)
    for example in example_photos()[:1]:
        inspect_photo(example, detector=detector)
    return detector
