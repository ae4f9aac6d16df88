"""Prepares the folder of a model repository."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.detector import DEFAULT_DETECTOR, Detector, DetectorError, load_detector
from train.files import write_files
from train.shipping.hub_card import render_readme


@dataclass(frozen=True)
class Prepared:
    """A folder that is ready to be uploaded.

    Attributes:
        folder: The folder.
        files: Names of the files in it that belong to the repository.
        notes: What the user should know, in sentences.
    """

    folder: Path
    files: list[str]
    notes: list[str]


def prepare_repository(
    file: Path | None,
    out: Path,
    *,
    evaluation: Path | None = None,
    exported: Path | None = None,
    repository: str | None = None,
    licence: str = "apache-2.0",
) -> Prepared:
    """Writes weights, `detector.json`, a card and what else is at hand into a folder.

    Args:
        file: A `detector.json`; the shipped one if None.
        out: The folder; files of other names in it stay, and don't belong to the repository.
        evaluation: An `evaluation.json`; its figures are used only if they are of these very weights. None for none.
        exported: A folder that `python -m train export` wrote; None for none.
        repository: OWNER/NAME on the Hub, for the instructions.
        licence: The Hub's name of the licence.

    Returns:
        What was written.

    Raises:
        DetectorError: If the detector can't be loaded.
        ValueError: If a JSON is damaged, or the exported files are of other weights or were changed.
        OSError: If a file can't be read or written; nothing is half-written then.
    """
    path = file or DEFAULT_DETECTOR
    detector = load_detector(path)
    description, notes = detector.description, []
    contents = _weights(path, description)
    measured = _evaluation(evaluation, detector, notes)
    rows = []
    if exported:
        report, files = _exported(exported, detector)
        rows = report["files"]
        contents |= files
    if measured:
        contents["evaluation.json"] = _json(measured)
    contents["detector.json"] = _json(description)
    readme = render_readme(
        description, measured, rows, version=detector.version, repository=repository, licence=licence
    )
    contents["README.md"] = readme.encode()
    write_files(out, contents)
    return Prepared(out, sorted(contents), notes)


def _weights(path: Path, description: dict[str, Any]) -> dict[str, bytes]:
    files = {}
    for part in description.get("members", [description]):
        weights = part["weights"]
        # By its name alone: an older description may say where its weights lie elsewhere on this machine.
        if Path(weights["file"]).name != weights["file"]:
            raise ValueError(f"{path}: the weights must lie beside it. Received: {weights['file']!r}")
        files[weights["file"]] = _read(path.parent / weights["file"], weights["sha256"])
    return files


def _evaluation(path: Path | None, detector: Detector, notes: list[str]) -> dict[str, Any] | None:
    """Reads figures and keeps them if they are about these weights: others' figures would be read as this one's."""
    if path is None or not path.exists():
        notes.append("No evaluation.json was given, so the card has no measured results.")
        return None
    evaluation = _read_json(path)
    try:
        stated = evaluation["detector"]["weights_sha256"]
    except (KeyError, TypeError):
        raise ValueError(f"{path}: this is no evaluation.json of `python -m train evaluate`") from None
    if stated != detector.description["weights"]["sha256"]:
        notes.append(
            f"{path.name} is about other weights (sha256 {str(stated)[:12]}…), so the card has no measured results. "
            "`python -m train evaluate` measures these."
        )
        return None
    return evaluation


def _exported(folder: Path, detector: Detector) -> tuple[dict[str, Any], dict[str, bytes]]:
    report = _read_json(folder / "export.json")
    try:
        stated = report["detector"]["weights_sha256"]
        named = [(row["file"], row["sha256"]) for row in report["files"]]
    except (KeyError, TypeError):
        raise ValueError(f"{folder / 'export.json'}: this is no export.json of `python -m train export`") from None
    if stated != detector.description["weights"]["sha256"]:
        raise ValueError(
            f"{folder}: these files were exported from other weights (sha256 {str(stated)[:12]}…). "
            "`python -m train export` exports this detector"
        )
    files = {}
    for name, sha256 in named:
        if Path(name).name != name:
            raise ValueError(f"{folder / 'export.json'}: a file must lie beside it. Received: {name!r}")
        files[name] = _read(folder / name, sha256)
        files[f"{name}.json"] = (folder / f"{name}.json").read_bytes()
    return report, files | {"export.json": _json(report)}


def _read(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DetectorError(f"{path}: this file can't be read: {error.strerror}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{path}: this file has changed since it was written. Expected sha256 {sha256}, found {found}")
    return content


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: this is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: this must be a JSON object. Received: {content!r:.80}")
    return content


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()
