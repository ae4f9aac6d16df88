"""What README and docs/train.md tell people to type is what the commands take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from train.__main__ import build_parser

PROJECT = Path(__file__).parents[2]
PAGES = {name: (PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/train.md")}
COMMANDS = set(build_parser()._subparsers._group_actions[0].choices)


def commands_in(text: str) -> list[list[str]]:
    """The words after `python -m train` in the Bash code of a page and in the code within its sentences."""
    fence, code = None, []
    for line in text.splitlines():
        if line.strip().startswith("```"):
            fence = None if fence is not None else line.strip().removeprefix("```")
        elif fence == "bash":
            code.append(line)
        elif fence is None:
            code += re.findall(r"`([^`]+)`", line)
    found = re.findall(r"python -m train ([^&|#;\n]+)", "\n".join(code))
    return [shlex.split(words) for words in found if words.strip() not in ("COMMAND", "--help")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_is_taken(page: str):
    found = commands_in(PAGES[page])
    assert len(found) >= 2
    for words in found:
        # A command named in a sentence need not have its options.
        if len(words) > 1:
            build_parser().parse_args(words)
        assert words[0] in COMMANDS


def test_the_table_of_the_readme_names_every_command():
    assert set(re.findall(r"^\| `(\w+)` \| ", PAGES["README.md"], re.MULTILINE)) >= COMMANDS


def test_the_walk_runs_every_command():
    assert {words[0] for words in commands_in(PAGES["docs/train.md"])} == COMMANDS


def test_pictures_on_the_page_are_there():
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGES["docs/train.md"]):
        assert (PROJECT / "docs" / name).is_file(), name
