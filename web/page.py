"""The layout of the page and what happens when."""

from __future__ import annotations

import json

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from explain.methods import METHODS
from web import states
from web.check import OUTPUTS, build_check
from web.endpoint import build_inspect
from web.examples import ELEMENT, example_photos, label
from web.photo_input import PhotoInput
from web.warmup import Warmup

TITLE = "Unmask"
STRENGTH = 75
# Page and endpoint share one place at the model: two runs at once would each take twice as long.
_ONE_AT_A_TIME = {"concurrency_id": "model", "concurrency_limit": 1}

_HEADER = "# Unmask\nIs this face real, and why do you say so?"
_PRIVACY = "Photos are used for this answer only and removed within 15 minutes. Nothing else is kept."
# These run in the browser alone.
_SET_STRENGTH = "(value) => document.documentElement.style.setProperty('--heat-strength', value / 100)"
_HIDE_EVIDENCE = "{__type__: 'update', visible: false}"
_EMPTY = f"() => [{json.dumps(states.EMPTY)}, {_HIDE_EVIDENCE}]"
_WORKING = f"() => [{json.dumps(states.WORKING)}, {_HIDE_EVIDENCE}]"
_SET_METHOD = "(value) => { document.documentElement.dataset.photoMethod = value }"
# On a phone the answer stands below the fold.
_SHOW_ANSWER = """() => {
    const card = document.getElementById('answer');
    if (card.getBoundingClientRect().top > window.innerHeight * 0.6)
        card.scrollIntoView({behavior: 'smooth', block: 'start'});
}"""


def build_page(warmup: Warmup) -> gr.Blocks:
    """Builds the page and its endpoint.

    Args:
        warmup: Where the detector comes from; not started here.

    Returns:
        The page, ready to be queued and launched.
    """
    # Uploads are looked for every five minutes and deleted when ten minutes old.
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(300, 600)) as page:
        gr.Markdown(_HEADER, elem_id="header")
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=300):
                photo, examples, button = _build_question()
            with gr.Column(scale=7, min_width=300):
                outputs = _build_answer()
        _wire(photo, examples, button, outputs, warmup)
        gr.api(build_inspect(warmup), api_name="inspect", **_ONE_AT_A_TIME)
    return page


def _build_question() -> tuple[PhotoInput, gr.Examples | None, gr.Button]:
    photo = PhotoInput(
        label="Photo",
        type="filepath",
        sources=["upload", "webcam", "clipboard"],
        webcam_options=gr.WebcamOptions(mirror=False),
        buttons=["fullscreen"],
        height=340,
        elem_id="photo",
    )
    paths = example_photos()
    examples = None
    if paths:
        examples = gr.Examples(
            [[str(path)] for path in paths],
            photo,
            label="No photo at hand? Try one",
            example_labels=[label(path) for path in paths],
            examples_per_page=len(paths),
            api_visibility="private",
            elem_id=ELEMENT,
        )
    button = gr.Button("Check this photo", variant="primary", size="lg", elem_id="check")
    gr.Markdown(_PRIVACY, elem_id="privacy")
    return photo, examples, button


def _build_answer() -> dict[str, Component | gr.Column]:
    """Builds the components that a check fills, by the names in `OUTPUTS`."""
    parts: dict[str, Component | gr.Column] = {}
    parts["answer"] = gr.HTML(states.EMPTY, elem_id="answer", apply_default_css=False)
    with gr.Column(visible=False, elem_id="evidence") as parts["evidence"]:
        with gr.Tabs():
            for name, method in METHODS.items():
                with gr.Tab(method.title):
                    parts[name] = gr.HTML(apply_default_css=False)
            with gr.Tab("Whole photo"):
                parts["whole photo"] = gr.HTML(apply_default_css=False)
                shown = gr.Radio(
                    [*((method.title, name) for name, method in METHODS.items()), ("Boxes only", "none")],
                    value=next(iter(METHODS)),
                    label="Colours on the photo",
                    elem_id="photo-method",
                )
                shown.input(fn=None, js=_SET_METHOD, inputs=shown)
        strength = gr.Slider(0, 100, STRENGTH, step=1, label="Heatmap strength (%)", elem_id="strength")
        strength.input(fn=None, js=_SET_STRENGTH, inputs=strength)
        parts["cautions"] = gr.HTML(apply_default_css=False)
    return parts


def _wire(
    photo: PhotoInput,
    examples: gr.Examples | None,
    button: gr.Button,
    parts: dict[str, Component | gr.Column],
    warmup: Warmup,
) -> None:
    check, emptied = build_check(warmup), [parts["answer"], parts["evidence"]]
    # The example's photo arrives, empties the old answer, and only then is it checked.
    triggers = [button.click] + ([examples.load_input_event.success] if examples else [])
    runs: list[Dependency] = []
    for trigger in triggers:
        trigger(fn=None, js=_WORKING, outputs=emptied)
        run = trigger(
            check,
            photo,
            [parts[name] for name in OUTPUTS],
            show_progress="hidden",
            api_visibility="private",
            **_ONE_AT_A_TIME,
        )
        run.then(fn=None, js=_SHOW_ANSWER)
        runs.append(run)
    photo.change(fn=None, js=_EMPTY, outputs=emptied, cancels=runs)
