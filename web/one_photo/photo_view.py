"""The whole photo with numbered boxes and the heatmaps of all faces."""

from __future__ import annotations

import numpy as np
from PIL import Image

from explain.inspection import FaceInspection, Inspection
from web.legend import legend
from web.pictures import UNCOVER, Heat, crop_corners, data_uri, placement

PHOTO_SIDE = 800


def photo_view(inspection: Inspection, method: str, heats: list[Heat]) -> str:
    """Builds the view of the whole photo. A box chooses its face, as its thumbnail does.

    Args:
        inspection: The inspection, with at least one face.
        method: A key of `explain.METHODS`.
        heats: The coloured map of each face.

    Returns:
        HTML.
    """
    image = Image.fromarray(inspection.photo.pixels)
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    height, width = inspection.photo.pixels.shape[:2]
    layers = "".join(
        f'<img class="heat {classes}" src="{uri}" alt="" style="{placement(crop_corners(face), width, height)}">'
        for face, heat in zip(inspection.faces, heats, strict=True)
        for classes, uri in heat.layers.items()
    )
    boxes = "".join(_box(face, number, width, height) for number, face in enumerate(inspection.faces, 1))
    count = len(inspection.faces)
    alt = "The photo with a box around its face" if count == 1 else f"The photo with boxes around its {count} faces"
    about = "The box has the colour of the answer." if count == 1 else "Boxes have the colours of the answers."
    return (
        f'<div class="view whole of-{method}"><div class="stack"><img src="{data_uri(np.asarray(image), "jpeg")}" '
        f'alt="{alt}" width="{image.width}" height="{image.height}"><div class="heats">{layers}</div>{boxes}{UNCOVER}'
        f'</div><div class="words"><p>{about}</p>{legend(method, heats)}</div></div>'
    )


def _box(face: FaceInspection, number: int, width: int, height: int) -> str:
    """A numbered box; the browser passes a click on it to the face's thumbnail, if there is one."""
    x, y, box_width, box_height = face.box
    place = placement(np.array([[x, x + box_width], [y, y + box_height]]), width, height)
    return f'<label class="box {face.verdict}" for="choose-face-{number}" style="{place}"><b>{number}</b></label>'
