"""What the problems are called, and tables for terminal and page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from train.dataset.inspection import Entry, Inspection, labels_of, splits_of
from train.dataset.reading import Problem
from train.evaluation.wording import number

MEANINGS = {
    Problem.UNREADABLE: "called a picture, but damaged, empty or of another format",
    Problem.TRUNCATED: "the end of the file is missing",
    Problem.TOO_SMALL: "a side under 32 pixels; training leaves it out",
    Problem.TOO_LARGE: "over 8 MiB or 24 megapixels; training leaves it out",
    Problem.WRONG_EXTENSION: "the name says another format than the content; training reads it all the same",
    Problem.PASSED_OVER: "a picture in no folder named real or fake, or with an extension that training doesn't know",
    Problem.DUPLICATE: "the same bytes as a file before it in the alphabet",
    Problem.BOTH_LABELS: "the same bytes stand under real and under fake",
    Problem.NEAR_DUPLICATE: "looks the same as another picture",
    Problem.NEAR_BOTH_LABELS: "looks the same as one with the other label: an edited photo, or a wrong label",
    Problem.LEAK: "the same bytes stand in another split",
    Problem.NEAR_LEAK: "looks the same as a picture in another split",
    Problem.GROUP_LEAK: "its group stands in several splits",
    Problem.NO_FACE: "no face was found; training leaves it out",
}
SET_ASIDE = (Problem.UNREADABLE, Problem.TRUNCATED, Problem.BOTH_LABELS, Problem.DUPLICATE)
"""What `--fix` moves; the first that applies is the reason that it gives."""

Table = list[list[str]]
"""Rows of cells, the head first."""


def printable(text: str) -> str:
    """Replaces what would steer a terminal, and bytes that are no Unicode."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def problem_table(inspection: Inspection, *, faces: bool) -> Table:
    """Counts the files by problem.

    Args:
        inspection: The inspection.
        faces: Whether faces were looked for.

    Returns:
        A row a problem, also those that no file has.
    """
    counts = Counter(problem for entry in inspection.entries for problem in entry.problems)
    rows = [["problem", "files", "what it means", "--fix"]]
    for problem, meaning in MEANINGS.items():
        if problem is not Problem.NO_FACE or faces:
            fix = "sets aside" if problem in SET_ASIDE else "leaves"
            rows.append([problem, str(counts[problem]), meaning, fix])
    return rows


def balance_table(inspection: Inspection) -> Table:
    """Counts real and fake pictures by source and split; if there are several sources, also all of them together."""
    counts = Counter((e.sample.source, e.sample.split, e.sample.label) for e in inspection.samples)
    rows = [["source", "split", "real", "fake", "share of fakes"]]
    for source, split in sorted({key[:2] for key in counts}):
        rows.append([printable(source), split, *_shares(counts[source, split, 0], counts[source, split, 1])])
    if len({key[0] for key in counts}) > 1:
        for split in sorted(splits_of(inspection.samples)):
            real, fake = (sum(n for key, n in counts.items() if key[1:] == (split, label)) for label in (0, 1))
            rows.append(["every source", split, *_shares(real, fake)])
    return rows


def file_table(inspection: Inspection) -> Table:
    """Says for each source and class what its files are like: ranges, and in brackets the median."""
    parts: dict[tuple[str, int], list[Entry]] = {}
    for entry in inspection.samples:
        if entry.facts.phash:
            parts.setdefault((entry.sample.source, entry.sample.label), []).append(entry)
    rows = [["source", "class", "pictures", "formats", "width", "height", "JPEG quality", "KB"]]
    for (source, label), entries in sorted(parts.items()):
        formats = Counter(f"{entry.facts.format} {entry.facts.mode}" for entry in entries)
        rows.append(
            [
                printable(source),
                "fake" if label else "real",
                str(len(entries)),
                ", ".join(f"{kind} {count}" for kind, count in formats.most_common()),
                _range([entry.facts.width for entry in entries]),
                _range([entry.facts.height for entry in entries]),
                _range([entry.facts.quality for entry in entries if entry.facts.quality]),
                _range([round(entry.facts.bytes / 1000) for entry in entries]),
            ]
        )
    return rows


def shortcut_table(shortcuts: dict[str, dict[str, float | None]]) -> Table:
    """Sets the AUC of each feature, a column a source."""
    sources = list(next(iter(shortcuts.values()), {}))
    rows = [["told from", *map(printable, sources)]]
    return rows + [[name, *(number(values[source]) for source in sources)] for name, values in shortcuts.items()]


def family_table(families: Iterable[Sequence[Entry]], limit: int) -> Table:
    """Lists pictures that belong together, a row a family, those in several splits and of several groups first.

    Args:
        families: The families.
        limit: At most so many rows.

    Returns:
        The rows; of a large family the first four paths are named.
    """
    rows = [["pictures", "classes", "splits", "one group", "paths"]]
    chosen = sorted(families, key=lambda family: (len(splits_of(family)) < 2, one_group(family), family[0].facts.path))
    for family in chosen[:limit]:
        classes = " and ".join("fake" if label else "real" for label in sorted(labels_of(family)))
        names = [printable(entry.facts.path) for entry in family[:4]]
        names += [f"… and {len(family) - 4} more"] if len(family) > 4 else []
        known = "yes" if one_group(family) else "no"
        rows.append([str(len(family)), classes, ", ".join(sorted(splits_of(family))), known, "\n".join(names)])
    return rows


def one_group(family: Sequence[Entry]) -> bool:
    """Whether the manifest joins all these pictures."""
    return len({entry.group for entry in family}) == 1 and bool(family[0].group)


def _shares(real: int, fake: int) -> list[str]:
    return [str(real), str(fake), f"{fake / (real + fake):.0%}"]


def _range(values: Sequence[int]) -> str:
    if not values:
        return "–"
    ordered = sorted(values)
    low, middle, high = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    return str(low) if low == high else f"{low}–{high} ({middle})"
