"""Memory that is free again goes back to the system."""

import platform
import subprocess
import sys

import pytest

from tests.web.serving import ROOT

# Blocks of a photo's size, with something between them that stays: what was freed is no end that could be cut off.
PROGRAM = """
import numpy as np
from web.operation.memory import give_memory_back

def resident():
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * 4096 / 1e6

{call}
# The C library learns from the first one.
np.ones(20_000_000, np.uint8)
before, blocks, kept = resident(), [], []
for _ in range(20):
    blocks.append(np.ones(10_000_000, np.uint8))
    kept.append(bytes(100_000))
blocks.clear()
print(resident() - before)
"""


def left_after(call: str) -> float:
    command = [sys.executable, "-c", PROGRAM.format(call=call)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have other ways")
def test_what_photos_took_is_given_back():
    assert left_after("give_memory_back()") < 20
    assert left_after("") > 100, "what happens without it; if not, it is needed no longer"
