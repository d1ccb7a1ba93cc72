"""Layers that change the shape of their input, or apply an activation by itself."""

import math

from playground.engine import activations, registry
from playground.engine.layer import Layer


@registry.register("layer", "flatten", "Flatten")
class Flatten(Layer):
    """Lays all maps out as one row of numbers."""

    def output_shape(self, shape):
        return (math.prod(shape),)

    def emit(self, build, x):
        return build.reshape(x, (x.size,))


@registry.register("layer", "activation", "Activation")
class Activation(Layer):
    """Applies an activation to every number by itself."""

    name: str = registry.choice("relu", "activation", "Which curve to apply.")

    def output_shape(self, shape):
        return shape

    def emit(self, build, x):
        return activations.emit(build, self.name, x, in_place=False)
