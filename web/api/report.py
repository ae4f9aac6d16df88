"""The `/report` endpoint: an image file in, a report out."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from gradio.data_classes import FileData

from explain.inspection import DEFAULT_METHODS
from report import build_report
from web.api.files import hand_out
from web.api.plain_words import in_plain_words
from web.api.uploads import uploaded_path
from web.operation.requests import saw
from web.progress import finish
from web.report_files import MIME_TYPES, Form, report_file
from web.warmup import Warmup


def build_report_endpoint(warmup: Warmup) -> Callable[..., FileData]:
    """Builds the function behind `/report`.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A function with type hints, from which Gradio derives the endpoint's schema.
    """

    def report(
        image: FileData, form: str = "html", methods: list[str] | None = None, stability: bool = True
    ) -> FileData:
        """Writes a report: photo, answers, heatmaps, whether the answers hold, and what the file says of itself.

        Heatmaps: "grad-cam", "grad-cam++", "layercam", "score-cam", "patch-evidence", "saliency", "smoothgrad",
        "integrated-gradients", "occlusion".

        Args:
            image: A JPEG, PNG or WebP picture of at most 8 MiB and 24 megapixels.
            form: "html", "pdf" or "json".
            methods: Heatmaps wanted, as for `/inspect`; "grad-cam" and "saliency" if left out.
            stability: Whether to ask the detector again for changed copies of the photo.

        Returns:
            The file.

        Raises:
            gr.Error: In the words of the page, if the photo can't be used or an argument is unknown.
        """
        if form not in get_args(Form):
            raise ValueError(f"`form` must be one of {', '.join(get_args(Form))}. Received: {form!r}")
        path, detector = uploaded_path(image), warmup.detector()
        wanted = DEFAULT_METHODS if methods is None else methods

        def write(report: Callable[[float], object]) -> tuple[str, bytes]:
            made = build_report(path, methods=wanted, detector=detector, stability=stability, report=report)
            saw(made.inspection)
            return report_file(made, form)

        name, data = finish(write)
        return hand_out(data, name, MIME_TYPES[form])

    return in_plain_words(report)
