"""Content Credentials: signed pictures, altered ones, forged ones, and what is none."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image

from evidence.credentials import Credentials, read_credentials
from tests.evidence.listening import listening
from tests.evidence.signing import (
    CAPTURED,
    GENERATED,
    MIME,
    SOURCE,
    authority,
    certify,
    name,
    pem,
    pem_key,
    picture,
    signed,
)


@pytest.mark.parametrize("kind", MIME)
def test_a_signed_picture_is_intact_but_its_signer_unknown(kind: str):
    found = read_credentials(signed(kind=kind))
    assert found == Credentials(
        state="valid",
        signer="Ann Photographer (Daily Gazette)",
        issuer="Throwaway Root (Throwaway Trust)",
        software="Darkroom 1.0",
        actions=("created (taken with a digital camera)",),
    )
    assert "as it was when it was signed" in found.sentence
    assert "Ann Photographer" in found.sentence
    assert "we can't check who the signer is" in found.sentence
    assert "AI" not in found.sentence


def test_a_signer_whose_authority_is_trusted_is_called_so():
    data = signed()
    found = read_credentials(data, trust_anchors=authority().root)
    assert found.state == "trusted"
    assert "on the list of trusted signers" in found.sentence
    assert "can't check" not in found.sentence
    assert read_credentials(data, trust_anchors=authority("http://another.invalid").root).state == "valid"


@pytest.mark.parametrize("kind", MIME)
def test_no_credentials_are_no_credentials(kind: str):
    found = read_credentials(picture(kind))
    assert found == Credentials("none")
    assert "no Content Credentials" in found.sentence


def altered(data: bytes) -> bytes:
    """Changes a byte of the compressed pixels."""
    at = data.rindex(b"\xff\xda") + 200
    return data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :]


def test_a_picture_that_was_altered_after_signing_is_caught():
    data = altered(signed())
    assert not np.array_equal(*(np.asarray(Image.open(io.BytesIO(part))) for part in (data, signed())))
    found = read_credentials(data, trust_anchors=authority().root)
    assert (found.state, found.reason) == ("invalid", "altered")
    assert "changed after" in found.sentence
    assert "no longer counts" in found.sentence


def test_credentials_moved_to_another_picture_are_caught():
    donor, other = signed(picture(seed=1)), picture(seed=2)
    segment = donor.index(b"\xff\xeb")
    length = int.from_bytes(donor[segment + 2 : segment + 4])
    stolen = other[:2] + donor[segment : segment + 2 + length] + other[2:]
    found = read_credentials(stolen)
    assert (found.state, found.reason) == ("invalid", "altered")


def test_words_changed_in_the_credentials_break_the_signature():
    data = signed(actions=[GENERATED]).replace(b"trainedAlgorithmicMedia", b"digitalCaptureCameraAAA")
    found = read_credentials(data)
    assert (found.state, found.reason) == ("invalid", "broken")
    assert "doesn't hold" in found.sentence


def test_a_picture_that_says_it_is_from_ai_is_taken_at_its_word():
    found = read_credentials(signed(actions=[GENERATED]))
    assert found.declares_ai
    assert found.actions == ("created (made by generative AI)",)
    assert "They say that AI made this picture" in found.sentence
    lost = read_credentials(altered(signed(actions=[GENERATED])))
    assert lost.declares_ai
    assert "They said that AI made this picture" in lost.sentence


def test_ai_in_an_edit_or_in_metadata_counts_too():
    edit = {"action": "c2pa.edited", "digitalSourceType": SOURCE + "compositeWithTrainedAlgorithmicMedia"}
    found = read_credentials(signed(actions=[CAPTURED, edit]))
    assert found.declares_ai
    assert found.actions == ("created (taken with a digital camera)", "edited (edited with generative AI)")
    label = {
        "label": "cawg.metadata",
        "data": {
            "@context": {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
            "Iptc4xmpExt:DigitalSourceType": SOURCE + "trainedAlgorithmicMedia",
        },
    }
    assert read_credentials(signed(assertions=[label])).declares_ai


def test_ai_in_a_picture_that_this_one_was_made_from_counts_too():
    part = signed(picture(seed=1), actions=[GENERATED])
    once = signed(picture(seed=2), made_from=[part])
    twice = signed(picture(seed=3), made_from=[signed(picture(seed=4)), once])
    for data in (once, twice):
        found = read_credentials(data)
        assert found.state == "valid"
        assert found.declares_ai
    assert not read_credentials(signed(picture(seed=3), made_from=[signed(picture(seed=4))])).declares_ai


def test_the_time_is_that_of_a_time_stamping_service(tmp_path: Path):
    if not shutil.which("openssl"):
        pytest.skip("stands in for a time-stamping service with openssl")
    with listening(lambda query: stamp(query, tmp_path), "application/timestamp-reply") as service:
        found = read_credentials(signed(time_stamps=service.address))
        assert service.requests == ["POST /"]
    assert found.state == "valid"
    assert found.signed_at[:2] == "20" and len(found.signed_at) == len("2026-01-31 12:00")
    assert f"when it was signed (on {found.signed_at[:10]}, by their own account)." in found.sentence


def stamp(query: bytes, folder: Path) -> bytes:
    """Answers a request for a time stamp (RFC 3161)."""
    root = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify(
        name("Clock", "Throwaway Time"),
        root.certificate.subject,
        key,
        root.private_key,
        use=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    (folder / "signer.pem").write_text(pem(certificate))
    (folder / "chain.pem").write_text(root.root)
    (folder / "key.pem").write_text(pem_key(key))
    (folder / "query").write_bytes(query)
    (folder / "config").write_text(
        f"[tsa]\ndefault_tsa=clock\n[clock]\nserial={folder}/serial\nsigner_cert={folder}/signer.pem\n"
        f"certs={folder}/chain.pem\nsigner_key={folder}/key.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
        "digests=sha256,sha384,sha512\ness_cert_id_alg=sha256\n"
    )
    command = ["openssl", "ts", "-reply", "-config", folder / "config", "-queryfile", folder / "query"]
    subprocess.run([*command, "-out", folder / "reply"], check=True, capture_output=True)
    return (folder / "reply").read_bytes()


def test_names_from_a_certificate_can_neither_flood_nor_turn_the_text():
    root = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    hostile = name("A\u202eelgooG" + "x" * 40, "<b>\n" + "y" * 40)
    certificate = certify(
        hostile, root.certificate.subject, key, root.private_key, use=ExtendedKeyUsageOID.EMAIL_PROTECTION
    )
    by = root._replace(chain=pem(certificate) + root.root, key=pem_key(key))
    found = read_credentials(signed(by=by))
    assert found.state == "valid"
    assert found.signer == f"AelgooG{'x' * 40} (<b> {'y' * 40})"  # plain text: whoever shows it escapes it
    assert len(found.sentence) < 400


def segment(payload: bytes) -> bytes:
    """A JPEG that carries a payload where Content Credentials stand (ISO 19566-5, annex D)."""
    body = b"JP" + struct.pack(">HI", 1, 1) + payload
    plain = picture()
    return plain[:2] + b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body + plain[2:]


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


DESCRIPTION = box(b"jumd", b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03c2pa\0")


def nested(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = box(b"jumb", DESCRIPTION + content)
    return content


@pytest.mark.parametrize(
    "payload",
    [
        box(b"jumb", DESCRIPTION + b"rubbish" * 20),
        box(b"jumb", DESCRIPTION),
        struct.pack(">I4s", 2**31, b"jumb") + DESCRIPTION,
        nested(1500),
        box(b"jumb", DESCRIPTION + box(b"jumb", DESCRIPTION + box(b"cbor", b"\x81" * 60_000))),
    ],
    ids=["rubbish", "empty", "endless", "nested boxes", "nested values"],
)
def test_rubbish_where_credentials_stand_is_unreadable(payload: bytes):
    found = read_credentials(segment(payload))
    assert (found.state, found.reason) == ("unreadable", "damaged")
    assert "damaged" in found.sentence


def test_damaged_bytes_never_raise():
    generator = np.random.default_rng(0)
    original = signed(actions=[GENERATED])
    states = set()
    for _ in range(300):
        data = np.frombuffer(original, np.uint8).copy()
        data[generator.integers(2, 3500, 5)] = generator.integers(0, 256, 5)
        cut = generator.integers(2, len(data)) if generator.random() < 0.2 else len(data)
        found = read_credentials(data[:cut].tobytes())
        json.dumps(found.to_dict(), allow_nan=False)
        states.add(found.state)
    assert {"invalid", "unreadable"} <= states


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"c2pa" * 100, b"%PDF-1.7 c2pa jumb"]
)
def test_what_is_no_picture_has_no_credentials(data: bytes):
    assert read_credentials(data).state == "none"


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    found = read_credentials(signed_before_the_library_went)
    assert found.state == "unreadable"
    assert found.sentence == "Content Credentials can't be read on this installation."


signed_before_the_library_went = signed()


def test_nobody_pays_for_the_library_who_does_not_read():
    script = "import sys, evidence; assert not {'c2pa', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True)
