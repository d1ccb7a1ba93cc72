"""What would make a stack work that does not: whole descriptions to take at one click."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine import ShapeError, registry
from playground.experiment import edits, stacks, time_edits
from playground.experiment.edits import Description
from playground.experiment.experiment import Experiment
from playground.experiment.stacks import OWN, Layers, Where


@dataclass(frozen=True)
class Repair:
    """One way to make an Experiment work: what it would be then."""

    label: str
    description: Description


def repairs(experiment: Experiment, where: Where = OWN) -> tuple[Repair, ...]:
    """What mends the whole stack, the gentlest first; if nothing does, what mends it furthest.

    Nothing is offered where the stack works. where: which of the stacks.
    """
    problem = edits.problem(experiment, where)
    if problem is None:
        return ()
    offers = _offers(experiment, problem, where)
    left = [_unreached(Experiment.model_validate(offer.description), where) for offer in offers]
    return tuple(offer for offer, rest in zip(offers, left, strict=True) if rest == min(left))


def _unreached(experiment: Experiment, where: Where) -> int:
    """How many layers, from the end, stand at or behind the first that does not fit."""
    problem = edits.problem(experiment, where)
    count = len(edits.get(experiment, where))
    return 0 if problem is None else max(1, count - problem.position)


def _offers(experiment: Experiment, problem: ShapeError, where: Where) -> list[Repair]:
    """What the engine offers, and what only the whole stack can know."""
    layers, at = stacks.layers(experiment.described(), where), problem.position

    def with_layers(label: str, changed: Layers) -> Repair:
        return Repair(label, stacks.changed(experiment, changed, where).described())

    offers = [*_in_time(experiment), *_in_columns(experiment, at)] if where == OWN else []
    for fix in problem.fixes:
        if fix.changes is not None:
            changed = {**layers[fix.position], **fix.changes}
            replaced = [*layers[: fix.position], changed, *layers[fix.position + 1 :]]
            offers.append(with_layers(fix.label, replaced))
    offers.append(Repair("Flatten first", edits.flattened(experiment, max(at, 0), where)))
    offers += [with_layers(*even) for even in _halved(layers, at)]
    halving: list[int] = []
    if not problem.fixes:  # every layer fits; the end does not suit the loss
        offers += _resized(experiment, where) + _endings(experiment, where)
    else:
        halving = shrinking(stacks.changed(experiment, layers[:at], where), where)
    for position in dict.fromkeys([*halving[-1:], at - 1, at]):
        if position >= 0 and len(layers) > 1:
            rest = layers[:position] + layers[position + 1 :]
            offers.append(with_layers(f"Remove layer {position + 1}", rest))
    return offers


def _in_time(experiment: Experiment) -> list[Repair]:
    """Of sequences: layers that answer when it is asked, and read symbols where there are some.

    Of the network for these sequences only as much is taken as works: its loss if need be.
    """
    before = experiment.described()
    if not experiment.data.make().sequence or "loss" not in before:
        return []
    if experiment.loss.make().reconstructs:
        return []
    after = time_edits.on(experiment, before["data"])
    for loss in (before["loss"], after["loss"]):
        description = {**before, "layers": after["layers"], "loss": loss}
        if edits.problem(Experiment.model_validate(description)) is None:
            words = _timed_words(before["layers"], after["layers"])
            return [Repair(words, description)] if words else []
    return []


def _in_columns(experiment: Experiment, at: int) -> list[Repair]:
    """Of an embedding of columns: words stay 0 and 1, and it stands first."""
    layers = experiment.described()["layers"]
    if not 0 <= at < len(layers) or not registry.get("layer", layers[at]["type"]).embeds:
        return []
    offers, first = [], [layers[at], *layers[:at], *layers[at + 1 :]]
    if experiment.data.described().get("words") == "inputs":
        data = {**experiment.data.described(), "words": "learned"}
        description = {**experiment.described(), "data": data, "layers": first}
        offers.append(Repair("Let words become learned numbers", description))
    if at:
        offers.append(Repair("Put it first", experiment.changed(layers=first).described()))
    return offers


def _timed_words(before: Layers, after: Layers) -> str:
    """What the change is about, as a button says it; "": the end alone, which others mend."""
    embeds = [any(layer["type"] == "embedding" for layer in stack) for stack in (before, after)]
    asks = [
        [layer["return_sequences"] for layer in stack if "return_sequences" in layer]
        for stack in (before, after)
    ]
    if embeds == [False, True]:
        return "Put an Embedding first"
    if asks[0] and asks[0] != asks[1]:
        return (
            "Answer at every step" if asks[0].count(True) < asks[1].count(True) else "Answer once"
        )
    kinds = [[layer["type"] for layer in stack] for stack in (before, after)]
    return "Fit it to the sequences" if kinds[0] != kinds[1] else ""


def _endings(experiment: Experiment, where: Where) -> list[Repair]:
    """Last layers, and a loss, that suit the data."""
    before, fitted, longer = (experiment.described() for _ in range(3))
    edits.match_output(fitted)
    more = stacks.layers(longer, where)
    if len(stacks.plan(experiment, where).output_shape) != 1:
        more.append({"type": "flatten"})
    more.append({"type": "dense", "units": 1})
    edits.match_output(longer)
    last = more[-1]
    dense = registry.get("layer", last["type"]).title
    ends = [Repair(f"Add a {dense} layer of {last['units']}", longer)]
    old, new = before.get("loss", {}), fitted.get("loss", {})  # of a game there is none
    if new != old and new["type"] == old["type"]:
        name = new["distribution"].capitalize()
        ends.insert(0, Repair(f"Take {name} outputs", fitted))
    elif new != old:
        loss = registry.get("loss", new["type"]).title
        ends.insert(0, Repair(f"Take {loss}", fitted))
    elif stacks.layers(fitted, where) != stacks.layers(before, where):
        units = stacks.layers(fitted, where)[-1]["units"]
        ends.insert(0, Repair(f"Give it {units} unit{'s' if units > 1 else ''}", fitted))
    return ends


def _halved(layers: Layers, at: int) -> list[tuple[str, Layers]]:
    """Where a layer draws codes, and cannot halve what it reads: one number more before it."""
    if at < 1 or not registry.get("layer", layers[at]["type"]).coded:
        return []
    before = layers[at - 1]
    name = next((name for name in ("units", "filters") if name in before), None)
    if name is None:
        return []
    more = {**before, name: before[name] + 1}
    label = f"Give layer {at} {more[name]} {name}"
    return [(label, [*layers[: at - 1], more, *layers[at:]])]


SIZES = {"padding": "kernel_size", "output_padding": "stride"}  # up to which of its own options


def _resized(experiment: Experiment, where: Where) -> list[Repair]:
    """A border, and as many filters as channels, with which images come out as the data's are."""
    wanted = experiment.data.make().shape
    makes = experiment.loss.make().reconstructs or experiment.adversarial is not None
    if not makes or where != OWN or len(wanted) != 3:
        return []
    description = experiment.described()
    layers: Layers = description["layers"]
    last = max((n for n, layer in enumerate(layers) if "filters" in layer), default=None)
    if last is None:
        return []
    channels = {**layers[last], "filters": wanted[0]}
    layers = [*layers[:last], channels, *layers[last + 1 :]]
    tries: list[tuple[str, int, Description]] = [("Give it", last, {})]
    for position in range(len(layers) - 1, -1, -1):
        for option, bound in SIZES.items():
            if option in layers[position]:
                for size in range(layers[position].get(bound, 1) + 1):
                    tries.append((f"Give layer {position + 1}", position, {option: size}))
    for label, position, change in tries:
        changed = {**layers[position], **change}
        stack = [*layers[:position], changed, *layers[position + 1 :]]
        mended = experiment.changed(layers=stack)
        if edits.problem(mended, where) is None:
            words = [f"{name.replace('_', ' ')} {size}" for name, size in change.items()]
            if channels != description["layers"][last]:
                words.append(f"{wanted[0]} filter{'s' if wanted[0] > 1 else ''}")
            return [Repair(f"{label} {', '.join(words)}", mended.described())]
    return []


def shrinking(experiment: Experiment, where: Where = OWN) -> list[int]:
    """Positions of the layers that halve an image, or more."""
    return [
        row.position
        for row in stacks.plan(experiment, where).rows
        if len(row.output_shape) == 3 and row.output_shape[-1] * 2 <= row.input_shape[-1]
    ]
