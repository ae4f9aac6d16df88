"""The `/inspect` endpoint: an image file in, the inspection as JSON out."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from explain.inspection import DEFAULT_METHODS, inspect_photo
from model.layer_names import FEATURES_LAYER
from model.photo import PhotoError
from web.api.uploads import uploaded_path
from web.states import UNEXPECTED
from web.warmup import NotReadyError, Warmup

_logger = logging.getLogger(__name__)


def build_inspect(warmup: Warmup) -> Callable[..., dict[str, Any]]:
    """Builds the function behind `/inspect`.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A function with type hints, from which Gradio derives the endpoint's schema.
    """

    def inspect(image: FileData, methods: list[str] | None = None, layer: str = FEATURES_LAYER) -> dict[str, Any]:
        """Inspects a photo: every face with its probability of being fake, its verdict and its heatmaps.

        Args:
            image: A JPEG, PNG or WebP picture of at most 8 MiB and 24 megapixels.
            methods: Heatmaps wanted: "grad-cam", "grad-cam++", "layercam", "score-cam", "patch-evidence", "saliency",
                "smoothgrad", "integrated-gradients", "occlusion"; "grad-cam" and "saliency" if left out.
            layer: Layer whose feature map the CAM methods explain; the last one before the answer if left out.

        Returns:
            What `python -m explain --json` writes for the photo.
        """
        try:
            path = uploaded_path(image)
            detector = warmup.detector()
            wanted = DEFAULT_METHODS if methods is None else methods
            inspection = inspect_photo(path, wanted, detector=detector, layer=layer)
            return json.loads(inspection.to_json())
        except (PhotoError, NotReadyError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            _logger.exception("A request to /inspect failed")
            raise gr.Error(UNEXPECTED, print_exception=False) from error

    return inspect
