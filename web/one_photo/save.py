"""What happens when a face's heatmap is saved as a picture."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

from explain.inspection import compute_heatmaps
from explain.legend import with_legend
from explain.overlay import Evidence, draw_face, peak
from explain.probe import Probe
from explain.regions import describe
from web import states
from web.downloads import download
from web.errors import require_upload, with_cards
from web.one_photo.measure import choose_face
from web.pictures import data_uri
from web.progress import follow
from web.warmup import Warmup

# The components that it fills, by name, in the order of its outputs.
OUTPUTS = ("file", "saved")
_SIDE = 640


def build_save(warmup: Warmup) -> Callable[..., Iterator[list[str]]]:
    """Builds the function behind "Save as PNG".

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file, a key of `METHODS`, the number of a face, from 1, and how the map
        is shown (the strength in percent, the value in full colour, the map's own peak if None, a key of `PALETTES` and
        the side shown) to values for `OUTPUTS`: the picture as `web.downloads` describes it, and what to say meanwhile.
        It never raises.
    """

    def save(
        path: str | None,
        method: str,
        number: float,
        strength: float,
        scale: float | None,
        palette: str,
        evidence: Evidence,
    ) -> Iterator[list[str]]:
        look = {"strength": min(max(strength, 0), 100) / 100, "palette": palette, "evidence": evidence}
        yield from with_cards("save", _save(path, method, int(number), scale, look, warmup), lambda card: ["", card])

    return save


def _save(
    path: str | None, method: str, number: int, scale: float | None, look: dict[str, Any], warmup: Warmup
) -> Iterator[list[str]]:
    path, detector = require_upload(path), warmup.detector()
    face, _ = choose_face(path, number, detector)
    maps = yield from follow(
        # Of this face alone: the others would cost as much each.
        lambda report: compute_heatmaps(Probe(detector, face.crop[None]), (method,), report)[0],
        lambda share: ["", states.progress_bar("Drawing the picture", share)],
    )
    face = dataclasses.replace(face, heatmaps=maps)
    # The scale on the page may be that of several faces; what else arrives is not worth an error.
    scale = scale if scale and 0 < scale < math.inf else peak(maps[method])
    picture = draw_face(face, method, scale=scale, side=_SIDE, **look)
    finding = describe(face, method)
    if maps[method].signed and look["evidence"] != "both":
        finding += f" Only what speaks for {look['evidence']} is drawn."
    picture = with_legend(picture, method, scale, finding=finding, palette=look["palette"])
    yield [download(f"unmask-{method}-face-{number}.png", data_uri(picture, "png")), ""]
