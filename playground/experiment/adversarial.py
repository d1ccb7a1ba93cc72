"""The adversary of a generator: what the other network is, and how the two take turns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from playground.experiment.parts import FROZEN, AnyOf, Part

MOST_LAYERS = 64
CHANGES = ("steps",)  # what may change while a Run trains, besides options of parts


class Adversarial(BaseModel):
    """What stands against the generator, whose layers and optimizer are the Experiment's own.

    The generator is what stays when training is over: it is exported, asked and shown as any other
    network, and reads noise [N, noise]. The discriminator reads samples and is only its teacher.
    """

    model_config = FROZEN
    loss: Annotated[Part, AnyOf("game")] = Field(
        default={"type": "non_saturating"},
        validate_default=True,
        description="What both networks play for.",
    )
    noise: int = Field(
        default=2,
        strict=True,
        ge=1,
        le=1024,
        description="How many random numbers the generator makes a sample of.",
    )
    distribution: Literal["normal", "uniform"] = Field(
        default="normal",
        description="How they are drawn. normal: from N(0, 1); uniform: evenly from −1 to 1.",
    )
    steps: int = Field(
        default=1,
        strict=True,
        ge=1,
        le=20,
        description="How many steps the discriminator makes before each of the generator's.",
    )
    layers: tuple[Annotated[Part, AnyOf("layer")], ...] = Field(
        max_length=MOST_LAYERS, description="The discriminator's layers."
    )
    optimizer: Annotated[Part, AnyOf("optimizer")] = Field(
        default={"type": "adam"},
        validate_default=True,
        description="The discriminator's optimizer.",
    )

    def described(self, defaults: bool = True) -> dict[str, Any]:
        """As nested dictionaries, with or without what is as by default."""
        description: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value: Any = getattr(self, name)
            if isinstance(value, Part):
                value = value.described(defaults)
            elif name == "layers":
                value = [layer.described(defaults) for layer in value]
            if defaults or value != field.get_default():
                description[name] = value
        return description

    def live_changes(self, after: Adversarial) -> dict[tuple[str, str], float] | None:
        """What differs, by kind and name of live options; None where that needs a new Run."""
        if (self.noise, self.distribution) != (after.noise, after.distribution):
            return None
        if len(self.layers) != len(after.layers):
            return None
        pairs: list[tuple[str, Part, Part]] = [
            ("game", self.loss, after.loss),
            ("discriminator optimizer", self.optimizer, after.optimizer),
        ]
        for number, (one, other) in enumerate(zip(self.layers, after.layers, strict=True)):
            pairs.append((f"discriminator layer {number}", one, other))
        changes: dict[tuple[str, str], float] = {}
        for kind, one, other in pairs:
            changed = one.live_changes(other)
            if changed is None:
                return None
            changes |= {(kind, option): value for option, value in changed.items()}
        for name in CHANGES:
            if getattr(self, name) != getattr(after, name):
                changes["adversarial", name] = getattr(after, name)
        return changes
