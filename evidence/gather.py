"""Everything a file tells besides its pixels, together."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Any

from evidence.credentials import Credentials, read_credentials
from evidence.finding import Finding
from evidence.metadata import read_metadata
from model.photo import read_photo_file

_NOTHING = (
    "This file says nothing about where the picture comes from. That means nothing: most sites and messengers remove "
    "such information from real photos, too."
)


@dataclass(frozen=True)
class FileEvidence:
    """What a file tells besides its pixels. None of it enters the detector's verdict.

    Attributes:
        credentials: Its Content Credentials.
        findings: What its metadata says; those that speak for AI come first.
    """

    credentials: Credentials
    findings: tuple[Finding, ...]

    @property
    def sentence(self) -> str:
        """What it comes to, in one or two plain sentences; what speaks for AI goes before everything else."""
        signed = self.credentials.state in ("trusted", "valid")
        if signed and self.credentials.declares_ai:
            return "This file's Content Credentials say that AI made this picture or a part of it."
        if any(finding.kind == "ai" for finding in self.findings):
            return (
                "This file says of itself that AI made or changed the picture. Such notes can be forged, but few "
                "people have a reason to."
            )
        if self.credentials.state not in ("none", "unreadable"):
            return self.credentials.sentence
        if any(finding.kind == "edit" for finding in self.findings):
            return (
                "This file names a program for editing pictures. That is no sign of a fake: most published photos "
                "went through one."
            )
        if any(finding.kind == "camera" for finding in self.findings):
            return "This file has the notes that a camera writes. They prove nothing: anybody can copy or forge them."
        if self.findings or self.credentials.state == "unreadable":
            return (
                "This file says little about where the picture comes from, and nothing that speaks for or against AI."
            )
        return _NOTHING

    def to_dict(self) -> dict[str, Any]:
        """Gives what can be written as JSON."""
        return {
            "sentence": self.sentence,
            "credentials": self.credentials.to_dict(),
            "findings": [asdict(finding) for finding in self.findings],
        }


def gather_evidence(source: str | os.PathLike | bytes, *, trust_anchors: str = "") -> FileEvidence:
    """Reads what a picture file tells besides its pixels: Content Credentials and metadata.

    No request is made to any other host, and nothing is decoded.

    Args:
        source: A path, or the file's bytes.
        trust_anchors: Certificates in PEM, as `read_credentials` takes them.

    Returns:
        The evidence.

    Raises:
        PhotoError: In the words of `read_photo`, for whatever that refuses but damaged pixels.
        TypeError: If `source` is neither a path nor bytes.

    Example:
        >>> gather_evidence("examples/astronaut.jpg").credentials.state
        'none'
    """
    data = read_photo_file(source)
    return FileEvidence(read_credentials(data, trust_anchors=trust_anchors), read_metadata(data))
