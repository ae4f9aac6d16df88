"""ZIPs for tests, also such as no honest program writes."""

import struct
import zipfile
from pathlib import Path


def make_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def claim_size(path: Path, size: int) -> Path:
    """Has the header of every member say that it unpacks to another size."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<I", data, at + offset, size)
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path


def lock(path: Path) -> Path:
    """Has the header of every member say that it is encrypted."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path
