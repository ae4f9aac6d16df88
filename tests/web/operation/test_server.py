"""What whoever runs the page sees of it, and what visitors can't get from it."""

import io
import json
import re
import socket
import time
from pathlib import Path

import pytest
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from model.photo import MAX_BYTES
from tests.web.operation.asking import (
    API,
    ask,
    ask_json,
    call,
    described,
    private_event,
    send_upload,
    upload,
    wait_until_ready,
)
from tests.web.operation.conftest import LIFETIME
from web import VERSION
from web.operation.limits import CALL_BYTES, UPLOAD_BYTES

TELLTALE = "Telltale"
# A public address, so that nothing but our own refusal keeps the server from asking it; it is reserved for documents.
ELSEWHERE = "http://203.0.113.7/photo.jpg"
PATHS = ["/etc/passwd", "app.py", "README.md", "../../etc/passwd", "/proc/self/environ"]
ADDRESSES = [
    ELSEWHERE,
    "http://127.0.0.1:1/photo.jpg",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:1/",
    "HTTP://203.0.113.7/",
]
OTHER_SCHEMES = ["file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://203.0.113.7/photo.jpg"]


@pytest.fixture(scope="module")
def portrait(examples):
    """A photo with a face, whose metadata tell tales."""
    notes = Image.Exif()
    # Description, artist and copyright.
    for tag in (0x010E, 0x013B, 0x8298):
        notes[tag] = f"{TELLTALE} metadata"
    buffer = io.BytesIO()
    Image.open(examples / "astronaut.jpg").resize((256, 256)).save(buffer, "JPEG", exif=notes)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def check_event(operated):
    """Number of the event that checks the photo of the first page."""
    config = json.loads(ask(f"{operated}/config")[2])
    (run,) = [part["id"] for part in config["components"] if part["props"].get("elem_id") == "run"]
    (event,) = [one["id"] for one in config["dependencies"] if one["targets"] == [[run, "click"]] and one["outputs"]]
    return event


@pytest.fixture
def values(operated):
    """Reads the metrics: by name and labels, a number."""

    def read() -> dict[tuple, float]:
        families = text_string_to_metric_families(ask(f"{operated}/metrics")[2].decode())
        return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}

    return read


def test_health_names_program_and_detector(operated):
    status, headers, body = ask(f"{operated}/health")

    found = json.loads(body)
    assert status == 200 and headers["Cache-Control"] == "no-store"
    assert found["status"] == "ready" and found["version"] == VERSION
    assert re.fullmatch(r"\S+-[0-9a-f]{12}", found["detector"]) and found["uptime_seconds"] >= 0
    assert json.loads(ask(f"{operated}/health/live")[2]) == {"status": "alive"}


def test_the_detector_that_health_names_is_the_one_that_answers(operated, portrait):
    answer = call(operated, "inspect", image=described(upload(operated, portrait)))

    assert f'"detector": "{wait_until_ready(operated)["detector"]}"' in answer


def test_answers_and_refusals_are_counted(operated, portrait, values):
    before = values()
    call(operated, "inspect", image=described(upload(operated, portrait)))
    call(operated, "inspect", image=described(upload(operated, b"no picture")))
    after = values()

    def more(*key):
        return after[key] - before.get(key, 0)

    assert more("unmask_requests_total", "answered", "inspect") == 1
    assert more("unmask_requests_total", "inspect", "refused") == 1
    assert more("unmask_refusals_total", "photo") == 1
    assert more("unmask_faces_total") == 1
    assert more("unmask_request_seconds_count", "inspect") == 2
    assert after[("unmask_busy",)] == after[("unmask_waiting",)] == after[("unmask_left_running",)] == 0
    assert after[("process_resident_memory_bytes",)] > 2**27


@pytest.mark.parametrize(
    "headers", [{"X_Forwarded_For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Host": "unmask.example.org"}]
)
def test_metrics_are_for_this_machine_alone(operated, headers):
    assert ask(f"{operated}/metrics")[0] == 200
    assert ask(f"{operated}/metrics", **headers)[0] == 404


@pytest.mark.parametrize("path", ["/", "/several", "/guess", "/about", "/config", f"{API}/info", "/health", "/nowhere"])
def test_every_answer_has_the_security_headers(operated, path):
    _, headers, _ = ask(f"{operated}{path}")

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self' https://example.org", "as the server of these tests is told"


def test_uploads_are_not_kept_by_browsers_nor_shown_as_something_else(operated):
    path = upload(operated, b"<script>alert(1)</script>", "page.html")

    _, headers, _ = ask(f"{operated}{API}/file={path}")

    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("where", [f"{API}/file=", "/file=", f"{API}/file/"])
def test_no_file_is_handed_out_but_uploads(operated, where, path):
    status, _, body = ask(f"{operated}{where}{path}")

    assert status in {403, 404} and len(body) < 200


@pytest.mark.parametrize(
    "address",
    [
        *(f"{API}/{way}={target}" for way in ("file", "proxy") for target in ADDRESSES),
        f"{API}/file=%68ttp://203.0.113.7/",
        f"{API}/file=http:%2f%2f203.0.113.7/",
        f"{API}/file=/http://203.0.113.7/",
        "/proxy=http://127.0.0.1:1/",
    ],
)
def test_no_address_is_passed_on(operated, address):
    assert ask(f"{operated}{address}")[0] in {403, 404}


@pytest.mark.parametrize("climb", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..\\", "%252e%252e%252f"])
@pytest.mark.parametrize("room", ["/static/", "/assets/", "/svelte/", f"{API}/file="])
def test_nobody_climbs_out_of_a_folder(operated, room, climb):
    # As it stands: the library of the other tests would tidy it.
    host, port = operated.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            f"GET {room}{climb * 6}etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(2**16), b""))

    assert answer.split()[1] in {b"403", b"404"} and b"root:" not in answer


@pytest.mark.parametrize(
    "address",
    [
        "/monitoring",
        "/monitoring/summary",
        f"{API}/deep_link?session_hash=x",
        f"{API}/vibe-code/",
        f"{API}/run-history/buckets",
        f"{API}/custom_component/a/client/component/index.js",
        f"{API}/stream/a/b/1/playlist.m3u8",
    ],
)
def test_what_nobody_needs_is_closed(operated, address):
    assert ask(f"{operated}{address}")[0] == 404
    assert ask_json(f"{operated}{API}/process_recording", {})[0] == 404
    assert ask_json(f"{operated}{API}/component_server", {})[0] == 404


@pytest.mark.parametrize("named", [*PATHS, *OTHER_SCHEMES, *ADDRESSES])
def test_photos_are_uploads_and_nothing_else(operated, check_event, named):
    began = time.monotonic()
    endpoint = call(operated, "inspect", image=described(named))
    event = private_event(operated, check_event, ["1.1", described(named), "red-blue"])
    by_address = call(operated, "inspect", image=described("nothing", url=named))

    assert "event: error" in endpoint and "event: error" in by_address
    assert '"success":false' in event
    assert time.monotonic() - began < 5, "a fetched address would have to time out first"
    if named in ADDRESSES and named[:4] == "http":
        assert "Addresses are not fetched" in endpoint and "Addresses are not fetched" in event


@pytest.mark.parametrize(
    "path, value",
    [
        ("call/v2/inspect", {}),
        ("call/v2/inspect", {"image": 1, "unknown": 2}),
        ("call/v2/nothing", {}),
        ("queue/join", {"data": [], "fn_index": 9999, "session_hash": "x"}),
        ("queue/join", {"data": [], "fn_index": -1, "session_hash": "x"}),
        ("queue/join", {}),
        ("cancel", {}),
    ],
)
def test_a_malformed_call_is_the_callers_mistake(operated, path, value):
    assert ask_json(f"{operated}{API}/{path}", value)[0] in {400, 422}


@pytest.mark.parametrize("size", [CALL_BYTES + 1, 16 * CALL_BYTES])
def test_a_client_that_sends_too_large_a_call_to_its_end_reads_the_refusal(operated, size):
    status, _, body = ask(f"{operated}{API}/queue/join", b"x" * size)

    assert status == 413 and str(CALL_BYTES) in json.loads(body)["detail"]


def test_a_client_that_sends_too_large_a_photo_to_its_end_reads_the_refusal(operated):
    status, _, body = send_upload(operated, b"x" * (4 * MAX_BYTES), "photo.jpg")

    assert status == 413 and str(MAX_BYTES) in body.decode()


@pytest.mark.parametrize("announced", [UPLOAD_BYTES + 1, 10**15])
def test_a_large_upload_is_refused_by_what_it_announces(operated, announced):
    host, port = operated.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = f"POST {API}/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: {announced}\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        assert connection.recv(100).split()[1] == b"413"


def test_nothing_of_a_visitor_gets_into_the_log(operated, portrait, check_event, log, log_text):
    name = f"{TELLTALE}-holiday.jpg"
    path, broken = upload(operated, portrait, name), upload(operated, portrait[:700], name)
    gone = f"{Path(path).parent}/{TELLTALE}-gone.jpg"
    lines = len(log())

    for image in (path, broken, gone, f"/home/{TELLTALE}/photo.jpg", f"http://203.0.113.7/{TELLTALE}.jpg"):
        for endpoint in ("inspect", "heatmap", "report"):
            call(operated, endpoint, image=described(image, orig_name=name))
        private_event(operated, check_event, ["1.1", described(image, orig_name=name), "red-blue"])
    call(operated, "inspect", image=described(path), methods=[TELLTALE])
    call(operated, "inspect", image=TELLTALE)
    private_event(operated, check_event, [TELLTALE, TELLTALE, TELLTALE])
    ask_json(f"{operated}{API}/call/v2/{TELLTALE}", {TELLTALE: 1})
    ask(f"{operated}{API}/queue/join", b"{" + TELLTALE.encode(), Content_Type="application/json")
    send_upload(operated, portrait, f"{TELLTALE}/../{TELLTALE}\\r\\n.jpg")
    ask(f"{operated}/{TELLTALE}?photo={TELLTALE}", User_Agent=TELLTALE, Cookie=TELLTALE)

    noted = [line for line in log()[lines:] if line["message"] == "request"]
    assert {line["what"] for line in noted} == {"inspect", "heatmap", "report", "check"}
    assert {"answered", "refused"} <= {line["outcome"] for line in noted}
    text = log_text()
    assert TELLTALE not in text
    assert Path(path).parent.name not in text, "the folder is named after a digest of the photo"
    assert str(Path(path).parents[1]) not in text


def test_no_history_is_kept(operated):
    config = json.loads(ask(f"{operated}/config")[2])

    assert config["run_history"] is False and "runs" not in config["footer_links"]
    assert ask(f"{operated}{API}/runs")[0] == 404
    assert ask(f"{operated}{API}/run-history/records")[0] == 404


def test_a_line_of_the_log_says_what_and_how_long_and_nothing_more(operated, portrait, log):
    call(operated, "inspect", image=described(upload(operated, portrait)))

    line = [line for line in log() if line["message"] == "request"][-1]
    assert line.keys() == {"time", "level", "logger", "message", "what", "outcome", "seconds", "faces"}
    assert (line["what"], line["outcome"], line["faces"]) == ("inspect", "answered", 1)


@pytest.mark.slow
def test_nothing_of_an_upload_outlives_it(operated, place, portrait):
    examples = set((place / "uploads").rglob("hopper.jpg"))
    path = upload(operated, portrait, f"{TELLTALE}.jpg")
    received = json.loads(call(operated, "report", image=described(path), form="json").split("data: ")[1])[0]["path"]
    broken_off = break_off(operated, portrait)

    assert all(Path(one).is_file() for one in (path, received)) and broken_off(), "all there at first"
    deadline = time.monotonic() + 1.5 * LIFETIME + 2
    while Path(path).parent.exists() or Path(received).parent.exists() or broken_off():
        assert time.monotonic() < deadline
        time.sleep(0.3)
    left = {one for one in (place / "uploads").rglob("*") if one.is_file()}
    assert examples and examples <= left, "the site's own pictures stay"
    assert not [one for one in left if portrait[:200] in one.read_bytes()]
    assert "event: complete" not in call(operated, "inspect", image=described(path)), "and nobody can ask for it"


def break_off(address, content):
    """Sends half an upload and leaves; gives a function that says whether that half lies somewhere."""
    host, port = address.removeprefix("http://").split(":")
    head = 'Content-Disposition: form-data; name="files"; filename="half.jpg"'
    body = b"--x\r\n" + head.encode() + b"\r\n\r\nbroken off" + content
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            f"POST {API}/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body) * 2}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
        )
        connection.sendall(body)
        time.sleep(0.5)
    folder = Path(upload(address, b"marker")).parents[1]
    return lambda: any(one.is_file() and one.read_bytes().startswith(b"broken off") for one in folder.rglob("*"))
