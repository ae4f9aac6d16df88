"""What happens when another heatmap, or another colour for it, is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from explain.inspection import DEFAULT_METHODS, inspect_photo
from explain.methods import METHODS
from web import states
from web.errors import require_upload, with_cards
from web.one_photo.answer import draw_evidence
from web.one_photo.trust import trust_panels
from web.operation.requests import saw
from web.progress import follow
from web.warmup import Warmup

# The components that it fills, by name, in the order of its outputs.
OUTPUTS = ("face_view", "photo_view", "trust")


def build_show(warmup: Warmup) -> Callable[[str | None, str, str], Iterator[list[str]]]:
    """Builds the function behind the choice of a method.

    The server keeps nothing, so the photo is inspected again; the answer is the same each time.

    Args:
        warmup: Where the detector comes from.

    Returns:
        A generator function from an uploaded file, a key of `METHODS` and one of `PALETTES` to values for `OUTPUTS`. It
        never raises.
    """

    def show(path: str | None, method: str, palette: str) -> Iterator[list[str]]:
        yield from with_cards("show", _show(path, method, palette, warmup), lambda card: [card, card, ""])

    return show


def computing(method: str, share: float | None = None) -> str:
    """Builds what stands in place of a map that is being computed.

    Args:
        method: A key of `METHODS`.
        share: How much is done, 0..1; None if that is not known yet.

    Returns:
        HTML.
    """
    chosen = METHODS[method]
    text = "Laying the map over each face." if chosen.quick else "The network is asked many times for each face."
    return states.pending(f"Computing {chosen.title}", text, share)


def _show(path: str | None, method: str, palette: str, warmup: Warmup) -> Iterator[list[str]]:
    path, detector = require_upload(path), warmup.detector()
    # The maps of the check come along, at next to no cost: related ones share their scale.
    inspection = yield from follow(
        lambda report: saw(inspect_photo(path, (*DEFAULT_METHODS, method), detector=detector, report=report)),
        lambda share: [computing(method, share), computing(method, share), ""],
    )
    evidence = draw_evidence(inspection, method, palette)
    yield [evidence.faces, evidence.photo, trust_panels(method, evidence.count)]
