"""What happens when."""

from __future__ import annotations

from typing import get_args

import gradio as gr
from gradio.components import Component

from web.one_photo import check, report, save, show
from web.one_photo.file_evidence import build_file_evidence, build_views
from web.one_photo.measure import build_measure
from web.one_photo.stability import build_stability
from web.queueing import AT_ONCE, BESIDE_THE_MODEL, ON_SERVER
from web.report_files import Form
from web.turns import Turns
from web.warmup import Warmup

Parts = dict[str, Component | gr.Column]


def wire(parts: Parts, warmup: Warmup) -> None:
    """Connects the parts of the page.

    What the server is asked for carries the turn it belongs to (`web.turns`), so that it ends when it is out of date.
    Hidden buttons start what is not started by the visitor's own hand: Gradio's chains would wait for each other.

    Args:
        parts: The components by name, as `web.one_photo.page` builds them.
        warmup: Where the detector comes from.
    """
    turns = Turns()
    parts["begin"].click(turns.begin, parts["turn"], js="() => unmask.turn()", **AT_ONCE)
    _wire_check(parts, turns, warmup)
    _wire_maps(parts, turns, warmup)
    _wire_questions(parts, turns, warmup)
    _wire_files(parts, turns, warmup)
    parts["strength"].input(
        fn=None, js="(value) => unmask.setStyle('--heat-strength', value / 100)", inputs=parts["strength"]
    )
    for name in ("scale", "side"):
        parts[name].input(fn=None, js=f"(value) => unmask.setData('{name}', value)", inputs=parts[name])


def _wire_check(parts: Parts, turns: Turns, warmup: Warmup) -> None:
    """However a photo arrives (upload, camera, clipboard, example) or goes, it changes."""
    photo, shown = parts["photo"], _some(parts, "answer", "evidence")
    working = _some(parts, "answer", "evidence", "method", "description")
    photo.change(fn=None, js="(photo) => unmask.photoChanged(photo)", inputs=photo, outputs=working)
    parts["check"].click(fn=None, js="(photo) => unmask.checkAgain(photo)", inputs=photo, outputs=working)
    checked = parts["run"].click(
        turns.while_wanted("photo", check.build_check(warmup)),
        _some(parts, "turn", "photo", "palette"),
        _some(parts, *check.OUTPUTS),
        js="(turn, photo, palette) => [unmask.turn(), photo, palette]",
        trigger_mode="multiple",
        **ON_SERVER,
    )
    checked.success(fn=None, js="(photo) => unmask.showAnswer(photo)", inputs=photo, outputs=shown)
    checked.failure(fn=None, js="(photo) => unmask.sayUnanswered(photo)", inputs=photo, outputs=shown)


def _wire_maps(parts: Parts, turns: Turns, warmup: Warmup) -> None:
    gr.on(
        [parts["method"].input, parts["palette"].input],
        fn=None,
        js="(method) => unmask.chooseMethod(method)",
        inputs=parts["method"],
        outputs=_some(parts, "description", *show.OUTPUTS),
        trigger_mode="multiple",
    )
    shown = parts["show"].click(
        turns.while_wanted("map", show.build_show(warmup)),
        _some(parts, "turn", "photo", "method", "palette"),
        _some(parts, *show.OUTPUTS),
        js="(turn, photo, method, palette) => [unmask.turn(), photo, method, palette]",
        trigger_mode="multiple",
        **ON_SERVER,
    )
    shown.success(fn=None, js="() => unmask.measureIfShown()")
    shown.failure(fn=None, js="() => unmask.sayNoMap()", outputs=_some(parts, "face_view", "photo_view"))
    parts["trust"].click(fn=None, js="() => { unmask.newMap(); unmask.press('measure') }")
    parts["measure"].click(
        turns.while_wanted("map", build_measure(warmup)),
        _some(parts, "turn", "photo", "method", "face"),
        parts["trust"],
        js="(turn, photo, method) => [unmask.turn(), photo, method, unmask.face()]",
        trigger_mode="multiple",
        **ON_SERVER,
    )


def _wire_questions(parts: Parts, turns: Turns, warmup: Warmup) -> None:
    """Whether the answer holds, and what the file says: all about the photo, whichever map is shown."""
    photo = _some(parts, "turn", "photo")
    events = (
        (parts["stability"].click, build_stability(warmup), "stability", ON_SERVER),
        (parts["read_file"].click, build_file_evidence(), "file_evidence", BESIDE_THE_MODEL),
        (parts["file_views"].click, build_views(), "file_views", BESIDE_THE_MODEL),
    )
    for trigger, event, output, where in events:
        trigger(
            turns.while_wanted("photo", event),
            photo,
            parts[output],
            js="(turn, photo) => [unmask.turn(), photo]",
            trigger_mode="multiple",
            **where,
        )


def _wire_files(parts: Parts, turns: Turns, warmup: Warmup) -> None:
    saved = parts["save"].click(
        turns.while_wanted("photo", save.build_save(warmup)),
        _some(parts, "turn", "photo", "method", "face", "strength", "full_colour", "palette", "side"),
        _some(parts, *save.OUTPUTS),
        js="(turn, photo, method, face, strength, scale, palette, side) => "
        "[unmask.turn(), photo, method, unmask.face(), strength, unmask.scale(), palette, side]",
        **ON_SERVER,
    )
    reported = [
        parts[f"report_{form}"].click(
            turns.while_wanted("photo", report.build_make_report(warmup, form)),
            _some(parts, "turn", "photo", "method"),
            _some(parts, *report.OUTPUTS),
            js="(turn, photo, method) => [unmask.turn(), photo, method]",
            **ON_SERVER,
        )
        for form in get_args(Form)
    ]
    for done in (saved, *reported):
        done.success(fn=None, js="(file) => unmask.download(file)", inputs=parts["file"], outputs=parts["file"])


def _some(parts: Parts, *names: str) -> list[Component | gr.Column]:
    return [parts[name] for name in names]
