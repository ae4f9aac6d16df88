"""The README of a model repository: what the detector is, how good, and how to use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from train.evaluation import wording
from train.evaluation.card import front_matter
from train.shipping.parity import loss_in_words

_ABOUT = """\
A small neural network that looks at one face and says how likely it is fake: made or changed by a machine or by hand.
It belongs to Unmask, a page that finds the faces in a photo, gives each a calibrated probability, a verdict that may be
"can't tell", and heatmaps that show where the evidence lies.

**An estimate, never proof.** On kinds of fakes, cameras and compressions that it was not trained on it can be wrong
with confidence. Don't accuse anybody on its word.
"""

_FROM_CODE = """\
From a clone of the Unmask repository, with `requirements.txt` installed:

```python
from huggingface_hub import snapshot_download

from explain import inspect_photo
from model import load_detector

folder = snapshot_download("{repository}", local_dir="detector")
inspection = inspect_photo("photo.jpg", detector=load_detector(f"{{folder}}/detector.json"))
for face in inspection.faces:
    print(face.box, face.verdict, face.probability_fake)
```

or `python -m explain photo.jpg --detector detector/detector.json --out maps`, or the page itself:
`python app.py --detector detector/detector.json`. `local_dir` matters: the weights must lie beside `detector.json`,
with the sha256 that it states; no code is read from any file.
"""

_WITH_ONNX = """\
Without Unmask's code, with ONNX Runtime alone. `crop` is one face, cut out as `{file}.json` says under `input`:

```python
import json, math
import numpy as np, onnxruntime

about = json.load(open("{file}.json"))
session = onnxruntime.InferenceSession("{file}")
pixels = np.asarray(crop, np.float32)[None]  # (1, 256, 256, 3), RGB 0..255
logit = session.run(["logit"], {{"pixels": pixels}})[0][0, 0]
probability_fake = 1 / (1 + math.exp(-logit / about["calibration"]["temperature"]))
```
"""


_WITH_LITERT = """\
On a phone or a small computer, with LiteRT (`pip install ai-edge-litert`), one face at a time:

```python
import json, math
import numpy as np
from ai_edge_litert.interpreter import Interpreter

about = json.load(open("{file}.json"))
interpreter = Interpreter("{file}")
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.asarray(crop, np.float32)[None])
interpreter.invoke()
logit = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0, 0]
probability_fake = 1 / (1 + math.exp(-logit / about["calibration"]["temperature"]))
```
"""
_COLUMNS = (
    "auc",
    "accuracy",
    "reals_called_fake",
    "reals_called_uncertain",
    "fakes_called_fake",
    "fakes_called_uncertain",
)


def render_readme(
    description: dict[str, Any],
    evaluation: dict[str, Any] | None,
    exported: Sequence[dict[str, Any]],
    *,
    version: str,
    repository: str | None,
    licence: str,
) -> str:
    """Writes the README of a model repository.

    Args:
        description: The content of `detector.json`.
        evaluation: The content of an `evaluation.json` of this very detector; None if it was not measured.
        exported: The `files` of an `export.json`; empty without exported files.
        version: The detector's version.
        repository: OWNER/NAME on the Hub; None if it is not known yet.
        licence: The Hub's name of the licence.

    Returns:
        Markdown that begins with the metadata the Hub reads.
    """
    sections = [
        front_matter(evaluation, licence=licence),
        f"# Unmask detector {version}\n\n{_ABOUT}",
        f"## How to use it\n\n{_FROM_CODE.format(repository=repository or 'OWNER/NAME')}",
    ]
    for suffix, text in ((".onnx", _WITH_ONNX), (".tflite", _WITH_LITERT)):
        file = next((row["file"] for row in exported if row["file"].endswith(suffix)), None)
        if file:
            sections.append(text.format(file=file))
    sections.append(f"## How good it is\n\n{_results(description, evaluation)}")
    if exported:
        sections.append(f"## Exported files\n\n{_exported(exported)}")
    sections.append(f"## What it is\n\n{_parts(description)}")
    return "\n".join(sections)


def _results(description: dict[str, Any], evaluation: dict[str, Any] | None) -> str:
    if evaluation:
        data = evaluation["data"]
        table = wording.metric_table(evaluation, _COLUMNS)
        return (
            f"On {data['faces']} faces of `{data['folder']}`, part “{data['split']}”, {evaluation['date']}. "
            "In brackets 95 % bootstrap intervals over groups of pictures that belong together.\n\n"
            f"{wording.markdown(table)}\n\n"
            "Accuracy counts every face, at a probability of 0.5. What a face is called depends on the thresholds "
            "below; between them it is “can't tell”.\n"
        )
    metrics = description.get("metrics")
    if not isinstance(metrics, dict) or "auc" not in metrics:
        return "Not measured.\n"
    from train.export import metrics_table

    return (
        "Not measured apart from the faces that it was calibrated on, so these figures flatter it:\n\n"
        f"{metrics_table(metrics)}\n"
    )


def _exported(exported: Sequence[dict[str, Any]]) -> str:
    rows = [["file", "MB", "largest difference in probability from Keras", "AUC loss"]]
    for row in exported:
        check = row["check"]
        cells = [f"{row['bytes'] / 1e6:.2f}", f"{check['probability']:.1e}", loss_in_words(check)]
        rows.append([f"`{row['file']}`", *cells])
    check = exported[0]["check"]
    return (
        f"{wording.markdown(rows)}\n\nMeasured on {check['faces']} faces ({check['on']}); "
        "the largest difference is that of a single face.\n"
    )


def _parts(description: dict[str, Any]) -> str:
    calibration = description["calibration"]
    lines = [
        "- Input: face crops of 256 × 256 pixels, RGB 0..255. Output: a logit, positive for fake. Classes: real, fake.",
        f"- Probability: sigmoid of the logit over the temperature, {calibration['temperature']:.3f}. Called real "
        f"below {calibration['real_below']:.3f}, fake above {calibration['fake_above']:.3f}, between them “can't "
        "tell”.",
    ]
    faces = description.get("training", {}).get("validation_faces")
    if faces:
        sources = list(dict.fromkeys(name.rpartition("/")[0] for name in faces))
        lines.append(
            f"- Calibrated on {sum(faces.values())} faces of {', '.join(sources)}. It may not know other fakes."
        )
    for part in description.get("members", [description]):
        share = f", counts {part['share']:.3f}" if "share" in part else ""
        weights = part["weights"]
        lines.append(f"- Network `{part['network']}`{share}: `{weights['file']}`, sha256 `{weights['sha256']}`")
    return "\n".join(lines) + "\n"
