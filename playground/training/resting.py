"""What trains for a visitor pauses while the browser is away, and goes on when it is back."""

from __future__ import annotations

from typing import Protocol


class Player(Protocol):
    """What can be played and paused."""

    _resume: bool

    @property
    def playing(self) -> bool: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...


class Resting:
    """The two verbs of a visit's absence, for whatever is a `Player`."""

    _resume = False  # whether a lost connection had stopped it

    def go_away(self: Player) -> None:
        """Pause until the visitor is back."""
        self._resume = self._resume or self.playing
        self.pause()

    def come_back(self: Player) -> None:
        """Go on where a lost connection had stopped it."""
        if self._resume:
            self._resume = False
            self.play()
