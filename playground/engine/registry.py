"""Every choice a user has, found by kind and name.

A choice is a class with bounded fields. ``@register("layer", "dense")`` turns it into a frozen
dataclass and files it; the page's forms, the JSON, the link, the reference and the generated
tests all read what is filed here, so a new piece needs no second place.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, TypeVar, dataclass_transform

KINDS = (
    "layer",
    "activation",
    "loss",
    "game",
    "optimizer",
    "initializer",
    "regularizer",
    "schedule",
    "augmentation",
    "data",
    "tree",
    "hybrid",
)


class Piece:
    """What every registered class bears; `register` fills it in."""

    kind: ClassVar[str]
    type: ClassVar[str]  # its name, as JSON says it
    title: ClassVar[str]
    phrase: ClassVar[str]  # how it reads inside a sentence, options in braces
    name: str  # the same as `type`, unless the piece has an option of that name


_Class = TypeVar("_Class", bound=Piece)
_pieces: dict[str, dict[str, type[Any]]] = {kind: {} for kind in KINDS}


@dataclass(frozen=True)
class Option:
    """One field of a piece: its type, its bounds, and the words that teach it."""

    name: str
    type: type
    default: Any
    help: str
    title: str
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None  # an open lower bound: value > above
    choices: str | tuple[str, ...] | None = None  # names, or the kind whose names are meant
    optional: bool = False  # None is allowed, and says "derive it"
    many: bool = False  # a tuple of such values
    most: int = 16  # of many
    live: bool = False  # may change while a Run trains

    @property
    def low(self) -> float:
        """The least value of a number."""
        return -math.inf if self.minimum is None else self.minimum

    @property
    def high(self) -> float:
        """The greatest value of a number."""
        return math.inf if self.maximum is None else self.maximum

    def names(self) -> tuple[str, ...]:
        """The allowed words of a choice."""
        if isinstance(self.choices, str):
            return tuple(names(self.choices))
        return tuple(self.choices or ())


def _field(type_: type, default: Any, help: str, **facts: Any) -> Any:
    return dataclasses.field(default=default, metadata={"option": (type_, help, facts)})


def integer(default: int | None, minimum: int, maximum: int, help: str, **facts: Any) -> Any:
    """A whole number from `minimum` to `maximum`."""
    return _field(int, default, help, minimum=minimum, maximum=maximum, **facts)


def real(default: float, minimum: float, maximum: float, help: str, **facts: Any) -> Any:
    """A finite number from `minimum` to `maximum`."""
    return _field(float, default, help, minimum=minimum, maximum=maximum, **facts)


def integers(
    default: tuple[int, ...] | None, minimum: int, maximum: int, help: str, **facts: Any
) -> Any:
    """Some whole numbers, each from `minimum` to `maximum`, as in a shape."""
    return _field(int, default, help, minimum=minimum, maximum=maximum, many=True, **facts)


def flag(default: bool, help: str, **facts: Any) -> Any:
    """Yes or no."""
    return _field(bool, default, help, **facts)


def choice(default: str, choices: str | tuple[str, ...], help: str, **facts: Any) -> Any:
    """One word of `choices`: a tuple of words, or the name of a kind."""
    return _field(str, default, help, choices=choices, **facts)


def text(help: str, **facts: Any) -> Any:
    """Any text, empty by default; a piece's `check` says what it may be."""
    return _field(str, "", help, **facts)


def several(default: tuple[str, ...], choices: tuple[str, ...], help: str, **facts: Any) -> Any:
    """Some words of `choices`, each at most once, in any order."""
    return _field(str, default, help, choices=choices, many=True, **facts)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def register(
    kind: str, name: str, title: str = "", phrase: str | None = None
) -> Callable[[type[_Class]], type[_Class]]:
    """File a class under `kind` and `name`; its docstring's first line explains it to users.

    The class becomes a frozen dataclass and gets what `Piece` names.
    """

    def file(cls: type[_Class]) -> type[_Class]:
        piece: type[_Class] = dataclass(frozen=True, kw_only=True)(cls)
        known = _pieces[kind].get(name)
        same = known and (known.__module__, known.__qualname__) == (
            cls.__module__,
            cls.__qualname__,
        )
        if known is not None and not same:
            raise ValueError(f"two pieces are called {kind} {name!r}")
        piece.kind, piece.name, piece.type = kind, name, name
        piece.title = title or name.replace("_", " ").capitalize()
        piece.phrase = piece.title if phrase is None else phrase
        _pieces[kind][name] = piece
        return piece

    return file


def discover(package: ModuleType) -> None:
    """Import every module of a package, so that the pieces in it file themselves."""
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def names(kind: str) -> list[str]:
    """The names filed under a kind, in the order in which they were filed."""
    return list(_pieces[kind])


def get(kind: str, name: str) -> Any:
    """The class called `name`; KeyError lists what there is."""
    try:
        return _pieces[kind][name]
    except KeyError:
        known = ", ".join(names(kind))
        raise KeyError(f"no {kind} is called {name!r}; there are {known}") from None


def pieces(kind: str) -> Iterator[type[Any]]:
    """Every class of a kind."""
    return iter(tuple(_pieces[kind].values()))


def options(piece: type[Any]) -> list[Option]:
    """The fields of a piece that a user may set."""
    entries = []
    for field in dataclasses.fields(piece):
        if "option" not in field.metadata:
            continue
        type_, help_, facts = field.metadata["option"]
        title = facts.get("title") or field.name.replace("_", " ").capitalize()
        rest = {key: value for key, value in facts.items() if key != "title"}
        entries.append(Option(field.name, type_, field.default, help_, title, **rest))
    return entries


def phrase(piece: Any) -> str:
    """A piece and what matters of its options, as it reads inside a sentence.

    >>> phrase(make("regularizer", {"type": "l2", "rate": 0.1}))
    'L2 penalty 0.1'
    """
    return type(piece).phrase.format(**describe(piece))


def make(kind: str, description: Mapping[str, Any]) -> Any:
    """Build a piece from ``{"type": name, option: value, …}``."""
    values = dict(description)
    piece = get(kind, values.pop("type"))
    for option in options(piece):
        if option.many and values.get(option.name) is not None:
            values[option.name] = tuple(values[option.name])
    return piece(**values)


def describe(piece: Any) -> dict[str, Any]:
    """The opposite of `make`, in JSON's kinds of values."""
    description = {"type": type(piece).type}
    for option in options(type(piece)):
        value = getattr(piece, option.name)
        description[option.name] = list(value) if isinstance(value, tuple) else value
    return description
