"""`python -m train export`: its options, and what it prints."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from train.failures import in_words
from train.numbers import whole_number


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "export",
        help="write a detector for ONNX Runtime and LiteRT, and measure whether it still says the same",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=(
            "Writes a detector as ONNX (servers, browsers, any language) or LiteRT (phones, small computers). Beside "
            "each file lies a JSON with what it takes to use it: input and output, how a crop is made, temperature and "
            "thresholds. Every file is put to real faces and compared with the detector; a float32 file that is more "
            "than 0.001 of probability off is not kept. Prints differences, sizes and times and writes export.json."
        ),
        epilog=(
            "Example: python -m train export --out exported --to onnx litert --precision float32 int8 --data faces"
        ),
    )
    parser.add_argument("--detector", type=Path, help="a detector.json; the shipped one if not given")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--to", nargs="+", choices=["onnx", "litert"], required=True, help="runtimes")
    parser.add_argument(
        "--precision",
        nargs="+",
        choices=["float32", "float16", "int8"],
        default=["float32"],
        help="float16 takes three fifths of the bytes; int8 a third, and needs --data",
    )
    parser.add_argument(
        "--data",
        type=Path,
        help="folder with real and fake pictures: int8 learns from 200 faces of the training part, and all files are "
        "compared on the validation part; without it on the faces of examples/",
    )
    parser.add_argument("--cache", type=Path, help="folder for face crops, shared with fit; OUT/crops if not given")
    parser.add_argument("--rounds", type=whole_number(1), default=30, help="how often each time is taken")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="chooses the faces for int8")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for TensorFlow.
    from model.detector import DetectorError
    from train.datasets import DataError
    from train.evaluation.wording import markdown
    from train.shipping.export_files import Wish, export_files, table

    runtimes, precisions = list(dict.fromkeys(options.to)), list(dict.fromkeys(options.precision))
    wish = Wish(runtimes, precisions, options.rounds, options.seed, _command(options))
    cache = options.cache or options.out / "crops"
    try:
        report = export_files(options.detector, options.out, options.data, cache, wish)
    except ImportError as error:
        print(f"error: {error}. `pip install -r requirements-dev.txt` has what export needs", file=sys.stderr)
        return 2
    except (DataError, DetectorError, ValueError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; nothing was exported.", file=sys.stderr)
        return 130
    print(markdown(table(report)))
    check = report["files"][0]["check"]
    print(f"Compared on {check['faces']} faces ({check['on']}), {report['threads']} threads.")
    for row in report["files"]:
        if row["check"]["objection"]:
            print(f"Beware: {row['file']} {row['check']['objection']}.")
    print(f"Wrote {options.out / 'export.json'}")
    return 0


def _command(options: argparse.Namespace) -> str:
    """Gives the command again, without the ways to files on this machine."""
    words = ["python", "-m", "train", "export"]
    if options.detector:
        words += ["--detector", f"{options.detector.resolve().parent.name}/{options.detector.name}"]
    words += ["--out", options.out.name, "--to", *options.to, "--precision", *options.precision]
    if options.data:
        words += ["--data", options.data.resolve().name]
    return shlex.join(words)
