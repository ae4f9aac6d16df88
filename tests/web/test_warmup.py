"""The detector loads in the background; whoever needs it waits, and never for ever."""

import json
import threading

import pytest

from model.detector import DetectorError
from web import states, warmup
from web.one_photo.check import build_check
from web.warmup import NotReadyError, Warmup


@pytest.fixture
def description(tmp_path):
    """A description that can be read; there are no weights beside it."""
    path = tmp_path / "detector.json"
    path.write_text(
        json.dumps(
            {
                "format": 1,
                "classes": ["real", "fake"],
                "preprocessing": {"size": 256, "margin": 1.3, "values": "RGB 0..255"},
                "network": "lite0",
                "weights": {"file": "missing.weights.h5", "sha256": "0" * 64},
                "calibration": {"temperature": 1.0, "real_below": 0.3, "fake_above": 0.7},
            }
        )
    )
    return path


def test_a_missing_description_is_found_at_once(tmp_path):
    with pytest.raises(DetectorError, match=r"missing\.json"):
        Warmup(tmp_path / "missing.json")


def test_who_asks_early_waits_for_the_detector(description, monkeypatch):
    may_end, detector = threading.Event(), object()
    monkeypatch.setattr(warmup, "_load_and_rehearse", lambda path: may_end.wait(10) and detector)
    loading = Warmup(description)
    loading.start()

    assert not loading.done
    may_end.set()
    assert loading.detector() is detector
    assert loading.done


def test_it_loads_once_however_often_it_is_started(description, monkeypatch):
    loads = []
    monkeypatch.setattr(warmup, "_load_and_rehearse", lambda path: loads.append(path) or object())
    loading = Warmup(description)
    for _ in range(3):
        loading.start()
        loading.detector()

    assert loads == [description]


def test_a_failed_warm_up_is_said_without_paths_and_does_not_hang(description):
    loading = Warmup(description)

    with pytest.raises(NotReadyError, match="could not be loaded") as caught:
        loading.detector()

    assert str(description.parent) not in str(caught.value)


def test_a_visitor_who_comes_early_is_told_so(description, tmp_path):
    first, *_ = build_check(Warmup(description))(str(tmp_path / "photo.jpg"), "red-blue")

    assert first[0] == states.WARMING_UP


def test_a_failed_warm_up_gives_a_card_and_empties_the_rest(description, tmp_path):
    *_, (card, evidence, *rest) = build_check(Warmup(description))(str(tmp_path / "photo.jpg"), "red-blue")

    assert "could not be loaded" in card
    assert evidence.visible is False
    assert set(rest) == {""}
