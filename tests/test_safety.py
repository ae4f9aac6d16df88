"""Nothing that strangers send is run, shown as markup or believed to be a detector."""

import ast
import dataclasses
import html.parser
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explain.inspection import FaceInspection
from explain.wording import VERDICT_WORDS
from model.calibration import Calibration
from web import states
from web.card import verdict_card
from web.faces import face_chooser
from web.many_photos.archive import Archive
from web.many_photos.findings import Findings
from web.many_photos.scan import left_out, progress

ROOT = Path(__file__).parents[1]
# The one place where a pickle is read, by an unpickler that knows four names; see "No pickles" in docs/architecture.md.
AUDITED = "train/imagenet.py"
# By their last names, whatever they are imported as.
RUNS_CODE = {"eval", "exec", "compile", "__import__", "load_model", "Unpickler", "unsafe_load", "full_load"}
READS_PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "torch"}
# Arguments that decide whether code is run, with the value by which it is not.
SAFE = {"allow_pickle": "False", "shell": "False", "safe_mode": "True"}
# `<`, `>`, quotes and what ends an attribute or an element, among all other characters.
HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "' onclick='x", "</section><b>"]),
)


def sources():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [name for name in listed if not name.startswith("tests/") and (ROOT / name).is_file()]


def dangers(code: str):
    """What in a module's source could run code that comes from a file or a stranger."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.split(".")[0] in READS_PICKLES)
        elif isinstance(node, ast.ImportFrom):
            names = {one.name for one in node.names} & RUNS_CODE
            if names or (node.module or "").split(".")[0] in READS_PICKLES:
                yield f"{node.module}: {names}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "yaml.load" or (called.split(".")[-1] in RUNS_CODE and not called.endswith(".compile")):
                yield called
            yield from (one.arg for one in node.keywords if SAFE.get(one.arg, "") not in ("", ast.unparse(one.value)))


def test_no_file_is_run_and_no_pickle_read():
    names = sources()
    assert AUDITED in names and "model/detector.py" in names and "app.py" in names

    found = {name: list(dangers((ROOT / name).read_text(encoding="utf-8"))) for name in names}

    assert {name: what for name, what in found.items() if what and name != AUDITED} == {}
    assert found[AUDITED], "the audited place is found, so others would be"


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "import joblib as j",
        "from pickle import loads",
        "from keras.models import load_model",
        "keras.saving.load_model(path)",
        "eval(text)",
        "builtins.exec(text)",
        "yaml.load(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
    ],
)
def test_that_test_would_notice(code):
    assert list(dangers(code))


class Seen(html.parser.HTMLParser):
    """Elements with the names of their attributes, in order."""

    def __init__(self, markup: str):
        super().__init__()
        self.elements: list[tuple] = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *sorted(name for name, _ in attrs)))


def structure(markup: str) -> list[tuple]:
    return Seen(markup).elements


def require_inert(build, text):
    """What is built from any text has the elements and attributes of what is built from a plain word."""
    assert structure(build(text)) == structure(build("word"))


@settings(max_examples=50, deadline=None)
@given(HOSTILE)
def test_cards_show_text_as_text(text):
    for build in (states.refusal, states.failure):
        require_inert(build, text)
    require_inert(lambda one: states.card("empty", "photo", one, one), text)
    require_inert(lambda one: states.pending(one, one, 0.5), text)


@settings(max_examples=50, deadline=None)
@given(HOSTILE)
def test_verdicts_show_notes_as_text(text):
    face = FaceInspection(
        box=(0, 0, 9, 9),
        landmarks=np.zeros((5, 2)),
        confidence=0.9,
        crop=np.zeros((256, 256, 3), np.uint8),
        crop_to_photo=np.eye(2, 3),
        logit=float("nan"),
        probability_fake=float("nan"),
        verdict="uncertain",
        heatmaps={},
        notes=(),
    )
    calibration = Calibration(1.0, 0.2, 0.8)

    require_inert(lambda one: verdict_card(dataclasses.replace(face, notes=(one,)), 1, 2, calibration, {}), text)
    require_inert(lambda one: face_chooser(["data:,a", "data:,b"], [one, VERDICT_WORDS["real"]]), text)


@settings(max_examples=50, deadline=None)
@given(HOSTILE)
def test_names_of_files_are_text_in_the_table_of_several_photos(name):
    def build(one):
        findings = Findings(Calibration(1.0, 0.2, 0.8))
        findings.add_error(one, one)
        return findings.rows + progress(1, 2) + left_out(3)

    require_inert(build, name)


def test_a_zip_is_never_unpacked_to_the_disk():
    """It is read a member at a time: nothing of it could be written outside of a folder, or stay."""
    module = ROOT / "web/many_photos/archive.py"

    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)}

    assert "self._zip.open" in called and hasattr(Archive, "read")
    assert not {
        name for name in called if name.split(".")[-1] in {"extract", "extractall", "unpack_archive", "write_bytes"}
    }


def test_no_library_reports_to_its_maker(tmp_path):
    """ONNX Runtime numbers the machine, keeps a list of events in the home folder, and would send it to its maker."""
    program = (
        "import sys; from model import find_faces, read_photo; find_faces(read_photo('examples/cat.jpg')); "
        "sys.exit('onnxruntime' not in sys.modules)"
    )
    kept = {
        name: value for name, value in os.environ.items() if name not in {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    }
    environment = {**kept, "HOME": str(tmp_path)}

    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=120)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
