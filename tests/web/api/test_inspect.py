"""`/inspect` over real HTTP gives what Python gives, and refuses with the same words."""

import json
import os
import urllib.request

import pytest
from gradio_client import handle_file

from explain import METHODS, inspect_photo
from explain.layers import layer_names
from model import PhotoError, load_detector, read_photo
from tests.web import photos
from tests.web.serving import get
from web.api.inspect import build_inspect
from web.one_photo.check import OUTPUTS
from web.warmup import Warmup


@pytest.fixture(scope="module")
def detector():
    return load_detector(os.environ.get("UNMASK_DETECTOR"))


@pytest.mark.parametrize("make", [photos.one_face, photos.three_faces, photos.no_face])
def test_the_endpoint_gives_exactly_what_python_gives(client, detector, tmp_path, make):
    photo = make(tmp_path / "photo.png")

    received = client.predict(image=handle_file(photo), api_name="/inspect")

    assert received == json.loads(inspect_photo(photo, detector=detector).to_json())


def test_methods_can_be_chosen(client, tmp_path):
    photo = photos.one_face(tmp_path / "photo.jpg")

    received = client.predict(image=handle_file(photo), methods=["saliency"], api_name="/inspect")

    assert list(received["faces"][0]["heatmaps"]) == ["saliency"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_and_any_layer_can_be_asked_for(client, detector, tmp_path, method):
    photo = photos.one_face(tmp_path / "photo.png")
    names = layer_names(detector.network)
    layer = names[names.index("features") - 1]

    received = client.predict(image=handle_file(photo), methods=[method], layer=layer, api_name="/inspect")

    assert received == json.loads(inspect_photo(photo, [method], detector=detector, layer=layer).to_json())


def test_an_unknown_layer_is_named(refusal, tmp_path):
    message = refusal("/inspect", image=handle_file(photos.one_face(tmp_path / "photo.jpg")), layer="magic")

    assert "'magic'" in message


def test_the_description_names_all_methods(client):
    inspect = build_inspect(Warmup())

    assert all(f'"{name}"' in inspect.__doc__ for name in METHODS)


def test_a_refused_photo_gets_the_same_words_as_in_python(refusal, tmp_path):
    photo = photos.refused(tmp_path / "photo.jpg")
    with pytest.raises(PhotoError) as expected:
        read_photo(photo)

    assert refusal("/inspect", image=handle_file(photo)) == str(expected.value)


def test_an_unknown_method_is_named(refusal, tmp_path):
    message = refusal("/inspect", image=handle_file(photos.one_face(tmp_path / "photo.jpg")), methods=["magic"])

    assert "'magic'" in message and "grad-cam" in message


@pytest.mark.parametrize("image", [None, 5, "data:image/png;base64,AAAA", {}, {"path": None}, {"path": "/etc/passwd"}])
def test_what_is_no_upload_is_refused_without_a_traceback(refusal, image):
    message = refusal("/inspect", image=image)

    assert "must be an uploaded file" in message
    assert "Traceback" not in message


def test_no_other_file_of_the_server_can_be_read(refusal, tmp_path):
    photo = photos.one_face(tmp_path / "private.jpg")
    escape = f"{photo.parent}/uploads/../private.jpg"

    for path in (str(photo), escape):
        assert "must be an uploaded file" in refusal("/inspect", image={"path": path})


def test_the_page_itself_reads_only_uploads_too(address, tmp_path):
    photo = photos.one_face(tmp_path / "private.jpg")
    dependencies = json.loads(get(f"{address}config"))["dependencies"]
    check = next(one for one in dependencies if one["backend_fn"] and len(one["outputs"]) == len(OUTPUTS))
    body = {
        "data": ["1.1", {"path": str(photo), "meta": {"_type": "gradio.FileData"}}, "red-blue"],
        "fn_index": check["id"],
        "session_hash": "test",
    }
    request = urllib.request.Request(
        f"{address}gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request).close()

    events = urllib.request.urlopen(f"{address}gradio_api/queue/data?session_hash=test").read().decode()

    assert '"success":false' in events.replace(" ", "")
    assert "card" not in events


def test_the_endpoints_of_the_readme_are_public_and_no_others(client):
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/inspect", "/heatmap", "/report"}
