"""Makes the example pictures: `python -m examples.make`.

The real portraits come out of packages that ship them with a clear licence; the fakes are made from
them. README.md beside this file says what each picture is.
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import matplotlib.cbook
import numpy as np
import skimage.data
from PIL import Image

from examples.guess_pictures import guess_pictures, only_face
from model.faces import Face, crop_square
from train.synthetic.self_blend import self_blend

FOLDER = Path(__file__).parent
TRUTH = FOLDER / "examples.json"
# For the guessing game: a little smaller than those of the first page.
_GUESS_QUALITY = 90


def main() -> None:
    """Writes all pictures into this folder.

    Raises:
        ValueError: If `examples.json` tells the truth of a picture that isn't made, or not of one that only the
            guessing game shows.
    """
    astronaut = skimage.data.astronaut()
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        hopper = np.asarray(Image.open(file).convert("RGB"))
    swapped = swap_face(astronaut, hopper)
    blended = blend_face(hopper, seed=20)
    edited = paste_mouth(astronaut)
    height = 512
    group = np.hstack([_to_height(picture, height) for picture in (astronaut[:, 30:430], hopper, swapped[:, 30:430])])
    pictures = {
        "astronaut": astronaut,
        "hopper": hopper,
        "astronaut_face_swap": swapped,
        "hopper_self_blend": blended,
        "astronaut_mouth_edit": edited,
        "three_faces": group,
        "cat": skimage.data.cat(),
    }
    guessed = {f"guess/{name}": picture for name, picture in guess_pictures(astronaut, hopper).items()}
    told = {entry["file"] for entry in json.loads(TRUTH.read_text(encoding="utf-8"))}
    made, only_guessed = ({f"{name}.jpg" for name in names} for names in (pictures | guessed, guessed))
    if not only_guessed <= told <= made:
        raise ValueError(f"{TRUTH} and this program disagree about {sorted(only_guessed - told | told - made)}")
    (FOLDER / "guess").mkdir(exist_ok=True)
    for name, picture in pictures.items():
        Image.fromarray(picture).save(FOLDER / f"{name}.jpg", quality=92)
    for name, picture in guessed.items():
        Image.fromarray(np.ascontiguousarray(picture)).save(FOLDER / f"{name}.jpg", quality=_GUESS_QUALITY)


def swap_face(target: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Puts the inner face of one photo onto another: similarity warp, colour transfer, feathered edge.

    Args:
        target: uint8 RGB, the photo to be changed.
        source: uint8 RGB, the photo that gives the face.

    Returns:
        uint8 RGB of the target's shape.
    """
    here, there = only_face(target), only_face(source)
    matrix, _ = cv2.estimateAffinePartial2D(there.landmarks, here.landmarks)
    size = (target.shape[1], target.shape[0])
    warped = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_AREA).astype(np.float32)
    mask = _inner_face(here, target.shape[:2])
    inside = mask > 0.5
    # Reinhard et al. 2001, "Color Transfer between Images", on RGB.
    mean, spread = warped[inside].mean(0), warped[inside].std(0)
    warped = (warped - mean) / spread * target[inside].std(0) + target[inside].mean(0)
    return _mix(target, warped, mask)


def blend_face(photo: np.ndarray, *, seed: int) -> np.ndarray:
    """Blends a face with a changed copy of itself, as the training does.

    Args:
        photo: uint8 RGB.
        seed: Seed of the blend. That of the example covers the face at full strength and leaves the rest as it was.

    Returns:
        uint8 RGB of the same shape.
    """
    face = only_face(photo)
    left, top, side = crop_square(face.box, *photo.shape[:2])
    square = photo[top : top + side, left : left + side]
    result = photo.copy()
    _, result[top : top + side, left : left + side], _ = self_blend(
        square, face.landmarks - (left, top), np.random.default_rng(seed)
    )
    return result


def paste_mouth(photo: np.ndarray) -> np.ndarray:
    """Replaces the mouth by a larger, mirrored copy of itself, seamlessly: Perez et al. 2003, "Poisson Image Editing".

    Args:
        photo: uint8 RGB.

    Returns:
        uint8 RGB of the same shape.
    """
    face = only_face(photo)
    centre = face.landmarks[3:].mean(0)
    half = np.round(np.array([0.36, 0.2]) * face.box[2]).astype(int)
    x, y = np.round(centre).astype(int)
    patch = photo[y - half[1] : y + half[1], x - half[0] : x + half[0], :][:, ::-1]
    patch = cv2.resize(patch, None, fx=1.15, fy=1.15, interpolation=cv2.INTER_CUBIC)
    mask = np.zeros(patch.shape[:2], np.uint8)
    middle = (patch.shape[1] // 2, patch.shape[0] // 2)
    cv2.ellipse(mask, middle, (int(middle[0] * 0.95), int(middle[1] * 0.95)), 0, 0, 360, 255, -1)
    return cv2.seamlessClone(np.ascontiguousarray(patch), photo, mask, (int(x), int(y)), cv2.NORMAL_CLONE)


def _inner_face(face: Face, shape: tuple[int, int]) -> np.ndarray:
    """A feathered ellipse over eyes, nose and mouth: float32 (height, width), 0..1."""
    eyes, mouth = face.landmarks[:2].mean(0), face.landmarks[3:].mean(0)
    length = float(np.linalg.norm(mouth - eyes))
    across = float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
    centre = eyes * 0.45 + mouth * 0.55
    angle = float(np.degrees(np.arctan2(*(face.landmarks[1] - face.landmarks[0])[::-1])))
    mask = np.zeros(shape, np.uint8)
    cv2.ellipse(mask, (tuple(map(float, centre)), (across * 1.75, length * 2.1), angle), 255, -1)
    return cv2.GaussianBlur(mask, (0, 0), length * 0.08).astype(np.float32) / 255


def _mix(below: np.ndarray, above: np.ndarray, mask: np.ndarray) -> np.ndarray:
    weight = mask[..., None]
    return np.rint(np.clip(above, 0, 255) * weight + below * (1 - weight)).astype(np.uint8)


def _to_height(picture: np.ndarray, height: int) -> np.ndarray:
    width = round(picture.shape[1] * height / picture.shape[0])
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


if __name__ == "__main__":
    main()
