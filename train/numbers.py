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


def minutes(text: str) -> float:
    """A type for `argparse`: a time in minutes, over 0, refused with a sentence otherwise."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number of minutes. Received: {text!r}") from None
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be over 0. Received: {text}")
    return value
