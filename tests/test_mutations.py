"""The table of lines that are broken on purpose fits the code; the breaking itself is `python -m tests.mutations`."""

from __future__ import annotations

import ast

import pytest

from tests.mutations import MUTATIONS, PROJECT, Mutation, MutationError

every_mutation = pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.name for mutation in MUTATIONS])


@every_mutation
def test_the_line_is_there_once_and_broken_it_is_still_python(mutation: Mutation):
    text = (PROJECT / mutation.file).read_text(encoding="utf-8")
    broken = mutation.mutated(text)
    assert broken != text
    ast.parse(broken)


@every_mutation
def test_the_test_that_must_notice_is_there(mutation: Mutation):
    file, *name = mutation.test.split("::")
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert set(name) <= set(functions)


@pytest.mark.parametrize("text", ["other\n", "    line = 1\nline = 1\n", "line = 11\n"], ids=["none", "two", "longer"])
def test_a_line_that_is_not_there_once_is_told(text: str):
    with pytest.raises(MutationError, match=r"a\.py: this line must be there once"):
        Mutation("x", "a.py", "line = 1", "line = 2", "test_a.py").mutated(text)


def test_the_indentation_stays():
    mutation = Mutation("x", "a.py", "a = b * (c)", r"a = '\1'", "test_a.py")
    assert mutation.mutated("if b:\n    a = b * (c)\n") == "if b:\n    a = '\\1'\n"
