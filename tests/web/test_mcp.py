"""With `--mcp` the endpoints are tools, too, and give what they give over HTTP."""

import asyncio
import base64
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from explain import inspect_photo
from tests.web import photos
from tests.web.serving import ROOT, get, running_app


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_app(temporary=tmp_path_factory.mktemp("mcp"), UNMASK_MCP="1") as address:
        yield f"{address}gradio_api/mcp/"


def ask(server, use):
    async def session():
        async with (
            streamable_http_client(server) as (received, sent, _),
            ClientSession(received, sent) as session,
        ):
            await session.initialize()
            return await use(session)

    # In a thread of its own: Playwright has the main thread's event loop, once a browser test has run.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, session()).result()


def as_data(photo) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(photo.read_bytes()).decode()}"


def test_the_three_endpoints_are_tools_that_say_what_they_take(server):
    tools = {tool.name: tool for tool in ask(server, lambda session: session.list_tools()).tools}

    assert set(tools) == {"inspect", "heatmap", "report"}
    for tool in tools.values():
        assert "JPEG, PNG or WebP" in tool.inputSchema["properties"]["image"]["description"]


def test_inspect_gives_what_python_gives(server, tmp_path):
    photo = photos.one_face(tmp_path / "photo.jpg")

    answer = ask(server, lambda session: session.call_tool("inspect", {"image": as_data(photo), "methods": []}))

    received = answer.structuredContent or answer.content[0].text
    expected = json.loads(inspect_photo(photo, ()).to_json())
    # The tool's text is Python's, not JSON's.
    assert expected["photo"]["sha256"] in str(received)
    assert str(expected["faces"][0]["probability_fake"]) in str(received)


def test_heatmap_gives_a_picture(server, tmp_path):
    photo = photos.one_face(tmp_path / "photo.jpg")

    answer = ask(server, lambda session: session.call_tool("heatmap", {"image": as_data(photo)}))

    picture = next(part for part in answer.content if part.type == "image")
    assert Image.open(io.BytesIO(base64.b64decode(picture.data))).size[0] == 640


def test_without_the_switch_there_are_no_tools(address):
    assert get(f"{address}gradio_api/mcp/") is None


def test_a_missing_package_is_named(tmp_path):
    program = (
        "import importlib.util as util, sys; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'mcp' else find(name, *rest)\n"
        "import app; sys.exit(app.main(['--mcp']))"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert result.returncode == 2
    assert "pip install -r requirements-mcp.txt" in result.stderr
