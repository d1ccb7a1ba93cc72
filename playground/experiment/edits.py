"""Edits of an Experiment: descriptions in, descriptions out; nothing here knows Streamlit."""

from __future__ import annotations

import math
from typing import Any

from playground.data import DataSet
from playground.engine import ShapeError, registry
from playground.engine.losses import Distance
from playground.experiment import adversarial_checks, checks, stacks, tree_bounds
from playground.experiment import experiment as experiments
from playground.experiment.about import About, about
from playground.experiment.experiment import KINDS, Experiment
from playground.experiment.stacks import OWN, Where

Description = dict[str, Any]
GAME_KINDS = {"loss": "game", "optimizer": "optimizer"}  # of the parts of an `adversarial`


def get(experiment: Experiment, path: tuple) -> Any:
    """The value at a path such as ``("layers", 0, "units")``."""
    value: Any = experiment
    for key in path:
        value = value[key] if isinstance(key, int) else getattr(value, key)
    return value


def kind(path: tuple[str, ...]) -> str:
    """The kind of the registered piece at a path.

    >>> kind(("optimizer",)), kind(("adversarial", "loss"))
    ('optimizer', 'game')
    """
    return KINDS[path[0]] if len(path) == 1 else GAME_KINDS[path[-1]]


def put(experiment: Experiment, path: tuple, value: Any) -> Description:
    """The description with one value changed, and with what must follow from it.

    A new "type" keeps the options that both pieces share and that were not left at their default.
    """
    description = experiment.described()
    *way, last = path
    place: Any = description
    for key in way:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
    if last == "type" and way[0] in KINDS:
        place = description[way[0]] = swapped(KINDS[way[0]], place, value)
    elif last == "type" and way[-1] in GAME_KINDS:
        place = description[way[0]][way[-1]] = swapped(GAME_KINDS[way[-1]], place, value)
    place[last] = value
    if "trees" in description:
        follow_task(description)
    if path in (("data", "type"), ("data", "task"), ("data", "words"), ("data", "standardize")):
        follow_data(description, experiment)
    elif path == ("loss", "type"):
        match_output(description)
    return description


def on_data(experiment: Experiment, data: Description) -> Experiment:
    """The same on other data; loss, last layer and goals follow. ValueError says what is wrong."""
    registry.make("data", data).check()
    description = {**experiment.described(), "data": data}
    follow_data(description, experiment)
    return read(description)


def follow_data(description: Description, before: Experiment) -> None:
    """Fit goals, loss and output to other data; `before`: the Experiment on the old ones."""
    if "trees" in description:
        follow_task(description)
    if "adversarial" in description:
        match_output(description)
    elif before.network:
        follow_classes(description, before.data.make().classes)
        follow_words(description)


def follow_words(description: Description) -> None:
    """Begin with an embedding of columns where a table's words are to be learned, and only there.

    A network that reads leaves has none.
    """
    layers, hybrid = description["layers"], description.get("hybrid")
    if hybrid and not registry.get("hybrid", hybrid["type"]).network_first:
        return
    source = registry.make("data", description["data"])
    there = bool(layers) and registry.get("layer", layers[0]["type"]).embeds
    if there and not source.columns_of_words:
        del layers[0]
    elif not there and source.columns_of_words and source.words == "learned":
        layers.insert(0, {"type": "column_embedding"})


def swapped(kind: str, old: Description, name: str) -> Description:
    """The piece called `name` with what was chosen in the old one."""
    before = {option.name: option for option in registry.options(registry.get(kind, old["type"]))}
    options = {
        option.name: old[option.name]
        for option in registry.options(registry.get(kind, name))
        if option.name in before
        and option.name in old
        and old[option.name] != _plain(before[option.name].default)
    }
    return {"type": name, **options}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def follow_classes(description: Description, before: int) -> None:
    """Fit loss and output to other data; `before`: how many classes there were.

    Cross-entropy of two classes and that of several are one thing to a visitor: each takes the
    other's place where the third class comes or goes.
    """
    classes = registry.make("data", description["data"]).classes
    pair = ("binary_cross_entropy", "softmax_cross_entropy")
    if (before > 2) != (classes > 2) and description["loss"]["type"] in pair:
        description["loss"] = {"type": pair[classes > 2]}
    match_output(description)


def follow_task(description: Description) -> None:
    """A goal for the accuracy goes where trees grow on values."""
    if registry.make("data", description["data"]).task == "regression":
        description.get("stop", {}).pop("target_accuracy", None)


def match_output(description: Description) -> None:
    """Fit the loss to the task and the last layer to both, as TensorFlow Playground does.

    Squared error, or another distance, over two classes: one tanh output with targets −1 and +1.
    Every other loss, and regression: linear outputs, as many as the loss needs. A goal for the
    accuracy goes where there are no classes, and changes of images where there are no images.
    """
    source = registry.make("data", description["data"])
    if "adversarial" in description:
        _match_samples(description, source)
        return
    if registry.get("loss", description["loss"]["type"]).reconstructs:
        _match_input(description, source)
        return
    if source.task not in registry.get("loss", description["loss"]["type"]).tasks:
        description["loss"] = {"type": "mse"}
    if source.task == "regression":
        description.get("stop", {}).pop("target_accuracy", None)
    if (
        len(source.shape) != 3
        and registry.make("augmentation", description["augmentation"]).images_only
    ):
        description["augmentation"] = {"type": "none"}
    last = description["layers"][-1] if description["layers"] else {}
    if not last or not registry.get("layer", last["type"]).connected:
        return
    classes = source.classes
    loss = registry.make("loss", description["loss"])
    last["units"] = loss.outputs(classes)[0] if classes else 1
    bounded = source.task == "classification" and isinstance(loss, Distance)
    last["activation"] = "tanh" if bounded and last["units"] == 1 else "identity"


def _match_input(description: Description, source: DataSet) -> None:
    """Fit the last layer, and what its outputs mean, to the input that they reconstruct."""
    description.get("stop", {}).pop("target_accuracy", None)
    if len(source.shape) != 3:
        description["loss"]["distribution"] = "gaussian"
        if registry.make("augmentation", description["augmentation"]).images_only:
            description["augmentation"] = {"type": "none"}
    last = description["layers"][-1] if description["layers"] else {}
    if last and registry.get("layer", last["type"]).connected:
        last |= {"units": math.prod(source.shape), "activation": "identity"}


def _match_samples(description: Description, source: DataSet) -> None:
    """Fit a generator's last layer to the samples it imitates, and the discriminator's to one."""
    if (
        len(source.shape) != 3
        and registry.make("augmentation", description["augmentation"]).images_only
    ):
        description["augmentation"] = {"type": "none"}
    image = len(source.shape) == 3
    opponent = description["adversarial"]["layers"]
    ends = (
        (description["layers"], math.prod(source.shape), "tanh" if image else "identity"),
        (opponent, 1, "identity"),
    )
    for layers, units, activation in ends:
        if layers and registry.get("layer", layers[-1]["type"]).connected:
            layers[-1] |= {"units": units, "activation": activation}
    if image and opponent and registry.get("layer", opponent[0]["type"]).connected:
        opponent.insert(0, {"type": "flatten"})


# ---- layers ----


def add_layer(
    experiment: Experiment, position: int, layer: Description, where: Where = OWN
) -> Description:
    """One layer more, before the layer that stands at `position` now."""
    description = experiment.described()
    stacks.layers(description, where).insert(position, layer)
    return description


NEURONS = {"type": "dense", "units": 2, "activation": "tanh"}


def neurons(experiment: Experiment, position: int) -> Description:
    """A few neurons to put at a position, with the activation of the layer before."""
    before = experiment.layers[position - 1].described() if position else NEURONS
    return {**NEURONS, "activation": before.get("activation", NEURONS["activation"])}


def flattened(experiment: Experiment, position: int, where: Where = OWN) -> Description:
    """What comes to a layer is laid out in a row first."""
    return add_layer(experiment, position, {"type": "flatten"}, where)


def on_images(experiment: Experiment, data: Description) -> Description:
    """The same on other images, the loss as it is: an output for each class, or as samples are."""
    made = experiment.adversarial is not None or experiment.loss.make().reconstructs
    if not made:
        classes = registry.make("data", data).classes
        return {**with_outputs(experiment, classes), "data": data}
    description = {**experiment.described(), "data": data}
    match_output(description)
    return description


def with_outputs(experiment: Experiment, count: int) -> Description:
    """The last layer with so many units, where it is one of neurons; else nothing changes."""
    description = experiment.described()
    last = description["layers"][-1] if description["layers"] else {}
    if last and registry.get("layer", last["type"]).connected:
        last["units"] = count
    return description


def remove_layer(experiment: Experiment, position: int, where: Where = OWN) -> Description:
    """One layer less."""
    description = experiment.described()
    del stacks.layers(description, where)[position]
    return description


def move_layer(experiment: Experiment, position: int, by: int, where: Where = OWN) -> Description:
    """A layer and its neighbour change places."""
    description = experiment.described()
    layers = stacks.layers(description, where)
    layers.insert(position + by, layers.pop(position))
    return description


def normalisation(experiment: Experiment) -> str:
    """What is done to the data before anything else: "none", or the type of the first layer."""
    first = experiment.layers[0].type if experiment.layers else ""
    return first if first and registry.get("layer", first).normalises else "none"


def normalised(experiment: Experiment, kind: str) -> Description:
    """The same with the data normalised in this way, or as they are ("none")."""
    description = experiment.described()
    if normalisation(experiment) != "none":
        del description["layers"][0]
    if kind != "none":
        description["layers"].insert(0, {"type": kind})
    return description


# ---- what cannot run ----


def problem(experiment: Experiment, where: Where | None = None) -> ShapeError | None:
    """Why an Experiment cannot run: layers that do not fit, or a last layer that suits no loss.

    where: of one of its stacks alone; else the first problem of any.
    """
    if not experiment.network:
        return None
    known = (
        _problem(experiment, place) for place in stacks.of(experiment) if where in (None, place)
    )
    return next((error for error in known if error), None)


def _problem(experiment: Experiment, where: Where) -> ShapeError | None:
    try:
        plan = stacks.plan(experiment, where)
    except ShapeError as error:
        return error
    if experiment.adversarial is not None and adversarial_checks.unsuitable(experiment):
        return None  # no other layers would help
    reason = experiment.mismatch() if where == OWN else adversarial_checks.verdict(plan)
    return ShapeError(reason, len(plan.rows) - 1) if reason else None


def read(description: Description) -> Experiment:
    """The Experiment of a description; ValidationError where no change of its layers would help.

    One whose layers do not fit is let through, so that the page can show why.
    """
    experiment = Experiment.model_validate(description)
    return experiment if problem(experiment) else experiment.check()


def refusal(experiment: Experiment) -> str:
    """Why an Experiment cannot run, whatever its layers; nothing if it can."""
    if experiment.network and (sentence := experiment.data.make().problem()):
        return sentence
    if experiment.hybrid is not None and (unfit := tree_bounds.unfit(experiment)):
        return unfit[1]
    trouble = None
    if experiment.network and not problem(experiment):
        trouble = checks.problem(experiment)
    if trouble is None and experiment.trees is not None and not problem(experiment):
        trouble = tree_bounds.problem(experiment)
    return trouble[1] if trouble else ""


# ---- words ----

ADVERSARIAL = "In this set-up two networks play against each other: open it on the GAN page."
RECONSTRUCTS = "This set-up learns its own input: open it on the Autoencoder page."


def answers_only(experiment: Experiment) -> str:
    """What a page says that shows answers to an Experiment that has none."""
    if experiment.adversarial is not None:
        return ADVERSARIAL
    return RECONSTRUCTS if experiment.loss.make().reconstructs else ""


def why_again(before: Experiment, after: Experiment) -> str:
    """Why a change had to start the training again."""
    old, new = before.described(), after.described()
    changed = [name for name in Experiment.model_fields if old.get(name) != new.get(name)]
    facts = [fact for name in changed if not (fact := about(Experiment, name)).live]
    first = min(facts, key=lambda fact: fact.rank, default=About())
    return f"{first.changed} changed, so training starts again."


def sentence(error: Exception) -> str:
    """What is wrong, in a sentence."""
    if isinstance(error, experiments.ValidationError):
        return experiments.explain(error)
    text = str(error).strip() or type(error).__name__
    return text if text.endswith(".") else f"{text}."
