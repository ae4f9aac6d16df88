"""Giving up what a visitor no longer waits for.

Gradio's own way, `cancels`, fails in its release 6.31 when an event is cancelled before the server has named it (422)
or twice (500), and then the page's next request is never sent: a photo that is replaced at once stays unanswered.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Literal

import gradio as gr

Kind = Literal["photo", "map"]

_KINDS: tuple[Kind, ...] = ("photo", "map")
_VISITORS = 10_000


class Turns:
    """What each visitor asked for last.

    A turn is a photo and a map of it, counted by the browser and written "photo.map". A new photo is also a new map.
    What belongs to an earlier photo or map is out of date.

    Args:
        visitors: How many to remember; the one not heard of for longest is forgotten first.
    """

    def __init__(self, visitors: int = _VISITORS):
        self._visitors = visitors
        self._latest: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, request: gr.Request, turn: str) -> None:
        """Makes what the visitor asked for before out of date.

        Args:
            request: The visitor's request.
            turn: The turn that begins; one that is older than the latest changes nothing.
        """
        with self._lock:
            latest = self._latest.pop(request.session_hash, (0, 0))
            self._latest[request.session_hash] = tuple(map(max, latest, _parse(turn)))
            while len(self._latest) > self._visitors:
                self._latest.popitem(last=False)

    def over(self, request: gr.Request, turn: str, kind: Kind) -> bool:
        """Says whether another photo, or another map, has taken a turn's place."""
        which = _KINDS.index(kind)
        with self._lock:
            return _parse(turn)[which] < self._latest.get(request.session_hash, (0, 0))[which]

    def while_wanted(self, kind: Kind, event: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """Has an event end as soon as its photo, or its map, is out of date.

        Args:
            kind: What it belongs to.
            event: A generator function.

        Returns:
            A generator function with the turn as one more input, before the others.
        """

        def wanted(request: gr.Request, turn: str, *inputs: Any) -> Iterator[Any]:
            self.begin(request, turn)
            if self.over(request, turn, kind):
                return
            for shown in event(*inputs):
                if self.over(request, turn, kind):
                    return
                yield shown
            # Gradio sends what was shown last once more when an event ends: let that be nothing.
            yield gr.skip()

        return wanted


def _parse(turn: str) -> tuple[int, ...]:
    """What is no turn is older than all."""
    try:
        photo, map_ = (int(part) for part in turn.split("."))
    except (AttributeError, ValueError):
        return (0, 0)
    return (photo, map_)
