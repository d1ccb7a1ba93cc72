"""Which of a file's arrays are which weights of an Experiment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from playground.experiment import Experiment
from playground.formats.errors import FileError

UNUSED = "num_batches_tracked"  # PyTorch counts batches; nothing reads it
Shapes = Mapping[str, tuple[int, ...]]


def match(experiment: Experiment, found: Shapes) -> dict[str, str]:
    """For every weight of the Experiment, "0.weight", the name that the file has for it.

    Modules may be called by their place in an nn.Sequential with activations in between ("0", "2")
    or by words ("conv1", "fc1"), all of them with the same words before ("model."). Where names and
    shapes leave a doubt, or something is missing or left over, a FileError says what.
    """
    wanted = {
        row.position: {
            parameter.name: tuple(parameter.shape)
            for parameter in row.layer.parameters(row.input_shape)
        }
        for row in experiment.plan().rows
    }
    layers = {position: shapes for position, shapes in wanted.items() if shapes}
    names = {
        f"{position}.{name}": shape
        for position, shapes in layers.items()
        for name, shape in shapes.items()
        if not name.endswith(UNUSED)
    }
    given = {name: tuple(shape) for name, shape in found.items() if not name.endswith(UNUSED)}
    if given == names:
        return dict(zip(names, names, strict=True))
    modules = _modules(layers, given)
    pairs = {
        f"{position}.{name}": f"{module}{name}"
        for position, module in modules.items()
        for name in layers[position]
        if not name.endswith(UNUSED)
    }
    if left := sorted(set(given) - set(pairs.values())):
        raise FileError(
            f"The file holds weights that this experiment does not have: {', '.join(left[:3])}."
        )
    return pairs


def _modules(layers: dict[int, dict[str, tuple[int, ...]]], given: Shapes) -> dict[int, str]:
    """The words that stand before a layer's weights in the file, by position."""
    kinds: dict[tuple, list[int]] = {}
    for position, shapes in layers.items():
        kind = tuple(
            sorted(
                ((name, shape) for name, shape in shapes.items() if not name.endswith(UNUSED)),
                key=lambda entry: -math.prod(entry[1]),
            )
        )
        kinds.setdefault(kind, []).append(position)
    modules: dict[int, str] = {}
    for kind in sorted(kinds, key=len, reverse=True):  # blocks before what looks like their parts
        taken = tuple(modules.values())
        first, shape = kind[0]
        fitting = [name[: -len(first)] for name in given if name.endswith(first)]
        fitting = [
            module
            for module in fitting
            if (not module or module.endswith("."))
            and not any(word and module.startswith(word) for word in taken)
            and all(given.get(module + name) == shape for name, shape in kind)
        ]
        positions = kinds[kind]
        if len(fitting) != len(positions):
            raise FileError(
                f"The weights do not belong to this experiment: {len(positions)} of its layers "
                f"have {first} of shape {list(shape)}, and {len(fitting)} modules in the file do."
            )
        modules |= zip(positions, _ordered(fitting), strict=True)
    return modules


def _ordered(modules: list[str]) -> list[str]:
    """Modules that look alike, in the order of their numbers: "conv2." before "conv10."."""
    if len(modules) < 2:
        return modules
    split = {module: re.findall(r"\d+|\D+", module) for module in modules}
    shapes = {
        tuple("#" if part.isdecimal() else part for part in parts) for parts in split.values()
    }
    if len(shapes) > 1:
        raise FileError(
            "The weights cannot be told apart: the modules "
            f"{', '.join(module.rstrip('.') for module in sorted(modules)[:4])} hold "
            "arrays of the same shapes, and their names are in no order."
        )
    return sorted(
        modules, key=lambda module: [int(part) for part in split[module] if part.isdecimal()]
    )
