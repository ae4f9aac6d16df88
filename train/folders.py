"""Folders with results of several trainings: one set of settings each, for as many calls as it takes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from train.datasets import Sample, write_manifest
from train.files import read_json, write_json


def claim_folder(out: Path, settings: dict[str, Any], samples: Iterable[Sample]) -> None:
    """Writes settings and the list of pictures into a new folder; refuses a folder with others.

    Args:
        out: The folder; made if it is not there.
        settings: What decides the results, besides the pictures.
        samples: The pictures.

    Raises:
        ValueError: If the folder holds results of other settings or other pictures.
    """
    out.mkdir(parents=True, exist_ok=True)
    # Through JSON, so that tuples compare equal to what was read back.
    wanted = json.loads(json.dumps(settings))
    found = read_json(out / "settings.json")
    advice = "Choose another --out, or delete the folder."
    if found and found != wanted:
        differing = [key for key in sorted(found.keys() | wanted.keys()) if found.get(key) != wanted.get(key)]
        there, received = ({key: side.get(key) for key in differing} for side in (found, wanted))
        raise ValueError(f"{out} holds results of other settings. {advice} There: {there}. Received: {received}")
    partial, manifest = out / "partial.manifest.csv", out / "manifest.csv"
    try:
        write_manifest(partial, samples)
        if found and manifest.exists() and manifest.read_bytes() != partial.read_bytes():
            raise ValueError(f"{out} holds results on other pictures. {advice}")
        write_json(out / "settings.json", wanted)
        partial.replace(manifest)
    finally:
        partial.unlink(missing_ok=True)
