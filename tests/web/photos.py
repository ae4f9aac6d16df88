"""Photos for tests, made from NASA's public-domain portrait that scikit-image ships."""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage.data import astronaut

FACE = (slice(0, 220), slice(110, 330))


def one_face(path: Path) -> Path:
    Image.fromarray(astronaut()).save(path, quality=92)
    return path


def three_faces(path: Path) -> Path:
    """The same face three times: as it is, mirrored and pale, so that the answers can be told apart."""
    face = astronaut()[FACE]
    Image.fromarray(np.hstack([face, face[:, ::-1], face // 2 + 60])).save(path, quality=92)
    return path


def no_face(path: Path) -> Path:
    """Colours that change smoothly."""
    rows, columns = np.mgrid[:300, :300] * 255 // 299
    Image.fromarray(np.dstack([columns, rows, np.full_like(rows, 128)]).astype(np.uint8)).save(path)
    return path


def refused(path: Path) -> Path:
    path.write_text("This is text, whatever its name says.")
    return path
