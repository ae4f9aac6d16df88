"""What the colours of a heatmap mean."""

from __future__ import annotations

from html import escape

from explain.legend import contour_sentence, legend_stops, legend_words, scale_sentence
from web.pictures import ON_OWN, ON_SHARED, Heat


def legend(method: str, heats: list[Heat]) -> str:
    """Shows a method's colours and says which value full colour stands for, on either scale.

    Args:
        method: A key of `explain.METHODS`.
        heats: The maps that the legend is for: one, or all of a photo.

    Returns:
        HTML.
    """
    stops = ",".join(f"rgb{stop}".replace(" ", "") for stop in legend_stops(method, palette=heats[0].palette))
    first, last = legend_words(method)
    shared = scale_sentence(method, heats[0].shared)
    own = "Full colour stands for the strongest place of each face's own map, so colours can't be compared."
    if len({heat.own for heat in heats}) == 1:
        own = scale_sentence(method, heats[0].own)
    sentences = {ON_SHARED: shared, ON_OWN: own} if own != shared else {f"{ON_SHARED} {ON_OWN}": shared}
    scales = "".join(f'<small class="{classes}">{escape(words)}</small>' for classes, words in sentences.items())
    return (
        f'<div class="legend"><i style="background:linear-gradient(90deg,{stops})"></i>'
        f"<span>{first}</span><span>{last}</span>{scales}<small>{escape(contour_sentence(method))}</small></div>"
    )
