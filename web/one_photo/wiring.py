"""What happens when."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from web.one_photo import browser, check, save, show
from web.one_photo.measure import build_measure
from web.queueing import ON_SERVER
from web.warmup import Warmup


def wire(parts: dict[str, Component | gr.Column], examples: gr.Examples | None, warmup: Warmup) -> None:
    """Connects the parts of the page.

    Each request to the server is cancelled by whatever makes its result out of date, so a request that can be repeated
    is started by a hidden button: Gradio runs the listeners of one event in turn and waits for each.

    Args:
        parts: The components by name, as `web.one_photo.page` builds them.
        examples: The examples, if there are any.
        warmup: Where the detector comes from.
    """
    photo, method = parts["photo"], parts["method"]

    measured = parts["measure"].click(
        build_measure(warmup),
        [photo, method, parts["face"]],
        parts["trust"],
        js=browser.ADD_FACE,
        trigger_mode="multiple",
        **ON_SERVER,
    )
    shown = parts["show"].click(
        show.build_show(warmup),
        [photo, method],
        [parts[name] for name in show.OUTPUTS],
        trigger_mode="multiple",
        **ON_SERVER,
    )
    shown.success(fn=None, js=browser.MEASURE_IF_SHOWN)
    saved = parts["save"].click(
        save.build_save(warmup),
        [photo, method, parts["face"], parts["strength"], parts["full_colour"]],
        [parts[name] for name in save.OUTPUTS],
        js=browser.ADD_FACE_AND_SCALE,
        **ON_SERVER,
    )
    saved.success(fn=None, js=browser.DOWNLOAD, inputs=[parts["picture"], method], outputs=parts["picture"])
    asked = [shown, measured, saved]
    parts["trust"].click(fn=None, js=browser.MEASURE, cancels=[measured])
    method.input(
        fn=None,
        js=browser.CHOOSE_METHOD,
        inputs=method,
        outputs=[parts[name] for name in ("description", *show.OUTPUTS)],
        cancels=asked,
        trigger_mode="multiple",
    )
    parts["strength"].input(fn=None, js=browser.SET_STRENGTH, inputs=parts["strength"])
    parts["scale"].input(fn=None, js=browser.SET_SCALE, inputs=parts["scale"])

    checked = [
        _check_when(trigger, parts, warmup, asked)
        for trigger in [parts["check"].click] + ([examples.load_input_event.success] if examples else [])
    ]
    # An example's photo changes the picture, too, about when its check begins, which must not be cancelled by that.
    empty = [parts["answer"], parts["evidence"]]
    photo.change(fn=None, js=browser.EMPTY, outputs=empty, cancels=[*asked, checked[0]])
    gr.on([photo.upload, photo.clear, photo.input], fn=None, cancels=checked)


def _check_when(
    trigger: Callable[..., Dependency],
    parts: dict[str, Component | gr.Column],
    warmup: Warmup,
    asked: list[Dependency],
) -> Dependency:
    """Has the photo checked by an event, which makes what else was asked out of date."""
    working = [parts[name] for name in ("answer", "evidence", "method", "description")]
    trigger(fn=None, js=browser.WORKING, outputs=working, cancels=asked)
    outputs = [parts[name] for name in check.OUTPUTS]
    checked = trigger(check.build_check(warmup), parts["photo"], outputs, **ON_SERVER)
    checked.then(fn=None, js=browser.SHOW_ANSWER)
    checked.success(fn=None, js=browser.MEASURE_IF_SHOWN)
    return checked
