"""What a manifest store says, whatever shape it has."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.manifest import actions, active_manifest, declares_ai, software, was_altered
from tests.evidence.signing import GENERATED


def store(**manifests: dict[str, Any]) -> dict[str, Any]:
    return {"active_manifest": "first", "manifests": manifests}


def made_from(*labels: str) -> dict[str, Any]:
    return {"ingredients": [{"active_manifest": label} for label in labels]}


def saying(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(steps)}}]}


def test_a_circle_of_pictures_made_from_each_other_ends():
    assert not declares_ai(store(first=made_from("second"), second=made_from("first", "second", "gone")))
    assert declares_ai(store(first=made_from("second"), second=made_from("first", "third"), third=saying(GENERATED)))


def test_a_manifest_that_the_picture_was_not_made_from_does_not_count():
    assert not declares_ai(store(first=made_from("second"), second={}, stray=saying(GENERATED)))


def test_deep_nesting_is_walked_without_recursion():
    tree: Any = GENERATED
    for _ in range(50_000):
        tree = [tree]
    assert declares_ai(store(first={"assertions": tree}))


@pytest.mark.parametrize("broken", [None, [], "text", 7, {"manifests": []}, {"active_manifest": []}, store(first=3)])
def test_any_shape_is_survived(broken: Any):
    assert active_manifest(broken) == {}
    assert not declares_ai(broken)
    assert not was_altered(broken)


@pytest.mark.parametrize("value", [None, 3, "text", [None], [3], {"a": 1}, [{"label": 3, "data": []}]])
def test_any_value_is_survived(value: Any):
    manifest = {"assertions": value, "claim_generator_info": value, "ingredients": value}
    assert actions(manifest) == ()
    assert software(manifest) == ""
    assert not declares_ai(store(first=manifest))


def test_actions_are_plain_words_once_each_and_at_most_twelve():
    steps = [{"action": "c2pa.cropped"}, {"action": "c2pa.cropped"}, {"action": "com.example.<script>"}, {}]
    assert actions(saying(*steps)) == ("cropped", "another step")
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    kinds = ["humanEdits", "print", "composite", "digitalCapture", "screenCapture", "negativeFilm", "positiveFilm"]
    many = [
        {"action": f"c2pa.{step}", "digitalSourceType": source + kind}
        for kind in kinds
        for step in ("edited", "opened")
    ]
    assert len(actions(saying(*many))) == 12


@pytest.mark.parametrize(
    ("manifest", "name"),
    [
        ({"claim_generator_info": [{"name": "Darkroom", "version": "2.1"}]}, "Darkroom 2.1"),
        ({"claim_generator_info": [{"name": "Darkroom"}]}, "Darkroom"),
        ({"claim_generator": "Darkroom/2.1 c2pa-rs/0.9"}, "Darkroom/2.1 c2pa-rs/0.9"),
        ({}, ""),
    ],
)
def test_the_program_is_named_in_both_versions_of_the_standard(manifest: dict[str, Any], name: str):
    assert software(manifest) == name
