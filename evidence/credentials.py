"""Content Credentials: what a file says of its origin under a digital signature (C2PA, c2pa.org).

The signature is checked by the reference library of the standard, without a request to any other host: remote
manifests, revocation lists (OCSP) and identity documents stay unread, and no list of trusted signers comes with it.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evidence.manifest import actions, active_manifest, declares_ai, software, was_altered
from evidence.plain_text import plain, plain_date
from model.containers import picture_format

State = Literal["none", "trusted", "valid", "invalid", "unreadable"]
Reason = Literal["", "altered", "broken", "damaged", "elsewhere", "no library"]

_MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SETTINGS: dict[str, Any] = {
    "version": 1,
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    # An empty list allows no host at all, whatever a later version of the library may want to fetch. Identity
    # assertions refer to documents on the signer's server.
    "core": {
        "allowed_network_hosts": [],
        "decode_identity_assertions": False,
        "max_decompressed_manifest_size_in_mb": 8,
    },
}


@dataclass(frozen=True)
class Credentials:
    """Content Credentials of a file. All texts are plain, bounded, and not yet escaped for HTML.

    Attributes:
        state: "none": it has none. "trusted": the signature is intact, and the signer is on a list of trusted ones.
            "valid": the signature is intact, but who the signer is can't be checked. "invalid": the picture was
            altered since it was signed, or the signature is broken. "unreadable": it has some that can't be read.
        reason: Why they are invalid or unreadable; empty in the other states.
        signer: Name and organisation of the signer, as the certificate has them; empty if unknown.
        issuer: Name and organisation of who issued the certificate; empty if unknown.
        signed_at: When it was signed, `YYYY-MM-DD HH:MM` UTC, as certified by a time-stamping service that may be as
            unknown as the signer; empty if there was none.
        software: The program that wrote the credentials; empty if unknown.
        declares_ai: Whether they say that AI made or changed the picture or one that it was made from.
        actions: What they say was done, in plain words.
    """

    state: State
    reason: Reason = ""
    signer: str = ""
    issuer: str = ""
    signed_at: str = ""
    software: str = ""
    declares_ai: bool = False
    actions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What it means, in plain words."""
        if self.state == "none":
            return "This file carries no Content Credentials. Neither do most pictures, real or not."
        if self.state == "unreadable":
            return _UNREADABLE[self.reason]
        if self.state == "invalid":
            words = _ALTERED if self.reason == "altered" else _BROKEN
            return words + (" They said that AI made this picture or a part of it." if self.declares_ai else "")
        when = f" (on {self.signed_at[:10]}, by their own account)" if self.signed_at else ""
        words = f"This file carries Content Credentials, and the picture is as it was when it was signed{when}."
        return words + self._of_signer() + self._of_ai()

    def _of_signer(self) -> str:
        if self.state == "trusted":
            return f" The signer, {self.signer or 'who gives no name'}, is on the list of trusted signers."
        name = f" The signer's name is given as {self.signer}, but" if self.signer else " But"
        return f"{name} we can't check who the signer is; anybody can sign under any name."

    def _of_ai(self) -> str:
        return " They say that AI made this picture or a part of it." if self.declares_ai else ""

    def to_dict(self) -> dict[str, Any]:
        """Gives what can be written as JSON."""
        return {**asdict(self), "actions": list(self.actions), "sentence": self.sentence}


_ALTERED = "This picture was changed after its Content Credentials were signed, so what they say no longer counts."
_BROKEN = "The signature of this file's Content Credentials doesn't hold, so what they say doesn't count."
_UNREADABLE = {
    "no library": "Content Credentials can't be read on this installation.",
    "elsewhere": "This file says that its Content Credentials lie on another server. No other server is ever asked "
    "here, so they were not read.",
    "damaged": "This file carries Content Credentials, but they are damaged and can't be read.",
}


def read_credentials(data: bytes, *, trust_anchors: str = "") -> Credentials:
    """Reads and checks the Content Credentials of a JPEG, PNG or WebP file.

    Args:
        data: The file's bytes, whatever they are.
        trust_anchors: Certificates of authorities whose signers count as known, one after the other in PEM, as the
            C2PA publishes them; without them no signer is known.

    Returns:
        What they say. Damaged and hostile files give "none" or "unreadable", never an exception.
    """
    kind = picture_format(data)
    if not kind:
        return Credentials("none")
    try:
        # Here, not above: the library is large, and there is none for some platforms.
        import c2pa
    except (ImportError, OSError, RuntimeError):
        return Credentials("unreadable", "no library")
    settings = {**_SETTINGS, "trust": {"trust_anchors": trust_anchors}} if trust_anchors else _SETTINGS
    try:
        with c2pa.Context.from_dict(settings) as context:
            reader = c2pa.Reader.try_create(_MIME[kind], io.BytesIO(data), context=context)
            if reader is None:
                return Credentials("none")
            with reader:
                return _describe(reader)
    except Exception as error:  # the library raises anything, from its own errors to RecursionError in its JSON
        return _failure(data, str(error))


def _describe(reader: Any) -> Credentials:
    store = json.loads(reader.json())
    manifest = active_manifest(store)
    state = {"Trusted": "trusted", "Valid": "valid"}.get(reader.get_validation_state() or "", "invalid")
    signature = manifest.get("signature_info") or {}
    # What the library calls the issuer is the signer's organisation.
    return Credentials(
        state=state,
        reason="" if state != "invalid" else "altered" if was_altered(store) else "broken",
        signer=_who(signature.get("common_name"), signature.get("issuer")),
        issuer=_issuer(reader, manifest.get("label")),
        signed_at=plain_date(signature.get("time")),
        software=software(manifest),
        declares_ai=declares_ai(store),
        actions=actions(manifest),
    )


def _issuer(reader: Any, label: Any) -> str:
    """Looks up who issued the signer's certificate; only this form of the library's answer tells."""
    for manifest in json.loads(reader.crjson()).get("manifests", []):
        if manifest.get("label") == label:
            issuer = manifest.get("signature", {}).get("certificateInfo", {}).get("issuer", {})
            return _who(issuer.get("CN"), issuer.get("O"))
    return ""


def _who(name: Any, organisation: Any) -> str:
    name, organisation = plain(name), plain(organisation)
    return f"{name} ({organisation})" if name and organisation and name != organisation else name or organisation


def _failure(data: bytes, message: str) -> Credentials:
    if message.startswith("Remote"):
        return Credentials("unreadable", "elsewhere")
    # Every store begins with a box of this name; without one the library only disliked the picture.
    return Credentials("unreadable", "damaged") if b"c2pa" in data else Credentials("none")
