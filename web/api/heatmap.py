"""The `/heatmap` endpoint: an image file in, a face with its heatmap and legend out, as PNG."""

from __future__ import annotations

import io
from collections.abc import Callable

from gradio.data_classes import FileData
from PIL import Image

from explain.colours import DEFAULT_PALETTE, PALETTES
from explain.inspection import DEFAULT_METHODS, Inspection, inspect_photo
from explain.legend import with_legend
from explain.methods import require_methods
from explain.overlay import draw_face, draw_photo, shared_peak
from explain.regions import describe
from model.layer_names import FEATURES_LAYER
from web.api.files import hand_out
from web.api.plain_words import in_plain_words
from web.api.uploads import uploaded_path
from web.operation.requests import saw
from web.progress import finish
from web.states import NO_FACE_WORDS
from web.warmup import Warmup

_SIDE = 640


def build_heatmap(warmup: Warmup) -> Callable[..., FileData]:
    """Builds the function behind `/heatmap`.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A function with type hints, from which Gradio derives the endpoint's schema.
    """

    def heatmap(
        image: FileData,
        method: str = DEFAULT_METHODS[0],
        face: int = 1,
        strength: float = 75,
        colours: str = DEFAULT_PALETTE,
        layer: str = FEATURES_LAYER,
    ) -> FileData:
        """Draws the heatmap of a face, with a legend that says what the colours mean, as PNG.

        Heatmaps: "grad-cam", "grad-cam++", "layercam", "score-cam", "patch-evidence", "saliency", "smoothgrad",
        "integrated-gradients", "occlusion".

        Args:
            image: A JPEG, PNG or WebP picture of at most 8 MiB and 24 megapixels.
            method: The heatmap, such as "grad-cam", "patch-evidence", "saliency" or "smoothgrad".
            face: Number of the face, from 1, from left to right; 0 for the whole photo.
            strength: Opacity of the hottest place in percent, 0 to 100.
            colours: "red-blue" or "purple-green".
            layer: Layer whose feature map the CAM methods explain; the last one before the answer if left out.

        Returns:
            The picture.

        Raises:
            gr.Error: In the words of the page, if the photo can't be used or an argument is unknown.
        """
        (method,) = require_methods([method])
        if not 0 <= strength <= 100:
            raise ValueError(f"`strength` must be from 0 to 100. Received: {strength}")
        if colours not in PALETTES:
            raise ValueError(f"`colours` must be one of {', '.join(PALETTES)}. Received: {colours!r}")
        # The maps of the page come along, at next to no cost: related ones share their scale there.
        path, detector, methods = uploaded_path(image), warmup.detector(), (*DEFAULT_METHODS, method)
        inspection = finish(
            lambda report: saw(inspect_photo(path, methods, detector=detector, layer=layer, report=report))
        )
        if not inspection.faces:
            raise ValueError(NO_FACE_WORDS)
        if not 0 <= face <= len(inspection.faces):
            raise ValueError(f"`face` must be from 0, the whole photo, to {len(inspection.faces)}. Received: {face}")
        buffer = io.BytesIO()
        _draw(inspection, method, face, strength / 100, colours).save(buffer, "PNG")
        return hand_out(buffer.getvalue(), f"unmask-{method}-{f'face-{face}' if face else 'photo'}.png", "image/png")

    return in_plain_words(heatmap)


def _draw(inspection: Inspection, method: str, number: int, strength: float, palette: str) -> Image.Image:
    look = {"scale": shared_peak(inspection.faces, method), "strength": strength, "palette": palette}
    if number == 0:
        picture, finding = draw_photo(inspection, method, **look), ""
    else:
        face = inspection.faces[number - 1]
        picture, finding = draw_face(face, method, side=_SIDE, **look), describe(face, method)
    return Image.fromarray(with_legend(picture, method, look["scale"], finding=finding, palette=palette))
