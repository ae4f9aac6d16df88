"""`python -m evidence PATH...`: what files tell besides their pixels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence.folder import run
from model.files import list_photos

_EPILOG = """\
Content Credentials and metadata are read from each file; no other host is asked. What a file says of itself was written
by somebody and can be written by anybody, and most sites remove it: its absence means nothing.

--trust takes certificates in PEM, such as the list the C2PA publishes. Without it no signer is known.
--views writes two pictures for each file: error-level.png, what saving it once more as a JPEG changes, and noise.png,
its grain. Both are hints where to look, no proof.

exit status: 0 if every file was read, 1 if some could not be, 2 for wrong use

examples:
  python -m evidence photo.jpg
  python -m evidence folder --json out.json --views views
"""


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m evidence",
        description="Says what picture files tell of their origin, apart from any verdict on their faces.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos, or folders searched for photos")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write everything as JSON, a list with an object a file"
    )
    parser.add_argument("--views", type=Path, metavar="DIR", help="write error level and noise as PNG to this folder")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="certificates of authorities to trust, in PEM")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0 if every file was read, 1 if some could not be, 2 for wrong use, 130 if interrupted.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        files = list(list_photos(options.paths))
        trust_anchors = _certificates(options.trust) if options.trust else ""
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    try:
        return run(files, json_file=options.json, views=options.views, trust_anchors=trust_anchors)
    except KeyboardInterrupt:
        print("\nStopped; what was written so far is complete.", file=sys.stderr)
        return 130


def _certificates(path: Path) -> str:
    """Reads certificates in PEM; a file that holds none would make every signature look broken."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        data = path.read_bytes()
        load_pem_x509_certificates(data)
        return data.decode("ascii")
    except (OSError, ValueError) as error:
        raise ValueError(f"--trust: {path} holds no certificates in PEM that could be read") from error


if __name__ == "__main__":
    sys.exit(main())
