"""What the README tells to type works as it stands there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.serving import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, after: str) -> str:
    """The first block of a language after some words."""
    return re.search(rf"```{language}\n(.*?)```", README[README.index(after) :], re.DOTALL)[1]


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_a_heatmap_by_curl(address, tmp_path):
    commands = block("bash", "By `curl`").replace("http://127.0.0.1:7860/", address)
    (tmp_path / "examples").symlink_to(ROOT / "examples")

    subprocess.run(["bash", "-euc", commands], cwd=tmp_path, check=True, timeout=120)

    assert (tmp_path / "heatmap.png").read_bytes().startswith(b"\x89PNG")


def test_the_endpoints_by_gradio_client(address, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    received = {}

    exec(block("python", "## Use it over HTTP").replace("http://127.0.0.1:7860", address), received)

    assert capsys.readouterr().out.splitlines()[-1] in {"real", "fake", "uncertain"}
    with Path(received["picture"]).open("rb") as picture:
        assert picture.read(4) == b"\x89PNG"


def test_inspection_in_python(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    exec(block("python", "## Use it from Python"), {})

    assert len(capsys.readouterr().out.splitlines()) == 3
