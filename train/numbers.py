"""Numbers on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def whole_number(least: int) -> Callable[[str], int]:
    """Makes a type for `argparse`: a whole number from `least` on, refused with a sentence otherwise."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be a whole number. Received: {text!r}") from None
        if value < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}. Received: {value}")
        return value

    return convert
