"""What clients ask for, and how they know whether the answer is theirs."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.client import HTTPException

from benchmarks.loading.client import BrokenError, BusyError, Client, Place, probabilities_on
from benchmarks.loading.figures import Outcome
from benchmarks.loading.photos import Known, look_alike
from web.states import BUSY

KINDS = ("inspect", "page", "heatmap", "leaves", "report", "refused", "inspect", "page", "inspect", "inspect")
"""Of ten requests of a client."""
SLOW_METHODS = ("occlusion", "score-cam", "smoothgrad", "integrated-gradients")
SLOW_KINDS = (*SLOW_METHODS, "inspect", "page", *SLOW_METHODS, "leaves")
_AGAIN = 1.0
_LEAVES_AFTER = 0.2
_TRIES = 60
_TOGETHER_SECONDS = 60
_ANSWERED = "answered"


class Visitor:
    """A client with photos of its own.

    Args:
        place: The server.
        number: Which one it is.
        photos: What it sends in turn.
        refused: What it sends to be refused.
    """

    def __init__(self, place: Place, number: int, photos: Sequence[Known], refused: Sequence[Known]):
        self.number = number
        self._client = Client(place)
        self._place = place
        self._photos = itertools.cycle(photos)
        self._refused = itertools.cycle(refused)
        self._pictures: dict[str, bytes] = {}

    def visit(self, kind: str) -> Outcome:
        """Asks for something and looks at what comes; asks again if the server is busy.

        Args:
            kind: One of `KINDS` or `SLOW_KINDS`.
        """
        known = next(self._refused if kind == "refused" else self._photos)
        began, busy, wrong = time.monotonic(), 0, ""
        while busy < _TRIES:
            try:
                wrong = self._ask(kind, known)
                break
            except BusyError as words:
                if str(words) != BUSY:
                    wrong = f"busy in other words: {words}"
                    break
                busy += 1
                time.sleep(_AGAIN)
            except (BrokenError, HTTPException, OSError, ValueError) as error:
                wrong = f"{type(error).__name__}: {error}"
                break
        else:
            wrong = "busy for ever"
        return Outcome(kind, self.number, time.monotonic() - began, busy, wrong)

    def look_alone(self, photo: Known) -> None:
        """Asks for a heatmap while nobody else asks for anything: what it must look like ever after."""
        self._pictures[photo.sha256] = self._heatmap(photo)

    def _ask(self, kind: str, known: Known) -> str:
        if kind == "page":
            values = ["1.1", self._client.upload(known.content), "red-blue"]
            shown = self._client.shown(self._client.join(self._place.check, values))
            return known.difference("", probabilities_on(shown[0] if shown else ""))
        if kind == "heatmap":
            return "" if look_alike(self._heatmap(known), self._pictures[known.sha256]) else "another picture"
        if kind == "report":
            report = self._client.fetch(self._call("report", known, form="json", stability=False)["url"])
            return _compare(known, json.loads(report))
        if kind == "refused":
            try:
                self._call("inspect", known)
            except ValueError as refusal:
                return "" if str(refusal) == known.refusal else f"refused in other words: {refusal}"
            return "an answer where there is none"
        if kind == "leaves":
            number = self._client.call("inspect", image=self._client.upload(known.content), methods=["occlusion"])
            with self._client.listening(f"/call/inspect/{number}"):
                time.sleep(_LEAVES_AFTER)
            return ""
        return _compare(known, self._call("inspect", known, **({} if kind == "inspect" else {"methods": [kind]})))

    def _heatmap(self, known: Known) -> bytes:
        return self._client.fetch(self._call("heatmap", known, method="grad-cam")["url"])

    def _call(self, endpoint: str, known: Known, **arguments: object) -> dict:
        image = self._client.upload(known.content)
        return self._client.answer(endpoint, self._client.call(endpoint, image=image, **arguments))


def plan(kinds: Sequence[str], client: int, count: int) -> list[str]:
    """Says what a client asks for: as much of each kind as the others, in an order of its own.

    Args:
        kinds: In their shares.
        client: Which client.
        count: How many requests.
    """
    wanted = [kinds[number % len(kinds)] for number in range(count)]
    random.Random(client).shuffle(wanted)
    return wanted


def at_once(visitors: Sequence[Visitor], do: Callable[[Visitor], None]) -> None:
    """Has all visitors do something at the same time, and waits for all."""
    threads = [threading.Thread(target=do, args=(visitor,), daemon=True) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def crowd(place: Place, known: Known, count: int) -> tuple[int, int, Counter[str]]:
    """Lets many clients ask in the same moment, none of whom asks again.

    Args:
        place: The server.
        known: The photo of all.
        count: How many.

    Returns:
        How many got the right answer, how many were told in the right words that there are too many, and what became of
        the others.
    """
    barrier, lock, found = threading.Barrier(count), threading.Lock(), Counter()

    def ask(_: Visitor) -> None:
        try:
            ending = _ask_together(Client(place), known, barrier)
        except threading.BrokenBarrierError:
            ending = "another client could not even upload its photo"
        except Exception as error:
            # Whatever it was, the others must not wait for this one.
            barrier.abort()
            ending = f"{type(error).__name__}: {error}"
        with lock:
            found[ending] += 1

    at_once([Visitor(place, number, [known], []) for number in range(count)], ask)
    return found.pop(_ANSWERED, 0), found.pop(BUSY, 0), found


def _ask_together(client: Client, known: Known, barrier: threading.Barrier) -> str:
    image = client.upload(known.content)
    barrier.wait(_TOGETHER_SECONDS)
    try:
        return _compare(known, client.answer("inspect", client.call("inspect", image=image))) or _ANSWERED
    except BusyError as words:
        return str(words)


def _compare(known: Known, answer: dict) -> str:
    return known.difference(answer["photo"]["sha256"], [face["probability_fake"] for face in answer["faces"]])
