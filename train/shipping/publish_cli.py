"""`python -m train publish`: its options, and what it prints."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from train.failures import in_words

_EVALUATION = Path(__file__).parents[2] / "model" / "evaluation" / "evaluation.json"


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "publish",
        help="prepare a Hugging Face model repository, and upload it if asked to",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Writes a folder that is a model repository of the Hugging Face Hub: weights, detector.json, a card as "
            "README.md, and exported files. Measured results go into the card only if they are of these very weights. "
            "Nothing leaves this machine without --upload."
        ),
        epilog=(
            "Example: python -m train publish --out repository --with exported --repository you/unmask-detector. "
            "With --upload as well it is put on the Hub, with the token of `hf auth login`."
        ),
    )
    parser.add_argument("--detector", type=Path, help="a detector.json; the shipped one if not given")
    parser.add_argument("--out", type=Path, required=True, help="folder for the repository")
    parser.add_argument("--with", type=Path, dest="exported", metavar="DIR", help="folder that export wrote")
    parser.add_argument(
        "--evaluation", type=Path, default=_EVALUATION, help="evaluation.json of this detector, for the card"
    )
    parser.add_argument("--license", default="apache-2.0", metavar="NAME", help="the Hub's name of the licence")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="repository on the Hub")
    parser.add_argument("--upload", action="store_true", help="upload the folder to the Hub")
    parser.add_argument("--private", action="store_true", help="a new repository can be seen by its owner only")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import DetectorError
    from train.shipping.upload import UploadError, require_access, upload

    try:
        if options.upload:
            require_access(options.repository)
        from train.shipping.repository import prepare_repository

        prepared = prepare_repository(
            options.detector,
            options.out,
            evaluation=options.evaluation,
            exported=options.exported,
            repository=options.repository,
            licence=options.license,
        )
        for note in prepared.notes:
            print(f"Note: {note}")
        print(f"Wrote {options.out}: {', '.join(prepared.files)}")
        if options.upload:
            print(f"Uploaded: {upload(prepared, options.repository, private=options.private)}")
        else:
            print("Nothing was uploaded: that takes --upload and --repository OWNER/NAME.")
    except (DetectorError, UploadError, ValueError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What is in the folder is whole; what was uploaded stays.", file=sys.stderr)
        return 130
    return 0
