"""Everything that is known of a data folder: its files, how they relate, and what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from tqdm import tqdm

from model.faces import find_faces
from model.photo import PhotoError, read_photo
from train.dataset.listing import list_files, scan_files
from train.dataset.reading import FileFacts, Problem
from train.dataset.similar import exact_copies, near_copies
from train.datasets import EXTENSIONS, DataError, Sample, place, read_manifest

_WORKERS = 2
_CHUNK = 64


@dataclass(slots=True)
class Entry:
    """A file and what its folder makes of it.

    Attributes:
        facts: What the file says.
        sample: Its source, split, label and group; None if training passes it over.
        group: The group that the folder's manifest names; "" if it names none.
        problems: All that may be wrong with it, in the order of `Problem`.
        faces: How many faces were found; None if none were looked for.
    """

    facts: FileFacts
    sample: Sample | None
    group: str
    problems: list[Problem] = field(default_factory=list)
    faces: int | None = None

    def add(self, problem: Problem) -> None:
        """Adds a problem unless it is known."""
        if problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True)
class Inspection:
    """A data folder, inspected.

    Attributes:
        data: The folder.
        entries: Every file but hidden ones, sorted by path.
        exact: Families of files of the same bytes, as entries.
        near: Families of pictures that look the same, as entries.
        split_groups: Groups of the manifest that stand in several splits, with their entries.
    """

    data: Path
    entries: list[Entry]
    exact: list[list[Entry]]
    near: list[list[Entry]]
    split_groups: dict[str, list[Entry]]

    @property
    def samples(self) -> list[Entry]:
        """What training takes: pictures in folders named like a label, readable or not."""
        return [entry for entry in self.entries if entry.sample]

    def having(self, problem: Problem) -> list[Entry]:
        """Gives the files with a problem."""
        return [entry for entry in self.entries if problem in entry.problems]


def inspect_folder(data: Path, *, faces: bool = False) -> Inspection:
    """Looks at every file of a folder and at how the files relate.

    Copies are looked for among the pictures that training takes, or among all if it takes none: masks beside
    made fakes may well be alike.

    Args:
        data: The folder, of whatever layout.
        faces: Whether to look for faces, which takes a tenth of a second a picture.

    Returns:
        The inspection.

    Raises:
        DataError: If the folder is missing, can't be listed, or holds no picture, or its manifest can't be used.
    """
    manifest = read_manifest(data / "manifest.csv")
    entries = [_entry(facts, manifest) for facts in scan_files(data, list_files(data))]
    if not any(entry.facts.is_picture for entry in entries):
        raise DataError(f"{data}: none of the {len(entries)} files is a JPEG, PNG or WebP picture")
    compared = [entry for entry in entries if entry.sample]
    compared = compared or [entry for entry in entries if entry.facts.is_picture]
    exact, near = (
        [[compared[index] for index in family] for family in find([entry.facts for entry in compared])]
        for find in (exact_copies, near_copies)
    )
    split_groups = _split_groups(compared)
    if faces:
        _count_faces(data, entries)
    _mark_families(exact, (Problem.DUPLICATE, Problem.BOTH_LABELS, Problem.LEAK))
    _mark_families(near, (Problem.NEAR_DUPLICATE, Problem.NEAR_BOTH_LABELS, Problem.NEAR_LEAK))
    for entry in (entry for members in split_groups.values() for entry in members):
        entry.add(Problem.GROUP_LEAK)
    for entry in entries:
        entry.problems.sort(key=list(Problem).index)
    return Inspection(data, entries, exact, near, split_groups)


def labels_of(entries: Sequence[Entry]) -> set[int]:
    """Gives the labels that some files have."""
    return {entry.sample.label for entry in entries if entry.sample}


def splits_of(entries: Sequence[Entry]) -> set[str]:
    """Gives the splits that some files stand in."""
    return {entry.sample.split for entry in entries if entry.sample}


def _entry(facts: FileFacts, manifest: dict[str, dict[str, str]]) -> Entry:
    path = PurePath(facts.path)
    sample = place(path, manifest) if path.suffix.lower() in EXTENSIONS else None
    entry = Entry(facts, sample, manifest.get(facts.path, {}).get("group") or "", list(facts.problems))
    if facts.is_picture and not sample:
        entry.add(Problem.PASSED_OVER)
    return entry


def _mark_families(families: Sequence[Sequence[Entry]], problems: tuple[Problem, Problem, Problem]) -> None:
    copied, both_labels, leak = problems
    for family in families:
        # Of the same bytes the first may stay; of what only looks the same nobody knows which is the copy.
        for entry in family[1:] if copied is Problem.DUPLICATE else family:
            entry.add(copied)
        for problem, found in ((both_labels, labels_of(family)), (leak, splits_of(family))):
            if len(found) > 1:
                for entry in family:
                    entry.add(problem)


def _split_groups(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    members: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.group:
            members[entry.group].append(entry)
    return {group: found for group, found in sorted(members.items()) if len(splits_of(found)) > 1}


def _count_faces(data: Path, entries: Sequence[Entry]) -> None:
    readable = [entry for entry in entries if entry.facts.phash]
    for entry, faces in zip(readable, _faces(data, readable), strict=True):
        entry.faces = faces
        if faces == 0:
            entry.add(Problem.NO_FACE)


def _faces(data: Path, entries: Sequence[Entry]) -> Iterator[int | None]:
    """Counts in order, a chunk at a time, so that Ctrl-C waits for a few pictures, not for thousands."""

    def count(entry: Entry) -> int | None:
        try:
            return len(find_faces(read_photo(data / entry.facts.path)))
        except PhotoError:  # it was there a moment ago
            return None

    bar = tqdm(total=len(entries), desc="Finding faces", unit="picture")
    with ThreadPoolExecutor(_WORKERS) as pool, bar:
        for start in range(0, len(entries), _CHUNK):
            for faces in pool.map(count, entries[start : start + _CHUNK]):
                bar.update()
                yield faces
