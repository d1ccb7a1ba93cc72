"""The parts of an Experiment: one pydantic model for every registered piece, made from its options.

A part is pure data, `{"type": "dense", "units": 4, …}`; `Part.make` builds the piece it describes.
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from playground.engine import registry

FROZEN = ConfigDict(frozen=True, extra="forbid")


class Part(BaseModel):
    """What all parts can do. The subclasses come from the registry."""

    model_config = FROZEN
    kind: ClassVar[str]
    type: str

    def make(self) -> Any:
        """The engine's or the data's piece that this part describes."""
        return registry.make(self.kind, self.model_dump())

    def described(self, defaults: bool = True) -> dict[str, Any]:
        """The part as JSON says it: without what is empty by default, or without any default."""
        description: dict[str, Any] = {"type": self.type}
        for option in registry.options(registry.get(self.kind, self.type)):
            value = getattr(self, option.name)
            if value != option.default or (defaults and value is not None):
                description[option.name] = list(value) if isinstance(value, tuple) else value
        return description

    def live_changes(self, other: Part) -> dict[str, float] | None:
        """What is other in `other`, if all of it may change while a Run trains; else None."""
        if other.type != self.type:
            return None
        changes = {}
        for option in registry.options(registry.get(self.kind, self.type)):
            value = getattr(other, option.name)
            if value != getattr(self, option.name):
                if not option.live:
                    return None
                changes[option.name] = value
        return changes

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Every option of the piece is an attribute."""


def _plain_zero(value: float) -> float:
    """−0.0 becomes 0.0: equal Experiments must read the same."""
    return value + 0.0


Real = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(_plain_zero)]


def _distinct(value: tuple) -> tuple:
    if len(set(value)) < len(value):
        raise PydanticCustomError("repeated", "Each may be named only once")
    return value


def _annotation(option: registry.Option) -> Any:
    """The option's type with its bounds, in pydantic's words."""
    if option.choices is not None:
        kind: Any = Literal[option.names()]
    elif option.type is float:
        kind = Real
    else:
        kind = Annotated[option.type, Field(strict=True)]
    bounds: dict[str, Any] = {"ge": option.minimum, "le": option.maximum, "gt": option.above}
    given = {key: bound for key, bound in bounds.items() if bound is not None}
    kind = Annotated[kind, Field(**given)]
    if option.many:
        kind = Annotated[tuple[kind, ...], Field(min_length=1, max_length=option.most)]
        if option.choices is not None:
            kind = Annotated[kind, AfterValidator(_distinct)]
    return kind | None if option.optional else kind


def _whole(part: Part) -> Part:
    """What the piece itself has to say against its options taken together."""
    part.make().check()
    return part


@functools.cache
def part(piece: type[Any]) -> type[Part]:
    """The model of one registered piece."""
    fields: dict[str, Any] = {"type": (Literal[piece.type], ...)}
    for option in registry.options(piece):
        facts = Field(default=option.default, title=option.title, description=option.help)
        fields[option.name] = (_annotation(option), facts)
    checks: dict[str, Any] = (
        {"whole": model_validator(mode="after")(_whole)} if hasattr(piece, "check") else {}
    )
    model = create_model(
        piece.__name__, __base__=Part, __doc__=piece.__doc__, __validators__=checks, **fields
    )
    model.kind = piece.kind
    return model


class AnyOf:
    """Marks a field as "one of the pieces of this kind, told apart by `type`", or none."""

    def __init__(self, kind: str, optional: bool = False) -> None:
        self.kind, self.optional = kind, optional

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        choices = tuple(part(registry.get(self.kind, name)) for name in registry.names(self.kind))
        union = functools.reduce(operator.or_, choices)
        known: Any = Annotated[union, Field(discriminator="type")]
        return handler.generate_schema(known | None if self.optional else known)
