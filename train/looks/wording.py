"""What the report says in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from train.datasets import Sample
from train.looks.features import FEATURES
from train.looks.separation import LEAST_GROUPS, Separation

CAPTIONS = {
    "plot_classes.png": "Number of real and of fake pictures in each source.",
    "grid_real.png": "Real pictures, drawn at random, a row a source; the middle square of each.",
    "grid_fake.png": "Fake pictures, drawn at random, a row a source; the middle square of each.",
    "plot_mean_faces.png": (
        "Mean of the middle squares of all pictures: real, fake, and fake less real in grey levels. Where nothing but "
        "the forgery differs, the difference is pale."
    ),
    "plot_colours.png": "How often each colour value occurs in real and in fake pictures; hue counts by saturation.",
    "plot_spectrum.png": (
        "Power of detail by fineness, averaged around the middle of the spectrum (Durall et al. 2020). Line: mean "
        "over pictures. Band: standard deviation. Curves that part at the right end betray enlarged feature maps, or "
        "just other sharpness and compression."
    ),
    "plot_mean_spectra.png": (
        "Mean spectra in two dimensions, coarse detail in the middle: real, fake, and fake less real. Dots and lines "
        "on a grid are traces of enlargement or of JPEG's blocks."
    ),
    "plot_features.png": "How simple numbers are spread over real and over fake pictures.",
    "plot_separation.png": (
        "What each number tells of the class alone (mutual information) and what the model loses without it "
        "(permutation importance, with standard deviation)."
    ),
}
# From this AUC on, and what it then means.
_LEVELS = (
    (0.9, "almost without fail", "Any network can take this shortcut, and its validation figures will flatter it."),
    (0.75, "well", "A network can take this shortcut, and its validation figures will flatter it."),
    (0.6, "somewhat", "A network may take this shortcut; part of its validation figures can come from here."),
    (0.0, "hardly at all", "There is no shortcut in these numbers; there may be others, in what the pictures show."),
)
# Less than this is lost by chance.
_NEEDED = 0.005


def counts_table(samples: Sequence[Sample]) -> list[list[str]]:
    """Counts pictures as rows of cells, the head first: source, part, real, fake."""
    counts = Counter((sample.source, sample.split, sample.label) for sample in samples)
    rows = [["source", "part", "real", "fake"]]
    for source, split in sorted({key[:2] for key in counts}):
        rows.append([source, split, str(counts[source, split, 0]), str(counts[source, split, 1])])
    real = sum(sample.label == 0 for sample in samples)
    return [*rows, ["all", "", str(real), str(len(samples) - real)]]


def notes_on_counts(samples: Sequence[Sample]) -> list[str]:
    """Says what a reader of the counts should know, in sentences."""
    notes = []
    labels: dict[str, set[int]] = {}
    for sample in samples:
        labels.setdefault(sample.source, set()).add(sample.label)
    single = [source for source, of_source in sorted(labels.items()) if len(of_source) == 1]
    if single and len(labels) > 1:
        notes.append(
            f"Of one class only: {', '.join(single)}. Such a source teaches a network to know the source instead of "
            "the forgery. Pair it with pictures of the other class that are alike in everything else."
        )
    real = sum(sample.label == 0 for sample in samples)
    more, less = max(real, len(samples) - real), min(real, len(samples) - real)
    if less and more > 2 * less:
        notes.append(
            f"One class has {more / less:.1f} times as many pictures as the other. Training balances them; a plain "
            "accuracy on them would not."
        )
    return notes


def verdict(separation: Separation | None) -> str:
    """Says what the model's AUC means, in plain words."""
    if separation is None:
        return (
            f"Not measured: it takes {LEAST_GROUPS} groups of pictures of each class. "
            "A group is what belongs together, such as frames of one video; without a manifest.csv, a picture."
        )
    how, so = next((how, so) for least, how, so in _LEVELS if separation.auc >= least)
    text = (
        f"A model that sees no face, only these {len(FEATURES)} numbers, tells fakes from real pictures {how}: "
        f"AUC {separation.auc:.2f}, where 0.5 is guessing and 1 is perfect. {so}"
    )
    if separation.auc >= _LEVELS[2][0]:
        needed = [power.name for power in separation.features[:2] if power.importance >= _NEEDED]
        names = " and ".join(FEATURES[name].title.split(" (")[0] for name in needed)
        text += f" It leans most on {names}." if names else " No single number decides: several of them say the same."
    worst = max(separation.sources, key=separation.sources.__getitem__, default=None)
    if worst is not None and separation.sources[worst] >= _LEVELS[1][0] and len(separation.sources) > 1:
        text += f" The source where it is easiest: {worst}, AUC {separation.sources[worst]:.2f}."
    return text


def separation_table(separation: Separation) -> list[list[str]]:
    """Sets the features as rows of cells, the head first, the most important one next."""
    rows = [["number", "what it is", "AUC alone", "higher in", "mutual information (bits)", "importance (AUC lost)"]]
    for power in separation.features:
        feature = FEATURES[power.name]
        alone = max(power.auc, 1 - power.auc)
        higher = "–" if alone < 0.505 else "fakes" if power.auc > 0.5 else "reals"
        cells = [f"{alone:.3f}", higher, f"{power.mutual_information:.3f}", f"{power.importance:.3f}"]
        rows.append([feature.title, feature.meaning, *cells])
    return rows


def sources_table(separation: Separation) -> list[list[str]]:
    """Sets the model's AUC within each source as rows of cells, the head first."""
    rows = [[source, f"{auc:.3f}"] for source, auc in separation.sources.items()]
    return [["source", "AUC of the model"], ["all", f"{separation.auc:.3f}"], *rows]
