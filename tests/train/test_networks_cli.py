"""`python -m train networks` lists every network, and shows the layers of one."""

from __future__ import annotations

import argparse
import re

import pytest

from model import networks
from model.networks import DEPTHS, NETWORKS
from train import networks_cli
from train.networks_cli import ABOUT, add_parser

NAMES = list(NETWORKS)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="python -m train")
    add_parser(parser.add_subparsers())
    options = parser.parse_args(["networks", *words])
    return options.run(options)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three networks instead of all: the others take seconds each."""
    # Another dictionary: what is deleted from the one there is would come back at its end.
    monkeypatch.setattr(networks, "NETWORKS", {name: NETWORKS[name] for name in ("lite0", "meso4", "mobilenetv2")})


def test_every_network_has_its_sentence():
    assert list(ABOUT) == NAMES
    published = [name for name in NAMES if not name.startswith("cnn")]
    assert all(re.search(r"\. [A-Z][^.]+ (et al\. )?20[12]\d, [A-Z]", ABOUT[name]) for name in published)


def test_the_table_has_a_row_for_each_network(few: None, capsys: pytest.CaptureFixture):
    assert run() == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["network", "parameters", "patch", "depth", "start", "about"]
    assert [re.split(" {2,}", row)[:-1] for row in rows] == [
        ["lite0", "717,041", "16", "3 to 16", "imagenet"],
        ["meso4", "28,073", "none"],
        ["mobilenetv2", "2,259,265", "32", "imagenet"],
    ]
    # The columns stand under their heads.
    assert {row.index(ABOUT[row.split()[0]]) for row in rows} == {head.index("about")}


@pytest.mark.slow
def test_the_table_of_all_is_complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    # Without the network that tests make trainings with, which others of this process may have registered.
    monkeypatch.setattr(networks, "NETWORKS", {name: NETWORKS[name] for name in NAMES})
    assert run() == 0
    rows = {row.split()[0]: row for row in capsys.readouterr().out.splitlines()[1:]}
    assert list(rows) == NAMES
    sides = {name: re.split(" {2,}", row)[2] for name, row in rows.items()}
    assert {name: side for name, side in sides.items() if side.isdigit()} == {
        "lite0": "16",
        "patchres": "8",
        **dict.fromkeys(NAMES[NAMES.index("vgg16") :], "32"),
    }


def test_with_a_name_its_layers_are_shown_for_a_crop(capsys: pytest.CaptureFixture):
    assert run("lite0") == 0
    out = capsys.readouterr().out
    assert re.search(r"stem_conv \(Conv2D\) +│ \(None, 128, 128, 32\) +│ +864 │ preprocessing", out)
    assert re.search(r"features \(Activation\) +│ \(None, 16, 16, 112\) +│ +0 │ block10_add", out)
    assert "Total params: 717,041" in out


@pytest.mark.parametrize("name", ["lite0", "patchres", "meso4", pytest.param("convnext-tiny", marks=pytest.mark.slow)])
def test_no_name_and_no_shape_is_cut(name: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert run(name) == 0
    out = capsys.readouterr().out
    assert "…" not in out
    for layer in NETWORKS[name]().layers:
        assert f"{layer.name} ({type(layer).__name__})" in out


def test_the_width_of_the_terminal_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.delenv("COLUMNS", raising=False)
    run("meso4")
    assert "COLUMNS" not in networks_cli.os.environ
    monkeypatch.setenv("COLUMNS", "40")
    run("meso4")
    assert networks_cli.os.environ["COLUMNS"] == "40"


def test_a_depth_is_shown(capsys: pytest.CaptureFixture):
    assert run("lite0", "--depth", "3") == 0
    out = capsys.readouterr().out
    assert "block2_add" in out and "block3" not in out


@pytest.mark.parametrize(
    "words, message",
    [
        (["resnet18"], "`name` must be one of .*'resnet50'.* Received: name='resnet18'"),
        (["lite0", "--depth", "17"], "`depth` of lite0 must be from 3 to 16. Received: depth=17"),
        (["vgg16", "--depth", "3"], "`depth` can be chosen for lite0 and patchres only"),
        (["--depth", "3"], "--depth needs the name of a network before it"),
    ],
)
def test_wrong_use_is_answered_with_a_sentence(words: list[str], message: str, capsys: pytest.CaptureFixture):
    assert run(*words) == 2
    assert re.search(f"^error: {message}", capsys.readouterr().err)


def test_the_help_explains_the_columns(capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as end:
        run("--help")
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^  {column} ", out, re.MULTILINE) for column in ("parameters", "patch", "depth", "start"))
    assert DEPTHS.keys() == {"lite0", "patchres"}
