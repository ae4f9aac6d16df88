"""Are the heatmaps true? `python -m benchmarks.faithfulness --made FOLDER` prints the table of the README.

On fakes made from real faces it is known which pixels were changed, and what was there before. Every method is asked
where it sees evidence for fake, beside maps that know nothing, and beside tf-keras-vis where that has the method.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.library import library_methods
from benchmarks.made_fakes import GROUPS, MadeFake, read_made_fakes
from benchmarks.table import format_tables
from explain.faithfulness import cascade, deletion_curve, localise, random_orders, spearman
from explain.heatmap import Heatmap
from explain.inspection import compute_heatmaps
from explain.methods import METHODS
from explain.probe import Probe
from model.calibration import Calibration
from model.detector import Detector, load_detector
from train.shipping.runtimes import run_keras

RANDOM = "random map"
_SEEDS = (0, 1, 2)
_ORDERS, _STEPS = 2, 8
_TIMED_ROUNDS = 7


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.faithfulness",
        description=__doc__.splitlines()[0],
        epilog="Fakes: python -m train synthesise --data faces --split validation --kind self-blend swap --out made",
    )
    parser.add_argument("--made", type=Path, required=True, help="folder that `python -m train synthesise` wrote")
    parser.add_argument("--count", type=int, default=40, help="fakes of each group (default: 40)")
    parser.add_argument("--slow-count", type=int, default=6, help="the same for slow methods (default: 6)")
    parser.add_argument("--detector", type=Path, help="another detector.json than the shipped one")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(
        "--only-times", action="store_true", help="measure how long methods take, and keep all else that --json says"
    )
    options = parser.parse_args(arguments)
    if options.only_times and not (options.json and options.json.is_file()):
        parser.error(f"--only-times needs the --json of an earlier run. Received: {options.json}")
    warnings.filterwarnings("ignore", "The structure of `inputs`")
    detector, fakes = load_detector(options.detector), read_made_fakes(options.made)
    if options.only_times:
        results = json.loads(options.json.read_text(encoding="utf-8"))
        results["times"] = _time(detector, fakes[0].fake[None])
    else:
        results = measure(detector, fakes, options.count, options.slow_count)
    print(format_tables(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def measure(detector: Detector, fakes: list[MadeFake], count: int, slow_count: int) -> dict[str, Any]:
    """Measures every method.

    Args:
        detector: The detector.
        fakes: The fakes; the first ones of each group are used.
        count: Fakes of each group for quick methods.
        slow_count: Fakes of each group for slow methods.

    Returns:
        The detector's version, how many fakes there were and, by group and method, the means of all figures; by method
        the rank correlation with a network of random kernels, and the time as a multiple of one forward pass.
    """
    chosen = {group: [fake for fake in fakes if fake.group == group][:count] for group in GROUPS}
    logits = {group: detector.logits(np.stack([fake.fake for fake in made])) for group, made in chosen.items()}
    results: dict[str, Any] = {"detector": detector.version, "groups": {}}
    for group, made in chosen.items():
        results["groups"][group] = _measure_group(detector, made, logits[group], slow_count, group)
    every = [fake for made in chosen.values() for fake in made]
    results["randomised"] = _randomise(detector, np.stack([fake.fake for fake in every[:: len(every) // 3][:3]]))
    results["times"] = _time(detector, every[0].fake[None])
    return results


def _measure_group(
    detector: Detector, made: list[MadeFake], logits: np.ndarray, slow_count: int, group: str
) -> dict[str, Any]:
    rows: dict[str, list[dict[str, float]]] = {}
    library = library_methods(detector.network)
    generator = np.random.default_rng(0)
    for number, (fake, logit) in enumerate(zip(tqdm(made, desc=group, unit="fake"), logits, strict=True)):
        names = [name for name, method in METHODS.items() if method.quick or number < slow_count]
        probe = Probe(detector, fake.fake[None])
        maps = {name: heatmap.on_crop() for name, heatmap in compute_heatmaps(probe, names)[0].items()}
        others = {RANDOM: _random_map(generator)}
        others |= {
            f"{name} (tf-keras-vis)": method(fake.fake[None])[0]
            for name, method in library.items()
            if METHODS[name].quick or number < slow_count
        }
        for name, heat in (maps | others).items():
            figures = _figures(
                probe, fake, heat, detector.calibration, generator, curves=name in maps or name == RANDOM
            )
            rows.setdefault(name, []).append(figures | {"called_fake": float(logit > 0)})
    return {
        "fakes": len(made),
        "lean_fake": int((logits > 0).sum()),
        "area": float(np.mean([fake.mask.mean() for fake in made])),
        "methods": {name: _means(figures) for name, figures in rows.items()},
    }


def _figures(
    probe: Probe,
    fake: MadeFake,
    heat: np.ndarray,
    calibration: Calibration,
    generator: np.random.Generator,
    *,
    curves: bool,
) -> dict[str, float]:
    found = localise(heat, fake.mask)
    figures = {
        "pointing": found.pointing,
        "energy_ratio": found.energy_ratio,
        "overlap": found.overlap,
        "auc": found.auc,
    }
    if curves:
        orders = [heat, *random_orders(heat, _ORDERS, generator)]
        own, *others = [
            float(
                np.mean(
                    deletion_curve(probe.logits, fake.fake, fake.real, order, steps=_STEPS).probabilities(calibration)
                )
            )
            for order in orders
        ]
        figures |= {"deletion": own, "deletion_random": float(np.mean(others))}
    return figures


def _means(figures: list[dict[str, float]]) -> dict[str, Any]:
    """Means over all fakes, and over those that the detector leans to call fake."""

    def over(rows: list[dict[str, float]]) -> dict[str, float]:
        means = {key: [row[key] for row in rows if np.isfinite(row[key])] for key in rows[0]} if rows else {}
        return {key: float(np.mean(values)) for key, values in means.items() if key != "called_fake" and values}

    return {
        "count": len(figures),
        "all": over(figures),
        "lean_fake": over([row for row in figures if row["called_fake"]]),
    }


def _random_map(generator: np.random.Generator) -> np.ndarray:
    """As coarse as a map of patches, and knows nothing."""
    cells = generator.normal(size=(16, 16)).astype(np.float32)
    return Heatmap(cells, RANDOM, True, np.array([[16.0, 0, 7.5], [0, 16.0, 7.5]])).on_crop()


def _randomise(detector: Detector, crops: np.ndarray) -> dict[str, list[float]]:
    """Rank correlation of each method's maps with those of the network with all kernels randomised, by seed."""
    names = list(METHODS)
    learnt = compute_heatmaps(Probe(detector, crops), names)
    correlations: dict[str, list[float]] = {name: [] for name in names}
    for seed in tqdm(_SEEDS, desc="randomising", unit="network"):
        *_, (_, network) = cascade(detector.network, seed)
        random = compute_heatmaps(Probe(Detector(network, detector.calibration, detector.description), crops), names)
        for name in names:
            pairs = zip(learnt, random, strict=True)
            found = [spearman(_on_grid(a[name]), _on_grid(b[name])) for a, b in pairs]
            # A network without learning may have a flat map, which has nothing in common with any.
            correlations[name].append(float(np.mean(np.nan_to_num(found))))
    return correlations


def _on_grid(heatmap: Heatmap) -> np.ndarray:
    return cv2.resize(heatmap.on_crop(), (64, 64), interpolation=cv2.INTER_AREA)


def _time(detector: Detector, crops: np.ndarray) -> dict[str, list[float]]:
    """Time of each method as a multiple of one compiled forward pass of the same round: 10, 50 and 90 %."""
    library = library_methods(detector.network)
    steps: dict[str, Callable[[], object]] = {
        name: lambda name=name: compute_heatmaps(Probe(detector, crops), [name]) for name in METHODS
    }
    steps |= {f"{name} (tf-keras-vis)": lambda method=method: method(crops) for name, method in library.items()}
    forward = run_keras(detector.network)
    for step in steps.values():
        step()
    ratios: dict[str, list[float]] = {name: [] for name in steps}
    for _ in tqdm(range(_TIMED_ROUNDS), desc="timing", unit="round"):
        for name, step in steps.items():
            passes = min(_seconds(lambda: forward(crops)) for _ in range(3))
            ratios[name].append(_seconds(step) / passes)
    return {name: [float(x) for x in np.percentile(values, [10, 50, 90])] for name, values in ratios.items()}


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
