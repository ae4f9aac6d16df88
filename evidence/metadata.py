"""What the metadata of a picture file says: EXIF, XMP, texts of a PNG, comments of a JPEG."""

from __future__ import annotations

from evidence.exif import exif_findings
from evidence.finding import Finding
from evidence.png_text import comment_findings, read_text, text_findings
from evidence.xmp import xmp_findings
from model.containers import Block, metadata_blocks

MAX_FINDINGS = 30
# A file needs one block of each kind and a few texts; more are an attack on somebody's time.
_MAX_BLOCKS = 40
_XMP_KEYWORD = "XML:com.adobe.xmp"


def read_metadata(data: bytes) -> tuple[Finding, ...]:
    """Reads what a JPEG, PNG or WebP file says about itself, from a list of harmless fields.

    Places, names of people, serial numbers and prompts are never among the findings. Whatever is found was written
    by somebody and can be written by anybody: it is a statement, no proof.

    Args:
        data: The file's bytes, whatever they are.

    Returns:
        At most 30 findings, those that speak for AI first, no two alike.

    Example:
        >>> read_metadata(Path("photo.jpg").read_bytes())
        (Finding(label='Camera', text='Canon EOS R5', kind='camera'),)
    """
    found: dict[Finding, None] = {}
    for _, block in zip(range(_MAX_BLOCKS), metadata_blocks(data), strict=False):
        found.update(dict.fromkeys(_findings(block)))
    return tuple(sorted(found, key=lambda finding: finding.kind != "ai")[:MAX_FINDINGS])


def _findings(block: Block) -> list[Finding]:
    if block.kind == "exif":
        return exif_findings(block.data)
    if block.kind == "xmp":
        return xmp_findings(block.data)
    if block.kind == "comment":
        return comment_findings(block.data)
    keyword, text = read_text(block.kind, block.data)
    return xmp_findings(text) if keyword == _XMP_KEYWORD else text_findings(keyword, text)
