"""`python -m train inspect`: its options, and what it prints."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from train.failures import in_words

if TYPE_CHECKING:
    from train.dataset.inspection import Inspection


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m train`."""
    parser = commands.add_parser(
        "inspect",
        help="look for what is wrong with a folder of pictures, and set it aside",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Looks at every file of a data folder: can it be read, is it what its name says, is it there twice (to\n"
            "the byte or to the eye), does it stand under both labels or in two splits? Counts classes by source and\n"
            "split, and measures how well the files alone tell real from fake: what a network could learn instead of\n"
            "forgeries. Changes nothing unless --fix is given.\n\n"
            "written:\n"
            "  OUT/report.html   counts, tables and lists, for a browser\n"
            "  OUT/manifest.csv  a row a file: path, source, split, label, group, format, width, height, mode, bytes,\n"
            "                    quality, sha256, phash, faces, problems, copy_of, looks_like, reason"
        ),
        epilog=(
            "examples:\n"
            "  python -m train inspect --data faces\n"
            "  python -m train inspect --data faces --fix\n"
            "  python -m train inspect --undo faces/.unmask-set-aside/001.csv\n\n"
            "--fix moves files that can't be read or are cut off, all copies of a file that stands under both labels,\n"
            "and all copies but the first of any other. It leaves pictures that only look alike (an edited photo and\n"
            "its original do), and renames nothing: training goes by the content, and manifest.csv by the name."
        ),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="folder with the pictures, of whatever layout")
    what.add_argument("--undo", type=Path, metavar="LOG", help="move back what a --fix set aside")
    parser.add_argument("--out", type=Path, default=Path("inspection"), help="folder to write (default: inspection)")
    parser.add_argument("--faces", action="store_true", help="also look for faces, 0.1 seconds a picture")
    parser.add_argument("--fix", action="store_true", help="move what is bad aside; nothing is deleted")
    parser.add_argument("--aside", type=Path, metavar="DIR", help="where to; DATA/.unmask-set-aside if not given")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from train.datasets import DataError

    try:
        return _undo(options.undo) if options.undo else _inspect(options)
    except (DataError, OSError) as error:
        print(f"error: {in_words(error, options.out)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nStopped. If --fix had begun to move files, the --undo it printed moves them back.",
            file=sys.stderr,
        )
        return 130


def _inspect(options: argparse.Namespace) -> int:
    # Here, not above: --help must not wait for scikit-learn.
    from train.dataset.audit import audit_files
    from train.dataset.inspection import inspect_folder
    from train.dataset.manifest import write_inspection
    from train.dataset.report import write_report
    from train.datasets import DataError

    if options.aside and not options.fix:
        raise DataError(f"--aside {options.aside} says where --fix moves files, and --fix was not given")
    if options.out.resolve() == options.data.resolve():
        raise DataError(f"{options.out}: --out would overwrite the manifest.csv of the data. Name another folder")
    inspection = inspect_folder(options.data, faces=options.faces)
    shortcuts = audit_files(inspection.entries)
    write_inspection(inspection, options.out / "manifest.csv")
    write_report(inspection, shortcuts, options.out / "report.html")
    _print(inspection, shortcuts, faces=options.faces)
    print(f"Wrote {options.out / 'report.html'} and {options.out / 'manifest.csv'}")
    if options.fix:
        _fix(inspection, options.aside)
    return 0


def _print(inspection: Inspection, shortcuts: dict[str, dict[str, float | None]], *, faces: bool) -> None:
    from train.dataset import wording
    from train.evaluation.wording import markdown

    pictures = sum(entry.facts.is_picture for entry in inspection.entries)
    print(f"{len(inspection.entries)} files, {pictures} of them pictures; training takes {len(inspection.samples)}.\n")
    print(markdown(wording.problem_table(inspection, faces=faces)), end="\n\n")
    print(markdown(wording.balance_table(inspection)), end="\n\n")
    print("AUC of what the files alone say (0.5 is guessing, 1 is certain):\n")
    print(markdown(wording.shortcut_table(shortcuts)), end="\n\n")


def _fix(inspection: Inspection, aside: Path | None) -> None:
    from train.dataset.set_aside import FOLDER, open_log, set_aside
    from train.dataset.wording import SET_ASIDE, printable

    chosen = []
    for entry in inspection.entries:
        why = next((problem for problem in SET_ASIDE if problem in entry.problems), None)
        if why and (entry.sample or not inspection.samples):
            chosen.append((entry.facts.path, str(why)))
    if not chosen:
        print("There is nothing to set aside.")
        return
    log = open_log(inspection.data, [path for path, _ in chosen], aside or inspection.data / FOLDER)
    # Before anything moves: who stops the command must know how to go back.
    print(f"To move them back: python -m train inspect --undo {shlex.quote(printable(str(log)))}", flush=True)
    set_aside(inspection.data, chosen, log)
    print(f"Set aside {len(chosen)} files in {printable(str(log.with_suffix('')))}")


def _undo(log: Path) -> int:
    from train.dataset.set_aside import undo
    from train.dataset.wording import printable

    moved, failures = undo(log)
    for failure in failures:
        print(f"error: {printable(failure)}", file=sys.stderr)
    print(f"Moved {moved} files back.")
    return 2 if failures else 0
