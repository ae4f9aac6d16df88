"""No other host is ever asked, whatever a file says, though the library would: the first two tests show that first."""

from __future__ import annotations

import io
from typing import Any

import c2pa
import pytest

from evidence import credentials
from evidence.credentials import read_credentials
from tests.evidence.listening import listening
from tests.evidence.signing import authority, signed


def read_with(data: bytes, settings: dict[str, Any]) -> None:
    try:
        with c2pa.Context.from_dict(settings) as context:
            c2pa.Reader("image/jpeg", io.BytesIO(data), context=context).close()
    except c2pa.C2paError:  # what the server says is no manifest
        pass


def test_credentials_that_lie_elsewhere_are_not_fetched():
    with listening() as server:
        data = signed(remote=f"{server.address}/credentials.c2pa")
        read_with(data, {"version": 1})
        assert server.requests == ["GET /credentials.c2pa"]
        server.requests.clear()
        found = read_credentials(data)
        assert server.requests == []
    assert (found.state, found.reason) == ("unreadable", "elsewhere")
    assert "lie on another server" in found.sentence


def test_nobody_is_asked_whether_a_certificate_was_revoked():
    with listening() as server:
        by = authority(server.address)
        data = signed(by=by)
        read_with(data, {"version": 1, "verify": {"ocsp_fetch": True}})
        assert len(server.requests) == 1
        server.requests.clear()
        assert read_credentials(data).state == "valid"
        assert read_credentials(data, trust_anchors=by.root).state == "trusted"
        assert server.requests == []


@pytest.mark.parametrize(
    "lifted",
    [{"verify": {"remote_manifest_fetch": True, "ocsp_fetch": True}}, {"core": {}}],
    ids=["fetching switched on", "all hosts allowed"],
)
def test_either_of_the_two_locks_holds_alone(lifted: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(credentials, "_SETTINGS", {**credentials._SETTINGS, **lifted})
    with listening() as server:
        read_credentials(signed(remote=f"{server.address}/credentials.c2pa"))
        read_credentials(signed(by=authority(server.address)))
        assert server.requests == []
