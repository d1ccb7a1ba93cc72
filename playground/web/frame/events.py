"""What the live components may send: a model for every event, and the door it comes through.

A browser can send anything. What is no event of ours is refused in silence, with a line in the
log; who hears an event gets it typed and bounded, and has only to see whether it still fits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import count
from typing import Annotated, Any, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, ValidationError
from pydantic_core import from_json

from playground.data import strokes

Index = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[int, Field(ge=0, lt=2**53)]  # as far as JavaScript counts
Word = Annotated[str, Field(max_length=100)]
Neighbour = Literal[-1, 1]
Place = Annotated[
    list[Annotated[int, Field(ge=0, le=strokes.UNITS)]], Field(min_length=2, max_length=2)
]

_refused = count(1)


class Event(BaseModel):
    """A message of a component; numbers are numbers, never text, and always finite."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class Cell(Event):
    """A number in a network: `flow`, `inside_cell`, `unrolled`."""

    layer: Index
    place: Index


class Click(Event):
    """A point of a chart, in the units of its axes: `live_plotly`."""

    x: float
    y: float


class Spot(Event):
    """A place of a plane, in shares of it from the left and from the top: `latent`."""

    number: Number
    x: Annotated[float, Field(ge=0, le=1)]
    y: Annotated[float, Field(ge=0, le=1)]


class Stroke(Event):
    """A stroke of the brush on the map, the n-th of its page; xy: x, y, x, y, …"""

    n: Number
    verb: Literal["add", "erase", "clear", "undo"]
    kind: Annotated[int | float, Field(ge=-1, le=100)] | None = None
    reach: float = 0.45
    xy: list[float] = []


class Strokes(Event):
    """Strokes that Python may not have heard of yet: `live_plotly`."""

    strokes: list[Stroke]


class Drawing(Event):
    """All that is drawn on the pad, the number-th message since `version` was put there."""

    number: Number
    version: Number
    strokes: list[Annotated[list[Place], Field(min_length=1)]]


class Kernel(Event):
    """The weights of a square kernel, row by row: `sliding`."""

    number: Number
    weights: Annotated[list[Annotated[float, Field(ge=-1000, le=1000)]], Field(max_length=25)]


class Units(Event):
    """One neuron more or less in a layer: `network`."""

    verb: Literal["units"]
    layer: Index
    by: Neighbour


class Activation(Event):
    """Another curve for a layer: `network`."""

    verb: Literal["activation"]
    layer: Index
    name: Word


class Addition(Event):
    """A layer before the one that stands there now: `network`."""

    verb: Literal["add"]
    layer: Index
    kind: Word | None = None


class OfLayer(Event):
    """Take a layer away, or open its settings: `network`."""

    verb: Literal["remove", "settings"]
    layer: Index


class Move(Event):
    """A layer and its neighbour change places: `network`."""

    verb: Literal["move"]
    layer: Index
    by: Neighbour


class Choice(Event):
    """A weight, or without `source` a bias, to be explained: `network`."""

    verb: Literal["choose"]
    layer: Index
    to: Index
    source: Index | None = Field(alias="from")


class Weight(Event):
    """Another value for a weight: `network`."""

    verb: Literal["weight"]
    layer: Index
    to: Index
    source: Index = Field(alias="from")
    value: float


class Bias(Event):
    """Another value for a bias: `network`."""

    verb: Literal["bias"]
    layer: Index
    to: Index
    value: float


Edit = Annotated[
    Units | Activation | Addition | OfLayer | Move | Choice | Weight | Bias,
    Field(discriminator="verb"),
]


class PinAct(Event):
    """What to do with a pinned run: `runs`."""

    verb: Literal["open", "remove", "rename"]
    run: Word
    name: Word = ""


class Opening(Event):
    """A lesson to open: `lessons`."""

    lesson: Word


class Choosing(Event):
    """The lessons ticked for a lecture, in their order: `lessons`."""

    lessons: Annotated[list[Word], Field(max_length=100)]


class Press(Event):
    """A key, or a button of the bar, in a lecture: `lecture`. number: of an answer."""

    verb: Literal["next", "back", "leave", "play", "answer"]
    number: Annotated[int, Field(ge=1, le=3)] | None = None


class Look(Event):
    """A node of the drawn tree, or another tree, to look at: `tree`."""

    verb: Literal["node", "tree"]
    number: Index


EVENTS: dict[tuple[str, str], TypeAdapter[Any]] = {
    ("flow", "cell"): TypeAdapter(Cell),
    ("inside_cell", "cell"): TypeAdapter(Cell),
    ("latent", "spot"): TypeAdapter(Spot),
    ("lecture", "press"): TypeAdapter(Press),
    ("lessons", "choose"): TypeAdapter(Choosing),
    ("lessons", "open"): TypeAdapter(Opening),
    ("live_plotly", "click"): TypeAdapter(Click),
    ("live_plotly", "paint"): TypeAdapter(Strokes),
    ("network", "edit"): TypeAdapter(Edit),
    ("pad", "drawing"): TypeAdapter(Drawing),
    ("runs", "act"): TypeAdapter(PinAct),
    ("sliding", "kernel"): TypeAdapter(Kernel),
    ("surface", "start"): TypeAdapter(Spot),
    ("tour", "skip"): TypeAdapter(StrictBool),
    ("unrolled", "cell"): TypeAdapter(Cell),
    ("tray", "remove"): TypeAdapter(Annotated[Number, Field(strict=True)]),
    ("tree", "look"): TypeAdapter(Look),
}


def deliver(component: str, key: str, event: str, act: Callable[[Any], object]) -> None:
    """Hand the event that the component mounted as `key` has sent to `act`; for call-backs."""
    value = st.session_state[key].get(event)
    if value is not None and (message := read(component, event, value)) is not None:
        act(message)


def read(component: str, event: str, value: object) -> Any:
    """An event as its model; None, and a line in the log, where it is none."""
    try:
        return EVENTS[component, event].validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        refuse(f"{event} of {component}: {first['type']}")
        return None


def readable(text: str) -> bool:
    """Whether a message is JSON that is worth looking at: finite numbers, no endless nesting."""
    try:
        from_json(text, allow_inf_nan=False)
    except ValueError:
        refuse("a message that cannot be read")
        return False
    return True


def refuse(what: str) -> None:
    """A line in the log, without a word of the visitor's."""
    logging.getLogger(__name__).warning("refused, the %d. time: %s", next(_refused), what)
