"""Makes the worked examples of the page: `python -m web.about.make_pictures`. Run it after new weights."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
from PIL import Image

from explain.inspection import FaceInspection, inspect_photo
from explain.overlay import draw_face, shared_peak
from explain.regions import describe
from model.detector import DetectorError, load_detector
from web.about.worked import FOLDER, METHOD, PHOTOS, RECORD, Photo
from web.examples import FOLDER as EXAMPLES
from web.legend import legend
from web.pictures import Heat

_SIDE = 256


def main(arguments: Sequence[str] | None = None) -> int:
    """Chooses three examples and writes their pictures and what the detector said of them.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0, or 2 if the detector can't be loaded.
    """
    parser = argparse.ArgumentParser(prog="python -m web.about.make_pictures", description=__doc__.splitlines()[0])
    parser.add_argument("--detector", type=Path, metavar="FILE", help="another detector.json than the shipped one")
    parser.add_argument(
        "--out", type=Path, default=FOLDER, metavar="FOLDER", help="where to write (default: beside the page)"
    )
    options = parser.parse_args(arguments)
    try:
        detector = load_detector(options.detector)
    except DetectorError as error:
        parser.error(str(error))
    inspections = {}
    for photo in PHOTOS:
        print(f"Inspecting {photo.file} ...", flush=True)
        inspections[photo] = inspect_photo(EXAMPLES / photo.file, (METHOD,), detector=detector)
    chosen = choose({photo: inspection.faces[0].probability_fake for photo, inspection in inspections.items()})
    chosen = {photo: inspections[photo].faces[0] for photo in chosen}
    scale = shared_peak(list(chosen.values()), METHOD)
    record = {
        "weights_sha256": detector.description["weights"]["sha256"],
        "detector": detector.version,
        "scale": scale,
        "legend": legend(METHOD, [Heat(scale, scale, {})]),
        "examples": [_describe(photo, face) for photo, face in chosen.items()],
    }
    write(chosen, record, options.out)
    print(f"Wrote {len(chosen)} examples to {options.out}")
    return 0


def choose(probabilities: dict[Photo, float]) -> list[Photo]:
    """Chooses a fake that was found, a real face that was recognised, and the worst mistake.

    Args:
        probabilities: Of a fake, 0..1, by photo. With equal claims the photo named first is chosen.

    Returns:
        Three photos in that order; where nothing was wrong, the last is the one that was least right.
    """
    error = {photo: 1 - p if photo.fake else p for photo, p in probabilities.items()}
    worst = max(error, key=error.get)
    others = [photo for photo in error if photo is not worst]
    return [_best([photo for photo in others if photo.fake == fake], error) for fake in (True, False)] + [worst]


def _best(photos: list[Photo], error: dict[Photo, float]) -> Photo:
    """Gives the first photo that was judged right beyond doubt; if there is none, the one that came nearest."""
    return next((photo for photo in photos if error[photo] < 0.1), None) or min(photos, key=error.get)


def _describe(photo: Photo, face: FaceInspection) -> dict[str, Any]:
    return {
        "name": photo.name,
        "probability_fake": round(face.probability_fake, 4),
        "verdict": face.verdict,
        "finding": describe(face, METHOD),
    }


def write(faces: dict[Photo, FaceInspection], record: dict[str, Any], folder: Path) -> None:
    """Writes the pictures, then what was said of them; those of earlier examples go.

    Args:
        faces: The face of each chosen photo.
        record: What the page tells of them; `scale` is the value in full colour, the same for all.
        folder: Where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        partial = Path(temporary)
        for photo, face in faces.items():
            crop = cv2.resize(face.crop, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
            for kind, pixels in (("crop", crop), ("heat", draw_face(face, METHOD, scale=record["scale"], side=_SIDE))):
                Image.fromarray(pixels).save(partial / f"{photo.name}-{kind}.webp", quality=82, method=6)
        (partial / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        written = sorted(partial.iterdir(), key=lambda path: path.name == RECORD)
        for path in written:
            path.replace(folder / path.name)
        names = {path.name for path in written}
    for stale in folder.glob("*.webp"):
        if stale.name not in names:
            stale.unlink()


if __name__ == "__main__":
    sys.exit(main())
