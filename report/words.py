"""Words that all forms of a report share."""

from __future__ import annotations

from typing import Any

TITLE = "Unmask report"
NO_FACE = "No face was found in this photo, so there is nothing to judge and no probability."
KEPT_APART = "What the file itself tells. It is kept apart from the answers above and has no part in them."
BOXES = "Each box has the colour of its answer. Faces are numbered from left to right."
AS_SEEN = "As the network saw it"
SHARES = "Shares of this evidence by region"
STABILITY = "Does the answer hold?"
STABILITY_CAPTION = (
    "The same face in changed copies of the photo. The broken line marks the answer for the unchanged photo."
)
STABILITY_COLUMNS = ("Copy", "Answer", "Fake", "From 0% to 100%")
AGAIN = "How to get the same figures again"
SAME_ANSWERS = "The same photo and the same detector give the same answers:"
_LIMITS = (
    "An estimate, never proof. Do not accuse anybody because of it.",
    "Unknown kinds of fakes, filters, crops and strong compression can mislead it, in both directions.",
    "Only faces are judged, and only as pictures. A real photo can still be shown with a false story, and what "
    "is not a face may be edited.",
    "A heatmap shows what swayed the network. That is not always the place that was edited.",
)


def limits(metrics: dict[str, Any]) -> tuple[str, ...]:
    """Gives the limits in plain words.

    Args:
        metrics: What validation measured of the detector; how far kinds of fakes differ is said if it is there.

    Returns:
        Sentences.
    """
    sources = metrics.get("sources", {}).values()
    found = [source["fakes_called_fake"] for source in sources if source.get("fakes_called_fake") is not None]
    if len(found) < 2:
        return _LIMITS
    return (
        *_LIMITS,
        f"How much it finds depends on the kind of fake: in the {len(found)} collections of fakes that it was tested "
        f"on, it called between {100 * min(found):.0f}% and {100 * max(found):.0f}% fake.",
    )
