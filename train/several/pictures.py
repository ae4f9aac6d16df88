"""The pictures of a comparison: ROC curves over one another, and faces on which the detectors disagree most."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from train.evaluation.faces import Faces
from train.evaluation.metrics import Scores, counts_above

# Okabe & Ito's colours, which people with any kind of colour vision tell apart; one for each of up to eight detectors.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A6D00")
_LINES = ("-", "--", "-.", ":")
_ACROSS = 6
_DPI = 100
# Names come from folders, and an unlucky one is longer than the picture is wide.
_LONGEST = 24


def draw_roc(names: Sequence[str], scores: Sequence[Scores], aucs: Sequence[float]) -> bytes:
    """Draws the ROC curves of several detectors into one plot.

    Args:
        names: Names of the detectors.
        scores: What each of them said of the same faces of both classes.
        aucs: Area under each curve, for the legend.

    Returns:
        A PNG.
    """
    figure = Figure((6.4, 5.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlabel="reals called fake", ylabel="fakes found", xlim=(0, 1), ylim=(0, 1.01))
    axes.grid(alpha=0.3)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", linewidth=1)
    for number, (name, score, auc) in enumerate(zip(names, scores, aucs, strict=True)):
        hits, alarms = (counts[0] for counts in counts_above(score.fake, score.logits, np.ones((1, len(score.fake)))))
        axes.plot(
            alarms / alarms[-1],
            hits / hits[-1],
            color=_COLOURS[number],
            linestyle=_LINES[number % len(_LINES)],
            linewidth=1.8,
            label=f"{_plain(name)}: {auc:.3f}",
        )
    axes.legend(title="AUC", loc="lower right", fontsize=9)
    return _png(figure)


def most_disputed(scores: Sequence[Scores], count: int) -> np.ndarray:
    """Chooses the faces on which detectors differ most.

    Args:
        scores: What each detector said of the same faces.
        count: How many faces.

    Returns:
        int64, indices of faces, by falling distance between the highest and the lowest probability of a fake.
    """
    probabilities = np.stack([score.probabilities for score in scores])
    return np.argsort(-np.ptp(probabilities, axis=0), kind="stable")[:count]


def draw_sheet(names: Sequence[str], scores: Sequence[Scores], faces: Faces, chosen: np.ndarray) -> bytes:
    """Draws faces side by side, each with what it is and what every detector says of it.

    Args:
        names: Names of the detectors.
        scores: What each of them said of the faces.
        faces: The faces.
        chosen: Indices of the faces to draw, one or more.

    Returns:
        A PNG.
    """
    down, lines = -(-len(chosen) // _ACROSS), len(names) + 1
    figure = Figure((2.2 * _ACROSS, down * (2.0 + 0.2 * lines)), layout="constrained")
    panels = figure.subplots(down, _ACROSS, squeeze=False).ravel()
    for panel in panels:
        panel.axis("off")
    for panel, index in zip(panels, chosen, strict=False):
        sample = faces.crops.samples[index]
        panel.imshow(np.asarray(faces.crops.pixels[faces.crops.rows[index]]))
        words = [f"{_plain(sample.source)}: {'FAKE' if sample.label else 'REAL'}"]
        for name, score in zip(names, scores, strict=True):
            words.append(f"{_plain(name, 14)} {score.probabilities[index]:4.0%} {_VERDICTS[score.verdicts[index]]}")
        panel.set_title("\n".join(words), fontsize=8, family="monospace", loc="left")
    return _png(figure)


_VERDICTS = {"real": "real", "uncertain": "?", "fake": "fake"}


def _plain(name: str, longest: int = _LONGEST) -> str:
    """A name as Matplotlib shows it: a dollar sign would begin a formula."""
    short = name if len(name) <= longest else name[: longest - 1] + "…"
    return short.replace("$", r"\$")


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, facecolor="white")
    return buffer.getvalue()
