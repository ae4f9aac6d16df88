"""Is the map on screen true? Page and command line both call `check_map`, so they can't disagree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explain.faithfulness import Agreement, Trust, compare, measure_trust
from explain.faithfulness.scoring import NoNumberError
from explain.inspection import FaceInspection, compute_heatmaps
from explain.methods import METHODS
from explain.overlay import stands_out
from explain.probe import Probe
from model.detector import Detector
from model.layer_names import FEATURES_LAYER

QUICK = tuple(name for name, method in METHODS.items() if method.quick)
"""The methods that a map is compared with."""
# Of the work, for the progress bar: the maps themselves, then hiding parts of the face.
_MAPS_SHARE = 0.3
NO_REGION = "No region stood out in this map, so there is nothing to hide and to ask again."
NO_NUMBER = "The network gave no usable number for this face, so there is nothing to compare with."
NO_NUMBER_HIDDEN = "With parts of this face hidden the network gave no usable number, so nothing can be compared."


@dataclass(frozen=True)
class Check:
    """What was measured of a face's map.

    Attributes:
        trust: What hiding and exchanging parts of the face did; None if there was nothing to hide.
        agreements: How alike the map and those of other methods are, by method.
        reason: Why `trust` is None, in plain words; otherwise empty.
    """

    trust: Trust | None
    agreements: Mapping[str, Agreement]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Gives the figures as JSON can hold them; what is not a number becomes null."""
        return {
            "trust": self.trust.to_dict() if self.trust else None,
            "agreements": {
                name: {
                    "correlation": None if math.isnan(agreement.correlation) else agreement.correlation,
                    "overlap": agreement.overlap,
                }
                for name, agreement in self.agreements.items()
            },
            "reason": self.reason,
        }


def check_map(
    face: FaceInspection,
    method: str,
    detector: Detector,
    *,
    layer: str = FEATURES_LAYER,
    report: Callable[[float], object] = lambda share: None,
) -> Check:
    """Measures how far a face's map can be trusted.

    Args:
        face: The face; the map is computed if it doesn't have it.
        method: A key of `METHODS`.
        detector: The detector that judged the face.
        layer: The layer whose feature map the CAM methods explain.
        report: Called with the share, 0..1, of the work that is done.

    Returns:
        The figures, or why there are none.
    """
    if not math.isfinite(face.logit):
        return Check(None, {}, NO_NUMBER)
    probe = Probe(detector, face.crop[None], layer)
    maps = dict(face.heatmaps)
    missing = [name for name in dict.fromkeys((method, *QUICK)) if name not in maps]
    maps |= compute_heatmaps(probe, missing, lambda share: report(_MAPS_SHARE * share))[0]
    if not stands_out(maps[method]):
        return Check(None, {}, NO_REGION)
    sign = 1 if face.logit > 0 else -1
    try:
        trust = measure_trust(
            probe.logits,
            face.crop,
            maps[method],
            sign,
            report=lambda share: report(_MAPS_SHARE + (1 - _MAPS_SHARE) * share),
        )
    except NoNumberError:
        return Check(None, {}, NO_NUMBER_HIDDEN)
    return Check(trust, {name: compare(maps[method], maps[name], sign) for name in QUICK if name != method})


def summarise(checks: Mapping[str, Iterable[Check]]) -> str:
    """Lays out what was measured of many maps as a table.

    Args:
        checks: The checks of all faces, by method.

    Returns:
        Lines of text: by method the number of maps, by how many logits hiding the marked fifth and hiding as much
        elsewhere moved the answer (means), how often the marked region mattered more than all others tried, and by how
        many logits deletion and insertion beat orders drawn by chance.
    """
    heading = (
        f"{'method':<22}{'maps':>5}{'marked':>9}{'elsewhere':>11}{'mattered':>10}{'deletion':>10}{'insertion':>11}"
    )
    lines = [heading, "-" * len(heading)]
    for method, found in checks.items():
        trusts = [check.trust for check in found if check.trust]
        if not trusts:
            lines.append(f"{method:<22}{0:>5}{'no region stood out':>30}")
            continue
        marked = np.mean([_fall(trust, trust.hiding.marked.values()) for trust in trusts])
        others = [np.concatenate(list(trust.hiding.elsewhere.values())) for trust in trusts]
        elsewhere = np.mean([_fall(trust, logits) for trust, logits in zip(trusts, others, strict=True)])
        mattered = np.mean([trust.hiding.supports == "yes" for trust in trusts])
        deletion = np.mean([trust.deletion_advantage for trust in trusts])
        insertion = np.mean([trust.insertion_advantage for trust in trusts])
        lines.append(
            f"{method:<22}{len(trusts):>5}{marked:>9.2f}{elsewhere:>11.2f}{mattered:>10.0%}"
            f"{deletion:>10.2f}{insertion:>11.2f}"
        )
    return "\n".join(lines)


def _fall(trust: Trust, logits: Iterable[float]) -> float:
    """By how many logits the answer gave way on average."""
    return trust.hiding.sign * (trust.hiding.before - float(np.mean(list(logits))))
