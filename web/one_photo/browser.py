"""What runs in the browser alone, without a request."""

from __future__ import annotations

import json

from explain.methods import METHODS
from web import states
from web.one_photo.answer import FIRST_METHOD
from web.one_photo.show import computing

SET_STRENGTH = "(value) => document.documentElement.style.setProperty('--heat-strength', value / 100)"
SET_SCALE = "(value) => { document.documentElement.dataset.scale = value }"

_HIDE = "{__type__: 'update', visible: false}"
# For the answer and the evidence.
EMPTY = f"() => [{json.dumps(states.EMPTY)}, {_HIDE}]"


def describe_method(method: str) -> str:
    """Builds the line below the choice of methods."""
    return f'<p class="description">{METHODS[method].description}</p>'


# For the answer, the evidence, the method and its description: every check begins with the first method.
WORKING = f"""() => {{
    const method = {json.dumps(FIRST_METHOD)};
    document.documentElement.dataset.method = method;
    return [{json.dumps(states.WORKING)}, {_HIDE}, method, {json.dumps(describe_method(FIRST_METHOD))}];
}}"""

_CHOSEN = {name: [describe_method(name), computing(name), computing(name), ""] for name in METHODS}
# For the description, both views and the panels. What belongs to another method is hidden from now on. The map is asked
# for a moment later: who tries several methods in haste doesn't want all of them, and by then Gradio has cancelled what
# was asked for before.
CHOOSE_METHOD = f"""(method) => {{
    document.documentElement.dataset.method = method;
    clearTimeout(window.unmaskChoice);
    window.unmaskChoice = setTimeout(() => document.getElementById('show').click(), 200);
    return {json.dumps(_CHOSEN)}[method];
}}"""

# For the panels' own listener: only their buttons ask.
LISTEN = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button || button.disabled) return;
    button.disabled = true;
    button.textContent = 'Waiting …';
    trigger('click');
});"""
MEASURE = "() => { setTimeout(() => document.getElementById('measure').click(), 200) }"
# Gradio calls what was cancelled a success, too; then no map is there to be checked.
MEASURE_IF_SHOWN = (
    "() => { if (document.querySelector('#face-view .view')) document.getElementById('measure').click() }"
)

_CHOSEN_FACE = "Number(document.querySelector('input[name=chosen-face]:checked')?.id.split('-').pop() ?? 1)"
ADD_FACE = f"(photo, method) => [photo, method, {_CHOSEN_FACE}]"
# The scale is that of the view on the screen, if there is one.
ADD_FACE_AND_SCALE = f"""(photo, method, _, strength) => {{
    const face = {_CHOSEN_FACE};
    const scales = document.querySelector(`#face-view .face-${{face}}`)?.dataset ?? {{}};
    const scale = document.documentElement.dataset.scale === 'own' ? scales.own : scales.shared;
    return [photo, method, face, strength, scale ? Number(scale) : null];
}}"""
# For the picture, which is forgotten: what is cancelled later must not save it again.
DOWNLOAD = f"""(picture, method) => {{
    if (picture) {{
        const link = document.createElement('a');
        link.href = picture;
        link.download = `unmask-${{method}}-face-${{{_CHOSEN_FACE}}}.png`;
        link.click();
    }}
    return '';
}}"""

# On a phone the answer stands below the fold.
SHOW_ANSWER = """() => {
    const card = document.getElementById('answer');
    if (card.getBoundingClientRect().top > window.innerHeight * 0.6)
        card.scrollIntoView({behavior: 'smooth', block: 'start'});
}"""
