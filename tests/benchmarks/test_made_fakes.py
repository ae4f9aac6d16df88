from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.made_fakes import read_made_fakes


def write_folder(folder: Path, masks: list[tuple[str, np.ndarray]]) -> None:
    """As `python -m train synthesise` does, with real partners of colour 50 and fakes of colour 100."""
    rows = []
    for number, (kind, mask) in enumerate(masks):
        for part, colour in (("real", 50), ("fake", 100)):
            path = folder / kind / "validation" / part / f"{number:06d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.full((256, 256, 3), colour, np.uint8))
            rows.append({"path": str(path.relative_to(folder)), "label": part, "kind": kind if part == "fake" else ""})
        path = folder / kind / "validation" / "mask" / f"{number:06d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), mask)
        rows[-1]["mask"] = str(path.relative_to(folder))
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["path", "label", "kind", "mask"], restval="")
        writer.writeheader()
        writer.writerows(rows)


def square(side: int, strength: int = 255) -> np.ndarray:
    mask = np.zeros((256, 256), np.uint8)
    mask[50 : 50 + side, 50 : 50 + side] = strength
    return mask


def test_fakes_come_with_their_source_and_their_mask_in_three_groups(tmp_path):
    write_folder(tmp_path, [("swap", square(120)), ("self-blend", square(120, 64)), ("swap", square(40))])
    swap, blend, feature = read_made_fakes(tmp_path)
    assert [fake.group for fake in (swap, blend, feature)] == ["swap", "self-blend", "single feature"]
    assert (swap.fake.mean(), swap.real.mean()) == (100, 50)
    assert swap.mask.sum() == 120**2
    assert blend.mask.sum() == 120**2, "a faint blend is a whole one: the mask is relative to its strongest pixel"


def test_what_nobody_can_see_and_what_has_no_place_is_left_out(tmp_path):
    write_folder(tmp_path, [("swap", square(10)), ("resynthesis", np.full((256, 256), 255, np.uint8))])
    assert read_made_fakes(tmp_path) == []


def test_a_folder_without_manifest_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="manifest"):
        read_made_fakes(tmp_path)
