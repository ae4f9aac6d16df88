"""The benchmark of the page counts and times what a real browser did."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from benchmarks import page
from benchmarks.page import FIGURES, format_table, make_photo
from benchmarks.traffic import Traffic
from benchmarks.visit import PHASES
from tests.browser.chromium import find_chromium
from tests.web.serving import ROOT

ADDRESS = "http://127.0.0.1:7860/"


class Session:
    """What a browser's network would be listened to through."""

    def __init__(self):
        self.listeners = {}

    def on(self, name, listener):
        self.listeners[name] = listener

    def send(self, method):
        assert method == "Network.enable" and self.listeners

    def tell(self, name, **event):
        self.listeners[f"Network.{name}"](event)


class Listened:
    """A page whose network is written down by the test."""

    def __init__(self):
        self.session = Session()
        self.context = self

    def new_cdp_session(self, page):
        return self.session


@pytest.fixture
def listened():
    return Listened()


@pytest.fixture
def traffic(listened):
    return Traffic(listened)


@pytest.fixture
def tell(listened, traffic):
    return listened.session.tell


def request(tell, name, url, moment=0.0):
    tell("requestWillBeSent", requestId=name, request={"url": url}, timestamp=moment, wallTime=1000 + moment)


def test_a_complete_answer_counts_with_its_headers_and_an_open_stream_with_what_has_come(traffic, tell):
    request(tell, "1", ADDRESS + "file")
    tell("dataReceived", requestId="1", timestamp=1, dataLength=900, encodedDataLength=300)
    tell("loadingFinished", requestId="1", timestamp=2, encodedDataLength=450)
    request(tell, "2", ADDRESS + "stream")
    tell("dataReceived", requestId="2", timestamp=3, dataLength=7000, encodedDataLength=0)
    tell("dataReceived", requestId="2", timestamp=4, dataLength=100, encodedDataLength=7200)
    request(tell, "3", ADDRESS + "broken off")
    tell("dataReceived", requestId="3", timestamp=5, dataLength=800, encodedDataLength=810)
    tell("dataReceived", requestId="3", timestamp=6, dataLength=5000, encodedDataLength=0)

    assert traffic.received() == 450 + 7200 + 5800
    assert traffic.find("file").end == 2 and traffic.find("stream").end is None


def test_what_is_in_the_page_itself_is_no_request(traffic, tell):
    request(tell, "1", "data:image/png;base64,AAAA")
    request(tell, "2", "blob:" + ADDRESS)
    tell("dataReceived", requestId="1", timestamp=1, dataLength=900, encodedDataLength=300)
    tell("loadingFinished", requestId="2", timestamp=2, encodedDataLength=450)

    assert traffic.received() == 0 and not traffic.exchanges


def test_a_body_counts_whether_its_size_or_its_request_is_told_first(traffic, tell):
    tell("requestWillBeSentExtraInfo", requestId="1", headers={"Content-Length": "70"})
    request(tell, "1", ADDRESS + "upload")
    request(tell, "2", ADDRESS + "join")
    tell("requestWillBeSentExtraInfo", requestId="2", headers={"content-length": "5", "Accept": "*/*"})

    assert traffic.sent() == 75


def test_later_requests_can_be_left_out_and_earlier_ones_forgotten(traffic, tell):
    request(tell, "1", ADDRESS, moment=1.0)
    request(tell, "2", ADDRESS, moment=2.0)
    for name, size in (("1", 10), ("2", 500)):
        tell("loadingFinished", requestId=name, timestamp=3, encodedDataLength=size)
        tell("requestWillBeSentExtraInfo", requestId=name, headers={"Content-Length": str(size)})

    assert traffic.received(until=1001.5) == traffic.sent(until=1001.5) == 10
    traffic.forget()
    tell("loadingFinished", requestId="2", timestamp=4, encodedDataLength=500)
    assert traffic.received() == traffic.sent() == 0


def test_frames_of_a_web_socket_count(traffic, tell):
    tell("webSocketCreated", requestId="1", url="ws://127.0.0.1:7860/live")
    tell("webSocketFrameReceived", requestId="1", timestamp=1, response={"payloadData": "é" * 10})

    assert traffic.received() == 20
    assert traffic.elsewhere(ADDRESS) == []


def test_other_hosts_and_ports_are_elsewhere(traffic, tell):
    for name, url in enumerate((ADDRESS, "http://127.0.0.1:9/", "https://fonts.example/a.css", "data:,x")):
        request(tell, str(name), url)

    assert traffic.elsewhere(ADDRESS) == ["http://127.0.0.1:9/", "https://fonts.example/a.css"]


def test_a_request_that_was_not_made_is_named(traffic, tell):
    request(tell, "1", ADDRESS)
    with pytest.raises(LookupError, match=r"'/queue/join'.*7860"):
        traffic.find("/queue/join")


def test_moments_of_the_browser_are_put_on_the_clock_of_the_wall(traffic, tell):
    request(tell, "1", ADDRESS, moment=50.0)
    assert traffic.find(ADDRESS).since_epoch(52.5) == 1052.5


def test_the_phases_follow_each_other_without_gaps():
    ends = list(PHASES.values())

    assert [begin for begin, _ in ends[1:]] == [end for _, end in ends[:-1]]
    assert (ends[0][0], ends[-1][1]) == ("asked", "painted")
    assert all(f"   {name}" in FIGURES for name in PHASES)


def test_the_photo_is_1024_pixels_wide_and_high(tmp_path):
    with Image.open(make_photo(tmp_path / "photo.jpg")) as photo:
        assert photo.format == "JPEG" and photo.size == (1024, 1024)
        assert np.asarray(photo).std() > 30


def test_each_aim_stands_beside_its_median():
    upload, received = "server running: upload to painted result", "result: received"
    results = {"cores": 2, "load_before": 1.0, "load_after": 9.0, "values": {upload: [1.0, 1.4, 9.0], received: [1001]}}

    lines = format_table(results).splitlines()

    assert lines[0] == "2 cores, load 1.0 before and 9.0 after"
    assert lines[2].split() == [*upload.split(), "(s)", "1.400", "1.080", "7.480", "≤", "1.5", "reached"]
    assert lines[3].endswith("≤ 1000 MISSED")


@pytest.mark.parametrize("arguments", [["--rounds", "0"], ["--rounds", "many"]])
def test_wrong_use_is_explained(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        page.main(arguments)
    assert error.value.code == 2 and "--rounds" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.browser
def test_a_real_visit_gives_every_figure(tmp_path):
    if find_chromium() is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    file = tmp_path / "figures.json"

    # As a program: Playwright drives no second browser in a process.
    command = [sys.executable, "-m", "benchmarks.page", "--rounds", "1", "--json", str(file)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)

    assert result.returncode == 0, result.stderr
    values = json.loads(file.read_text())["values"]
    assert list(values) == list(FIGURES) and all(values.values())
    (whole,) = values["server running: upload to painted result"]
    parts = [values[f"   {name}"][0] for name in PHASES]
    assert sum(parts) == pytest.approx(whole, abs=1e-3) and min(parts) > -0.01
    assert len(values["slider moved by a step, painted"]) == page.MOVES
    assert values["requests to other hosts"] == values[f"requests by {page.MOVES} moves of the slider"] == [0]
    # The photo goes up whole.
    assert values["result: sent (the photo)"][0] > make_photo(tmp_path / "photo.jpg").stat().st_size / 1000
    assert "first contentful paint" in result.stdout
    assert [path.name for path in tmp_path.glob("*.partial")] == []
