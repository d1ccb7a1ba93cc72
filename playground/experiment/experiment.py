"""The Experiment: the whole description of a run, and only data.

It is what the forms edit, a link carries, a file holds and a preset names. Frozen and validated:
an Experiment that exists has every number within its bounds. Whether its layers fit each other and
its loss is asked apart (`plan`, `check`): a page must be able to show a stack in the making.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from playground import data, engine
from playground.experiment import adversarial_checks, checks, link_text, presets, tree_bounds
from playground.experiment.about import About, about
from playground.experiment.adversarial import MOST_LAYERS, Adversarial
from playground.experiment.link_text import LinkError
from playground.experiment.parts import FROZEN, AnyOf, Part, Real
from playground.experiment.stop import Stop

__all__ = ["Experiment", "LinkError", "Stop", "ValidationError", "explain"]

SEEDS = data.SEEDS
ALWAYS = ("version", "seed", "data", "trees", "hybrid", "stop")  # what trees read, too
WITHOUT_NETWORK: dict[str, Any] = {"layers": (), "loss": {"type": "mse"}}
LONGEST_JSON = 100_000  # characters
DEEPEST_JSON = 12  # brackets within brackets


class Experiment(BaseModel):
    """Data, layers, loss, optimizer, penalty, starting weights, how to train and when to stop.

    With `trees` there is no network: trees grow on the same data, and a seed, the data, the trees
    and when to stop are all there is to say. The field is optional and left out where it is empty,
    so every link and file of a network reads as it always did; what only a network reads is at its
    default beside trees, so that each set-up has one description. With `hybrid` there are both.

    With `adversarial` the layers are a generator's: they read noise, and another network is their
    loss. That field is left out where it is empty, too; beside it `loss` says nothing.

    >>> Experiment.preset("circle").data.samples
    500
    """

    model_config = FROZEN
    version: Literal[1] = 1
    seed: Annotated[int, About("The seed has", control="initializer", rank=2)] = Field(
        default=1,
        strict=True,
        ge=0,
        le=SEEDS,
        description="What chance starts from: weights, points, order of samples.",
    )
    data: Annotated[
        Part,
        AnyOf("data"),
        About(
            "The points have",
            control="data",
            controls={
                "seed": "points",
                "points": "points",
                "names": "points",
                "task": "problem",
                "noise": "noise",
                "features": "inputs",
                "train_fraction": "train_fraction",
            },
            rank=0,
        ),
    ]
    trees: Annotated[
        Part | None,
        AnyOf("tree", optional=True),
        About("The trees have", "trees", control="trees"),
    ] = Field(default=None, description="Trees that grow in the place of a network.")
    hybrid: Annotated[
        Part | None,
        AnyOf("hybrid", optional=True),
        About("The work of network and trees has", "network and trees", control="trees"),
    ] = Field(default=None, description="How a network and trees share the work.")
    adversarial: Annotated[
        Adversarial | None,
        About(
            "The game has",
            "game",
            control="adversarial",
            controls={name: name for name in ("learning_rate", "layers", "activation")},
            whole=True,
        ),
    ] = Field(default=None, description="A discriminator, in the place of a loss.")
    layers: Annotated[
        tuple[Annotated[Part, AnyOf("layer")], ...],
        About("The network has", control="layers", controls={"activation": "activation"}),
    ] = Field(max_length=MOST_LAYERS)
    loss: Annotated[Part, AnyOf("loss"), About("The loss has", control="loss", rank=0)]
    optimizer: Annotated[
        Part,
        AnyOf("optimizer"),
        About(
            "The optimizer has", control="optimizer", controls={"learning_rate": "learning_rate"}
        ),
    ] = Field(default={"type": "sgd"}, validate_default=True)
    regularization: Annotated[
        Part,
        AnyOf("regularizer"),
        About(
            "The penalty has",
            "penalty",
            control="regularization",
            controls={"rate": "regularization_rate"},
        ),
    ] = Field(default={"type": "none"}, validate_default=True)
    initializer: Annotated[
        Part,
        AnyOf("initializer"),
        About("The starting weights have", "starting weights", control="initializer"),
    ] = Field(default={"type": "glorot_uniform"}, validate_default=True)
    batch_size: Annotated[int, About("The batch size has", control="batch_size")] = Field(
        default=10,
        strict=True,
        ge=1,
        le=4096,
        description="How many samples are looked at before each step.",
    )
    shuffle: Annotated[bool, About("The order has", "shuffled", control="more")] = Field(
        default=True, strict=True, description="Deal the samples in a new order in every epoch."
    )
    schedule: Annotated[
        Part,
        AnyOf("schedule"),
        About("The course of the learning rate has", "learning rate over time", control="more"),
    ] = Field(default={"type": "constant"}, validate_default=True)
    clip_norm: Annotated[
        Real,
        Field(ge=0, le=1e6),
        About(words="gradient clipped by norm", control="more", live=True),
    ] = Field(
        default=0.0,
        description="The greatest length of the whole gradient; longer ones are "
        "shortened. 0: no bound.",
    )
    clip_value: Annotated[
        Real,
        Field(ge=0, le=1e6),
        About(words="gradient clipped by value", control="more", live=True),
    ] = Field(default=0.0, description="The greatest size of a gradient's entry. 0: no bound.")
    accumulate: Annotated[
        int, About("The batches per step have", "batches a step", control="more")
    ] = Field(default=1, strict=True, ge=1, le=64, description="How many batches share one step.")
    augmentation: Annotated[
        Part,
        AnyOf("augmentation"),
        About("The training images have", "training images", control="more"),
    ] = Field(default={"type": "none"}, validate_default=True)
    stop: Annotated[Stop, About(control="more")] = Stop()

    @model_validator(mode="before")
    @classmethod
    def _described_once(cls, values: Any) -> Any:
        """Beside trees alone, what a network would read is as by default; beside a game, the loss.

        Trees have no game.
        """
        if isinstance(values, dict) and values.get("trees") is None and values.get("adversarial"):
            return {**values, "loss": WITHOUT_NETWORK["loss"]}
        if not isinstance(values, dict) or values.get("trees") is None:
            return values
        if values.get("hybrid") is not None:
            return {**values, "adversarial": None}
        own = {k: v for k, v in values.items() if k in ALWAYS or k not in cls.model_fields}
        return {**own, **WITHOUT_NETWORK}

    # ---- a stack that works ----
    def plan(self) -> engine.Plan:
        """Every layer with its shapes and counts; engine.ShapeError says which does not fit."""
        return _raised(_planned(self.layers, self.reads, self.columns))

    def pieces(self) -> list[engine.Layer]:
        """The layers as they stand on these data; engine.ShapeError where one does not fit."""
        return [row.layer for row in self.plan().rows]

    def opponent_plan(self) -> engine.Plan:
        """As `plan`, of the discriminator; ValueError where there is none."""
        if self.adversarial is None:
            raise ValueError("This experiment has no discriminator.")
        return _raised(_planned(self.adversarial.layers, self.data.make().shape, ()))

    @property
    def network(self) -> bool:
        """Whether there is a network, alone or with trees."""
        return self.trees is None or self.hybrid is not None

    @property
    def leaves(self) -> tuple[int, int]:
        """How many trees, and leaves of each, a network can read; (0, 0): it reads no leaves."""
        return tree_bounds.leaves(self)

    @property
    def reads(self) -> tuple[int, ...]:
        """The shape of what the first layer reads: an input, noise, or the leaves of all trees."""
        if self.adversarial is not None:
            return (self.adversarial.noise,)
        count, most = self.leaves
        return (count * most,) if count else self.data.make().shape

    @property
    def columns(self) -> tuple[int, ...] | None:
        """How many inputs each column takes, where the network reads a table with words as 0 and 1;
        (): it reads none; None: nothing is known of them."""
        return self.data.make().columns_of_words if self.reads == self.data.make().shape else ()

    def check(self) -> Experiment:
        """Itself, if it can be trained or asked; ValidationError says in a sentence why not."""
        _check(self)
        return self

    def mismatch(self) -> str | None:
        """Why the last layer, the loss and the data do not go together; None if they do."""
        if not self.network:
            return None
        if self.adversarial is not None:
            return adversarial_checks.mismatch(self.plan(), self.data.make())
        return checks.mismatch(self.plan().output_shape, self.loss.make(), self.data.make())

    # ---- text ----
    def described(self, defaults: bool = True) -> dict[str, Any]:
        """The Experiment as nested dictionaries, with or without what is as by default."""
        description: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value is None or (not self.network and name not in ALWAYS):
                continue
            if self.adversarial is not None and name == "loss":
                continue
            default = field.get_default()
            if isinstance(value, Part | Adversarial):
                entry: Any = value.described(defaults)
            elif name == "layers":
                entry = [layer.described(defaults) for layer in value]
            elif name == "stop":
                entry, default = value.described(defaults), {}
            else:
                entry = value
            if (defaults and name != "stop") or entry != default:
                description[name] = entry
        return description

    def to_json(self, indent: int | None = None) -> str:
        """JSON with every option written out, so that it keeps its meaning."""
        return json.dumps(self.described(), indent=indent, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes, check: bool = True) -> Experiment:
        """Read JSON; ValidationError names the field and the bound, or the layer that fails.

        With `check=False` the layers need not fit each other yet.
        """
        if len(text) > LONGEST_JSON:
            _refuse((), f"An experiment has at most {LONGEST_JSON:,} characters.", "…")
        if _depth(text) > DEEPEST_JSON:
            _refuse((), f"An experiment has at most {DEEPEST_JSON} levels of brackets.", "…")
        experiment = cls.model_validate_json(text)
        return experiment.check() if check else experiment

    def to_link(self) -> str:
        """A short token for an address (`?m=…`) that says all of this Experiment."""
        text = json.dumps(_whole(self.described(defaults=False)), separators=(",", ":"))
        return link_text.pack(text)

    @classmethod
    def from_link(cls, token: str, check: bool = True) -> Experiment:
        """The opposite of `to_link`; LinkError (a ValueError) for anything else."""
        try:
            return cls.from_json(link_text.unpack(token), check)
        except ValidationError as error:
            raise LinkError(f"This link holds no working experiment: {explain(error)}") from None

    # ---- named ones ----
    @classmethod
    def presets(cls) -> list[str]:
        """The names that `preset` knows."""
        return list(presets.PRESETS)

    @classmethod
    def preset(cls, name: str) -> Experiment:
        """A named Experiment; KeyError lists what there is."""
        if name not in presets.PRESETS:
            raise KeyError(f"no preset is called {name!r}; there are {', '.join(presets.PRESETS)}")
        return cls.model_validate(presets.PRESETS[name].experiment).check()

    # ---- changes ----
    def changed(self, **changes: Any) -> Experiment:
        """The same with other parts, given as parts or as dictionaries; validated anew."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**values, **changes})

    def live_changes(self, after: Experiment) -> dict[tuple[str, str], float] | None:
        """What differs, by kind and name of live options; None where that needs a new Run."""
        changes: dict[tuple[str, str], float] = {}
        for name in type(self).model_fields:
            old, new = getattr(self, name), getattr(after, name)
            if isinstance(old, Adversarial):
                of_game = None if new is None else old.live_changes(new)
                if of_game is None:
                    return None
                changes |= of_game
                continue
            if isinstance(old, Part):
                changed = None if new is None else old.live_changes(new)
                if changed is None:
                    return None
                changes |= {(old.kind, option): value for option, value in changed.items()}
                continue
            if name == "layers":
                of_layers = _live_in_layers(old, new)
                if of_layers is None:
                    return None
                changes |= of_layers
                continue
            if old == new or name == "stop":
                continue
            if not about(type(self), name).live:
                return None
            changes["clipping", name] = new
        return changes

    @property
    def data_seed(self) -> int:
        """The seed that the data are drawn from."""
        own = getattr(self.data, "seed", None)
        return self.seed if own is None else own

    def reseeded(self, seed: int) -> Experiment:
        """Other weights and another order of samples, on the same data."""
        points = self.data.described()
        if "seed" in type(self.data).model_fields:
            points["seed"] = self.data_seed
        return self.changed(seed=seed, data=points)


def _live_in_layers(
    old: tuple[Part, ...], new: tuple[Part, ...]
) -> dict[tuple[str, str], float] | None:
    """What differs between stacks, by "layer" and position; None where that needs a new Run."""
    if len(old) != len(new):
        return None
    changes: dict[tuple[str, str], float] = {}
    for position, (before, after) in enumerate(zip(old, new, strict=True)):
        changed = before.live_changes(after)
        if changed is None:
            return None
        changes |= {(f"layer {position}", option): value for option, value in changed.items()}
    return changes


# What is asked again and again of the same frozen parts is worked out once; so many are kept.
MOST_KNOWN = 128


@functools.lru_cache(MOST_KNOWN)
def _planned(
    layers: tuple[Part, ...], shape: tuple[int, ...], columns: tuple[int, ...] | None
) -> engine.Plan | engine.ShapeError:
    """The plan of a stack on inputs of a shape, or why there is none."""
    try:
        return engine.plan([layer.make() for layer in layers], shape, columns)
    except engine.ShapeError as error:
        return error.with_traceback(None)


def _raised(planned: engine.Plan | engine.ShapeError) -> engine.Plan:
    if isinstance(planned, engine.ShapeError):
        raise engine.ShapeError(planned.message, planned.position, planned.fixes)
    return planned


@functools.lru_cache(MOST_KNOWN)
def _check(experiment: Experiment) -> None:
    """ValidationError, if it cannot be trained or asked."""
    layers = experiment.layers
    if experiment.hybrid is not None and (problem := tree_bounds.unfit(experiment)):
        _refuse(*problem, None)
    if not experiment.network:
        if problem := tree_bounds.problem(experiment):
            _refuse(*problem, None)
        return
    if not layers:
        _refuse(("layers",), "A network needs at least one layer.", ())
    if sentence := experiment.data.make().problem():
        _refuse(("data",), sentence, experiment.data.type)
    try:
        experiment.plan()
    except engine.ShapeError as error:
        _refuse(("layers", error.position), error.message, layers[error.position])
    if experiment.adversarial is not None:
        _check_samples(experiment)
    elif sentence := experiment.mismatch():
        _refuse(("loss",), sentence, experiment.loss.type)
    problem = checks.problem(experiment)
    if problem or (experiment.trees is not None and (problem := tree_bounds.problem(experiment))):
        _refuse(*problem, None)


def _check_samples(experiment: Experiment) -> None:
    """ValidationError, if what the generator makes is no sample of the data."""
    if problem := adversarial_checks.unsuitable(experiment):
        _refuse(*problem, None)
    if sentence := experiment.mismatch():
        last = len(experiment.layers) - 1
        _refuse(("layers", last), sentence, experiment.layers[last])


# Which kind of piece stands in a field.
KINDS = {
    name: mark.kind
    for name, field in Experiment.model_fields.items()
    for mark in field.metadata
    if isinstance(mark, AnyOf)
}


def explain(error: ValidationError) -> str:
    """What a ValidationError says, in one line: field: problem; field: problem."""
    sentences = []
    for problem in error.errors(include_url=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "stack":  # the sentence names the place itself
            sentences.append(message)
        else:
            place = ".".join(str(part) for part in problem["loc"])
            sentences.append(f"{place}: {message}" if place else message)
    more = f" (and {len(sentences) - 3} more)" if len(sentences) > 3 else ""
    return "; ".join(sentences[:3]).rstrip(".") + more + "."


def _refuse(place: tuple[int | str, ...], sentence: str, value: Any) -> None:
    escaped = sentence.replace("{", "{{").replace("}", "}}")
    problem = PydanticCustomError("stack", escaped)
    details = InitErrorDetails(type=problem, loc=place, input=value)
    raise ValidationError.from_exception_data("Experiment", [details])


def _depth(text: str | bytes) -> int:
    """How many brackets are open at most; those in strings do not count."""
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    depth = deepest = 0
    for sign in re.sub(r'"(?:\\.|[^"\\])*"', "", text):
        depth += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, depth)
    return deepest


def _whole(value: Any) -> Any:
    """1.0 → 1, to shorten links; the fields bring it back."""
    if isinstance(value, dict):
        return {key: _whole(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
