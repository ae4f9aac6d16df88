"""The layout of the game, and what happens when."""

from __future__ import annotations

import json

import gradio as gr
from gradio.components import Component

from web import states
from web.guess.events import NEXT, OUTPUTS, build_go_on, build_guess_event
from web.guess.pictures import load_pictures
from web.guess.views import ASKING, UNTOLD
from web.queueing import AT_ONCE, ON_SERVER
from web.warmup import Warmup

_HEADER = "# Guess first\nReal or fake? You say it before the detector does."
_RULES = (
    "Real is a photo, even if it was cropped, mirrored or darkened as a whole. "
    "Fake is one in which the face, or a part of it, was exchanged, changed or drawn anew."
)
# For the two buttons and the result.
_ASK = f"() => [{{__type__: 'update', visible: false}}, {json.dumps(ASKING)}]"
# The queue was full, or the server is gone: the visitor may guess again.
_ASK_AGAIN = f"() => [{{__type__: 'update', visible: true}}, {json.dumps(states.failure(states.UNANSWERED))}]"
# Gradio shows what it was given a moment after the event has ended.
_FOCUS = """() => { setTimeout(() => {
    const title = document.querySelector('%s h2[tabindex]');
    if (!title) return;
    title.focus({preventScroll: true});
    const top = title.getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight * 0.5) title.scrollIntoView({block: 'start'});
}, 100) }"""
FOCUS_RESULT = _FOCUS % "#guess-result"
FOCUS_ROUND = _FOCUS % ":is(#guess-round, #guess-result)"


def build_guess(warmup: Warmup) -> None:
    """Builds the page inside the route that is open.

    Args:
        warmup: Where the detector comes from; not started here.
    """
    gr.Markdown(_HEADER, elem_id="header")
    gr.Markdown(_RULES, elem_id="privacy")
    parts: dict[str, Component | gr.Row | gr.Column] = {"game": gr.State(None, time_to_live=3600)}
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=300) as parts["question"]:
            parts["round"] = gr.HTML(elem_id="guess-round", apply_default_css=False)
            with gr.Row(visible=False, elem_id="guess-choice") as parts["choice"]:
                parts["real"] = gr.Button("Real", size="lg", elem_id="guess-real")
                parts["fake"] = gr.Button("Fake", size="lg", elem_id="guess-fake")
        with gr.Column(scale=7, min_width=300):
            parts["score"] = gr.HTML(elem_id="guess-score", apply_default_css=False)
            parts["result"] = gr.HTML(UNTOLD, elem_id="guess-result", apply_default_css=False)
            parts["next"] = gr.Button(NEXT, variant="primary", size="lg", visible=False, elem_id="guess-next")
            parts["evidence"] = gr.HTML(
                elem_id="guess-evidence", apply_default_css=False, js_on_load="unmask.uncover(element)"
            )
    _wire(parts, warmup)


def _wire(parts: dict[str, Component | gr.Row | gr.Column], warmup: Warmup) -> None:
    pictures, outputs = load_pictures(), [parts[name] for name in OUTPUTS]
    go_on = build_go_on(pictures)
    # Without a trigger: as soon as the page is there.
    gr.on(None, lambda: go_on(None), None, outputs, **AT_ONCE)
    parts["next"].click(go_on, parts["game"], outputs, **AT_ONCE).then(fn=None, js=FOCUS_ROUND)
    for guess in ("real", "fake"):
        parts[guess].click(fn=None, js=_ASK, outputs=[parts["choice"], parts["result"]])
        told = parts[guess].click(build_guess_event(guess, pictures, warmup), parts["game"], outputs, **ON_SERVER)
        told.failure(fn=None, js=_ASK_AGAIN, outputs=[parts["choice"], parts["result"]])
        told.then(fn=None, js=FOCUS_RESULT)
