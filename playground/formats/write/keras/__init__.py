"""Keras: a program that builds the model, NAME.py, and its weights in NAME.npz.

Images have their channels last there, as Keras users have them, and weights lie in Keras' layouts.
"""

from __future__ import annotations

import io

import numpy as np

from playground.formats.write.keras import blocks, images, numbers, recurrent
from playground.formats.write.keras.program import ACTIVATIONS, LAYERS, Program
from playground.formats.write.model import Model
from playground.formats.write.script import docstring, quoted

__all__ = ["ACTIVATIONS", "LAYERS", "blocks", "files", "images", "numbers", "recurrent"]


def files(model: Model) -> dict[str, bytes]:
    """The program and its weights, by file name."""
    program = Program(model)
    copies = program.copies()
    imported = "import keras\nimport numpy as np\nfrom keras import layers"
    if "ops." in copies + "".join(program.lines):
        imported += ", ops"
    image = len(model.input_shape) == 3
    axes = ", with the channels last" if image else ""
    text = f'''\
{docstring(model, f"{model.name}.npz", axes)}

from pathlib import Path

{imported}


{copies}def build():
    """The model with new weights."""
    x = inputs = keras.Input({_last(model.input_shape)})
{"".join(f"    {line}{chr(10)}" for line in program.lines)}\
    return keras.Model(inputs, x, name={quoted(model.name.replace(" ", "_"))})


def load(weights=Path(__file__).with_suffix(".npz")):
    """The trained model."""
    model, arrays = build(), np.load(weights)
    for variable in model.weights:
        variable.assign(arrays[variable.path])
    return model


if __name__ == "__main__":
    load().summary()
'''
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **program.weights)
    return {f"{model.name}.py": text.encode(), f"{model.name}.npz": arrays.getvalue()}


def _last(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape with the channels of an image last."""
    return (*shape[1:], shape[0]) if len(shape) == 3 else shape
