"""Settings come back from JSON as they were, and say what they start from."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from train.options import PRECISIONS as OFFERED
from train.pairs import Mixture
from train.settings import PRECISIONS, Phase, Settings, settings_of


def test_settings_come_back_from_json_as_they_were():
    settings = Settings(
        network="meso4",
        phases=(Phase(256, 2, 1e-3, False, frozen=True), Phase(256, 3, 1e-4, True)),
        mixture=Mixture(0.1, 0.2, 0.3, 0.1),
        whole=("a", "b"),
        augmentation=0.5,
    )
    assert settings_of(json.loads(json.dumps(asdict(settings)))) == settings


def test_a_phase_written_before_phases_could_be_frozen_is_not():
    described = json.loads(json.dumps(asdict(Settings())))
    for phase in described["phases"]:
        del phase["frozen"]
    assert settings_of(described) == Settings()


@pytest.mark.parametrize("described", [{}, {"speed": 1}, {"phases": [{"length": 3}], "mixture": {}, "whole": []}])
def test_what_is_no_settings_is_refused(described: dict):
    with pytest.raises(ValueError, match="no settings of this version"):
        settings_of(described)


@pytest.mark.parametrize(
    "network, start, expected",
    [
        ("lite0", None, "imagenet"),
        ("meso4", None, "none"),
        ("lite0", "none", "none"),
        ("meso4", "a.weights.h5", "a.weights.h5"),
    ],
)
def test_where_nothing_is_said_a_network_starts_as_well_as_it_can(network: str, start: str | None, expected: str):
    assert Settings(network=network, start=start).start_weights == expected


def test_the_command_line_offers_the_precisions_there_are():
    assert OFFERED == PRECISIONS
