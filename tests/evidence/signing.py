"""Pictures with Content Credentials, signed by certificates made on the spot."""

from __future__ import annotations

import datetime
import functools
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import c2pa
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from PIL import Image

MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
CAPTURED = {"action": "c2pa.created", "digitalSourceType": SOURCE + "digitalCapture"}
GENERATED = {"action": "c2pa.created", "digitalSourceType": SOURCE + "trainedAlgorithmicMedia"}


class Authority(NamedTuple):
    """A certificate authority and a key that it certified for signing, all in PEM."""

    root: str
    chain: str
    key: str
    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey


@functools.cache
def authority(revocation_address: str = "") -> Authority:
    """Makes an authority; signers' certificates may name a server that knows whether they were revoked (OCSP)."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = name("Throwaway Root", "Throwaway Trust")
    root = certify(root_name, root_name, root_key, root_key)
    leaf = certify(
        name("Ann Photographer", "Daily Gazette"),
        root_name,
        key,
        root_key,
        use=ExtendedKeyUsageOID.EMAIL_PROTECTION,
        revocation_address=revocation_address,
    )
    return Authority(pem(root), pem(leaf) + pem(root), pem_key(key), root, root_key)


def name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    )


def certify(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    use: x509.ObjectIdentifier | None = None,
    revocation_address: str = "",
) -> x509.Certificate:
    """Issues a certificate of the kind that C2PA 2.2, section 14.5 asks for; without a `use` that of an authority."""
    now = datetime.datetime.now(datetime.UTC)
    flags = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"], False
    )
    usage = x509.KeyUsage(
        digital_signature=bool(use), key_cert_sign=not use, crl_sign=not use, decipher_only=False, **flags
    )
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(not use, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if use:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    if revocation_address:
        location = x509.UniformResourceIdentifier(revocation_address)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, location)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def pem_key(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def picture(kind: str = "JPEG", seed: int = 0, **options: Any) -> bytes:
    """A soft pattern of colours, 160 × 120, in one of the three formats."""
    cells = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(cells).resize((160, 120), Image.Resampling.BICUBIC).save(file, kind, **options)
    return file.getvalue()


def signed(
    data: bytes | None = None,
    *,
    actions: Sequence[dict[str, Any]] = (CAPTURED,),
    assertions: Sequence[dict[str, Any]] = (),
    kind: str = "JPEG",
    made_from: Sequence[bytes] = (),
    remote: str = "",
    by: Authority | None = None,
    time_stamps: str = "",
) -> bytes:
    """Signs a picture.

    `made_from` are pictures that it was made from; with `remote`, the credentials aren't embedded, only this address.
    """
    by = by or authority()
    settings = {"version": 1, "builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
    manifest = {
        "claim_generator_info": [{"name": "Darkroom", "version": "1.0"}],
        "title": "picture",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": list(actions)}}, *assertions],
    }
    builder = c2pa.Builder(manifest, c2pa.Context.from_dict(settings))
    for ingredient in made_from:
        builder.add_ingredient({"title": "part", "relationship": "componentOf"}, "image/jpeg", io.BytesIO(ingredient))
    if remote:
        builder.set_no_embed()
        builder.set_remote_url(remote)
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=b"es256",
            sign_cert=by.chain.encode(),
            private_key=by.key.encode(),
            ta_url=time_stamps.encode() or None,
        )
    )
    output = io.BytesIO()
    builder.sign(signer, MIME[kind], io.BytesIO(data or picture(kind)), output)
    return output.getvalue()
