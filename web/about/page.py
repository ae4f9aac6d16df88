"""The page about the model. It needs the shipped figures and pictures, not TensorFlow."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from model.calibration import Calibration
from web.about import sections
from web.about.measured import FOLDER, Measured, name_detector, read_measured
from web.about.plots import all_plots
from web.about.robustness import robustness_plots
from web.about.tiles import tiles
from web.about.worked import worked_examples
from web.lifetime import lifetime_words

PATH = "about"
# Gradio's pages have the address of the first one as their base, so a link to a section of this page names the page,
# and would load it again. A link from elsewhere arrives before the sections do.
_FOLLOW_LINKS = """const follow = (hash) => {
    const title = hash && document.getElementById(hash.slice(1));
    if (title) { title.focus({preventScroll: true}); title.scrollIntoView(); }
    return title;
};
element.addEventListener('click', (event) => {
    const link = event.target.closest('.contents a');
    if (!link || !follow(link.hash)) return;
    event.preventDefault();
    history.replaceState(history.state, '', location.pathname + location.search + link.hash);
});
follow(location.hash);"""


def build_about(description: dict[str, Any], lifetime: str) -> None:
    """Builds the page inside the route that is open.

    Args:
        description: The content of the `detector.json` in use.
        lifetime: As for `about_model`.
    """
    gr.HTML(
        about_model(description, lifetime=lifetime), apply_default_css=False, elem_id="about", js_on_load=_FOLLOW_LINKS
    )


def about_model(description: dict[str, Any], folder: Path = FOLDER, lifetime: str = lifetime_words(600)) -> str:
    """Says what there is to know about a detector.

    Args:
        description: The content of its `detector.json`.
        folder: Where the figures lie.
        lifetime: When uploads are gone, as `lifetime_words` says it.

    Returns:
        HTML. If the figures are those of other weights, it says so and has none.
    """
    measured, sha256 = read_measured(description, folder), description["weights"]["sha256"]
    parts = {
        "In one look": _summary(description, measured),
        "What the three answers mean": sections.answers(_calibration(description), measured),
        "How good it is": _figures(measured),
        "How to read a heatmap": _heatmaps(sha256),
        "What it can't do": sections.limits(measured),
        "What happens to your photo": sections.privacy(lifetime),
        "Licence, citing, contact": sections.licence(description, measured),
    }
    links = "".join(f'<li><a href="{PATH}#{_anchor(title)}">{escape(title)}</a></li>' for title in parts)
    body = "".join(
        f'<section aria-labelledby="{_anchor(title)}"><h2 id="{_anchor(title)}" tabindex="-1">{escape(title)}</h2>'
        f"{html}</section>"
        for title, html in parts.items()
    )
    return f'<h1>About this model</h1><nav class="contents" aria-label="On this page"><ul>{links}</ul></nav>{body}'


def _calibration(description: dict[str, Any]) -> Calibration | None:
    try:
        return Calibration(**description["calibration"])
    except (KeyError, TypeError, ValueError):
        # Loading the detector tells what is wrong; until then the page must be there.
        return None


def _summary(description: dict[str, Any], measured: Measured | None) -> str:
    if measured is not None:
        return f"{tiles(measured)}{sections.introduction(measured)}"
    name = escape(name_detector(description))
    return (
        f'<p class="note"><strong>No figures were measured for the detector in use here, {name}.</strong> '
        "Those that come with this page are about other weights, so they aren't shown. "
        "<code>python -m train evaluate</code> measures a detector.</p>"
        f"{sections.introduction(None)}"
    )


def _figures(measured: Measured | None) -> str:
    if measured is None:
        return "<p>Not measured for the detector in use.</p>"
    evaluation = measured.evaluation
    data, count = evaluation["data"], evaluation["robustness"] and evaluation["robustness"]["faces"]
    degraded = (
        f"<h3>When pictures suffer</h3><p>The same {count} faces, made worse step by step. The line is the mean of the "
        f"collections, the band its 95% interval.</p>{robustness_plots(evaluation['robustness'])}"
        if count
        else ""
    )
    return (
        f"<p>Measured on {data['faces']:,} validation faces on {escape(evaluation['date'])}, detector "
        f"<code>{escape(evaluation['detector']['version'])}</code>. They were not trained on, but the thresholds were "
        "set on them, so expect a little worse on new ones. AUC is the chance that of a real and a fake face the fake "
        "one gets the higher percentage.</p>"
        f"<h3>By kind of fake</h3>{all_plots(measured)}{degraded}"
    )


def _heatmaps(sha256: str) -> str:
    return (
        "<p>A heatmap colours each place by how it moved the answer: red towards fake, blue towards real, pale not at "
        "all. The line surrounds the part that spoke most for the answer. All three maps have the same scale.</p>"
        f"{worked_examples(sha256)}"
        "<p>Beside each map the checker can measure how far that very map can be trusted: it hides the marked part and "
        "asks again.</p>"
    )


def _anchor(title: str) -> str:
    """Names a section in addresses."""
    words = "".join(letter for letter in title.lower() if letter.isalnum() or letter == " ")
    return f"about-{'-'.join(words.split())}"
