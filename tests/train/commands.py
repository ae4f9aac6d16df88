"""Every command of `python -m train` in a table: how it is used on a tiny data set, and what is wrong use of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BROKEN = ("missing", "empty", "letters", "one class", "no layout")
"""Kinds of data sets that can't be used: no such folder; an empty one; text files named .jpg; pictures of one class
only; pictures in folders that say nothing."""


@dataclass(frozen=True)
class Command:
    """A command and what is to be expected of it.

    Attributes:
        use: Its options for a run on the tiny data set that succeeds, with `{names}` of `places` in them.
        results: What it has written then, relative to OUT.
        wrong: Options that are wrong use, added to those of `use`, and words that the message must have.
        goes_on: What the same command needs to be given to go on after an interruption.
        broken: What becomes of a broken data set, where that is not an error: words that are printed.
    """

    use: str
    results: tuple[str, ...]
    wrong: Mapping[str, str]
    goes_on: str = ""
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_data(self) -> bool:
        """Whether it has the option `--data`."""
        return "--data" in self.use


_TRAINING = (
    "--batch-size 4 --epoch-crops 4 --epochs 1 --self-blended 0.2 --swapped 0 --resynthesised 0 --across 0 "
    "--cache {cache}"
)
_TWO = "--detectors {first}/detector.json {second}/detector.json --cache {cache}"
_DETECTOR = {"--detector {nowhere}/detector.json": "{nowhere}/detector.json"}

COMMANDS = {
    "inspect": Command(
        "--data {data} --out {out}",
        ("report.html", "manifest.csv"),
        {"--undo log.csv": "--undo", "--aside {nowhere}": "{nowhere}"},
        broken={
            "letters": "6 files, 6 of them pictures",
            "one class": "3 files, 3 of them pictures; training takes 3.",
            "no layout": "6 files, 6 of them pictures; training takes 0.",
        },
    ),
    "split": Command(
        "--data {data} --out {out}/division.csv --copy {out}/divided",
        ("division.csv", "divided/manifest.csv"),
        {"--shares 0.5 0.6 0.1": "0.6", "--shares a 0 0": "'a'", "--seed -1": "-1"},
        # It goes by groups and never minds what it can't open; training leaves such files out and says so.
        broken={"letters": "6 pictures are 6 families"},
    ),
    "explore": Command(
        "--data {data} --out {out}",
        ("explore.html", "explore.json", "features.csv", "left_out.csv", "grid_real.png", "plot_spectrum.png"),
        {"--limit 1": "1", "--seed a": "'a'"},
    ),
    "augment": Command(
        "--data {data} --out {out} --copies 1",
        ("Augmented_Dataset/manifest.csv", "examples.png", "skipped.csv"),
        {"--changes blur": "'blur'", "--strength 9": "9.0"},
        broken={"letters": "Pictures that can't be read: 4;"},
    ),
    "tune": Command(
        "--data {data} --out {out} --networks tiny --trials 1 --learning-rate 0.001 0.002 --augmentation 1 "
        + _TRAINING,
        ("tuning.html", "tuning.json", "trials.csv", "best/detector.json"),
        {"--sampler best": "'best'", "--networks resnet": "resnet", "--minutes soon": "'soon'"},
    ),
    "networks": Command("lite0", (), {"--depth many": "'many'", "--depth 99": "99", "resnet": "resnet"}),
    "fit": Command(
        "--data {data} --out {out} --network tiny --full-epochs 0 " + _TRAINING,
        ("detector.json", "tiny.weights.h5"),
        {"--batch-size 7": "7", "--network resnet": "'resnet'"},
    ),
    "evaluate": Command(
        "--data {data} --out {out} --detector {first}/detector.json --cache {cache} --robustness-faces 1",
        ("evaluation.json", "report.html", "metrics.csv", "scores.csv", "left_out.csv"),
        {"--split half": "'half'", "--robustness-faces 0": "0", **_DETECTOR},
    ),
    "average": Command(
        "--data {data} --out {out} --weights {first}/tiny.weights.h5 {second}/tiny.weights.h5 --shares 0.5 0.5 "
        "--network tiny --cache {cache}",
        ("detector.json", "tiny.weights.h5"),
        {"--shares 1": "[1.0]", "--network resnet": "'resnet'", "--weights {nowhere}/a {nowhere}/b": "{nowhere}/a"},
    ),
    "crossval": Command(
        "--data {data} --out {out} --network tiny --sources navy " + _TRAINING,
        ("crossval.json", "navy/fold.json"),
        {"--sources attic": "attic", "--epochs 0": "0", "--network resnet": "'resnet'"},
    ),
    "baselines": Command(
        "--data {data} --out {out} --networks tiny " + _TRAINING,
        ("baselines.json", "tiny/best.weights.h5"),
        {"--networks resnet": "'resnet'", "--epochs 0": "0"},
    ),
    "synthesise": Command(
        "--data {data} --out {out}/made --cache {cache} --kind self-blend held-out-decoder --count 3",
        ("made/manifest.csv",),
        {"--kind morph": "'morph'", "--count 0": "0", "--seed -1": "-1"},
    ),
    "card": Command(
        "--card {out}/CARD.md --results {results}",
        ("CARD.md",),
        {"--results {nowhere}": "{nowhere}", "--card {nowhere}/CARD.md": "{nowhere}/CARD.md"},
    ),
    "generate": Command(
        "--data {data} --out {out}/made --cache {cache} --network vae --epochs 1 --samples 3 --batch-size 4 --faces 4",
        ("made/generator.json", "made/manifest.csv", "made/generated/train/fake/000002.png", "made/curves.png"),
        {"--size 100": "100", "--minutes soon": "'soon'", "--sources attic": "attic"},
        goes_on="--resume",
    ),
    "compare": Command(
        "--data {data} --out {out} " + _TWO,
        ("comparison.html", "comparison.json", "roc.png", "disputed.png", "disputed.csv"),
        {
            "--faces 0": "0",
            "--detectors {first}/detector.json": "1",
            "--detectors {nowhere}/a {nowhere}/b": "{nowhere}/a",
        },
    ),
    "ensemble": Command(
        "--data {data} --out {out} " + _TWO,
        ("detector.json", "member1-tiny.weights.h5", "member2-tiny.weights.h5"),
        {"--how vote": "'vote'", "--detectors {first}/detector.json": "1"},
    ),
    "export": Command(
        "--data {data} --out {out} --detector {first}/detector.json --to onnx litert --cache {cache} --rounds 1",
        ("export.json", "tiny-float32.onnx", "tiny-float32.tflite", "tiny-float32.onnx.json"),
        {"--to coreml": "'coreml'", "--rounds 0": "0", **_DETECTOR},
    ),
    "publish": Command(
        "--out {out} --detector {first}/detector.json",
        ("README.md", "detector.json", "tiny.weights.h5"),
        {"--with {nowhere}": "{nowhere}", "--upload --repository mine": "'mine'", **_DETECTOR},
    ),
}
"""By name. A command that is not here fails a test."""
