"""What only programs can do to the endpoints: names, payloads and arguments of their own, and all at once."""

from __future__ import annotations

import io
import json
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explain import inspect_photo
from explain.__main__ import main
from tests.hostile import files
from tests.hostile.corpus import CLEAN
from tests.hostile.doors import Reply, ask, upload, uploaded

# As Gradio words it when its queue is full; the endpoint is then never asked.
_FULL = 503


NAMES = {
    "tag": "<img src=x onerror=alert(1)>.png",
    "climbs": "../../../climbs.png",
    "300 letters": "long" * 75 + ".png",
    "dot": ".",
    "backslashes": "a\\..\\b.png",
    "encoded": "%2e%2e%2fclimbs.png",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_inert(name, corpus, detector, address, temporary):
    data = corpus[CLEAN].read_bytes()
    path = upload(address, name, data)

    uploads = (temporary / "uploads").resolve()
    assert Path(path).resolve().is_relative_to(uploads)
    assert Path(path).read_bytes() == data
    assert not (set("<>\\/") & set(Path(path).name))
    expected = json.loads(inspect_photo(data, (), detector=detector).to_json())
    assert ask(address, "inspect", image=uploaded(path), methods=[]) == Reply(expected)


def test_a_name_that_is_none_is_refused_as_the_clients_mistake(address):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        upload(address, "..", b"anything")
    assert refusal.value.code == 400


def test_a_name_longer_than_any_file_may_have_is_wrong_use_of_the_command_line(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["long" * 75 + ".png"])
    assert stop.value.code == 2
    assert "there is no such file or folder" in capsys.readouterr().err


@pytest.mark.parametrize("endpoint", ["inspect", "heatmap", "report"])
@pytest.mark.parametrize(
    "image",
    [
        None,
        7,
        "photo.jpg",
        "data:image/png;base64,AAAA",
        {"path": None},
        {"path": "/etc/passwd"},
        {"path": "app.py"},
        {"path": "\\0"},
        {"path": ["a"]},
    ],
    ids=str,
)
def test_what_is_no_upload_is_refused_in_words(endpoint, image, address):
    reply = ask(address, endpoint, image=image)
    assert reply.answer is None
    assert reply.message == "`image` must be an uploaded file, such as handle_file(...) of gradio_client makes."


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/photo.jpg", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"]
)
def test_addresses_of_the_servers_own_network_are_never_fetched(target, address):
    for image in (uploaded(target), {**uploaded("photo.jpg"), "url": target}):
        reply = ask(address, "inspect", image=image)
        assert reply.answer is None
        # Where the path itself is an address, Gradio ends the event before the endpoint is asked, without a word.
        assert "Traceback" not in str(reply.message) and target not in str(reply.message)


def test_an_unknown_method_or_layer_is_named_in_the_same_words_at_every_door(corpus, detector, address, capsys):
    photo = corpus[CLEAN]
    image = uploaded(upload(address, CLEAN, photo.read_bytes()))
    for arguments, options in (
        ({"methods": ["magic"]}, ["--methods", "magic"]),
        ({"layer": "magic"}, ["--layer", "magic"]),
    ):
        with pytest.raises(ValueError, match="'magic'") as by_python:
            inspect_photo(photo, detector=detector, **arguments)
        assert ask(address, "inspect", image=image, **arguments) == Reply(message=str(by_python.value))
        with pytest.raises(SystemExit) as stop:
            main([str(photo), *options])
        assert stop.value.code == 2
        assert " ".join(str(by_python.value).split()) in " ".join(capsys.readouterr().err.split())


def test_an_unknown_palette_is_named_by_the_endpoint_and_the_command_line(corpus, address, capsys):
    photo = corpus[CLEAN]
    reply = ask(address, "heatmap", image=uploaded(upload(address, CLEAN, photo.read_bytes())), colours="jet")
    assert reply.message == "`colours` must be one of red-blue, purple-green. Received: 'jet'"
    with pytest.raises(SystemExit) as stop:
        main([str(photo), "--colours", "jet"])
    assert stop.value.code == 2
    assert "'jet'" in capsys.readouterr().err


def test_of_thirty_at_once_each_gets_its_own_answer_or_is_told_to_wait(address):
    photos = [_marked(number) for number in range(30)]

    def send(photo: bytes) -> Reply | int:
        try:
            return ask(address, "inspect", image=uploaded(upload(address, "photo.png", photo)), methods=[])
        except urllib.error.HTTPError as error:
            return error.code

    with ThreadPoolExecutor(len(photos)) as threads:
        replies = list(threads.map(send, photos))

    answered = [(photo, reply) for photo, reply in zip(photos, replies, strict=True) if isinstance(reply, Reply)]
    assert {reply for reply in replies if not isinstance(reply, Reply)} <= {_FULL}
    assert len(answered) >= 24, "as many as the queue has room for"
    for photo, reply in answered:
        assert reply.message is None
        assert reply.answer["photo"]["sha256"] == sha256(photo).hexdigest()
        assert len(reply.answer["faces"]) == (len(photo) > 10_000)


def _marked(number: int) -> bytes:
    """The face, or in two of three an empty picture, with a corner that no other has."""
    pixels = files.face().copy() if number % 3 == 0 else np.full((64, 64, 3), 200, np.uint8)
    pixels[:2, :2] = 8 * number
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
