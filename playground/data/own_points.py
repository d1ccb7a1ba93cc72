"""The visitor's own points: painted on the map, or read from a file."""

from __future__ import annotations

import re

import numpy as np

from playground.data import packed
from playground.data.dataset import SEEDS, Data, DataSet
from playground.data.features import FEATURES
from playground.data.toy import COLOURS, split
from playground.engine.registry import choice, integer, real, register, several, text

NAME = re.compile(r"[\w+\-./()°% ]{1,24}")  # what a class may be called: nothing that is markup


@register("data", "points", "Your points")
class Own(DataSet):
    """Points of your own: paint them on the map, or bring a CSV file.

    Two to six classes, or values from −1 to 1. Each point says itself whether it is for training,
    validation or testing (`train_fraction` only tells how new ones are dealt). `points` holds them
    as text, see `playground/data/packed.py`.
    """

    task: str = choice(
        "classification",
        ("classification", "regression"),
        "Whether a point has a class or a value.",
        title="Answers",
    )
    points: str = text("The points, packed: at most 1,200.", title="Points")
    names: str = text(
        "What the classes are called, with commas between. Empty: by their colours.",
        title="Names of the classes",
    )
    train_fraction: float = real(
        0.5,
        0.1,
        0.9,
        "The share of points to learn from. The others only test what was learned.",
        title="Share for training",
    )
    features: tuple[str, ...] = several(
        ("x1", "x2"),
        tuple(FEATURES),
        "What the network is told about each point. r: how far it "
        "lies from the middle. angle: in which direction, in radians from −π to π, counted "
        "counter-clockwise from the x₁ axis.",
        title="Inputs",
    )
    seed: int | None = integer(
        None,
        0,
        SEEDS,
        "In which order the points are dealt. Empty: the seed of the whole experiment.",
        optional=True,
        title="Seed of the order",
    )

    def check(self) -> None:
        """ValueError where the text holds no points, or a class has no possible name."""
        points = self.unpacked()
        names = self.names.split(",") if self.names else []
        if len(set(names)) < len(names) or not all(NAME.fullmatch(name) for name in names):
            raise ValueError("Classes are called by different words of at most 24 letters.")
        if names and self.task == "regression":
            raise ValueError("Points with values have no classes to be named.")
        if names and not max(2, _count(points)) <= len(names) <= packed.MOST_CLASSES:
            raise ValueError(f"{len(names)} names do not fit {max(2, _count(points))} classes.")

    def unpacked(self) -> packed.Points:
        """All of them, in the order of the text."""
        return packed.unpack(self.points, self.task)

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.features),)

    @property
    def sizes(self) -> tuple[int, int]:
        return packed.MOST_POINTS, packed.MOST_POINTS

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names given, or the colours of as many classes as there are: at least two."""
        if self.task == "regression":
            return ()
        if self.names:
            return tuple(self.names.split(","))
        return COLOURS[: max(2, _count(self.unpacked()))]

    def load(self, seed: int) -> Data:
        """The three splits, each in an order of the seed's."""
        points = self.unpacked()
        random = np.random.default_rng(seed if self.seed is None else self.seed)
        points = points.only(random.permutation(len(points)))
        parts = [points.only(points.splits == number) for number in range(len(packed.SPLITS))]
        train_split, validation, test = (
            split(part.places, part.answers, self.task, self.features) for part in parts
        )
        return self.data(train_split, validation, test, feature_names=self.features)


def _count(points: packed.Points) -> int:
    """One more than the greatest class number."""
    return int(points.answers.max()) + 1 if len(points) else 0
