"""What an answer costs, as multiples of one compiled forward pass: `python -m benchmarks.latency`.

All steps take turns in one run, so that a busy machine slows all of them alike; the table gives
medians and the 10th and 90th percentile of the ratios to the forward pass of the same round.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tensorflow as tf
from PIL import Image

from explain import inspect_photo
from explain.gradients import compute_gradients
from explain.overlay import draw_photo
from model import crop_face, find_faces, load_detector, read_photo

EXAMPLE = Path(__file__).parents[1] / "examples" / "astronaut.jpg"


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="rounds to measure (default: 30)")
    rounds = parser.parse_args().rounds
    steps = _steps()
    for step in steps.values():  # compile and warm up
        step(), step()
    seconds = {name: np.empty(rounds) for name in steps}
    for i in range(rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name][i] = time.perf_counter() - start
    forward = seconds["one compiled forward pass"]
    print(f"{'step':<44}{'ms':>8}{'ratio':>8}{'10 %':>7}{'90 %':>7}")
    for name, values in seconds.items():
        low, middle, high = np.percentile(values / forward, [10, 50, 90])
        print(f"{name:<44}{np.median(values) * 1000:>8.1f}{middle:>8.2f}{low:>7.2f}{high:>7.2f}")


def _steps() -> dict[str, Callable[[], object]]:
    detector = load_detector()
    data = _photo_1024()
    photo = read_photo(data)
    (face,) = find_faces(photo)
    crops = crop_face(photo, face)[0][None]
    inspection = inspect_photo(data)
    forward = tf.function(
        lambda pixels: detector.network(tf.cast(pixels, tf.float32), training=False),
        input_signature=[tf.TensorSpec((None, 256, 256, 3), tf.uint8)],
    )
    return {
        "one compiled forward pass": lambda: forward(crops).numpy(),
        "probability, Grad-CAM and saliency": lambda: compute_gradients(detector, crops),
        "the same maps by tf-keras-vis": _by_tf_keras_vis(detector.network, crops),
        "decode 1024 x 1024 JPEG": lambda: read_photo(data),
        "find faces in it": lambda: find_faces(photo),
        "draw one map over the photo": lambda: draw_photo(inspection, "grad-cam"),
        "inspect_photo whole, both maps": lambda: inspect_photo(data),
    }


def _by_tf_keras_vis(network: object, crops: np.ndarray) -> Callable[[], object]:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency

    pixels = crops.astype(np.float32)
    cam, sensitivity = Gradcam(network, clone=True), Saliency(network, clone=True)

    def score(output: tf.Tensor) -> tf.Tensor:
        return output[:, 0]

    def run() -> None:
        cam(score, pixels, penultimate_layer="features", seek_penultimate_conv_layer=False)
        sensitivity(score, pixels)

    return run


def _photo_1024() -> bytes:
    """The example portrait enlarged to 1024 x 1024, as JPEG."""
    pixels = np.asarray(Image.open(EXAMPLE).convert("RGB"))
    buffer = io.BytesIO()
    enlarged = cv2.resize(pixels, (1024, 1024), interpolation=cv2.INTER_CUBIC)
    Image.fromarray(enlarged).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
