"""The `/inspect` endpoint: an image file in, the inspection as JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gradio.data_classes import FileData

from explain.inspection import DEFAULT_METHODS, inspect_photo
from model.layer_names import FEATURES_LAYER
from web.api.plain_words import in_plain_words
from web.api.uploads import uploaded_path
from web.operation.requests import saw
from web.progress import finish
from web.warmup import Warmup


def build_inspect(warmup: Warmup) -> Callable[..., dict[str, Any]]:
    """Builds the function behind `/inspect`.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A function with type hints, from which Gradio derives the endpoint's schema.
    """

    def inspect(image: FileData, methods: list[str] | None = None, layer: str = FEATURES_LAYER) -> dict[str, Any]:
        """Inspects a photo: every face with its probability of being fake, its verdict and its heatmaps.

        Heatmaps: "grad-cam", "grad-cam++", "layercam", "score-cam", "patch-evidence", "saliency", "smoothgrad",
        "integrated-gradients", "occlusion".

        Args:
            image: A JPEG, PNG or WebP picture of at most 8 MiB and 24 megapixels.
            methods: Heatmaps wanted, such as "layercam" or "smoothgrad"; "grad-cam" and "saliency" if left out.
            layer: Layer whose feature map the CAM methods explain; the last one before the answer if left out.

        Returns:
            What `python -m explain --json` writes for the photo.

        Raises:
            gr.Error: In the words of the page, if the photo can't be used or an argument is unknown.
        """
        wanted = DEFAULT_METHODS if methods is None else methods
        path, detector = uploaded_path(image), warmup.detector()
        inspection = finish(
            lambda report: saw(inspect_photo(path, wanted, detector=detector, layer=layer, report=report))
        )
        return json.loads(inspection.to_json())

    return in_plain_words(inspect)
