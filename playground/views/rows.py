"""A layer in a few words: its short name, its symbol, and what matters about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.engine import registry, words
from playground.experiment import numerals


def icon(layer: dict[str, Any]) -> str:
    """The symbol of its kind."""
    return registry.get("layer", layer["type"]).icon


def title(layer: dict[str, Any]) -> str:
    """The layer's name as users read it."""
    return registry.get("layer", layer["type"]).title


def short(layer: dict[str, Any]) -> str:
    """The name in a row, where there is little room."""
    return registry.get("layer", layer["type"]).label()


def summary(layer: dict[str, Any]) -> str:
    """What matters about a layer in a few characters: 6 of 5×5 /2, ReLU (/2: stride 2)."""
    piece = registry.make("layer", layer)
    shared = (tell(piece) for name, tell in FACTS if hasattr(piece, name))
    parts = [piece.notes() or next(shared, "")]
    parts += [word for name, word in FLAGS if getattr(piece, name, False) is True]
    curve = registry.get("activation", piece.curve) if piece.curve else None
    if curve and (piece.adjusts or curve.forward):
        parts.append(curve.title)
    return ", ".join(part for part in parts if part)


def _windows(piece: Any) -> str:
    return f"{piece.filters} of {words((piece.kernel_size,) * 2)}{_stride(piece, 1)}"


def _pool(piece: Any) -> str:
    return words((piece.pool_size,) * 2) + _stride(piece, piece.pool_size)


def _stride(piece: Any, usual: int) -> str:
    stride = getattr(piece, "stride", None) or usual
    return f" /{stride}" if stride != usual else ""


def _units(piece: Any) -> str:
    deep = getattr(piece, "num_layers", 1)
    return f"{deep} of {piece.units}" if deep > 1 else str(piece.units)


FACTS: tuple[
    tuple[str, Callable[[Any], str]], ...
] = (  # of options that layers share, the first tells
    ("filters", _windows),
    ("pool_size", _pool),
    ("units", _units),
    ("rate", lambda piece: f"{numerals.short(100 * piece.rate, 6)} %"),
    ("shape", lambda it: words(it.shape)),
)
FLAGS = (("bidirectional", "both ways"), ("return_sequences", "every step"))
