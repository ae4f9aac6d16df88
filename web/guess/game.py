"""The state of a game; it stays on the server, so that the truth isn't on the page before the guess."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Game:
    """How far a visitor is.

    Attributes:
        order: Which picture each round shows, as indices.
        position: The round that is shown, from 0; the number of rounds when all are over.
        answered: Whether that round's truth has been told.
        visitor: How often the visitor was right.
        detector: How often the detector was right.
    """

    order: tuple[int, ...]
    position: int = 0
    answered: bool = False
    visitor: int = 0
    detector: int = 0

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(self.order)

    @property
    def over(self) -> bool:
        """Whether all rounds were played."""
        return self.position == self.rounds

    @property
    def last(self) -> bool:
        """Whether the round that is shown is the last one."""
        return self.position == self.rounds - 1

    @property
    def told(self) -> int:
        """Of how many rounds the truth has been told."""
        return self.position + self.answered

    def answer(self, visitor: bool, detector: bool) -> Game:
        """Gives the game after a guess; the truth of a round is told once.

        Args:
            visitor: Whether the visitor was right.
            detector: Whether the detector was.

        Returns:
            The game; unchanged if there is nothing to be guessed.
        """
        if self.answered or self.over:
            return self
        return replace(self, answered=True, visitor=self.visitor + visitor, detector=self.detector + detector)

    def go_on(self) -> Game:
        """Gives the game at its next round; unchanged before the guess."""
        return replace(self, position=self.position + 1, answered=False) if self.answered else self


def deal(count: int) -> Game:
    """Begins a game with all pictures, of which there are `count`, in a random order."""
    return Game(tuple(random.sample(range(count), count)))
