"""The layout of the page for one photo."""

from __future__ import annotations

import gradio as gr
from gradio.components import Component

from explain.colours import PALETTES
from explain.methods import METHODS
from web import states
from web.examples import ELEMENT, example_photos, label
from web.lifetime import privacy_sentence
from web.one_photo.answer import FIRST_METHOD
from web.one_photo.script import describe_method
from web.one_photo.wiring import wire
from web.photo_input import PhotoInput
from web.report_files import Form
from web.warmup import Warmup

STRENGTH = 75

_HEADER = "# Unmask\nIs this face real, and why do you say so?"
_REPORT = "**Report.** Photo, answers, heatmaps, the changed copies and the file's own notes, with all figures."
_FORMS: dict[Form, str] = {"html": "To read (HTML)", "pdf": "To print (PDF)", "json": "Figures (JSON)"}
_SIDES = [("Both sides", "both"), ("What speaks for fake", "fake"), ("What speaks for real", "real")]
_SCALES = [("One scale for all faces and related maps", "shared"), ("Each map its own scale", "own")]


def build_one_photo(warmup: Warmup, lifetime: str) -> None:
    """Builds the page inside the blocks that are open.

    Args:
        warmup: Where the detector comes from; not started here.
        lifetime: When uploads are gone, as `lifetime_words` says it.
    """
    gr.Markdown(_HEADER, elem_id="header")
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=300):
            parts = _build_question(privacy_sentence(lifetime))
        with gr.Column(scale=7, min_width=300):
            parts |= _build_answer() | _build_hidden()
    wire(parts, warmup)


def _build_question(privacy: str) -> dict[str, Component]:
    parts: dict[str, Component] = {}
    parts["photo"] = PhotoInput(
        label="Photo",
        type="filepath",
        sources=["upload", "webcam", "clipboard"],
        webcam_options=gr.WebcamOptions(mirror=False),
        buttons=["fullscreen"],
        height=340,
        elem_id="photo",
    )
    paths = example_photos()
    if paths:
        gr.Examples(
            [[str(path)] for path in paths],
            parts["photo"],
            label="No photo at hand? Try one",
            example_labels=[label(path) for path in paths],
            examples_per_page=len(paths),
            api_visibility="private",
            elem_id=ELEMENT,
        )
    parts["check"] = gr.Button("Check this photo", variant="primary", size="lg", elem_id="check")
    gr.Markdown(privacy, elem_id="privacy")
    return parts


def _build_answer() -> dict[str, Component | gr.Column]:
    parts: dict[str, Component | gr.Column] = {"answer": _html("answer", states.EMPTY)}
    with gr.Column(visible=False, elem_id="evidence") as parts["evidence"]:
        with gr.Tabs(elem_id="questions"):
            with gr.Tab("Why?"):
                parts |= _build_heatmaps()
            with gr.Tab("Does it hold?"):
                parts["stability"] = _panel("stability")
            with gr.Tab("The file"):
                parts["file_evidence"] = _html("file-evidence")
                parts["file_views"] = _panel("file-views")
        parts |= _build_report()
        parts["cautions"] = _html("cautions")
    return parts


def _build_heatmaps() -> dict[str, Component]:
    parts: dict[str, Component] = {}
    parts["description"] = _html("description", describe_method(FIRST_METHOD))
    with gr.Tabs(elem_id="views"):
        with gr.Tab("Face"):
            parts["face_view"] = _view("face-view")
        with gr.Tab("Whole photo"):
            parts["photo_view"] = _view("photo-view")
    parts["method"] = _radio("method", "Heatmap", [(method.title, name) for name, method in METHODS.items()])
    parts["strength"] = gr.Slider(0, 100, STRENGTH, step=1, label="Heatmap strength (%)", elem_id="strength")
    with gr.Accordion("Colours and scale", open=False, elem_id="colours"):
        parts["palette"] = _radio("palette", "Colours", [(palette.title, name) for name, palette in PALETTES.items()])
        parts["side"] = _radio("side", "Show", _SIDES)
        parts["scale"] = _radio("scale", "Scale of the colours", _SCALES)
    parts["save"] = gr.Button("Save this face as PNG", size="md", elem_id="save")
    parts["saved"] = _html("saved")
    parts["trust"] = _panel("trust")
    return parts


def _build_report() -> dict[str, Component]:
    gr.Markdown(_REPORT, elem_id="about-report")
    with gr.Row(elem_id="reports"):
        parts: dict[str, Component] = {
            f"report_{form}": gr.Button(title, size="md", elem_id=f"report-{form}") for form, title in _FORMS.items()
        }
    return parts | {"reported": _html("reported")}


def _build_hidden() -> dict[str, Component]:
    """Builds what only scripts press and fill."""
    return {
        "turn": gr.Textbox(visible=False),
        "begin": gr.Button("Begin", visible="hidden", elem_id="begin"),
        "run": gr.Button("Run", visible="hidden", elem_id="run"),
        "show": gr.Button("Show", visible="hidden", elem_id="show"),
        "measure": gr.Button("Measure", visible="hidden", elem_id="measure"),
        "face": gr.Number(1, precision=0, visible=False),
        "full_colour": gr.Number(0, visible=False),
        "read_file": gr.Button("Read the file", visible="hidden", elem_id="read-file"),
        "file": gr.Textbox(visible=False),
    }


def _html(name: str, value: str = "") -> gr.HTML:
    return gr.HTML(value, elem_id=name, apply_default_css=False)


def _radio(name: str, label: str, choices: list[tuple[str, str]]) -> gr.Radio:
    return gr.Radio(choices, value=choices[0][1], label=label, elem_id=name)


def _view(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, apply_default_css=False, js_on_load="unmask.uncover(element)")


def _panel(name: str) -> gr.HTML:
    """HTML with buttons of its own, whose presses are its event."""
    return gr.HTML(elem_id=name, apply_default_css=False, js_on_load="unmask.listen(element, trigger)")
