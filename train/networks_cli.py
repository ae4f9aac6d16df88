"""`python -m train networks`: which networks there are, and what one of them is made of."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

ABOUT = {
    "lite0": "What is shipped: EfficientNet-Lite0 cut after some of its blocks. Tan & Le 2019, EfficientNet",
    "patchres": "Small residual network for training from scratch that also sees traces of upsampling. He et al. 2016, "
    "Deep Residual Learning; Tan et al. 2024, Rethinking the Up-Sampling Operations",
    "meso4": "Four convolutions, made for faked faces in videos. Afchar et al. 2018, MesoNet",
    "mesoinception4": "Meso-4 with two inception blocks. Afchar et al. 2018, MesoNet",
    "cnn4": "Plain network of four convolutions on 64 x 64 pixels, to compare with",
    "cnn-small": "Plain network of two convolutions on 128 x 128 pixels, to compare with",
    "vgg16": "Thirteen plain convolutions. Simonyan & Zisserman 2015, Very Deep Convolutional Networks",
    "resnet50": "Residual blocks with bottlenecks. He et al. 2016, Deep Residual Learning",
    "densenet121": "Each layer sees all before it. Huang et al. 2017, Densely Connected Convolutional Networks",
    "mobilenetv2": "Inverted residuals, the fastest of those from ImageNet. Sandler et al. 2018, MobileNetV2",
    "efficientnetv2b0": "Inverted residuals with squeeze-and-excitation. Tan & Le 2021, EfficientNetV2",
    "xception": "Separable convolutions; FaceForensics++ made it the usual yardstick. Chollet 2017, Xception",
    "convnext-tiny": "A convolutional network in the manner of transformers. Liu et al. 2022, A ConvNet for the 2020s",
}
"""One sentence for each network, with its paper."""
# Columns of a layer summary in which no name and no shape of these networks is broken.
_WIDTH, _POSITIONS = 210, [0.36, 0.5, 0.58, 1.0]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "networks",
        help="list the networks that can be trained, or show the layers of one",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Without a name: a table of all networks. With one: its layers, with the shapes\n"
            "and parameters they have for a crop of 256 x 256 pixels. The names are what --network takes elsewhere,\n"
            "those of the layers what `python -m explain --layer` takes.\n\n"
            "The columns of the table:\n"
            "  parameters  all numbers in its weights, with the statistics of the normalisation\n"
            "  patch       side in pixels of the patches that each get a logit of their own; those without any answer\n"
            "              for the whole crop only, and take 256 x 256 pixels and nothing else\n"
            "  depth       what --depth can be: how many blocks it has\n"
            "  start       what a training starts from: imagenet (for lite0 out of a package, for the others a file\n"
            "              that Keras downloads once) or none, which is random weights"
        ),
        epilog="Examples: python -m train networks; python -m train networks lite0 --depth 9",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the network to show; without it all are listed")
    parser.add_argument(
        "--depth", type=int, metavar="N", help="show it with so many blocks; the usual number if not given"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.name is None and options.depth is not None:
        print("error: --depth needs the name of a network before it", file=sys.stderr)
        return 2
    # Here, not above: --help must not wait for TensorFlow.
    from model.networks import build_network

    if options.name is None:
        _print_table()
        return 0
    try:
        network = build_network(options.name, options.depth)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _print_layers(network)
    return 0


def _print_table() -> None:
    from model.networks import DEPTHS, NETWORKS, build_network
    from train.start_weights import default_start

    row = "{:<18}{:>11}  {:>5}  {:<8}  {:<8}  {}"
    print(row.format("network", "parameters", "patch", "depth", "start", "about"))
    for name in NETWORKS:
        network = build_network(name)
        side = patch_side(network)
        depth = f"{DEPTHS[name][0]} to {DEPTHS[name][-1]}" if name in DEPTHS else ""
        about = ABOUT.get(name, "")
        # One by one: the large ones take seconds to build.
        print(
            row.format(name, f"{network.count_params():,}", side or "", depth, default_start(name), about), flush=True
        )


def patch_side(network: keras.Model) -> int | None:
    """Gives the side in pixels of the patches that a network answers for; None if it has no logit per patch."""
    import keras

    from model.faces import CROP_SIZE
    from model.layer_names import PATCH_LAYER

    if PATCH_LAYER not in {layer.name for layer in network.layers}:
        return None
    patches = keras.Model(network.inputs, network.get_layer(PATCH_LAYER).output)
    return CROP_SIZE // patches.compute_output_shape((1, CROP_SIZE, CROP_SIZE, 3))[1]


def _print_layers(network: keras.Model) -> None:
    import keras

    from model.faces import CROP_SIZE

    # The same layers called with crops of the size in use: by itself a network takes any, and all shapes were unknown.
    crops = keras.Input((CROP_SIZE, CROP_SIZE, 3), name="pixels")
    sized = keras.models.clone_model(network, input_tensors=crops, clone_function=lambda layer: layer)
    with _wide_output():
        sized.summary(line_length=_WIDTH, positions=_POSITIONS, expand_nested=True, print_fn=print)


@contextmanager
def _wide_output() -> Iterator[None]:
    """Keras cuts its tables at the width of the terminal, which is 80 where there is none."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(_WIDTH)
    try:
        yield
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before
