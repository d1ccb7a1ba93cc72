"""What the registry says of a piece holds: it can be described and built again, within its bounds.

And of the pieces that are compared with PyTorch, every option is changed in a case. That nothing
arrives untested, cases or not, is the matter of tests/pieces.
"""

from __future__ import annotations

import json
import math

import pytest

from playground.engine import registry
from tests.engine import cases, recipes

KINDS = ("layer", "activation", "loss", "optimizer", "initializer", "regularizer", "schedule")
TABLES = {
    "layer": cases.LAYERS,
    "activation": cases.ACTIVATIONS,
    "loss": cases.LOSSES,
    "optimizer": recipes.OPTIMIZERS,
    "initializer": cases.INITIALIZERS,
    "regularizer": recipes.REGULARIZERS,
    "schedule": recipes.SCHEDULES,
}
PIECES = [piece for kind in KINDS for piece in registry.pieces(kind)]
WITH_CASES = [piece for piece in PIECES if piece.type in TABLES[piece.kind]]
every_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda p: f"{p.kind} {p.type}")
every_piece_with_cases = pytest.mark.parametrize(
    "piece", WITH_CASES, ids=lambda p: f"{p.kind} {p.type}"
)


def descriptions(kind: str, name: str) -> list[dict]:
    """How the tables use a piece: its options in every case that names it."""
    if kind == "layer":
        stacks = [case.layers for case in cases.LAYERS[name]]
        return [layer for stack in stacks for layer in stack if layer["type"] == name]
    if kind == "initializer":
        return [cases.INITIALIZERS[name][0]]
    if kind == "loss":
        return [{"type": case.loss, **case.loss_options} for case in cases.LOSSES[name]]
    if kind in ("optimizer", "regularizer", "schedule"):
        return [getattr(recipe, kind) for recipe in TABLES[kind][name]]
    return []


def inside(option: registry.Option) -> list:
    """Values that an option allows: its ends, its default, every word of a choice."""
    if option.choices is not None:
        return [list(option.names())] if option.many else list(option.names())
    if option.type is bool:
        return [False, True]
    if option.many:
        return [[int(option.minimum)], [int(option.maximum)] * 2, list(option.default or (2, 3))]
    ends = [option.minimum, option.maximum, option.default]
    return [value for value in ends if value is not None] + [None] * option.optional


@every_piece_with_cases
def test_every_option_is_changed_in_a_case(piece):
    used = descriptions(piece.kind, piece.type)
    for option in registry.options(piece):
        values = [description.get(option.name, option.default) for description in used]
        assert any(value != option.default for value in values), option.name


@every_piece_with_cases
def test_every_use_is_of_the_piece(piece):
    if piece.kind == "activation":
        stacks = [case.layers for case in cases.ACTIVATIONS[piece.type]]
        uses = [{layer.get("activation", layer.get("name")) for layer in s} for s in stacks]
        assert all(piece.type in used for used in uses)
    elif piece.kind != "initializer":
        assert {use["type"] for use in descriptions(piece.kind, piece.type)} == {piece.type}


@every_piece
def test_description_and_back(piece):
    built = registry.make(piece.kind, {"type": piece.type})
    variants = [built]
    for option in registry.options(piece):
        for value in inside(option):
            description = {**registry.describe(built), option.name: value}
            variants.append(registry.make(piece.kind, description))
            assert registry.describe(variants[-1])[option.name] == value
    for variant in variants:
        told = json.loads(json.dumps(registry.describe(variant)))
        assert told["type"] == piece.type
        assert registry.make(piece.kind, told) == variant


@every_piece
def test_words_for_users(piece):
    sentence = (piece.__doc__ or "").splitlines()[0]
    assert sentence and not sentence.startswith(piece.__name__ + "("), "no docstring of its own"
    assert piece.title
    for option in registry.options(piece):
        assert option.help.endswith("."), option.name
        assert option.title


@every_piece
def test_defaults_lie_within_bounds(piece):
    for option in registry.options(piece):
        if option.choices is not None:
            chosen = option.default if option.many else [option.default]
            assert set(chosen) <= set(option.names()), option.name
        elif option.type in (int, float) and option.default is not None:
            for number in option.default if option.many else [option.default]:
                assert option.minimum <= number <= option.maximum, option.name
            assert math.isfinite(option.minimum) and math.isfinite(option.maximum)
            assert option.above is None or option.default > option.above, option.name
        if option.default is None:
            assert option.optional, option.name


def test_unknown_names_list_what_there_is():
    with pytest.raises(KeyError, match="dense"):
        registry.get("layer", "dens")
    with pytest.raises(TypeError):
        registry.make("layer", {"type": "dense", "unit": 3})


def test_two_pieces_cannot_share_a_name():
    with pytest.raises(ValueError, match="two pieces"):

        @registry.register("layer", "dense")
        class Other:
            """Not the dense layer."""
