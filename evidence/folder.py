"""Runs through files: says what each tells, writes JSON and views."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from evidence.error_level import error_level
from evidence.gather import FileEvidence, gather_evidence
from evidence.noise import noise_residual
from model.files import write_whole
from model.photo import PhotoError, read_photo


def run(
    files: list[tuple[Path, Path]], *, json_file: Path | None = None, views: Path | None = None, trust_anchors: str = ""
) -> int:
    """Gathers the evidence of files and writes what was asked for.

    Args:
        files: Photos, each with the name that its views get.
        json_file: Where everything is written as JSON, if anywhere.
        views: Folder for the views, if they are wanted.
        trust_anchors: Certificates in PEM, as `evidence.credentials.read_credentials` takes them.

    Returns:
        0 if every file was read, 1 if some could not be.
    """
    failed, results = 0, []
    for path, relative in tqdm(files, unit="photo", disable=len(files) < 2, leave=False):
        try:
            evidence = gather_evidence(path, trust_anchors=trust_anchors)
            if views:
                _draw(path, views / relative)
        except PhotoError as error:
            failed += 1
            results.append({"path": str(path), "error": str(error)})
            tqdm.write(f"{path}: {error}")
        else:
            results.append({"path": str(path), **evidence.to_dict()})
            tqdm.write(f"{path}: {describe(evidence)}")
    if json_file:
        write_whole(json_file, f"{json.dumps(results, allow_nan=False, indent=1)}\n".encode())
    return 1 if failed else 0


def describe(evidence: FileEvidence) -> str:
    """Words everything a file tells: a sentence, then a line a finding."""
    lines = [evidence.sentence]
    credentials = evidence.credentials
    if credentials.state != "none":
        if credentials.sentence != evidence.sentence:
            lines.append(f"Content Credentials: {credentials.sentence}")
        if credentials.software:
            lines.append(f"Written by: {credentials.software}")
        if credentials.actions:
            lines.append(f"What was done: {', '.join(credentials.actions)}")
    lines += [f"{finding.label}: {finding.text}" for finding in evidence.findings]
    return "\n  ".join(lines)


def _draw(path: Path, name: Path) -> None:
    """Writes `NAME/error-level.png` and `NAME/noise.png`."""
    # The suffix stays in the folder's name, so that a.jpg and a.png don't share one.
    pixels = read_photo(path).pixels
    for stem, view in (("error-level", error_level), ("noise", noise_residual)):
        write_whole(name / f"{stem}.png", _png(view(pixels)))


def _png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
