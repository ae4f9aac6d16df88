"""The worked examples are what the shipped weights really say."""

import hashlib
import itertools
import json
from html import escape

import pytest
from PIL import Image

from tests.conftest import EXAMPLES
from web.about.make_pictures import choose
from web.about.worked import FOLDER, METHOD, PHOTOS, RECORD, read_record, worked_examples
from web.legend import legend
from web.pictures import Heat

HOW = "run `python -m web.about.make_pictures`"
PHOTO = {photo.name: photo for photo in PHOTOS}


@pytest.fixture
def record():
    return read_record()


def test_they_were_made_with_the_shipped_weights(record, shipped):
    assert record["weights_sha256"] == shipped["weights"]["sha256"], HOW


def test_the_page_says_what_the_detector_said(record):
    html = worked_examples(record["weights_sha256"])

    assert len(record["examples"]) == 3 and html.count("<article") == 3
    for one in record["examples"]:
        assert html.count(escape(one["finding"])) >= 2
        assert f'<article class="example {one["verdict"]}">' in html
    assert "note" not in html


def test_another_record_gives_another_page(record, tmp_path):
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    one = record["examples"][0]
    one |= {"verdict": "uncertain", "probability_fake": 0.456, "finding": "Something <else>."}
    (tmp_path / RECORD).write_text(json.dumps(record))

    html = worked_examples(record["weights_sha256"], tmp_path)

    assert "Something &lt;else&gt;." in html and "<else>" not in html
    assert "Can't tell" in html.replace("&#x27;", "'") and "46% fake" in html
    assert "isn&#x27;t sure of" in html


def test_a_fake_a_real_face_and_a_mistake_or_doubt_are_shown(record):
    fake, real, worst = (PHOTO[one["name"]] for one in record["examples"])

    assert fake.fake and not real.fake
    assert record["examples"][2]["verdict"] != ("fake" if worst.fake else "real"), HOW


def test_the_legend_is_that_of_the_shared_scale(record):
    assert record["legend"] == legend(METHOD, [Heat(record["scale"], record["scale"], {})]), HOW


def test_pictures_are_small_and_complete(record):
    names = {f"{one['name']}-{kind}.webp" for one in record["examples"] for kind in ("crop", "heat")}

    assert {path.name for path in FOLDER.iterdir()} == names | {RECORD}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 150_000
    for name in names:
        with Image.open(FOLDER / name) as picture:
            assert picture.size == (256, 256)


def test_no_picture_stands_for_another(record):
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.webp")}
    assert len(digests) == 6


def test_every_photo_that_may_be_chosen_is_among_the_examples():
    assert all((EXAMPLES / photo.file).is_file() for photo in PHOTOS)


def test_every_answer_has_a_lesson_whatever_the_photo_is(record, tmp_path):
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for one, verdict in itertools.product(record["examples"], ("real", "uncertain", "fake")):
        (tmp_path / RECORD).write_text(json.dumps({**record, "examples": [{**one, "verdict": verdict}]}))
        html = worked_examples(record["weights_sha256"], tmp_path)
        wrong = verdict != "uncertain" and verdict != ("fake" if PHOTO[one["name"]].fake else "real")
        assert ("A mistake" in html) == wrong


def test_the_first_clear_fake_the_best_real_face_and_the_worst_mistake_are_chosen():
    swap, blend, mouth, astronaut, hopper = PHOTOS

    assert choose({swap: 0.98, blend: 0.999, mouth: 0.2, astronaut: 0.15, hopper: 0.91}) == [swap, astronaut, hopper]
    assert choose({swap: 0.7, blend: 0.8, mouth: 0.1, astronaut: 0.3, hopper: 0.2}) == [blend, hopper, mouth]
