"""A network that gives no number: nobody is shown one, the answer is "can't tell", and the log says why."""

from __future__ import annotations

import contextvars
import csv
import dataclasses
import json
import logging
import math
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from gradio.context import LocalContext
from gradio.data_classes import FileData

from explain import METHODS, inspect_photo
from explain.__main__ import main
from explain.check import NO_NUMBER_HIDDEN, QUICK, check_map
from explain.legend import scale_sentence
from explain.overlay import draw_face, peak
from explain.probe import Probe
from explain.regions import describe, face_shares
from explain.stability import check_stability
from model import load_detector
from model.detector import Detector
from report import build_report
from tests.hostile.corpus import CLEAN
from tests.hostile.detectors import write_lite0
from tests.hostile.doors import ready
from tests.report.reading import pdf_text
from web.api.heatmap import build_heatmap
from web.api.inspect import build_inspect
from web.api.report import build_report_endpoint
from web.many_photos.files_input import Upload
from web.many_photos.scan import OUTPUTS, build_scan
from web.one_photo import check
from web.one_photo.face_view import face_view
from web.one_photo.measure import build_measure
from web.one_photo.report import build_make_report
from web.one_photo.save import build_save
from web.one_photo.show import build_show
from web.one_photo.stability import build_stability
from web.pictures import Heat
from web.turns import Turns

SAID = "The network gave no usable number."
RED = "red-blue"
# Weight and bias of the head: with the first no map is a number either, with the second those of features are.
BROKEN = {"nan": (math.nan, math.nan), "inf": (0.01, math.inf)}
# Of the slow ones only that which promises to add up, for infinity less infinity is no number.
METHODS_OF = {"nan": tuple(METHODS), "inf": (*QUICK, "integrated-gradients")}


@pytest.fixture(scope="module", params=BROKEN)
def broken(request, tmp_path_factory):
    """The `detector.json` of a network whose every answer is no number."""
    weight, bias = BROKEN[request.param]
    return write_lite0(tmp_path_factory.mktemp("broken"), weight, bias)


@pytest.fixture(scope="module")
def wordless(broken) -> Detector:
    """The network without numbers."""
    return load_detector(broken)


@pytest.fixture
def photo(corpus) -> str:
    return str(corpus[CLEAN])


def last(event):
    *_, shown = event
    return shown


def assert_no_number(*texts: str) -> None:
    """No text may hold what Python, JSON or JavaScript write for what is not a number."""
    for text in texts:
        text = unescape(re.sub(r"data:[^\"]*", "", text))
        assert not re.search(r"(?<![a-z])(nan|inf|infinity)(?![a-z])", text, re.IGNORECASE), text


def strictly(text: str):
    """Reads JSON as the standard has it."""

    def refuse(word: str):
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def assert_says_nothing(face: dict) -> None:
    """A face as JSON has it."""
    assert (face["verdict"], face["probability_fake"], face["logit"]) == ("uncertain", None, None)
    assert face["notes"] == [SAID]


def test_python_is_uncertain_says_why_and_logs_it(wordless, photo, caplog):
    with caplog.at_level(logging.WARNING, "explain"):
        inspection = inspect_photo(photo, QUICK, detector=wordless)

    (face,) = inspection.faces
    assert face.verdict == "uncertain"
    assert math.isnan(face.probability_fake)
    assert face.notes == (SAID,)
    assert_says_nothing(strictly(inspection.to_json())["faces"][0])
    (record,) = caplog.records
    assert wordless.version in record.getMessage() and "logit" in record.getMessage()
    assert photo not in record.getMessage()


def test_every_map_is_drawn_and_described_without_a_number(wordless, photo, request):
    for method in METHODS_OF[request.node.callspec.params["broken"]]:
        faces, whole, trust = last(build_show(ready(wordless))(photo, method, RED))

        assert "gave no answer for this face" in faces
        assert "Where the evidence" not in faces, "no shares of what there is none of"
        assert_no_number(faces, whole, trust)


def test_the_endpoints(wordless, photo, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path.parent))
    upload = tmp_path / "photo.png"
    upload.write_bytes(Path(photo).read_bytes())
    image, warmup = FileData(path=str(upload)), ready(wordless)
    answer = build_inspect(warmup)(image)
    assert_says_nothing(strictly(json.dumps(answer))["faces"][0])

    def in_a_site() -> FileData:
        LocalContext.blocks.set(SimpleNamespace(GRADIO_CACHE=str(tmp_path), upload_file_set=set()))
        for face in (0, 1):
            assert build_heatmap(warmup)(image, face=face).mime_type == "image/png"
        return build_report_endpoint(warmup)(image, form="json", stability=False)

    # In a context of its own: other tests must not find themselves in this site.
    written = contextvars.copy_context().run(in_a_site)
    assert_says_nothing(strictly(Path(written.path).read_text(encoding="utf-8"))["faces"][0])


def test_the_command_line(broken, photo, tmp_path, capsys):
    files = ["--csv", str(tmp_path / "out.csv"), "--json", str(tmp_path / "out.json"), "--out", str(tmp_path / "maps")]
    assert main([photo, "--detector", str(broken), *files, "--check"]) == 0

    said = capsys.readouterr().out
    assert f"face 1: uncertain. {SAID}" in said
    table = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert_no_number(said, table)
    (row,) = csv.DictReader(table.splitlines())
    assert (row["verdict"], row["probability_fake"], row["logit"], row["error"]) == ("uncertain", "", "", SAID)
    (result,) = strictly((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert_says_nothing(result["faces"][0])
    assert {check["trust"] for check in result["faces"][0]["checks"].values()} == {None}
    assert len([path for path in (tmp_path / "maps").rglob("*.png") if path.is_file()]) == 4


def test_the_card_and_all_that_stands_around_it(wordless, photo):
    shown = dict(zip(check.OUTPUTS, last(check.build_check(ready(wordless))(photo, RED)), strict=True))

    assert "Can't tell" in unescape(shown["answer"]) and SAID in shown["answer"]
    assert "%" not in shown["answer"]
    assert_no_number(*(value for value in shown.values() if isinstance(value, str)))


def test_what_the_page_is_asked_for_later(wordless, photo):
    warmup = ready(wordless)
    panel = last(build_stability(warmup)(photo))
    measured = last(build_measure(warmup)(photo, "grad-cam", 1))
    file, note = last(build_save(warmup)(photo, "grad-cam", 1, 75, None, RED, "both"))

    assert "gave no usable number" in panel and "<table" not in panel
    assert "gave no usable number" in measured
    assert json.loads(file)["uri"].startswith("data:image/png")
    assert_no_number(panel, measured, note)
    assert "%" not in panel + measured


def test_a_report_in_every_form(wordless, photo):
    report = build_report(photo, detector=wordless)

    (face,) = strictly(report.to_json())["faces"]
    assert_says_nothing(face)
    assert face["stability"]["original"] is None
    page, document = report.to_html(), pdf_text(report.to_pdf())
    for text in (page, document):
        assert SAID in text
        assert_no_number(text)
    assert last(build_make_report(ready(wordless), "json")(photo, "grad-cam"))[1] == ""


def test_the_table_of_several_photos(wordless, photo):
    visitor, upload = SimpleNamespace(session_hash="visitor"), Upload(photo, "photo.png")
    event = build_scan(ready(wordless), Turns())(visitor, "1.1", [upload])
    shown = dict(zip(OUTPUTS, last(event), strict=True))

    assert "1 can't tell" in unescape(shown["summary"])
    assert SAID in shown["table"] and "–" in shown["table"] and 'data-probability=""' in shown["table"]
    (row,) = csv.DictReader(shown["csv"].splitlines())
    assert (row["probability_fake"], row["logit"], row["error"]) == ("", "", SAID)
    assert_no_number(shown["table"], shown["csv"], shown["summary"])


def test_an_answer_that_only_changed_copies_lack(detector, photo, monkeypatch):
    inspection = inspect_photo(photo, (), detector=detector)
    monkeypatch.setattr(Detector, "logits", lambda self, crops: np.full(len(crops), math.inf, np.float32))
    stability = check_stability(inspection.photo, inspection.faces[0], detector)

    assert not stability.holds and stability.spread is None
    assert {variant["probability_fake"] for variant in strictly(json.dumps(stability.to_dict()))["variants"]} == {None}
    assert_no_number(stability.sentence)


def test_an_answer_that_the_face_lacks_only_where_parts_are_hidden(detector, photo, monkeypatch):
    (face,) = inspect_photo(photo, detector=detector).faces
    monkeypatch.setattr(Probe, "logits", lambda self, pixels: np.full(len(pixels), math.nan, np.float32))
    found = check_map(face, "grad-cam", detector)

    assert found.reason == NO_NUMBER_HIDDEN
    assert found.trust is None


def test_a_map_that_is_no_number_beside_an_answer_that_is_one(detector, photo):
    (face,) = inspect_photo(photo, detector=detector).faces
    for value in (math.nan, math.inf, -math.inf, 3e38, -3e38):
        assert_draws(face, np.full((16, 16), value, np.float32))
        assert_draws(face, np.where(np.eye(16), value, 0).astype(np.float32))
        assert_draws(face, np.where(np.eye(16), value, -value).astype(np.float32))


def assert_draws(face, values: np.ndarray) -> None:
    """Draws a face with a map of these values and says where its evidence lies."""
    heatmap = dataclasses.replace(face.heatmaps["grad-cam"], values=values, gap=math.nan)
    face = dataclasses.replace(face, heatmaps={"grad-cam": heatmap})
    scale = peak(heatmap)
    assert 0 < scale < math.inf
    draw_face(face, "grad-cam")
    assert_no_number(describe(face, "grad-cam"), scale_sentence("grad-cam", scale))
    assert_no_number(face_view(face, 1, "grad-cam", Heat(scale, scale, {})))
    assert sum(face_shares(face, "grad-cam").values()) in (0, pytest.approx(1))
    strictly(json.dumps(face.to_dict()))
