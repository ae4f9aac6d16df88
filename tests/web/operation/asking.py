"""Raw requests to a running server."""

import json
import time
import urllib.error
import urllib.request
import uuid
from email.message import Message
from pathlib import Path

API = "/gradio_api"
PATIENCE = 90


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and body of an answer of any kind; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, named), timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def ask_json(url: str, value: object, **headers: str) -> tuple[int, Message, bytes]:
    return ask(url, json.dumps(value).encode(), Content_Type="application/json", **headers)


def wait_until_ready(address: str) -> dict:
    """What `/health` says in the end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status, _, body = ask(f"{address.rstrip('/')}/health")
        if status == 200:
            return json.loads(body)
        assert time.monotonic() < deadline, body
        time.sleep(0.2)


def upload(address: str, content: bytes, name: str = "photo.jpg") -> str:
    """Path of the upload on the server."""
    status, _, body = send_upload(address, content, name)
    assert status == 200, body
    (path,) = json.loads(body)
    return path


def send_upload(address: str, content: bytes, name: str) -> tuple[int, Message, bytes]:
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    body = head + content + f"\r\n--{boundary}--\r\n".encode()
    return ask(f"{address}{API}/upload", body, Content_Type=f"multipart/form-data; boundary={boundary}")


def call(address: str, endpoint: str, **arguments: object) -> str:
    """The events with which an endpoint answers, as text."""
    status, _, body = ask_json(f"{address}{API}/call/v2/{endpoint}", arguments)
    assert status == 200, body
    return ask(f"{address}{API}/call/{endpoint}/{json.loads(body)['event_id']}")[2].decode()


def described(path: str | Path, **more: object) -> dict:
    """A file as Gradio's clients describe it."""
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, **more}


def private_event(address: str, number: int, data: list) -> str:
    """What an event of a page answers that is started without the page."""
    session = uuid.uuid4().hex
    joined = {"data": data, "fn_index": number, "session_hash": session, "event_data": None, "trigger_id": None}
    status, _, body = ask_json(f"{address}{API}/queue/join", joined)
    assert status == 200, body
    with urllib.request.urlopen(f"{address}{API}/queue/data?session_hash={session}", timeout=PATIENCE) as stream:
        heard = []
        for line in stream:
            heard.append(line.decode())
            if "close_stream" in heard[-1] or "process_completed" in heard[-1]:
                break
    return "".join(heard)
