"""The inspection as one page that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from train.dataset import wording
from train.dataset.inspection import Entry, Inspection
from train.dataset.output import whole_text
from train.dataset.reading import Problem
from train.dataset.similar import NEAR_BITS

LIMIT = 300
"""At most so many rows a list; the CSV has them all."""

_TEMPLATE = "report.html.j2"
_LISTED = (
    Problem.UNREADABLE,
    Problem.TRUNCATED,
    Problem.TOO_SMALL,
    Problem.TOO_LARGE,
    Problem.WRONG_EXTENSION,
    Problem.PASSED_OVER,
    Problem.NO_FACE,
)


def write_report(inspection: Inspection, shortcuts: dict[str, dict[str, float | None]], path: Path) -> None:
    """Writes the page: counts first, then lists of files.

    Args:
        inspection: What `inspect_folder` returned.
        shortcuts: What `audit_files` returned.
        path: The HTML file.
    """
    # Names of files and folders are other people's: everything is escaped.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    faces = any(entry.faces is not None for entry in inspection.entries)
    page = environment.get_template(_TEMPLATE).render(
        folder=wording.printable(inspection.data.resolve().name),
        files=len(inspection.entries),
        samples=len(inspection.samples),
        pictures=sum(entry.facts.is_picture for entry in inspection.entries),
        problems=wording.problem_table(inspection, faces=faces),
        balance=wording.balance_table(inspection),
        kinds=wording.file_table(inspection),
        shortcuts=wording.shortcut_table(shortcuts),
        bits=NEAR_BITS,
        limit=LIMIT,
        exact={"families": len(inspection.exact), "table": wording.family_table(inspection.exact, LIMIT)},
        near={"families": len(inspection.near), "table": wording.family_table(inspection.near, LIMIT)},
        unjoined=sum(not wording.one_group(family) for family in inspection.near),
        groups={
            "families": len(inspection.split_groups),
            "table": wording.family_table(inspection.split_groups.values(), LIMIT),
        },
        listed=[_list(problem, inspection.having(problem)) for problem in _LISTED if inspection.having(problem)],
    )
    with whole_text(path) as file:
        file.write(page)


def _list(problem: Problem, entries: Sequence[Entry]) -> dict[str, object]:
    rows = [["path", "format", "pixels", "bytes", "why"]]
    for entry in entries[:LIMIT]:
        facts = entry.facts
        pixels = f"{facts.width}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{facts.height}" if facts.width else ""
        rows.append([wording.printable(facts.path), facts.format, pixels, str(facts.bytes), facts.reason])
    return {"title": problem, "meaning": wording.MEANINGS[problem], "files": len(entries), "table": rows}
