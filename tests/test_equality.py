"""What holds arrays can be compared: it equals itself alone.

A dataclass compares field by field, and whether two arrays are equal is no yes or no.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing

import numpy as np
import pytest

import playground


def modules():
    """Every module of the package that can be imported here."""
    for found in pkgutil.walk_packages(playground.__path__, "playground."):
        try:
            yield importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("playground"):
                raise


def hints(cls) -> dict:
    """The types of a dataclass's fields."""
    known = typing.get_type_hints(cls)
    return {field.name: known[field.name] for field in dataclasses.fields(cls)}


def holds(annotation, inside=()) -> bool:
    """Whether a value of this type has arrays in it; `inside`: the dataclasses around it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if np.ndarray in (annotation, origin):
        return True
    if dataclasses.is_dataclass(annotation) and annotation not in inside:
        return any(holds(hint, (*inside, annotation)) for hint in hints(annotation).values())
    if origin in (list, tuple, dict, set, types.UnionType, typing.Union, typing.Annotated):
        return any(holds(argument, inside) for argument in arguments)
    return False


def example(annotation, inside=()):
    """A value of the type with an array wherever there may be one; None where there may not."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if np.ndarray in (annotation, origin):
        return np.arange(3.0)
    if not holds(annotation, inside):
        return None
    if dataclasses.is_dataclass(annotation):
        return instance(annotation, inside)
    held = example(next(each for each in arguments if holds(each, inside)), inside)
    if origin in (list, tuple):
        return origin([held])
    return {"a": held} if origin is dict else held


def instance(cls, inside=()):
    """One of a dataclass, its fields filled by their types alone."""
    made = object.__new__(cls)
    for name, hint in hints(cls).items():
        object.__setattr__(made, name, example(hint, (*inside, cls)))
    return made


HOLDERS = sorted(
    {
        member
        for module in modules()
        for member in vars(module).values()
        if inspect.isclass(member) and member.__module__.startswith("playground.")
        if dataclasses.is_dataclass(member) and holds(member)
    },
    key=lambda cls: (cls.__module__, cls.__name__),
)


def test_the_holders_of_arrays_are_seen():
    names = {cls.__name__ for cls in HOLDERS}
    assert {"Split", "Data", "Progress", "Saved", "Snapshot", "Graph", "Step", "Scene"} <= names


@pytest.mark.parametrize("cls", HOLDERS, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_two_of_a_kind_can_be_compared(cls):
    left, right = instance(cls), instance(cls)
    assert (left == left) is True
    assert isinstance(left == right, bool) and isinstance(left != right, bool)
    assert left in [right, left]
