"""A Descent: optimizers on a surface, from one start; only data, as an Experiment is."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, ValidationError, model_validator

from playground.data import SEEDS, surfaces
from playground.data.grammar import FormulaError
from playground.engine import registry
from playground.experiment import link_text
from playground.experiment.link_text import LinkError
from playground.experiment.parts import FROZEN, AnyOf, Part, Real

MOST_STEPS = 2000
FIRST = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")  # ways of a first visit
MOMENTUM = 0.9  # where one is asked for
LADDER = [float(f"{digit}e{power}") for power in range(-4, 1) for digit in (1, 1.5, 2, 3, 5, 7)]
RATES = (*LADDER, 10.0)  # that are offered
ASIDE = (1 / 14, 1 / 28)
FARTHEST = 1e6  # from the middle, of a start

Place = Annotated[Real, Field(ge=-FARTHEST, le=FARTHEST)]


class Descent(BaseModel):
    """A surface, a start, some optimizers, and how many steps each takes.

    surface: a name of `surfaces.SURFACES`, or "own" with an `expression`, on a map that reaches
    from −reach to +reach. start: empty where the surface's own is meant. seed: moves the start a
    little by chance; 0 does not.

    >>> Descent(surface="bowl").ground.title
    'Bowl'
    """

    model_config = FROZEN
    version: Literal[1] = 1
    surface: Literal[(*surfaces.SURFACES, surfaces.OWN)] = "ravine"  # type: ignore[valid-type]
    expression: str = Field(default="", max_length=200)
    reach: Annotated[Real, Field(ge=0.1, le=100)] = 4.0
    start: tuple[Place, Place] | None = None
    seed: int = Field(default=0, strict=True, ge=0, le=SEEDS)
    steps: int = Field(default=200, strict=True, ge=1, le=MOST_STEPS)
    optimizers: tuple[Annotated[Part, AnyOf("optimizer")], ...] = Field(
        default=(), max_length=12, validate_default=True
    )

    @model_validator(mode="after")
    def _ground(self) -> Descent:
        if self.surface == surfaces.OWN:
            surfaces.own(self.expression, self.reach)  # FormulaError is a ValueError
        return self

    @property
    def ground(self) -> surfaces.Surface:
        """The surface itself."""
        if self.surface == surfaces.OWN:
            return surfaces.own(self.expression, self.reach)
        return surfaces.SURFACES[self.surface]

    @property
    def origin(self) -> tuple[float, float]:
        """Where all begin: with a seed up to ± `ASIDE` of the map's width and height beside it."""
        x, y = self.start or self.ground.start
        if not self.seed:
            return x, y
        ground, (right, up) = self.ground, np.random.default_rng(self.seed).uniform(-1, 1, 2)
        width, height = ground.right - ground.left, ground.top - ground.bottom
        return x + ASIDE[0] * width * right, y + ASIDE[1] * height * up

    def changed(self, **fields: Any) -> Descent:
        """With other fields; ValidationError where they do not fit."""
        return Descent.model_validate(self.described() | fields)

    def described(self) -> dict[str, Any]:
        """As JSON says it."""
        return {
            **self.model_dump(exclude_defaults=True, exclude={"optimizers"}),
            "optimizers": [part.described(defaults=False) for part in self.optimizers],
        }

    def to_link(self) -> str:
        """A token for an address."""
        return link_text.pack(json.dumps(self.described(), separators=(",", ":")))

    @classmethod
    def from_link(cls, token: str) -> Descent:
        """The opposite of `to_link`; LinkError says what is wrong."""
        try:
            return cls.model_validate(json.loads(link_text.unpack(token)))
        except LinkError:
            raise
        except FormulaError as error:
            raise LinkError(str(error)) from None
        except (ValidationError, ValueError, RecursionError):
            raise LinkError("This link holds no descent of ours.") from None


def ways() -> dict[str, dict[str, Any]]:
    """Every optimizer there is, by a name of its own: SGD also with its momentum, and Nesterov's.

    What has a momentum and may look ahead along it is three ways down; all others are one.
    """
    known: dict[str, dict[str, Any]] = {}
    for piece in registry.pieces("optimizer"):
        known[piece.type] = {"type": piece.type}
        if {"momentum", "nesterov"} <= {option.name for option in registry.options(piece)}:
            known["momentum"] = {"type": piece.type, "momentum": MOMENTUM}
            known["nesterov"] = known["momentum"] | {"nesterov": True}
    return known


def way(optimizer: Part) -> str:
    """The name in `ways` that an optimizer goes by."""
    described = optimizer.described()
    if described.get("momentum") and "nesterov" in described:
        return "nesterov" if described["nesterov"] else "momentum"
    return optimizer.type


def title(name: str) -> str:
    """What people call a way down."""
    named = {"momentum": "Momentum", "nesterov": "Nesterov"}
    return named.get(name) or registry.get("optimizer", name).title


def first() -> Descent:
    """What a first visit finds."""
    rate = {"learning_rate": surfaces.SURFACES["ravine"].rate}
    return Descent.model_validate(
        {"optimizers": [known | rate for name, known in ways().items() if name in FIRST]}
    )
