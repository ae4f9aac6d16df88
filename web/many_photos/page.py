"""The layout of the page for several photos, and what happens when."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from model.photo import MAX_BYTES
from web.lifetime import privacy_sentence
from web.many_photos import browser
from web.many_photos.archive import MAX_UNPACKED
from web.many_photos.files_input import FilesInput
from web.many_photos.scan import OUTPUTS, STOP, build_scan
from web.many_photos.sources import MAX_PHOTOS
from web.queueing import AT_ONCE, ON_SERVER
from web.turns import Turns
from web.warmup import Warmup

_HEADER = "# Several photos\nEvery face in many photos at once, as a table."
_MEGABYTES = MAX_BYTES // 2**20
_LIMITS = (
    f"At most {MAX_PHOTOS} photos at a time: JPEG, PNG or WebP of up to {_MEGABYTES} MB each, or a ZIP of up to "
    f"{_MEGABYTES} MB that unpacks to no more than {MAX_UNPACKED // 2**20} MB."
)
_WHY = (
    "To see why a face got its answer, [open the photo on the first page](./). An answer is an estimate, never proof."
)
# Not the place that single photos share: they would wait until all photos of a scan are done.
_ON_SERVER: dict[str, Any] = {**ON_SERVER, "concurrency_id": "several"}


def build_many_photos(warmup: Warmup, lifetime: str) -> None:
    """Builds the page inside the route that is open.

    Args:
        warmup: Where the detector comes from; not started here.
        lifetime: When uploads are gone, as `lifetime_words` says it.
    """
    gr.Markdown(_HEADER, elem_id="header")
    files = FilesInput(
        label="Photos, or a ZIP of photos",
        file_count="multiple",
        file_types=[".jpg", ".jpeg", ".png", ".webp", ".zip"],
        height=220,
        elem_id="files",
    )
    gr.Markdown(f"{_LIMITS} {privacy_sentence(lifetime)}", elem_id="privacy")
    with gr.Row(elem_id="scan-buttons"):
        check = gr.Button("Check these photos", variant="primary", size="lg", elem_id="scan")
        stop = gr.Button(STOP, size="lg", visible=False, elem_id="scan-stop")
    _wire(files, check, _build_results() | {"stop": stop}, warmup)


def _build_results() -> dict[str, Component | gr.Column]:
    parts: dict[str, Component | gr.Column] = {"progress": gr.HTML(elem_id="scan-progress", apply_default_css=False)}
    with gr.Column(visible=False, elem_id="scan-results") as parts["results"]:
        with gr.Row(equal_height=True, elem_id="scan-head"):
            parts["summary"] = gr.HTML(elem_id="scan-summary", apply_default_css=False)
            parts["download"] = gr.Button("Download CSV", size="md", elem_id="scan-download")
        parts["table"] = gr.HTML(
            html_template=browser.TABLE, js_on_load=browser.SORT, apply_default_css=False, elem_id="scan-table"
        )
        gr.Markdown(_WHY, elem_id="scan-why")
    # Only scripts press and fill these.
    parts["run"] = gr.Button("Run", visible="hidden", elem_id="scan-run")
    parts["tell"] = gr.Button("Tell", visible="hidden", elem_id="scan-tell")
    parts["csv"] = gr.Textbox(visible=False)
    parts["turn"] = gr.Textbox(visible=False)
    return parts


def _wire(files: FilesInput, check: gr.Button, parts: dict[str, Component | gr.Column], warmup: Warmup) -> None:
    turns = Turns()
    scanned = parts["run"].click(
        build_scan(warmup, turns),
        [parts["turn"], files],
        [parts[name] for name in OUTPUTS],
        js=browser.TURN_AND_FILES,
        trigger_mode="multiple",
        **_ON_SERVER,
    )
    scanned.failure(fn=None, js=browser.UNANSWERED, outputs=[parts["progress"], parts["stop"]])
    scanned.then(fn=None, js=browser.KEEP_FOCUS)
    parts["tell"].click(turns.begin, parts["turn"], js=browser.TURN, trigger_mode="multiple", **AT_ONCE)
    cleared = [parts[name] for name in ("progress", "results", "table", "csv", "stop")]
    check.click(fn=None, js=browser.START, outputs=cleared)
    files.change(fn=None, js=browser.EMPTY, outputs=cleared)
    parts["stop"].click(fn=None, js=browser.STOP, outputs=[parts["progress"], parts["stop"]]).then(
        fn=None, js=browser.KEEP_FOCUS
    )
    parts["download"].click(fn=None, js=browser.DOWNLOAD, inputs=parts["csv"])
