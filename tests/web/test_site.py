"""The page is built without TensorFlow, with or without examples."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.detector import DEFAULT_DETECTOR
from tests.web.serving import ROOT
from web.one_photo import page
from web.site import build_site
from web.warmup import Warmup


@pytest.fixture
def warmup():
    """Not started, so nothing loads."""
    return Warmup(Path(os.environ.get("UNMASK_DETECTOR") or DEFAULT_DETECTOR))


def kinds(blocks) -> list[str]:
    return [component["type"] for component in blocks.get_config_file()["components"]]


def test_without_examples_there_is_no_empty_frame_for_them(warmup, monkeypatch):
    monkeypatch.setattr(page, "example_photos", lambda: [])
    assert "dataset" not in kinds(build_site(warmup))


def test_building_the_page_loads_no_tensorflow():
    program = "import sys, web.site, web.theme; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60).returncode == 0


def test_a_visitor_can_run_nothing_but_the_endpoints_by_name(warmup):
    dependencies = build_site(warmup).get_config_file()["dependencies"]

    public = [one["api_name"] for one in dependencies if one["api_visibility"] == "public"]
    assert public == ["inspect", "heatmap", "report"]


def test_pages_and_endpoints_share_one_place_at_the_model(warmup):
    functions = build_site(warmup).fns.values()

    limits = {(one.concurrency_id, one.concurrency_limit) for one in functions if one.concurrency_id == "model"}
    names = [one.api_name for one in functions if one.concurrency_id == "model"]
    assert limits == {("model", 1)}
    assert {"inspect", "heatmap", "report"} < set(names)
