"""A network and trees that learn one after the other; a Run has them in the place of a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from playground.engine import FrozenNetwork, Network, Training
from playground.engine.training import Progress
from playground.training.pair import Pair
from playground.trees import Growth
from playground.trees.hybrids import leaf_codes
from playground.trees.joined import Deep, Read, believed


class FeaturesFirst(Pair):
    """The network learns for some epochs, then trees grow on its last hidden layer.

    grow: makes trees on the features of a network as it is. What has grown stays known as long as
    the network is the one that it grew on.
    """

    def __init__(
        self,
        network: Network,
        training: Training,
        grow: Callable[[FrozenNetwork], Growth],
        epochs: int,
    ) -> None:
        self._frozen = network.snapshot()
        super().__init__(network, training, grow(self._frozen))
        self._grow, self._before = grow, epochs * training.steps_per_epoch

    @property
    def most_steps(self) -> int | None:
        """Steps and units' steps that there can be; None where the data will tell."""
        units = self.growth.most_steps
        return None if units is None else self._before + units * self.steps_per_epoch

    def _part(self, steps: int, first: bool) -> Progress | None:
        left = self._before - self.training.step
        if left > 0:
            return self._steps(min(steps, left))
        if not np.array_equal(self._frozen.flat, self.network.flat):
            self._anew()
        return self._unit(steps, first)

    def _anew(self) -> None:
        """Trees that nothing has grown of yet, on the network as it is."""
        seed, self._frozen = self.growth.seed, self.network.snapshot()
        self.growth = self._grow(self._frozen)
        self.growth.reseed(seed)

    def seek(self, step: int) -> None:
        """Go on counting from here."""
        self.training.seek(min(step, self._before))
        self.growth.seek(max(step - self._before, 0) // self.steps_per_epoch)

    def _read_grown(self, grown: Mapping[str, np.ndarray]) -> None:
        self._anew()
        super()._read_grown(grown)

    def snapshot(self) -> Deep:
        """Trees on the network's features; before they grow, the network."""
        if self.growth.shown:
            return Deep(*self.growth.snapshot().parts, self._frozen, self.seconds)
        believes = believed(self.growth.classes)
        start = np.zeros(believes.width)
        network = self.network.snapshot()
        return Deep(believes, self.growth.combine, start, (), None, network, self.seconds)


class LeavesFirst(Pair):
    """Trees grow, then a network learns to read in which leaves a sample lies.

    count, most: trees, and leaves of each, that the network has inputs for.
    """

    def __init__(
        self,
        network: Network,
        training: Training,
        growth: Growth,
        count: int,
        most: int,
    ) -> None:
        super().__init__(network, training, growth)
        self._count, self._most, self._coded = count, most, False

    most_steps: int | None = None  # a network is never done

    def _part(self, steps: int, first: bool) -> Progress | None:
        if not self.training.step and not self._grown():
            progress = self._unit(steps, first)
            if progress is not None or not self._grown():
                return progress
        if not self._coded:
            codes = leaf_codes(self.growth.snapshot(), self.growth.x, self._count, self._most)
            self.training.program.bind("x", codes)
            self._coded = True
        self.speaks = True
        return self._steps(steps)

    def _grown(self) -> bool:
        """Whether there is nothing left to grow."""
        most = self.growth.most_steps
        return most is not None and self.growth.step >= most

    def seek(self, step: int) -> None:
        """Go on counting from here."""
        self.growth.seek(step // self.steps_per_epoch)
        self.training.seek(step - self.growth.step * self.steps_per_epoch)
        self.speaks = self.training.step > 0

    def reseed(self, seed: int) -> None:
        """Draw the network's first weights, and grow other trees."""
        super().reseed(seed)
        self._coded = False

    def _read_grown(self, grown: Mapping[str, np.ndarray]) -> None:
        super()._read_grown(grown)
        self._coded = False

    def snapshot(self) -> Read:
        """The trees, and the network where it reads their leaves."""
        network = self.network.snapshot() if self.speaks else None
        parts = self.growth.snapshot().parts
        return Read(*parts, network, self.seconds, self._count, self._most)
