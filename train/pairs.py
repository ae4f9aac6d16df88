"""Pairs to learn from, balanced so that neither source nor class is told by frequency.

Without Keras: processes that make pairs for another one don't wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from model.layer_names import LOGIT_LAYER, PATCH_LAYER
from train.augment import augment, frame, vary_sharpness
from train.crops import CropSet
from train.synthetic.self_blend import self_blend
from train.synthetic.swap import nearest_pose, swap_face

if TYPE_CHECKING:
    from train.synthetic.resynthesis import Resyntheses

SELF_BLENDED, SWAPPED, RESYNTHESISED, ACROSS = "self_blended", "swapped", "resynthesised", "across"
UNKNOWN = -1.0
"""Patch target where nobody knows which part of a fake is fake."""
# A profile bent onto a frontal face tells itself by its distortion, which no real forger would leave.
_DONORS_COMPARED = 8
# Below this a blend can't be seen, and of a window that shows less than this share of it the answer is "real".
_VISIBLE, _LEAST_SHARE = 0.05, 0.01


@dataclass(frozen=True)
class Mixture:
    """Which pairs a training sees, each as a share of all pairs, 0..1; the rest are pairs of one source.

    Attributes:
        self_blended: Pairs whose fake is a real face blended with itself.
        swapped: Pairs whose fake carries the face, or a part of it, of another real picture of the same source.
        resynthesised: Pairs whose fake is the real face after an autoencoder.
        across: Pairs of a fake and a real picture of any two sources. Only here do sources of a single class serve, and
            here what is common to all pictures of a source, such as style or file format, doesn't tell the class.
    """

    self_blended: float = 0.12
    swapped: float = 0.1
    resynthesised: float = 0.08
    across: float = 0.2

    def __post_init__(self) -> None:
        shares = asdict(self)
        if min(shares.values()) < 0 or sum(shares.values()) > 1:
            raise ValueError(f"the shares of a mixture must not be negative nor add up to over 1. Received: {shares}")


@dataclass(frozen=True)
class _Picture:
    """A crop with what is known about it: `fake`, float32 (256, 256), where it is fake, or None if nobody knows."""

    pixels: np.ndarray
    label: float
    fake: np.ndarray | None


class BalancedPairs:
    """Pairs of a real and a fake crop, drawn at random.

    The source of a pair is drawn with a probability that grows with the square root of its size, so small
    sources count but are not learnt by heart. Both of a pair get the same augmentation: it never tells the class.

    Args:
        crops: The training crops.
        size: Side of the windows given to the network, in pixels.
        batch_size: Even number of crops in a batch.
        seed: Seed; batch `i` of epoch `e` is the same in every run and process.
        mixture: Shares of the kinds of pairs.
        resyntheses: What `load_resyntheses` returned for these crops; needed if the mixture has a share of them.
        whole: Sources whose fakes are fake in every pixel.
        cells: Side of the network's grid of patches; None for a network without patch logits.
        augmentation: Strength of the random changes, as `augment` takes it.
        epoch_crops: Crops in an epoch; as many as there are if None.

    Attributes:
        shares: Share of the pairs of each source and of each kind, 0..1.
        batch_shape: Shape of the pixels of a batch, (batch, size, size, 3).

    Raises:
        ValueError: If `batch_size` is odd, or no source has both classes.
    """

    def __init__(
        self,
        crops: CropSet,
        size: int,
        batch_size: int,
        seed: int,
        mixture: Mixture,
        *,
        resyntheses: Resyntheses | None = None,
        whole: Sequence[str] = (),
        cells: int | None = None,
        augmentation: float = 1.0,
        epoch_crops: int | None = None,
    ):
        if batch_size < 2 or batch_size % 2:
            raise ValueError(f"`batch_size` must be an even number from 2. Received: batch_size={batch_size}")
        self._crops, self._size, self._batch_size, self._seed = crops, size, batch_size, seed
        self._resyntheses, self._whole, self._cells = resyntheses or {}, set(whole), cells
        self._augmentation = augmentation
        self.batch_shape = batch_size, size, size, 3
        self._steps = max(1, (epoch_crops or len(crops.rows)) // batch_size)
        # [real, fake] indices by source
        self._members = {
            str(source): [np.flatnonzero((crops.sources == source) & (crops.labels == label)) for label in (0, 1)]
            for source in np.unique(crops.sources)
        }
        pairs = {source: sum(map(len, both)) for source, both in self._members.items() if all(map(len, both))}
        if not pairs:
            raise ValueError("no source of the training data has both real and fake pictures")
        self._reals = np.flatnonzero(crops.labels == 0)
        self._of_class = [_square_root_shares({s: len(m[label]) for s, m in self._members.items()}) for label in (0, 1)]
        made = {kind: share for kind, share in asdict(mixture).items() if share}
        rest = 1 - sum(made.values())
        self.shares = {source: share * rest for source, share in _square_root_shares(pairs).items()} | made

    def __len__(self) -> int:
        return self._steps

    def make(self, epoch: int, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Makes one batch.

        Args:
            epoch: Number of the epoch.
            index: Number of the batch in the epoch.

        Returns:
            uint8 RGB (batch, size, size, 3), and the targets by layer: `logit`, float32 (batch, 1), 1 for fake, and for
            a network with patches `patch_logits`, float32 (batch, cells, cells, 1), 0..1 or `UNKNOWN`.
        """
        generator = np.random.default_rng([self._seed, epoch, index])
        pixels, labels, patches = [], [], []
        for kind in generator.choice(list(self.shares), self._batch_size // 2, p=_normalised(self.shares.values())):
            pair = self._pair(str(kind), generator)
            seed = generator.integers(2**63)
            for picture in pair:
                pixels.append(augment(picture.pixels, self._size, np.random.default_rng(seed), self._augmentation))
                label, fake = self._targets(picture, seed)
                labels.append(label)
                patches.append(fake)
        targets = {LOGIT_LAYER: np.array(labels, np.float32)[:, None]}
        if self._cells:
            targets[PATCH_LAYER] = np.stack(patches)[..., None]
        return np.stack(pixels), targets

    def _targets(self, picture: _Picture, seed: int) -> tuple[float, np.ndarray]:
        """Label and patch targets of the window that `augment` cuts with the same seed."""
        cells = self._cells or 1
        if picture.fake is None:
            return picture.label, np.full((cells, cells), UNKNOWN, np.float32)
        window = frame(picture.fake, self._size, np.random.default_rng(seed), self._augmentation)
        # A window beside the blend shows a real face, whatever the whole crop is.
        label = float(window.mean() > _LEAST_SHARE) if picture.label else 0.0
        return label, cv2.resize(window, (cells, cells), interpolation=cv2.INTER_AREA)

    def _pair(self, kind: str, generator: np.random.Generator) -> tuple[_Picture, _Picture]:
        """Draws a real and a fake picture of one kind."""
        if kind in self._members:
            real, fake = (int(generator.choice(group)) for group in self._members[kind])
            return self._stored(real), self._stored(fake)
        if kind == ACROSS:
            real, fake = (self._draw_any(label, generator) for label in (0, 1))
            return self._stored(real), self._stored(fake)
        if kind == RESYNTHESISED:
            return self._resynthesised(generator)
        sample = int(generator.choice(self._reals))
        crop, landmarks = self._pixels(sample), self._crops.landmarks[sample]
        if kind == SELF_BLENDED:
            real, fake, mask = self_blend(crop, landmarks, generator)
        else:
            donor = self._draw_donor(sample, generator)
            real = crop
            fake, mask = swap_face(crop, landmarks, self._pixels(donor), self._crops.landmarks[donor], generator)
        return _real(real), _Picture(fake, 1.0, (mask > _VISIBLE).astype(np.float32))

    def _resynthesised(self, generator: np.random.Generator) -> tuple[_Picture, _Picture]:
        rows, pixels = self._resyntheses[str(generator.choice(list(self._resyntheses)))]
        row = int(generator.integers(len(rows)))
        # Decoders blur a little. Each gets a sharpness of its own, or a soft photo would pass for a fake.
        real, fake = (vary_sharpness(x, generator) for x in (self._pixels(rows[row]), pixels[row]))
        return _real(real), _Picture(fake, 1.0, np.ones(fake.shape[:2], np.float32))

    def _draw_donor(self, sample: int, generator: np.random.Generator) -> int:
        """Of a few real faces of the sample's source, gives the one that looks most nearly the same way."""
        donors = generator.choice(self._members[str(self._crops.sources[sample])][0], _DONORS_COMPARED)
        landmarks = self._crops.landmarks
        return int(donors[nearest_pose(landmarks[sample], landmarks[donors])])

    def _draw_any(self, label: int, generator: np.random.Generator) -> int:
        shares = self._of_class[label]
        source = str(generator.choice(list(shares), p=_normalised(shares.values())))
        return int(generator.choice(self._members[source][label]))

    def _stored(self, sample: int) -> _Picture:
        pixels, source = self._pixels(sample), self._crops.samples[sample].source
        if not self._crops.samples[sample].label:
            return _real(pixels)
        return _Picture(pixels, 1.0, np.ones(pixels.shape[:2], np.float32) if source in self._whole else None)

    def _pixels(self, sample: int) -> np.ndarray:
        return self._crops.pixels[self._crops.rows[sample]]


def _real(pixels: np.ndarray) -> _Picture:
    return _Picture(pixels, 0.0, np.zeros(pixels.shape[:2], np.float32))


def _square_root_shares(counts: dict[str, int]) -> dict[str, float]:
    """Shares that grow with the square root of a count; nothing for zero."""
    roots = {name: count**0.5 for name, count in counts.items() if count}
    return {name: root / sum(roots.values()) for name, root in roots.items()}


def _normalised(shares: Iterable[float]) -> np.ndarray:
    """Removes the rounding error that `choice` would refuse."""
    values = np.array(list(shares), np.float64)
    return values / values.sum()
