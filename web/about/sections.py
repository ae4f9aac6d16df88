"""What the page says in words; its numbers come from the figures."""

from __future__ import annotations

import os
import re
from html import escape
from typing import Any

from model.calibration import Calibration
from web.about.measured import Measured, name_detector
from web.about.rates import cannot_tell, false_alarms, of_100
from web.about.sources import long_name, short_name
from web.about.tables import table
from web.states import icon

# From here on a feature that knows nothing of forgeries tells the classes apart nearly as well as any detector.
_SHORTCUT = 0.9
_RARE = 0.01


def introduction(measured: Measured | None) -> str:
    """Says what the detector is and what it learnt from."""
    about = (
        "<p>A small neural network looks at one face at a time and says how likely it is fake. It sees nothing but the "
        "picture: not who it shows, where it comes from or who else has looked at it.</p>"
    )
    if measured is None:
        return about
    rows = [
        (f"{short_name(name)} ({name})", long_name(name), f"{row['real']} / {row['fake']}")
        for name, row in measured.evaluation["sources"].items()
    ]
    detector = measured.evaluation["detector"]
    return (
        f"{about}<p>It has {detector['parameters']:,} adjustable numbers, began as EfficientNet-Lite0 (which names "
        "things in photos) and learnt from public research collections of real and fake faces. It knows fakes of "
        "these kinds; the figures on this page come from faces of the same collections that it was not trained on.</p>"
        + table("What it was trained on", ("collection", "what is fake", "faces measured, real / fake"), rows)
    )


def answers(calibration: Calibration | None, measured: Measured | None) -> str:
    """Says what the three answers mean and, as far as that is known, where they begin and how often each is given."""
    below, between, above = _zones(calibration)
    listed = (
        f'<ul class="meanings"><li class="real"><strong>{icon("check")}Probably real</strong> {below}: little '
        "in the picture looks like the fakes that it knows.</li>"
        f'<li class="uncertain"><strong>{icon("question")}Can\'t tell</strong> {between}: it has '
        "too little to go by. Take it literally; it is not a weak yes or no.</li>"
        f'<li class="fake"><strong>{icon("warning")}Probably fake</strong> {above}: something looks like the '
        "fakes that it knows.</li></ul>"
        "<p>A photo without a face that can be found gets no percentage at all.</p>"
    )
    if measured is None:
        return listed
    metrics = measured.row["metrics"]
    rows = [
        (kind, *(of_100(metrics[f"{key}_called_{answer}"]["value"]) for answer in ("real", "uncertain", "fake")))
        for kind, key in (("Real faces", "reals"), ("Fake faces", "fakes"))
    ]
    return listed + table(
        "Which answers validation faces got", ("", "probably real", "can't tell", "probably fake"), rows
    )


def _zones(calibration: Calibration | None) -> tuple[str, str, str]:
    if calibration is None:
        return "Low percentages", "Those between", "High percentages"
    low, high = 100 * calibration.real_below, 100 * calibration.fake_above
    return f"Below {low:.0f}%", f"From {low:.0f}% to {high:.0f}%", f"Above {high:.0f}%"


def limits(measured: Measured | None) -> str:
    """Says what the detector can't do."""
    items = [
        "An answer is an estimate, never proof. Don't accuse anybody, and don't clear anybody, on the strength of it.",
        "Other generators, apps and cameras than those it learnt from can fool it completely, and it doesn't notice.",
        "Small, blurred or noisy faces, filters and strong compression make it less sure or wrong.",
        "Somebody who wants to can change a picture so that it answers wrongly.",
        "Whether it is wrong more often for some ages, sexes or skin colours was not measured: the collections don't "
        "say, and they are not balanced.",
        "A heatmap shows what moved the answer, not what was edited.",
    ]
    if measured is not None:
        items[2:2] = list(_measured_limits(measured))
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _measured_limits(measured: Measured) -> list[str]:
    found = []
    alarms = false_alarms(measured.row, _RARE)
    if alarms is not None:
        found.append(
            "Half of the faces in the tests are fake. The rarer fakes are, the more of the alarms are false: if only "
            f'{of_100(_RARE)} faces were fake, {of_100(alarms)} answers "probably fake" would be wrong.'
        )
    vague = [short_name(name) for name, row in measured.sources.items() if cannot_tell(row) > 0.5]
    if vague:
        found.append(f'More than half of the answers are "can\'t tell" for {_and(vague)}.')
    easy = [
        short_name(name)
        for name in measured.sources
        if max(values.get(name, 0) for values in measured.evaluation["shortcuts"].values()) >= _SHORTCUT
    ]
    if easy:
        found.append(
            f"In the collection of {_and(easy)}, the size of the file or the colours alone give the fakes away, so "
            "the good figure there proves little."
        )
    return found


def privacy(lifetime: str) -> str:
    """Says what becomes of a photo; `lifetime` as `web.lifetime` words it."""
    return (
        "<ul><li>Your photo goes to the server that shows this page, and nowhere else.</li>"
        "<li>It is used for the answer you asked for. It is not kept, and not used for training.</li>"
        f"<li>It is deleted within {escape(lifetime)}. Until then it lies in a temporary folder on the server.</li>"
        "<li>There are no accounts, no history, and no analytics; names of files don't get into logs.</li>"
        "<li>Don't upload photos of other people that you have no right to use.</li></ul>"
    )


def licence(description: dict[str, Any], measured: Measured | None) -> str:
    """Says what may be done with it, how to cite it and where to turn to."""
    year = (measured.evaluation if measured else description.get("training", {})).get("date", "")[:4]
    version = ", ".join(filter(None, (name_detector(description), year)))
    cited = f"Unmask: a detector of fake faces with heatmaps. Detector {version}."
    return (
        "<p>Code and weights: Apache-2.0. The weights began as those of EfficientNet-Lite0 (Apache-2.0); faces are "
        "found by MTCNN (MIT). The portraits on this page are in the public domain (NASA, US Navy).</p>"
        f'<p>To cite it: <q class="cite">{escape(cited)}</q></p>{_contact()}'
    )


def _contact() -> str:
    """Where questions go: on a Space its discussions, elsewhere the repository that the page was started from."""
    space = os.environ.get("SPACE_ID", "")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", space, re.ASCII):
        address = f"https://huggingface.co/spaces/{space}"
        return (
            f'<p>Code and model card: <a href="{address}/tree/main">{escape(space)}</a>. Questions and mistakes: '
            f'<a href="{address}/discussions">discussions</a>.</p>'
        )
    return (
        "<p>Code, model card (<code>model/CARD.md</code>) and README are in the repository that this page was started "
        "from; please report mistakes there.</p>"
    )


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
